using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Losses of one number against its target, and their derivatives with respect to the number: squared, Huber's, the smooth absolute error, and binary cross-entropy of a logit.</summary>
/// <remarks>Source: Huber (1964); Girshick (2015), equation 3; PyTorch's mse_loss, huber_loss, smooth_l1_loss and binary_cross_entropy_with_logits.</remarks>
public static class ElementwiseLosses
{
    /// <summary>(ŷ − y)².</summary>
    [Formula("elementwise_losses.squared", TeX = @"L_i", Source = "the definition of the squared error")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Squared<T>(
        [Domain(@"\hat{y}_i", "(-inf, inf)")] T prediction,
        [Domain("y_i", "(-inf, inf)")] T target)
        where T : IReal<T>
    {
        T error = prediction - target;
        return error * error;
    }

    /// <summary>2(ŷ − y).</summary>
    [Formula("elementwise_losses.squared_gradient", TeX = @"\frac{\partial L_i}{\partial \hat{y}_i}", Source = "the squared error, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SquaredGradient<T>(
        [Domain(@"\hat{y}_i", "(-inf, inf)")] T prediction,
        [Domain("y_i", "(-inf, inf)")] T target)
        where T : IReal<T> => T.Of(2) * (prediction - target);

    /// <summary>m(|ŷ − y| − m/2) with m = min(|ŷ − y|, δ): half of the squared error up to δ, and δ(|ŷ − y| − δ/2) beyond.</summary>
    [Formula("elementwise_losses.huber", TeX = @"L_i", Source = "Huber (1964); PyTorch's huber_loss")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Huber<T>(
        [Domain(@"\hat{y}_i", "(-inf, inf)")] T prediction,
        [Domain("y_i", "(-inf, inf)")] T target,
        [Domain(nameof(Hyperparameters.HuberDelta))] T delta)
        where T : IReal<T>
    {
        T half = T.Of(0.5), error = T.Abs(prediction - target), part = T.Min(error, delta), stated = part * (error - half * part);

        // The error of halves, where the error itself is more than the number holds.
        T wide = T.Of(2) * (delta * (T.Abs(half * prediction - half * target) - half * (half * delta)));
        return T.Rewritten(
            T.IfLess(delta, error, delta * (error - half * delta), half * (error * error)),
            T.IfLess(error, T.Of(double.PositiveInfinity), stated, wide));
    }

    /// <summary>max(−δ, min(δ, ŷ − y)): the derivative of <see cref="Huber"/>.</summary>
    [Formula("elementwise_losses.huber_gradient", TeX = @"\frac{\partial L_i}{\partial \hat{y}_i}", Source = "Huber (1964), differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HuberGradient<T>(
        [Domain(@"\hat{y}_i", "(-inf, inf)")] T prediction,
        [Domain("y_i", "(-inf, inf)")] T target,
        [Domain(nameof(Hyperparameters.HuberDelta))] T delta)
        where T : IReal<T> => T.Max(-delta, T.Min(delta, prediction - target));

    /// <summary>The loss of <see cref="Huber"/> over β: (ŷ − y)²/(2β) below β, and |ŷ − y| − β/2 from there on, so that β = 0 gives the absolute error.</summary>
    [Formula("elementwise_losses.smooth_l1", TeX = @"L_i", Source = "Girshick (2015), equation 3; PyTorch's smooth_l1_loss")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SmoothL1<T>(
        [Domain(@"\hat{y}_i", "(-inf, inf)")] T prediction,
        [Domain("y_i", "(-inf, inf)")] T target,
        [Domain(nameof(Hyperparameters.SmoothBeta))] T beta)
        where T : IReal<T>
    {
        T half = T.Of(0.5), error = T.Abs(prediction - target), linear = error - half * beta;
        T wide = T.Of(2) * (T.Abs(half * prediction - half * target) - half * (half * beta));
        return T.Rewritten(
            T.IfLess(error, beta, half * (error * error) / beta, linear),
            T.IfLess(error, beta, half * T.Proportion(error, error, beta), T.IfLess(error, T.Of(double.PositiveInfinity), linear, wide)));
    }

    /// <summary>(ŷ − y)/β below β, and the sign of ŷ − y from there on: the derivative of <see cref="SmoothL1"/>.</summary>
    [Formula("elementwise_losses.smooth_l1_gradient", TeX = @"\frac{\partial L_i}{\partial \hat{y}_i}", Source = "Girshick (2015), equation 3, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SmoothL1Gradient<T>(
        [Domain(@"\hat{y}_i", "(-inf, inf)")] T prediction,
        [Domain("y_i", "(-inf, inf)")] T target,
        [Domain(nameof(Hyperparameters.SmoothBeta))] T beta)
        where T : IReal<T>
    {
        T error = prediction - target;
        return T.IfLess(T.Abs(error), beta, error / beta, Lion.Sign(error));
    }

    /// <summary>(1 − y)·ln(1 + eᶻ) + p·y·ln(1 + e⁻ᶻ): binary cross-entropy of the logit z in nats, p the weight of the positive class; no term is below 0, so that nothing cancels.</summary>
    [Formula("elementwise_losses.binary_cross_entropy", TeX = @"L_i", Source = "−(1 − y)·ln(1 − σ(z)) − p·y·ln σ(z); PyTorch's binary_cross_entropy_with_logits")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T BinaryCrossEntropy<T>(
        [Domain("z_i", "(-inf, inf)")] T logit,
        [Domain("y_i", "[0, 1]")] T target,
        [Domain("p", "[0, inf)")] T positiveWeight)
        where T : IReal<T> => PartOfBinaryCrossEntropy(logit, target, T.Of(1) - target, positiveWeight, T.Of(1));

    /// <summary>The same times a power of two, where the loss is more than the number holds, from a target and what it lacks to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T PartOfBinaryCrossEntropy<T>(T logit, T target, T other, T positiveWeight, T part)
        where T : IReal<T> => other * (part * Activations.Softplus(logit)) + Of(part * positiveWeight, target, Activations.Softplus(-logit));

    /// <summary>(1 − y)·σ(z) − p·y·σ(−z): the derivative of <see cref="BinaryCrossEntropy"/>; without a weight it is σ(z) − y.</summary>
    [Formula("elementwise_losses.binary_cross_entropy_gradient", TeX = @"\frac{\partial L_i}{\partial z_i}", Source = "binary cross-entropy, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T BinaryCrossEntropyGradient<T>(
        [Domain("z_i", "(-inf, inf)")] T logit,
        [Domain("y_i", "[0, 1]")] T target,
        [Domain("p", "[0, inf)")] T positiveWeight)
        where T : IReal<T> => BinaryCrossEntropyGradient(logit, target, T.Of(1) - target, positiveWeight);

    /// <summary>The same from a target and what it lacks to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T BinaryCrossEntropyGradient<T>(T logit, T target, T other, T positiveWeight)
        where T : IReal<T> => other * Activations.Sigmoid(logit) - Of(positiveWeight, target, Activations.Sigmoid(-logit));

    [AccuracyException("elementwise_losses.binary_cross_entropy_gradient", "where the target lies between 0 and 1 both terms may cancel, and their roundings stay")]
    private static T BinaryCrossEntropyGradientUnit<T>(T logit, T target, T positiveWeight)
        where T : IReal<T> => T.Max((T.Of(1) - target) * Activations.Sigmoid(logit), positiveWeight * target * Activations.Sigmoid(-logit));

    // The weight and the target may be small, and the third factor large.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Of<T>(T weight, T target, T third)
        where T : IReal<T> => T.Rewritten(weight * target * third, T.Product(weight, target, third));
}
