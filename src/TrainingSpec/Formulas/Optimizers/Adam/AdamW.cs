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
        where T : IReal<T> => T.Product(lr, lambda, theta);

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
        where T : IReal<T>
    {
        T updated = Adam.Update(theta, mHat, vHat, lr, eps), decay = Decay(theta, lr, lambda), quotient = mHat / (T.Sqrt(vHat) + eps);

        T part = T.Of(WideSums.Part), smaller = T.Fma(-lr, part * quotient, part * theta) - T.Product(lr, lambda, part * theta);
        return T.Rewritten(updated - decay, WideSums.Of(T.Max(T.Abs(updated), T.Abs(decay)), updated - decay, smaller));
    }

    [AccuracyException("adamw.update", Adam.QuotientReason)]
    private static T UpdateUnit<T>(
        T theta, T mHat, T vHat, T lr, T eps, T lambda,
        [Domain(AccuracyExceptionAttribute.SmallestNormal, "(0, inf)")] T smallest,
        [Domain(AccuracyExceptionAttribute.Largest, "(0, inf)")] T largest)
        where T : IReal<T> => T.Max(Adam.Unit(mHat, T.Sqrt(vHat) + eps, lr, smallest, largest), lr * lambda * T.Abs(theta));

    /// <summary>u − α·λ·u: the variant that decays the already updated parameter u.</summary>
    [Formula("adamw.decay_updated", TeX = @"\theta_t", Source = "D4 Code Implementation: AdamW Optimizer")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T DecayUpdated<T>(
        [Domain("u_t", "(-inf, inf)")] T updated,
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.DecoupledDecay))] T lambda)
        where T : IReal<T> => T.Rewritten(
            updated - lr * lambda * updated,
            T.IfLess(lr * lambda, T.Of(double.PositiveInfinity), T.Fma(-lr, lambda, T.Of(1)) * updated, -T.Product(lr, lambda, updated)));
}
