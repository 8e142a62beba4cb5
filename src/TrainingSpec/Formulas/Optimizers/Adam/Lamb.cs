using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>LAMB: Adam's direction with decoupled decay, scaled layer by layer to the size of the parameters.</summary>
/// <remarks>The moments are Adam's (<see cref="Adam"/>), the ratio is <see cref="LayerWiseRates.Ratio"/> of ‖θ‖ and ‖u‖. Source: You et al. (2020), Algorithm 2.</remarks>
public static class Lamb
{
    /// <summary>m̂/(√v̂ + ε) + λθ: the direction before it is scaled.</summary>
    [Formula("lamb.direction", TeX = "u_t", Source = "You et al. (2020), Algorithm 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Direction<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain(@"\hat{m}_t", "(-inf, inf)")] T mHat,
        [Domain(@"\hat{v}_t", "[0, inf)")] T vHat,
        [Domain(nameof(Hyperparameters.LambEpsilon))] T eps,
        [Domain(nameof(Hyperparameters.LambDecay))] T lambda)
        where T : IReal<T> => DirectionBy(theta, mHat, T.Sqrt(vHat) + eps, lambda);

    [AccuracyException("lamb.direction", "the quotient and the decay may cancel, and the roundings of the quotient stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T DirectionUnit<T>(T theta, T mHat, T vHat, T eps, T lambda)
        where T : IReal<T> => T.Abs(mHat) / (T.Sqrt(vHat) + eps);

    /// <summary>m̂/d + λθ: the direction with its denominator d derived beforehand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T DirectionBy<T>(T theta, T mHat, T denominator, T lambda)
        where T : IReal<T> => T.Rewritten(
            mHat / denominator + lambda * theta,
            WideSums.Of(mHat / denominator, T.Fma(lambda, theta, mHat / denominator), T.Fma(T.Of(WideSums.Part) * lambda, theta, T.Proportion(T.Of(WideSums.Part), mHat, denominator))));

    /// <summary>s·(m̂/d + λθ) for a power of two s: a share of the direction, where the direction is more than the number holds.</summary>
    /// <param name="theta">θ.</param>
    /// <param name="mHat">m̂.</param>
    /// <param name="denominator">d.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="share">s.</param>
    public static T ShareOfDirection<T>(T theta, T mHat, T denominator, T lambda, T share)
        where T : IReal<T> => T.Product(share, lambda, theta) + T.Proportion(share, mHat, denominator);

    /// <summary>min(max(x, γ_l), γ_u): a norm or a ratio of norms between its bounds.</summary>
    [Formula("lamb.bounded", TeX = "b(x)", Source = "You et al. (2020), Algorithm 2, φ")]
    public static T Bounded<T>(
        [Domain("x", "[0, inf)")] T value,
        [Domain(nameof(Hyperparameters.LeastNorm))] T least,
        [Domain(nameof(Hyperparameters.MostNorm))] T most)
        where T : IReal<T> => T.Min(T.Max(value, least), most);

    /// <summary>θ − η·φ·u: the update, φ = ‖θ‖/‖u‖.</summary>
    [Formula("lamb.update", TeX = @"\theta_t", Source = "You et al. (2020), Algorithm 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain("u_t", "(-inf, inf)")] T direction,
        [Domain(nameof(Hyperparameters.LayerRate))] T lr,
        [Domain(@"\phi", "[0, inf)")] T ratio)
        where T : IReal<T>
    {
        T step = T.Product(lr, ratio, direction), part = T.Of(WideSums.Part);
        return T.Rewritten(theta - lr * ratio * direction, WideSums.Of(step, theta - step, part * theta - T.Product(lr, ratio, part * direction)));
    }


    [AccuracyException("lamb.update", "the step and the old parameter may cancel, and the roundings of the step stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T UpdateUnit<T>(T theta, T direction, T lr, T ratio)
        where T : IReal<T> => lr * ratio * T.Abs(direction);
}
