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

    /// <summary>Uniform on ±√(3/fan_in).</summary>
    LeCunUniform,

    /// <summary>Normal with variance 1/fan_in.</summary>
    LeCunNormal,

    /// <summary>A normal law cut at two of its deviations whose variance after the cut is 2/(fan_in + fan_out).</summary>
    XavierTruncated,

    /// <summary>The same with variance 2/fan_in.</summary>
    HeTruncated,

    /// <summary>The same with variance 1/fan_in.</summary>
    LeCunTruncated,

    /// <summary>Normal with deviation 0.02, whatever the fans.</summary>
    GptNormal,

    /// <summary>Normal with deviation 0.02/√(2·layers): the maps that write into the residual stream.</summary>
    GptResidual,
}

/// <summary>The moments of a law; its mean is 0.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Deviation">The standard deviation.</param>
/// <param name="Variance">Its square.</param>
/// <param name="Limit">The largest magnitude of a uniform or truncated law; null for a normal one.</param>
public sealed record InitializationMoments<T>(T Deviation, T Variance, T? Limit)
    where T : struct, IReal<T>;

/// <summary>A scheme with the sizes that it needs; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: Glorot and Bengio (2010); He et al. (2015); Radford et al. (2019), section 2.3; LeCun et al. (1998), section 4.6; D0 "Initialization"; D2 "Initialization Matters".</remarks>
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
            : throw Domain.Outside("{xavier_uniform, xavier_normal, he_uniform, he_normal, lecun_uniform, lecun_normal, xavier_truncated, he_truncated, lecun_truncated, gpt_normal, gpt_residual}", Tensors.Text((int)value), "scheme");
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

    /// <summary><c>gain</c>, of <see cref="Hyperparameters.Gain"/>: the deviation is multiplied by it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Gain { get; init => field = Hyperparameters.Gain.Require(value); } = Hyperparameters.Gain.Default;

    private bool IsUniform => Scheme is InitializationScheme.XavierUniform or InitializationScheme.HeUniform or InitializationScheme.LeCunUniform;

    private bool IsTruncated => Scheme is InitializationScheme.XavierTruncated or InitializationScheme.HeTruncated or InitializationScheme.LeCunTruncated;

    /// <summary>The moments of the law, derived from its sizes as whole numbers and each rounded once.</summary>
    /// <exception cref="InvalidArgumentException">A size that the scheme needs is null.</exception>
    public InitializationMoments<T> Moments<T>()
        where T : struct, IReal<T>
    {
        if (Straightforward.Is<T>())
            return Evaluated<T>();
        InitializationMoments<DoubleDouble> wide = Evaluated<DoubleDouble>();
        return new(wide.Deviation.To<T>(), wide.Variance.To<T>(), wide.Limit?.To<T>());
    }

    private InitializationMoments<T> Evaluated<T>()
        where T : struct, IReal<T>
    {
        T gain = T.Of(Gain), deviation = gain * (Scheme switch
        {
            InitializationScheme.GptNormal => T.Of(GptDeviation),
            InitializationScheme.GptResidual => Initialization.ResidualDeviation(T.Of(GptDeviation), Needed<T>(Layers, Hyperparameters.ResidualLayers)),
            _ => Initialization.Deviation(FanVariance<T>()!.Value),
        });
        T? limit = IsUniform ? gain * UniformLimit<T>() : IsTruncated ? T.Of(TruncatedNormal.UsualCut) * (deviation / TruncatedNormal.UsualDeviation.To<T>()) : null;
        return new(deviation, Gain == 1 && FanVariance<T>() is { } exact ? exact : Initialization.Variance(deviation), limit);
    }

    /// <summary>Draws <paramref name="count"/> weights, from <c>random.uniform</c> or <c>random.normal</c> of the seed, stream 0, from element 0 on; of a truncated law as <see cref="TruncatedNormal"/> does.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="InvalidArgumentException">A size that the scheme needs is null.</exception>
    public T[] Sample<T>(ulong seed, int count)
        where T : struct, IReal<T>
    {
        Domain.Require("[1, inf)", (long)count, nameof(count));
        InitializationMoments<T> moments = Moments<T>();
        var values = new T[count];
        if (IsTruncated)
        {
            TruncatedNormal.Draw(seed, values, (Gain * Initialization.Deviation(FanVariance<DoubleDouble>()!.Value) / TruncatedNormal.UsualDeviation).To<T>(), -TruncatedNormal.UsualCut, TruncatedNormal.UsualCut);
        }
        else if (IsUniform)
        {
            RandomStreams.FillUniform<T>(seed, 0, 0, values);
            for (int i = 0; i < values.Length; i++)
                values[i] = Initialization.UniformWeight(values[i], moments.Limit!.Value);
        }
        else
        {
            RandomStreams.FillNormalPairs<T>(seed, 0, 0, values);
            for (int i = 0; i < values.Length; i++)
                values[i] = Initialization.NormalWeight(values[i], moments.Deviation);
        }

        return values;
    }

    // The variance that the fans ask for before a gain; null where they don't. Both fans must be there, as the schemes' names don't say which one counts.
    private T? FanVariance<T>()
        where T : struct, IReal<T>
    {
        if (Scheme is InitializationScheme.GptNormal or InitializationScheme.GptResidual)
            return null;
        T fanIn = Needed<T>(FanIn, Hyperparameters.FanIn), fanOut = Needed<T>(FanOut, Hyperparameters.FanOut);
        return Scheme switch
        {
            InitializationScheme.XavierUniform or InitializationScheme.XavierNormal or InitializationScheme.XavierTruncated => Initialization.XavierVariance(fanIn, fanOut),
            InitializationScheme.HeUniform or InitializationScheme.HeNormal or InitializationScheme.HeTruncated => Initialization.HeVariance(fanIn),
            _ => Initialization.LeCunVariance(fanIn),
        };
    }

    private T UniformLimit<T>()
        where T : IReal<T>
    {
        T fanIn = Needed<T>(FanIn, Hyperparameters.FanIn);
        return Scheme switch
        {
            InitializationScheme.XavierUniform => Initialization.XavierLimit(fanIn, Needed<T>(FanOut, Hyperparameters.FanOut)),
            InitializationScheme.HeUniform => Initialization.HeLimit(fanIn),
            _ => Initialization.LeCunLimit(fanIn),
        };
    }

    private static long? Checked(long? size, Hyperparameter known) => size is { } value ? known.Require(value) : null;

    private T Needed<T>(long? size, Hyperparameter known)
        where T : IReal<T> => size is { } value
        ? DoubleDouble.Whole(value).To<T>()
        : throw Tensors.Bad(known.Name, $"{known.Name} = null is outside {known.Domain}, which {Scheme} needs");
}
