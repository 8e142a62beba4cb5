using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Adam's moments, bias correction and update.</summary>
/// <remarks>Steps count from 1. Source: Kingma and Ba (2015), Algorithm 1; D4 "Adam Components".</remarks>
public static class Adam
{
    /// <summary>β₁·m + (1 − β₁)·g: the moving average of gradients.</summary>
    [Formula("adam.first_moment", TeX = "m_t", Source = "D4 Adam Components")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FirstMoment<T>(
        [Domain("m_{t-1}", "(-inf, inf)")] T m,
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain(nameof(Hyperparameters.Beta1))] T beta1)
        where T : IReal<T> => FirstMoment(m, gradient, beta1, Share(beta1));

    /// <summary>The same with 1 − β₁ derived beforehand: a hyperparameter is a real number, and 1 − 0.999 in binary32 would be off by 5·10⁻⁵ of itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FirstMoment<T>(T m, T gradient, T beta1, T share)
        where T : IReal<T> => beta1 * m + share * gradient;

    /// <summary>β₂·v + (1 − β₂)·g²: the moving average of squared gradients.</summary>
    [Formula("adam.second_moment", TeX = "v_t", Source = "D4 Adam Components")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SecondMoment<T>(
        [Domain("v_{t-1}", "[0, inf)")] T v,
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain(nameof(Hyperparameters.Beta2))] T beta2)
        where T : IReal<T> => SecondMoment(v, gradient, beta2, Share(beta2));

    /// <summary>The same with 1 − β₂ derived beforehand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SecondMoment<T>(T v, T gradient, T beta2, T share)
        where T : IReal<T> => beta2 * v + share * (gradient * gradient);

    /// <summary>1 − β: the share with which a new value enters a moving average.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Share<T>(T beta)
        where T : IReal<T> => T.Of(1) - beta;

    /// <summary>1 − βᵗ: what a moving average that started at zero has collected of its weight after t steps.</summary>
    [Formula("adam.bias_correction", TeX = "c_t", Source = "D4 Adam Components; Kingma and Ba (2015), section 3")]
    public static T BiasCorrection<T>(
        [Domain(nameof(Hyperparameters.Beta))] T beta,
        [Domain(nameof(Hyperparameters.Update))] T step)
        where T : IReal<T> => T.Rewritten(
            T.Of(1) - T.Power(beta, step),
            T.IfLess(beta, T.Of(0.5), T.Of(1) - T.Power(beta, step), -T.Expm1(step * T.Log(beta))));

    /// <summary>m / c: a moment with its bias towards zero removed.</summary>
    [Formula("adam.corrected_moment", TeX = @"\hat{m}_t", Source = "D4 Adam Components")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Corrected<T>(
        [Domain("m_t", "(-inf, inf)")] T moment,
        [Domain("c_t", "(0, 1]")] T correction)
        where T : IReal<T> => moment / correction;

    /// <summary>θ − α·m̂/(√v̂ + ε): the update, ε outside the root.</summary>
    [Formula("adam.update", TeX = @"\theta_t", Source = "D4 Adam Components; Kingma and Ba (2015), Algorithm 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain(@"\hat{m}_t", "(-inf, inf)")] T mHat,
        [Domain(@"\hat{v}_t", "[0, inf)")] T vHat,
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.Epsilon))] T eps)
        where T : IReal<T> => theta - lr * mHat / (T.Sqrt(vHat) + eps);

    /// <summary>θ − α·m̂/√(v̂ + ε): the variant with ε inside the root.</summary>
    [Formula("adam.update_eps_inside_root", TeX = @"\theta_t", Source = "a documented variant; compare D4 Adam Components")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T UpdateEpsInsideRoot<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain(@"\hat{m}_t", "(-inf, inf)")] T mHat,
        [Domain(@"\hat{v}_t", "[0, inf)")] T vHat,
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.Epsilon))] T eps)
        where T : IReal<T> => theta - lr * mHat / T.Sqrt(vHat + eps);

    /// <summary>The largest |m̂|/√v̂ that any gradients can give at step t, by Cauchy–Schwarz; reached by gradients that grow as β₂/β₁.</summary>
    /// <remarks>
    /// (1 − β₁)/√(1 − β₂) · √(1 − β₂ᵗ)/(1 − β₁ᵗ) · √Σ_{k&lt;t} (β₁²/β₂)ᵏ; the bound of Kingma and Ba (2015), section 2.1, is exceeded.
    /// Domain: β₁ and β₂ in (0, 1), t ≥ 1, and β₁² ≠ β₂ (the geometric sum is written in closed form).
    /// </remarks>
    [Formula("adam.step_bound", TeX = @"\frac{|\hat{m}_t|}{\sqrt{\hat{v}_t}} \le B_t", Source = "Cauchy–Schwarz; compare Kingma and Ba (2015), section 2.1")]
    public static T StepBound<T>(
        [Domain(nameof(Hyperparameters.Beta1), WithoutLowest = true)] T beta1,
        [Domain(nameof(Hyperparameters.Beta2), WithoutLowest = true)] T beta2,
        [Domain(nameof(Hyperparameters.Update))] T step)
        where T : IReal<T>
    {
        T one = T.Of(1);
        T ratio = beta1 * beta1 / beta2;
        T sum = (one - T.Power(ratio, step)) / (one - ratio);
        return (one - beta1) / T.Sqrt(one - beta2) * (T.Sqrt(BiasCorrection(beta2, step)) / BiasCorrection(beta1, step)) * T.Sqrt(sum);
    }
}
