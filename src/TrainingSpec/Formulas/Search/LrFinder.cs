using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The learning-rate range test: a geometric sweep of rates, smoothed losses, and their slope over the logarithm of the rate.</summary>
/// <remarks>Source: Smith (2017), section 3.3; D3 "Learning Rate Finder"; D0 "Finding the Right Learning Rate".</remarks>
public static class LrFinder
{
    /// <summary>η_min·(η_max/η_min)^(i/(n − 1)): rate i of n, counted from 0; the last one is η_max itself.</summary>
    [Formula("lr_finder.rate", TeX = @"\eta_i", Source = "D3 Learning Rate Finder")]
    public static T Rate<T>(
        [Domain(nameof(Hyperparameters.SweepMinimum))] T lrMin,
        [Domain(nameof(Hyperparameters.SweepMaximum))] T lrMax,
        [Domain(nameof(Hyperparameters.SweepCount))] T count,
        [Domain("i", "[0, inf)", Whole = true)] T index)
        where T : IReal<T>
    {
        // What n − 1 is off by, where n is more than the number can count.
        T last = count - T.Of(1), slip = count - last - T.Of(1);
        T computed = T.IfLess(index - last, slip, Between(lrMin, lrMax, index, last, slip), lrMax);
        return T.States ? T.Rewritten(T.IfLess(index, last, lrMin * T.Pow(lrMax / lrMin, index / last), lrMax), computed) : computed;
    }

    // a^(j/n)·b^(i/n) with j + i = n: the quotient b/a may overflow. What is rounded of the two shares moves the powers by its product with the logarithms.
    private static T Between<T>(T lrMin, T lrMax, T index, T last, T slip)
        where T : IReal<T>
    {
        T low = (last - index) / last, high = index / last;
        T ofHigh = T.Fma(-high, slip, T.Fma(-high, last, index)) / last;
        T ofLow = T.Of(1) - T.Max(low, high) - T.Min(low, high) - ofHigh;
        return Logarithms.Mean(lrMin, lrMax, low, high, ofLow * T.Log(lrMin) + ofHigh * T.Log(lrMax));
    }

    /// <summary>L + b·(m − L), b = (s − sᵗ)/(1 − sᵗ): the debiased exponential average after loss t, counted from 1; a flat loss keeps its bits.</summary>
    /// <remarks>The same average as (s·a + (1 − s)·L)/(1 − sᵗ) with a from 0, written so that nothing is lost at s = 0 or L = m.</remarks>
    [Formula("lr_finder.smoothed", TeX = "m_t", Source = "Kingma and Ba (2015), section 3, for losses")]
    public static T Smoothed<T>(
        [Domain("m_{t-1}", "(-inf, inf)")] T average,
        [Domain("L_t", "(-inf, inf)")] T loss,
        [Domain(nameof(Hyperparameters.LossSmoothing))] T smoothing,
        [Domain("t", "[1, inf)", Whole = true)] T step)
        where T : IReal<T> => Smoothed(average, loss, Share(smoothing, step));

    /// <summary>The same with b derived beforehand.</summary>
    public static T Smoothed<T>(T average, T loss, T share)
        where T : IReal<T> => T.Rewritten(
            loss + share * (average - loss),
            T.Fma(share * Differences.Unit(average, loss), Differences.Part(average, loss), loss));

    [AccuracyException("lr_finder.smoothed", "loss and average of opposite signs may cancel, and the roundings of b and of their difference stay")]
    private static T SmoothedUnit<T>(T average, T loss, T smoothing, T step)
        where T : IReal<T> => Share(smoothing, step) * T.Abs(average - loss);

    /// <summary>(s − sᵗ)/(1 − sᵗ): the share that the average before keeps at loss t.</summary>
    public static T Share<T>(T smoothing, T step)
        where T : IReal<T>
    {
        T computed = smoothing * (Adam.BiasCorrection(smoothing, step - T.Of(1)) / Adam.BiasCorrection(smoothing, step));
        if (!T.States)
            return computed;
        T power = T.Power(smoothing, step);
        return T.Rewritten((smoothing - power) / (T.Of(1) - power), computed);
    }

    /// <summary>(L₊ − L₋)/(ln η₊ − ln η₋): the slope of the loss between a rate's two neighbours.</summary>
    [Formula("lr_finder.slope", TeX = "d_i", Source = "D3 Learning Rate Finder")]
    public static T Slope<T>(
        [Domain("L_{i-1}", "(-inf, inf)")] T lossBefore,
        [Domain("L_{i+1}", "(-inf, inf)")] T lossAfter,
        [Domain(@"\eta_{i-1}", "(0, inf)")] T lrBefore,
        [Domain(@"\eta_{i+1}", "(0, inf)")] T lrAfter)
        where T : IReal<T> => Differences.Over(lossAfter, lossBefore, Logarithms.Difference(lrAfter, lrBefore));

    /// <summary>4·L_min where that is positive, else L_min + 3·max(|L_1|, |L_min|): a loss above it counts as divergence, whatever the signs.</summary>
    /// <remarks>Three times a size above the least loss: its own where it is positive, else that of the first loss or of the least, whichever is larger.</remarks>
    [Formula("lr_finder.divergence_bound", TeX = @"L_{\text{div}}", Source = "the oracle protocol, lr_finder.suggest; compare D0 Finding the Right Learning Rate")]
    public static T DivergenceBound<T>(
        [Domain(@"L_{\min}", "(-inf, inf)")] T smallest,
        [Domain("L_1", "(-inf, inf)")] T first)
        where T : IReal<T> => T.IfLess(
            T.Of(0),
            smallest,
            T.Of(4) * smallest,
            T.Rewritten(smallest + T.Of(3) * T.Max(T.Abs(first), T.Abs(smallest)), T.Fma(T.Of(3), T.Max(T.Abs(first), T.Abs(smallest)), smallest)));
}
