using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Adamax: Adam with the largest of the past gradients, which fade, in place of the root of their squares.</summary>
/// <remarks>Source: Kingma and Ba (2015), Algorithm 2, whose ε is 0.</remarks>
public static class Adamax
{
    /// <summary>max(β₂·u, |g| + ε): the fading maximum.</summary>
    [Formula("adamax.norm", TeX = "u_t", Source = "Kingma and Ba (2015), Algorithm 2; ε of PyTorch's Adamax")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Norm<T>(
        [Domain("u_{t-1}", "[0, inf)")] T norm,
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain(nameof(Hyperparameters.Beta2))] T beta2,
        [Domain(nameof(Hyperparameters.Epsilon))] T eps)
        where T : IReal<T> => T.Max(beta2 * norm, T.Abs(gradient) + eps);

    /// <summary>θ − α·m̂/u: the update.</summary>
    [Formula("adamax.update", TeX = @"\theta_t", Source = "Kingma and Ba (2015), Algorithm 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain(@"\hat{m}_t", "(-inf, inf)")] T mHat,
        [Domain("u_t", "(0, inf)")] T norm,
        [Domain(nameof(Hyperparameters.StepSize))] T lr)
        where T : IReal<T> => Adam.UpdateBy(theta, mHat, norm, lr);

    [AccuracyException("adamax.update", Adam.QuotientReason)]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T UpdateUnit<T>(
        T theta, T mHat, T norm, T lr, [Domain(AccuracyExceptionAttribute.SmallestNormal, "(0, inf)")] T smallest, [Domain(AccuracyExceptionAttribute.Largest, "(0, inf)")] T largest)
        where T : IReal<T> => Adam.Unit(mHat, norm, lr, smallest, largest);
}
