using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>LARS: momentum SGD with a learning rate of its own for each layer.</summary>
/// <remarks>Source: You, Gitman, Ginsburg (2017), Algorithm 1; D3 "Layer-wise Adaptive Rate Scaling".</remarks>
public static class Lars
{
    /// <summary>t·‖θ‖/(‖g‖ + λ‖θ‖): a layer's own rate, relative to the learning rate; 1 where a norm is zero.</summary>
    [Formula("lars.local_rate", TeX = "r", Source = "You, Gitman, Ginsburg (2017), Algorithm 1")]
    public static T LocalRate<T>(
        [Domain(@"\lVert \theta \rVert", "[0, inf)")] T parameterNorm,
        [Domain(@"\lVert g \rVert", "[0, inf)")] T gradientNorm,
        [Domain(nameof(Hyperparameters.WeightDecay))] T lambda,
        [Domain(nameof(Hyperparameters.TrustCoefficient))] T trust)
        where T : IReal<T> =>
        T.Rewritten(
            LayerWiseRates.OneWithoutNorm(parameterNorm, gradientNorm, trust * parameterNorm / (gradientNorm + lambda * parameterNorm)),
            LayerWiseRates.OneWithoutNorm(parameterNorm, gradientNorm, RateOf(parameterNorm, gradientNorm, lambda, trust)));

    // The larger part of the denominator, ‖g‖ or λ‖θ‖, is taken out of it: what is left lies between 1 and 2.
    internal static T RateOf<T>(T parameterNorm, T gradientNorm, T lambda, T trust)
        where T : IReal<T>
    {
        T one = T.Of(1), decay = T.Proportion(lambda, parameterNorm, gradientNorm);
        T byGradient = T.Proportion(T.Max(trust, parameterNorm) / (one + decay), T.Min(trust, parameterNorm), gradientNorm);
        T byDecay = T.Proportion(trust, one / (one + one / decay), lambda);
        return T.IfLess(decay, one, byGradient, byDecay);
    }

    /// <summary>s·(g + λθ) for a power of two s: a share of the direction, where the direction is more than the number holds.</summary>
    /// <param name="gradient">g.</param>
    /// <param name="theta">θ.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="share">s.</param>
    public static T ShareOfDirection<T>(T gradient, T theta, T lambda, T share)
        where T : IReal<T> => share * gradient + T.Product(share, lambda, theta);

    /// <summary>μ·b + η·r·d: the velocity, the learning rate inside.</summary>
    [Formula("lars.velocity", TeX = "b_t", Source = "You, Gitman, Ginsburg (2017), Algorithm 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Velocity<T>(
        [Domain("b_{t-1}", "(-inf, inf)")] T buffer,
        [Domain("d_t", "(-inf, inf)")] T direction,
        [Domain(nameof(Hyperparameters.LarsMomentum))] T momentum,
        [Domain(nameof(Hyperparameters.LayerRate))] T lr,
        [Domain("r", "[0, inf)")] T localRate)
        where T : IReal<T>
    {
        T step = T.Product(lr, localRate, direction), part = T.Of(WideSums.Part);
        return T.Rewritten(
            momentum * buffer + lr * localRate * direction,
            WideSums.Of(step, T.Fma(momentum, buffer, step), T.Fma(momentum, part * buffer, T.Product(lr, localRate, part * direction))));
    }


    [AccuracyException("lars.velocity", "the kept buffer and the step may cancel, and the roundings of the step stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T VelocityUnit<T>(T buffer, T direction, T momentum, T lr, T localRate)
        where T : IReal<T> => lr * localRate * T.Abs(direction);

    /// <summary>θ − b: the update by the velocity.</summary>
    [Formula("lars.update", TeX = @"\theta_t", Source = "You, Gitman, Ginsburg (2017), Algorithm 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain("b_t", "(-inf, inf)")] T buffer)
        where T : IReal<T> => theta - buffer;
}
