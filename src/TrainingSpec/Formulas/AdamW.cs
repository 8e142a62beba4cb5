using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Adam with decoupled weight decay.</summary>
/// <remarks>Source: Loshchilov and Hutter (2019), Algorithm 2; D4 "Weight Decay in AdamW".</remarks>
public static class AdamW
{
    /// <summary>α·λ·θ: what decoupled decay takes from a parameter in one step.</summary>
    [Formula("adamw.decay", TeX = "d_t", Source = "D4 Weight Decay in AdamW; D4 AdamW Update (for one parameter)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decay<T>(
        [Domain(@"\theta", "(-inf, inf)")] T theta,
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.DecoupledDecay))] T lambda)
        where T : IReal<T> => Decay(theta, DecayRate(lr, lambda));

    /// <summary>The same with α·λ derived beforehand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decay<T>(T theta, T rate)
        where T : IReal<T> => rate * theta;

    /// <summary>α·λ: the share of a parameter that decays in one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T DecayRate<T>(T lr, T lambda)
        where T : IReal<T> => lr * lambda;

    /// <summary>θ − α·m̂/(√v̂ + ε) − α·λ·θ: the update with the decay of the old parameter.</summary>
    [Formula("adamw.update", TeX = @"\theta_t", Source = "D4 Weight Decay in AdamW; Loshchilov and Hutter (2019), Algorithm 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain(@"\hat{m}_t", "(-inf, inf)")] T mHat,
        [Domain(@"\hat{v}_t", "[0, inf)")] T vHat,
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.Epsilon))] T eps,
        [Domain(nameof(Hyperparameters.DecoupledDecay))] T lambda)
        where T : IReal<T> => Adam.Update(theta, mHat, vHat, lr, eps) - Decay(theta, lr, lambda);

    /// <summary>u − α·λ·u: the variant that decays the already updated parameter u.</summary>
    [Formula("adamw.decay_updated", TeX = @"\theta_t", Source = "D4 Code Implementation: AdamW Optimizer")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T DecayUpdated<T>(
        [Domain("u_t", "(-inf, inf)")] T updated,
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.DecoupledDecay))] T lambda)
        where T : IReal<T> => DecayUpdated(updated, DecayRate(lr, lambda));

    /// <summary>The same with α·λ derived beforehand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T DecayUpdated<T>(T updated, T rate)
        where T : IReal<T> => updated - Decay(updated, rate);
}
