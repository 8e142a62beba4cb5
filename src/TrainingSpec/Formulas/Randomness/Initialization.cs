using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Moments of the laws that weights are drawn from, the draws themselves, and what a layer does to second moments.</summary>
/// <remarks>
/// A layer computes y = W·x: fan_in is the length of x, fan_out that of y. Sources: Glorot and Bengio (2010), equations 12 and 16; He et al. (2015),
/// section 2.2; Radford et al. (2019), section 2.3; D0 "Initialization"; D2 "Initialization Matters".
/// </remarks>
public static class Initialization
{
    /// <summary>2/(n_in + n_out): Xavier's variance, between what the forward and what the backward pass ask for.</summary>
    [Formula("initialization.xavier_variance", TeX = @"\sigma^2", Source = "D0 Xavier/Glorot Initialization; Glorot and Bengio (2010), equation 12")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T XavierVariance<T>(
        [Domain(nameof(Hyperparameters.FanIn))] T fanIn,
        [Domain(nameof(Hyperparameters.FanOut))] T fanOut)
        where T : IReal<T> => T.Of(2) / (fanIn + fanOut);

    /// <summary>√(6/(n_in + n_out)): the limit of the uniform law with Xavier's variance.</summary>
    [Formula("initialization.xavier_limit", TeX = "a", Source = "D0 Xavier/Glorot Initialization; Glorot and Bengio (2010), equation 16")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T XavierLimit<T>(
        [Domain(nameof(Hyperparameters.FanIn))] T fanIn,
        [Domain(nameof(Hyperparameters.FanOut))] T fanOut)
        where T : IReal<T> => T.Sqrt(T.Of(6) / (fanIn + fanOut));

    /// <summary>2/n_in: He's variance, which keeps the second moment through a ReLU layer.</summary>
    [Formula("initialization.he_variance", TeX = @"\sigma^2", Source = "D0 He Initialization; He et al. (2015), equation 10")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HeVariance<T>([Domain(nameof(Hyperparameters.FanIn))] T fanIn)
        where T : IReal<T> => T.Of(2) / fanIn;

    /// <summary>√(6/n_in): the limit of the uniform law with He's variance.</summary>
    [Formula("initialization.he_limit", TeX = "a", Source = "He et al. (2015), equation 10, for a uniform law")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HeLimit<T>([Domain(nameof(Hyperparameters.FanIn))] T fanIn)
        where T : IReal<T> => T.Sqrt(T.Of(6) / fanIn);

    /// <summary>1/n_in: LeCun's variance, which keeps the second moment through a linear layer.</summary>
    [Formula("initialization.lecun_variance", TeX = @"\sigma^2", Source = "LeCun et al. (1998), section 4.6")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LeCunVariance<T>([Domain(nameof(Hyperparameters.FanIn))] T fanIn)
        where T : IReal<T> => T.Of(1) / fanIn;

    /// <summary>√(3/n_in): the limit of the uniform law with LeCun's variance.</summary>
    [Formula("initialization.lecun_limit", TeX = "a", Source = "LeCun et al. (1998), section 4.6, for a uniform law")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LeCunLimit<T>([Domain(nameof(Hyperparameters.FanIn))] T fanIn)
        where T : IReal<T> => T.Sqrt(T.Of(3) / fanIn);

    /// <summary>The cut in deviations beyond which no digit of a truncated law's moments changes.</summary>
    public const double FarthestCut = 12;

    /// <summary>√(2/π)·(e^(−α²/2) − e^(−β²/2))/(erf(β/√2) − erf(α/√2)): the mean of a normal law of deviation 1 after a cut at α and β, 0 where the cuts are symmetric.</summary>
    [Formula("initialization.truncated_mean", TeX = @"\mu_{\alpha\beta}", Source = "Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1 (1994), chapter 13")]
    public static T TruncatedMean<T>(
        [Domain(@"\alpha", "[-12, -0.25]")] T lower,
        [Domain(@"\beta", "[0.25, 12]")] T upper)
        where T : IReal<T> => T.Sqrt(T.Of(2) / T.Pi) * (T.NormalBell(lower) - T.NormalBell(upper)) / Inside(lower, upper);

    [AccuracyException("initialization.truncated_mean", "symmetric cuts leave nothing of two densities, and their roundings stay")]
    private static T TruncatedMeanUnit<T>(T lower, T upper)
        where T : IReal<T> => T.Max(T.NormalBell(lower), T.NormalBell(upper)) / Inside(lower, upper);

    /// <summary>1 − √(2/π)·(β·e^(−β²/2) − α·e^(−α²/2))/(erf(β/√2) − erf(α/√2)) − μ²: its variance after the cut, 0.774 for α = −2 and β = 2.</summary>
    [Formula("initialization.truncated_variance", TeX = @"s_{\alpha\beta}", Source = "Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1 (1994), chapter 13")]
    public static T TruncatedVariance<T>(
        [Domain(@"\alpha", "[-12, -0.25]")] T lower,
        [Domain(@"\beta", "[0.25, 12]")] T upper)
        where T : IReal<T>
    {
        T mean = TruncatedMean(lower, upper);
        return T.Of(1) - T.Sqrt(T.Of(2) / T.Pi) * (upper * T.NormalBell(upper) - lower * T.NormalBell(lower)) / Inside(lower, upper) - mean * mean;
    }

    [AccuracyException("initialization.truncated_variance", "a variance of 0.02 is what 0.98 leaves of 1, and the roundings of that stay")]
    private static T TruncatedVarianceUnit<T>(T lower, T upper)
        where T : IReal<T> => T.Max(T.Of(1), TruncatedMean(lower, upper));

    // Twice the share of the law between the cuts.
    private static T Inside<T>(T lower, T upper)
        where T : IReal<T> => T.Erf(upper / T.Sqrt(T.Of(2))) - T.Erf(lower / T.Sqrt(T.Of(2)));

    /// <summary>√(2/(1 + a²)): the gain of a leaky ReLU of slope a below 0; of a ReLU for 0.</summary>
    [Formula("initialization.leaky_gain", TeX = "g", Source = "He et al. (2015), equation 15")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LeakyGain<T>([Domain(nameof(Hyperparameters.NegativeSlope))] T slope)
        where T : IReal<T> => T.Sqrt(T.Of(2) / (T.Of(1) + slope * slope));

    /// <summary>σ/√(2N): the deviation of the maps that write into the residual stream of a GPT of N layers, two of them per layer.</summary>
    [Formula("initialization.residual_deviation", TeX = @"\sigma_r", Source = "D2 Connection to Modern LLMs; Radford et al. (2019), section 2.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ResidualDeviation<T>(
        [Domain(@"\sigma", "[0, inf)")] T deviation,
        [Domain(nameof(Hyperparameters.ResidualLayers))] T layers)
        where T : IReal<T> => T.Rewritten(deviation / T.Sqrt(T.Of(2) * layers), deviation / Norms.RootOfSum(layers, layers));

    /// <summary>√σ²: the standard deviation.</summary>
    [Formula("initialization.deviation", TeX = @"\sigma", Source = "the definition of the standard deviation")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Deviation<T>([Domain(@"\sigma^2", "[0, inf)")] T variance)
        where T : IReal<T> => T.Sqrt(variance);

    /// <summary>σ·σ: the variance.</summary>
    [Formula("initialization.variance", TeX = @"\sigma^2", Source = "the definition of the standard deviation")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Variance<T>([Domain(@"\sigma", "[0, inf)")] T deviation)
        where T : IReal<T> => deviation * deviation;

    /// <summary>a²/3: the variance of a uniform law on [−a, a].</summary>
    [Formula("initialization.uniform_variance", TeX = @"\sigma^2", Source = "the second moment of a uniform law")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T UniformVariance<T>([Domain("a", "[0, inf)")] T limit)
        where T : IReal<T> => T.Proportion(limit, limit, T.Of(3));

    /// <summary>σ·z: a weight from a standard normal number.</summary>
    [Formula("initialization.normal_weight", TeX = "w", Source = "D0 Random Initialization")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalWeight<T>(
        [Domain("z", "(-inf, inf)")] T z,
        [Domain(@"\sigma", "[0, inf)")] T deviation)
        where T : IReal<T> => deviation * z;

    /// <summary>(2u − 1)·a: a weight on [−a, a) from a uniform number on [0, 1).</summary>
    [Formula("initialization.uniform_weight", TeX = "w", Source = "D2 Xavier/Glorot Initialization")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T UniformWeight<T>(
        [Domain("u", "[0, 1)")] T u,
        [Domain("a", "[0, inf)")] T limit)
        where T : IReal<T> => (T.Of(2) * u - T.Of(1)) * limit;

    /// <summary>n·σ²: the factor on the mean square through a linear layer; n is fan_in forward and fan_out backward.</summary>
    [Formula("initialization.linear_gain", TeX = "G", Source = "D0 The Variance Problem; Glorot and Bengio (2010), equations 5 and 6")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LinearGain<T>(
        [Domain("n", "[1, inf)", Whole = true)] T fan,
        [Domain(@"\sigma^2", "[0, inf)")] T variance)
        where T : IReal<T> => fan * variance;

    /// <summary>½·n·σ²: the same through a linear layer and ReLU, which passes half of a symmetric mean square.</summary>
    [Formula("initialization.relu_gain", TeX = "G", Source = "D0 He Initialization; He et al. (2015), equation 9")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ReluGain<T>(
        [Domain("n", "[1, inf)", Whole = true)] T fan,
        [Domain(@"\sigma^2", "[0, inf)")] T variance)
        where T : IReal<T> => T.Product(T.Of(0.5), fan, variance);

    /// <summary>(½ − 1/(2π))·s²: the variance after ReLU of a normal number of mean 0 and variance s²; the mean square is ½s².</summary>
    [Formula("initialization.relu_variance", TeX = @"\operatorname{Var}(\operatorname{relu}(z))", Source = "the first two moments of a half-normal law; compare D0 He Initialization")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ReluVariance<T>([Domain("s^2", "[0, inf)")] T variance)
        where T : IReal<T> => (T.Of(0.5) - T.Of(1) / (T.Of(2) * T.Pi)) * variance;
}
