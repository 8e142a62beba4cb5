using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The mean gradient of several micro-batches, added up one after the other.</summary>
/// <remarks>Source: D2 "Gradient Accumulation"; D3 "Gradient Accumulation".</remarks>
public static class GradientAccumulation
{
    /// <summary>a + w·g: the accumulator after a micro-batch of weight w.</summary>
    [Formula("gradient_accumulation.added", TeX = "a_k", Source = "D2 Gradient Accumulation; D3 Gradient Accumulation")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Added<T>(
        [Domain("a_{k-1}", "(-inf, inf)")] T accumulated,
        [Domain("g_k", "(-inf, inf)")] T gradient,
        [Domain("w_k", "[0, inf)")] T weight)
        where T : IReal<T> => T.Rewritten(accumulated + weight * gradient, T.Fma(weight, gradient, accumulated));

    /// <summary>a / W: the mean over the micro-batches of a window, W the sum of their weights.</summary>
    [Formula("gradient_accumulation.mean", TeX = @"\bar{g}", Source = "D2 Gradient Accumulation; D3 Gradient Accumulation")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mean<T>(
        [Domain("a_n", "(-inf, inf)")] T accumulated,
        [Domain("W", "(0, inf)")] T totalWeight)
        where T : IReal<T> => accumulated / totalWeight;

    /// <summary>B·k: the examples behind one update of k micro-batches of B examples each.</summary>
    [Formula("gradient_accumulation.effective_batch", TeX = @"B_{\text{eff}}", Source = "D2 Gradient Accumulation; D3 Gradient Accumulation")]
    public static T EffectiveBatch<T>(
        [Domain(nameof(Hyperparameters.BatchSize))] T batch,
        [Domain("k", "[1, inf)", Whole = true)] T microBatches)
        where T : IReal<T> => batch * microBatches;
}
