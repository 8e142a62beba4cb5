using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Averages of the weights of a run. The exponential one is Adam's first moment of weights, and corrected as that is.</summary>
/// <remarks>Source: Polyak and Juditsky (1992); Izmailov et al. (2018), section 3.2.</remarks>
public static class Averaging
{
    /// <summary>a + (θ − a)/n: the mean of n weights, from that of the n − 1 before.</summary>
    [Formula("averaging.equal", TeX = "a_n", Source = "Izmailov et al. (2018), Algorithm 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Equal<T>(
        [Domain("a_{n-1}", "(-inf, inf)")] T average,
        [Domain(@"\theta_n", "(-inf, inf)")] T theta,
        [Domain("n", "[1, inf)", Whole = true)] T count)
        where T : IReal<T>
    {
        T part = T.Of(WideSums.Part), way = theta - average;
        return T.Rewritten(average + way / count, WideSums.Of(way, average + way / count, part * average + (part * theta - part * average) / count));
    }

    [AccuracyException("averaging.equal", "the average and its way to the new weight may cancel, and the roundings of the way stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T EqualUnit<T>(T average, T theta, T count)
        where T : IReal<T> => T.Max(T.Abs(average), T.Abs(theta) / count);

    /// <summary>min(β, (1 + n)/(10 + n)): the share that an average keeps after n updates, less while it is young.</summary>
    [Formula("averaging.warmed", TeX = @"\beta_n", Source = "TensorFlow, tf.train.ExponentialMovingAverage")]
    public static T Warmed<T>(
        [Domain(nameof(Hyperparameters.AverageDecay))] T decay,
        [Domain(nameof(Hyperparameters.UpdatesSoFar))] T updates)
        where T : IReal<T> => T.Min(decay, (T.Of(1) + updates) / (T.Of(10) + updates));
}
