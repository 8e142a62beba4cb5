using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>init.moments: deviation, variance and limit of a law of weights.</summary>
internal sealed class InitializationMomentsOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "init.moments";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        Initializer initializer = Schemes.Read(args);
        args.Done();
        answer.Takes(3);
        InitializationMoments<T> moments = initializer.Moments<T>();
        answer.Number("std", moments.Deviation);
        answer.Number("variance", moments.Variance);
        if (moments.Limit is { } limit)
            answer.Number("limit", limit);
        else
            answer.Null("limit");
    }
}

/// <summary>init.sample: weights drawn from such a law.</summary>
internal sealed class InitializationSampleOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "init.sample";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        Initializer initializer = Schemes.Read(args);
        ulong seed = args.Unsigned("seed");
        long count = args.Integer("count", 1, Protocol.MaxValues);
        args.Done();
        answer.Takes(count);
        answer.Row("values", initializer.Sample<T>(seed, (int)count));
    }
}

/// <summary>init.truncated: mean, deviation and variance of a normal law after it was cut.</summary>
internal sealed class TruncatedMomentsOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "init.truncated";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        TruncatedNormal law = Schemes.Cut(args);
        args.Done();
        answer.Takes(3);
        (T mean, T deviation, T variance) = law.Moments<T>();
        answer.Number("mean", mean);
        answer.Number("std", deviation);
        answer.Number("variance", variance);
    }
}

/// <summary>init.truncated_sample: numbers drawn from such a law.</summary>
internal sealed class TruncatedSampleOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "init.truncated_sample";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        TruncatedNormal law = Schemes.Cut(args);
        ulong seed = args.Unsigned("seed");
        long count = args.Integer("count", 1, Protocol.MaxValues);
        args.Done();
        answer.Takes(count);
        answer.Row("values", law.Sample<T>(seed, (int)count));
    }
}

/// <summary>init.orthogonal: a matrix with orthonormal columns or rows.</summary>
internal sealed class OrthogonalOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "init.orthogonal";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        var initializer = new OrthogonalInitializer
        {
            Rows = (int)args.Whole(Hyperparameters.Rows, Protocol.MaxSide),
            Columns = (int)args.Whole(Hyperparameters.Columns, Protocol.MaxSide),
            Gain = args.Hyperparameter(Hyperparameters.Gain),
        };
        ulong seed = args.Unsigned("seed");
        args.Done();
        answer.Takes((long)initializer.Rows * initializer.Columns);
        answer.Tensors("values", initializer.Sample<T>(seed));
    }
}

/// <summary>init.fans: the fans of a tensor of weights, from its shape.</summary>
internal sealed class FansOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "init.fans";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        long[] shape = args.Integers("shape", 1);
        bool outputsLast = args.Choice("layout", false, "outputs_first", "outputs_last") == "outputs_last";
        long groups = args.Whole(Hyperparameters.Groups);
        args.Done();
        answer.Takes(2);
        (long fanIn, long fanOut) = LayerFans.Of(shape, outputsLast, groups);
        answer.Integer("fan_in", fanIn);
        answer.Integer("fan_out", fanOut);
    }
}

/// <summary>init.gain: what a nonlinearity asks of the deviation of the weights before it.</summary>
internal sealed class GainOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "init.gain";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        string nonlinearity = args.Choice("nonlinearity", true, "linear", "conv", "sigmoid", "tanh", "relu", "leaky_relu", "selu");
        double slope = args.Hyperparameter(Hyperparameters.NegativeSlope);
        args.Done();
        answer.Takes(1);
        answer.Number("gain", LayerFans.Gain(nonlinearity, slope).To<T>());
    }
}

/// <summary>What the operations of initialization share.</summary>
internal static class Schemes
{
    /// <summary>Reads a truncated law.</summary>
    public static TruncatedNormal Cut(Arguments args) => new()
    {
        Deviation = args.Hyperparameter(Hyperparameters.LawDeviation),
        Lower = args.Hyperparameter(Hyperparameters.LowerCut),
        Upper = args.Hyperparameter(Hyperparameters.UpperCut),
    };

    /// <summary>Reads the scheme and its sizes.</summary>
    public static Initializer Read(Arguments args) => new()
    {
        Scheme = args.Choice("scheme", true, "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "gpt_normal", "gpt_residual", "lecun_uniform", "lecun_normal", "xavier_truncated", "he_truncated", "lecun_truncated") switch
        {
            "xavier_uniform" => InitializationScheme.XavierUniform,
            "xavier_normal" => InitializationScheme.XavierNormal,
            "he_uniform" => InitializationScheme.HeUniform,
            "he_normal" => InitializationScheme.HeNormal,
            "lecun_uniform" => InitializationScheme.LeCunUniform,
            "lecun_normal" => InitializationScheme.LeCunNormal,
            "xavier_truncated" => InitializationScheme.XavierTruncated,
            "he_truncated" => InitializationScheme.HeTruncated,
            "lecun_truncated" => InitializationScheme.LeCunTruncated,
            "gpt_normal" => InitializationScheme.GptNormal,
            _ => InitializationScheme.GptResidual,
        },
        FanIn = args.WholeOrNull(Hyperparameters.FanIn),
        FanOut = args.WholeOrNull(Hyperparameters.FanOut),
        Layers = args.WholeOrNull(Hyperparameters.ResidualLayers),
        Gain = args.Hyperparameter(Hyperparameters.Gain),
    };
}
