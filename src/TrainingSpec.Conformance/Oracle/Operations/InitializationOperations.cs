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

/// <summary>What the two operations of initialization share.</summary>
internal static class Schemes
{
    /// <summary>Reads the scheme and its sizes.</summary>
    public static Initializer Read(Arguments args) => new()
    {
        Scheme = args.Choice("scheme", true, "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "gpt_normal", "gpt_residual") switch
        {
            "xavier_uniform" => InitializationScheme.XavierUniform,
            "xavier_normal" => InitializationScheme.XavierNormal,
            "he_uniform" => InitializationScheme.HeUniform,
            "he_normal" => InitializationScheme.HeNormal,
            "gpt_normal" => InitializationScheme.GptNormal,
            _ => InitializationScheme.GptResidual,
        },
        FanIn = args.WholeOrNull(Hyperparameters.FanIn),
        FanOut = args.WholeOrNull(Hyperparameters.FanOut),
        Layers = args.WholeOrNull(Hyperparameters.ResidualLayers),
    };
}
