using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The L2 penalty with and without the half, and their gradients: λΣθ² has 2λθ, ½λΣθ² has λθ.</summary>
/// <remarks>Source: D0 "Weight Decay (L2 Regularization)"; Krogh and Hertz (1992).</remarks>
public static class L2Penalty
{
    /// <summary>λ·S: the penalty from the sum of squares S.</summary>
    [Formula("l2_penalty.penalty", TeX = "R", Source = "D0 Weight Decay (L2 Regularization)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Penalty<T>(
        [Domain("S", "[0, inf)")] T sumOfSquares,
        [Domain(nameof(Hyperparameters.PenaltyStrength))] T lambda)
        where T : IReal<T> => lambda * sumOfSquares;

    /// <summary>2·λ·θ: the derivative of λΣθ² for one parameter.</summary>
    [Formula("l2_penalty.gradient", TeX = @"\frac{\partial R}{\partial \theta}", Source = "the derivative of l2_penalty.penalty")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(
        [Domain(@"\theta", "(-inf, inf)")] T theta,
        [Domain(nameof(Hyperparameters.PenaltyStrength))] T lambda)
        where T : IReal<T> => T.Product(T.Of(2), lambda, theta);

    /// <summary>½·λ·S: the penalty whose gradient is λθ, which is what weight decay adds.</summary>
    [Formula("l2_penalty.half_penalty", TeX = "R", Source = "Krogh and Hertz (1992)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HalfPenalty<T>(
        [Domain("S", "[0, inf)")] T sumOfSquares,
        [Domain(nameof(Hyperparameters.PenaltyStrength))] T lambda)
        where T : IReal<T> => T.Product(T.Of(0.5), lambda, sumOfSquares);

    /// <summary>λ·θ: the derivative of ½λΣθ² for one parameter.</summary>
    [Formula("l2_penalty.half_gradient", TeX = @"\frac{\partial R}{\partial \theta}", Source = "D0 Weight Decay (L2 Regularization); Krogh and Hertz (1992)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HalfGradient<T>(
        [Domain(@"\theta", "(-inf, inf)")] T theta,
        [Domain(nameof(Hyperparameters.PenaltyStrength))] T lambda)
        where T : IReal<T> => lambda * theta;

    /// <summary>(1 − η·λ)·θ − η·g: one step of plain SGD on L + ½λΣθ², written as a decay of the parameter.</summary>
    [Formula("l2_penalty.decayed_step", TeX = @"\theta_{t+1}", Source = "D0 Weight Decay (L2 Regularization)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T DecayedStep<T>(
        [Domain(@"\theta_t", "(-inf, inf)")] T theta,
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain(nameof(Hyperparameters.LearningRate))] T lr,
        [Domain(nameof(Hyperparameters.PenaltyStrength))] T lambda)
        where T : IReal<T> => T.Rewritten(
            (T.Of(1) - lr * lambda) * theta - lr * gradient,
            WideSums.Of(
                AdamW.DecayUpdated(theta, lr, lambda),
                T.Fma(-lr, gradient, AdamW.DecayUpdated(theta, lr, lambda)),
                T.Fma(-lr, T.Of(WideSums.Part) * gradient, AdamW.DecayUpdated(T.Of(WideSums.Part) * theta, lr, lambda))));

    [AccuracyException("l2_penalty.decayed_step", "the decayed parameter and the step may cancel, and the roundings of both stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T DecayedStepUnit<T>(T theta, T gradient, T lr, T lambda)
        where T : IReal<T> => lr * T.Abs(gradient);
}
