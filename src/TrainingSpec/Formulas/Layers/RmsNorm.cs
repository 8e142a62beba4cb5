using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>RMS normalization of the rows of a flat array, with a gain, forward and backward: layer normalization that leaves each row its mean.</summary>
/// <remarks>x, y (N, C); g (C). Rows have the body of <see cref="LayerNorm"/>. Source: Zhang and Sennrich, "Root mean square layer normalization" (2019), equation 4.</remarks>
public static class RmsNorm
{
    /// <summary>1/√(m + ε): the reciprocal root of the mean square.</summary>
    [Formula("rms_norm.reciprocal_root", TeX = "r", Source = "Zhang and Sennrich (2019), equation 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ReciprocalRoot<T>(
        [Domain("m", "[0, inf)")] T meanSquare,
        [Domain(nameof(Hyperparameters.RmsNormEpsilon), WithoutLowest = true)] T eps)
        where T : IReal<T> => LayerNorm.ReciprocalDeviation(meanSquare, eps);

    /// <summary>g·x̂: the output, from the normalized element x̂ = x·r.</summary>
    [Formula("rms_norm.output", TeX = "y_i", Source = "Zhang and Sennrich (2019), equation 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Output<T>(
        [Domain(@"\hat{x}_i", "(-inf, inf)")] T normalized,
        [Domain("g_i", "(-inf, inf)")] T gain)
        where T : IReal<T> => gain * normalized;

    /// <summary>r·(d − x̂·p̄): ∂L/∂x from d = ∂L/∂x̂ and the row's mean of d·x̂.</summary>
    [Formula("rms_norm.input_gradient", TeX = @"\frac{\partial L}{\partial x_i}", Source = "the chain rule through Zhang and Sennrich (2019), equation 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T InputGradientOf<T>(
        [Domain("d_i", "(-inf, inf)")] T d,
        [Domain(@"\hat{x}_i", "(-inf, inf)")] T normalized,
        [Domain(@"\bar{p}", "(-inf, inf)")] T product,
        [Domain("r", "(0, inf)")] T reciprocalRoot)
        where T : IReal<T> => T.Rewritten(
            reciprocalRoot * (d - normalized * product),
            LayerNorm.InputGradientOf(d, T.Of(0), normalized, product, reciprocalRoot));

    [AccuracyException("rms_norm.input_gradient", "the gradient and its part along the row may cancel, and the roundings of both stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T InputGradientUnit<T>(T d, T normalized, T product, T reciprocalRoot)
        where T : IReal<T> => T.Abs(d) * reciprocalRoot;

    /// <summary>Normalizes every row; keeps x̂ (N, C) and r (N) for the backward pass.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε lies outside its domain, or T can't hold it: it becomes infinite, or 0.</exception>
    public static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gain, double eps, Span<T> y, Span<T> normalized, Span<T> reciprocalRoots)
        where T : IReal<T>
    {
        var none = new T[gain.Length];
        Array.Fill(none, T.Of(0));
        LayerNorm.Forward(x, gain, none, Hyperparameters.RmsNormEpsilon.Require(eps), y, normalized, reciprocalRoots, centred: false);
    }

    /// <summary>∂L/∂x from ∂L/∂y and what the forward pass kept; the gradient of the gain is that of <see cref="LayerNorm.GainGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with each other.</exception>
    public static void InputGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> gain, ReadOnlySpan<T> normalized, ReadOnlySpan<T> reciprocalRoots, Span<T> dx)
        where T : IReal<T> => LayerNorm.InputGradient(dy, gain, normalized, reciprocalRoots, dx, centred: false);
}
