using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>A law that weights are drawn from.</summary>
public enum InitializationScheme
{
    /// <summary>Uniform on ±√(6/(fan_in + fan_out)).</summary>
    XavierUniform,

    /// <summary>Normal with variance 2/(fan_in + fan_out).</summary>
    XavierNormal,

    /// <summary>Uniform on ±√(6/fan_in).</summary>
    HeUniform,

    /// <summary>Normal with variance 2/fan_in.</summary>
    HeNormal,

    /// <summary>Normal with deviation 0.02, whatever the fans.</summary>
    GptNormal,

    /// <summary>Normal with deviation 0.02/√(2·layers): the maps that write into the residual stream.</summary>
    GptResidual,
}

/// <summary>The moments of a law; its mean is 0.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Deviation">The standard deviation.</param>
/// <param name="Variance">Its square.</param>
/// <param name="Limit">The largest magnitude of a uniform law; null for a normal one.</param>
public sealed record InitializationMoments<T>(T Deviation, T Variance, T? Limit)
    where T : struct, IReal<T>;

/// <summary>A scheme with the sizes that it needs; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: Glorot and Bengio (2010); He et al. (2015); Radford et al. (2019), section 2.3; D0 "Initialization"; D2 "Initialization Matters".</remarks>
public sealed record Initializer
{
    /// <summary>The standard deviation of GPT-2's weights.</summary>
    public const double GptDeviation = 0.02;

    /// <summary><c>scheme</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such scheme.</exception>
    public required InitializationScheme Scheme
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw Domain.Outside("{xavier_uniform, xavier_normal, he_uniform, he_normal, gpt_normal, gpt_residual}", Tensors.Text((int)value), "scheme");
    }

    /// <summary><c>fan_in</c>: the inputs of a unit, of <see cref="Hyperparameters.FanIn"/>; may be null for the GPT schemes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long? FanIn { get; init => field = Checked(value, Hyperparameters.FanIn); }

    /// <summary><c>fan_out</c>: the units that read an input, of <see cref="Hyperparameters.FanOut"/>; may be null for the GPT schemes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long? FanOut { get; init => field = Checked(value, Hyperparameters.FanOut); }

    /// <summary><c>layers</c>: the layers of the GPT, of <see cref="Hyperparameters.ResidualLayers"/>; needed by <see cref="InitializationScheme.GptResidual"/> alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long? Layers { get; init => field = Checked(value, Hyperparameters.ResidualLayers); }

    /// <summary>The moments of the law, derived from its sizes as whole numbers and each rounded once.</summary>
    /// <exception cref="InvalidArgumentException">A size that the scheme needs is null.</exception>
    public InitializationMoments<T> Moments<T>()
        where T : struct, IReal<T>
    {
        if (Scheme is InitializationScheme.GptNormal or InitializationScheme.GptResidual)
        {
            DoubleDouble deviation = GptDeviation;
            if (Scheme == InitializationScheme.GptResidual)
                deviation = Initialization.ResidualDeviation(deviation, Needed(Layers, Hyperparameters.ResidualLayers));
            return new InitializationMoments<T>(deviation.To<T>(), Initialization.Variance(deviation).To<T>(), null);
        }

        DoubleDouble fanIn = Needed(FanIn, Hyperparameters.FanIn);
        DoubleDouble fanOut = Needed(FanOut, Hyperparameters.FanOut);
        bool xavier = Scheme is InitializationScheme.XavierUniform or InitializationScheme.XavierNormal;
        bool uniform = Scheme is InitializationScheme.XavierUniform or InitializationScheme.HeUniform;
        DoubleDouble variance = xavier ? Initialization.XavierVariance(fanIn, fanOut) : Initialization.HeVariance(fanIn);
        DoubleDouble limit = xavier ? Initialization.XavierLimit(fanIn, fanOut) : Initialization.HeLimit(fanIn);
        return new InitializationMoments<T>(Initialization.Deviation(variance).To<T>(), variance.To<T>(), uniform ? limit.To<T>() : null);
    }

    /// <summary>Draws <paramref name="count"/> weights, from <c>random.uniform</c> or <c>random.normal</c> of the seed, stream 0, from element 0 on.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="InvalidArgumentException">A size that the scheme needs is null.</exception>
    public T[] Sample<T>(ulong seed, int count)
        where T : struct, IReal<T>
    {
        Domain.Require("[1, inf)", (long)count, nameof(count));
        InitializationMoments<T> moments = Moments<T>();
        var values = new T[count];
        if (moments.Limit is { } limit)
        {
            RandomStreams.FillUniform<T>(seed, 0, 0, values);
            for (int i = 0; i < values.Length; i++)
                values[i] = Initialization.UniformWeight(values[i], limit);
        }
        else
        {
            RandomStreams.FillNormalPairs<T>(seed, 0, 0, values);
            for (int i = 0; i < values.Length; i++)
                values[i] = Initialization.NormalWeight(values[i], moments.Deviation);
        }

        return values;
    }

    private static long? Checked(long? size, Hyperparameter known) => size is { } value ? known.Require(value) : null;

    private DoubleDouble Needed(long? size, Hyperparameter known) => size is { } value
        ? DoubleDouble.Whole(value)
        : throw Tensors.Bad(known.Name, $"{known.Name} = null is outside {known.Domain}, which {Scheme} needs");
}
