using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Gradient clipping by norm and by value.</summary>
/// <remarks>Source: D4 "Gradient Clipping"; Pascanu et al. (2013), Algorithm 1.</remarks>
public static class Clipping
{
    /// <summary>min(1, c/‖g‖): the factor of norm clipping; exactly 1 up to and including the threshold, NaN where the norm is.</summary>
    [Formula("clipping.scale", TeX = "s", Source = "D4 Max Norm Clipping")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Scale<T>(
        [Domain(@"\lVert g \rVert", "[0, inf)")] T norm,
        [Domain(nameof(Hyperparameters.MaxNorm))] T maxNorm)
        where T : IReal<T> => T.Min(T.Of(1), maxNorm / norm);

    /// <summary>s·g: a gradient element after norm clipping.</summary>
    [Formula("clipping.scaled", TeX = "g'", Source = "D4 Max Norm Clipping")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Scaled<T>(
        [Domain("g", "(-inf, inf)")] T gradient,
        [Domain("s", "[0, 1]")] T scale)
        where T : IReal<T> => scale * gradient;

    /// <summary>λ·max(‖w‖, ε): the largest norm that adaptive clipping leaves the gradient of a unit whose weights have the norm ‖w‖.</summary>
    [Formula("clipping.adaptive", TeX = "c", Source = "Brock et al. (2021), equation 3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Adaptive<T>(
        [Domain(@"\lVert w \rVert", "[0, inf)")] T weightNorm,
        [Domain(nameof(Hyperparameters.AdaptiveShare))] T share,
        [Domain(nameof(Hyperparameters.WeightFloor))] T floor)
        where T : IReal<T> => share * T.Max(weightNorm, floor);

    /// <summary>c·g/‖g‖: the same above the threshold, where the factor itself is subnormal or 0.</summary>
    /// <param name="gradient">g.</param>
    /// <param name="norm">‖g‖, above c.</param>
    /// <param name="maxNorm">c.</param>
    public static T ScaledByNorm<T>(T gradient, T norm, T maxNorm)
        where T : IReal<T> => T.Proportion(gradient, maxNorm, norm);

    /// <summary>max(−c, min(c, g)): a gradient element after value clipping.</summary>
    [Formula("clipping.value", TeX = "g'", Source = "D0 Gradient Clipping")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(
        [Domain("g", "(-inf, inf)")] T gradient,
        [Domain(nameof(Hyperparameters.Limit))] T limit)
        where T : IReal<T> => T.Max(-limit, T.Min(limit, gradient));

    /// <summary>g·s for every gradient, in place.</summary>
    public static void ScaleAll<T>(Span<T> gradients, T scale)
        where T : IReal<T>
    {
        for (int i = 0; i < gradients.Length; i++)
            gradients[i] = Scaled(gradients[i], scale);
    }
}
