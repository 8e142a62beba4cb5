using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What activation checkpointing holds and recomputes: L layers in k segments, of which only the outputs are kept.</summary>
/// <remarks>Source: Chen et al., "Training deep nets with sublinear memory cost" (2016), section 4; D3 "Gradient Checkpointing"; the oracle protocol, checkpointing.plan.</remarks>
public static class Checkpointing
{
    /// <summary>⌈L/k⌉: the longest of k segments that are as even as can be.</summary>
    [Formula("checkpointing.longest", TeX = "s", Source = "the oracle protocol, checkpointing.plan")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Longest<T>(
        [Domain(nameof(Hyperparameters.Layers))] T layers,
        [Domain("k", "[1, inf)", Whole = true)] T segments)
        where T : IReal<T> => WholeQuotients.Ceiling(layers, segments);

    /// <summary>k + s − 1: the outputs of all segments and the other outputs of the longest one.</summary>
    [Formula("checkpointing.peak", TeX = "P", Source = "Chen et al. (2016), section 4.1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Peak<T>(
        [Domain("k", "[1, inf)", Whole = true)] T segments,
        [Domain("s", "[1, inf)", Whole = true)] T longest)
        where T : IReal<T> => segments + longest - T.Of(1);

    /// <summary>L − k: the outputs that are computed a second time.</summary>
    [Formula("checkpointing.recomputed", TeX = "R", Source = "the oracle protocol, checkpointing.plan")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Recomputed<T>(
        [Domain(nameof(Hyperparameters.Layers))] T layers,
        [Domain("k", "[1, inf)", Whole = true)] T segments)
        where T : IReal<T> => layers - segments;

    /// <summary>⌈2√L⌉ − 1: the least peak of all ways to cut L layers.</summary>
    /// <remarks>k + ⌈L/k⌉ ≥ k + L/k ≥ 2√L, and k = ⌈√L⌉ or the whole number below reaches the next whole number.</remarks>
    [Formula("checkpointing.least_peak", TeX = @"P_{\min}", Source = "D3 Gradient Checkpointing; Chen et al. (2016), section 4.1")]
    public static T LeastPeak<T>([Domain("L", "[1, 1000000]", Whole = true)] T layers)
        where T : IReal<T>
    {
        T one = T.Of(1), root = -T.Floor(-(T.Of(2) * T.Sqrt(layers))), half = T.Of(0.5) * root;

        // A root rounded down to c has c²/4 < L; none is rounded up past a whole number.
        return T.Rewritten(root, T.IfLess(T.Fma(half, half, -layers), T.Of(0), root + one, root)) - one;
    }

    /// <summary>R/(3L): the additional work, where a backward pass costs two forward passes.</summary>
    [Formula("checkpointing.overhead", TeX = "c", Source = "D3 Gradient Checkpointing")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Overhead<T>(
        [Domain("R", "[0, inf)", Whole = true)] T recomputed,
        [Domain(nameof(Hyperparameters.Layers))] T layers)
        where T : IReal<T> => recomputed / (T.Of(3) * layers);
}
