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
        LayerWiseRates.OneWithoutNorm(parameterNorm, gradientNorm, trust * parameterNorm / (gradientNorm + lambda * parameterNorm));

    /// <summary>μ·b + η·r·d: the velocity, the learning rate inside.</summary>
    [Formula("lars.velocity", TeX = "b_t", Source = "You, Gitman, Ginsburg (2017), Algorithm 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Velocity<T>(
        [Domain("b_{t-1}", "(-inf, inf)")] T buffer,
        [Domain("d_t", "(-inf, inf)")] T direction,
        [Domain(nameof(Hyperparameters.LarsMomentum))] T momentum,
        [Domain(nameof(Hyperparameters.LayerRate))] T lr,
        [Domain("r", "[0, inf)")] T localRate)
        where T : IReal<T> => momentum * buffer + lr * localRate * direction;

    /// <summary>θ − b: the update by the velocity.</summary>
    [Formula("lars.update", TeX = @"\theta_t", Source = "You, Gitman, Ginsburg (2017), Algorithm 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain("b_t", "(-inf, inf)")] T buffer)
        where T : IReal<T> => theta - buffer;
}
