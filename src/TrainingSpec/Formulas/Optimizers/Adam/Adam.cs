using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Adam's moments, bias correction and update.</summary>
/// <remarks>Steps count from 1. Source: Kingma and Ba (2015), Algorithm 1; D4 "Adam Components".</remarks>
public static class Adam
{
    internal const string QuotientReason = "the step and the old parameter may cancel, and the roundings of the step stay; a quotient below ω is subnormal, and one above Ω/2, which no gradients give with the usual β₁ and β₂, may be more than the format holds";

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

    [AccuracyException("adam.first_moment", "average and gradient of opposite signs may cancel, and the roundings of both products stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T FirstMomentUnit<T>(T m, T gradient, T beta1)
        where T : IReal<T> => T.Abs(beta1 * m);

    /// <summary>β₂·v + (1 − β₂)·g²: the moving average of squared gradients.</summary>
    [Formula("adam.second_moment", TeX = "v_t", Source = "D4 Adam Components")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SecondMoment<T>(
        [Domain("v_{t-1}", "[0, inf)")] T v,
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain(nameof(Hyperparameters.Beta2))] T beta2)
        where T : IReal<T> => SecondMoment(v, gradient, beta2, Share(beta2));

    /// <summary>The same with 1 − β₂ derived beforehand; it comes first, so that a large gradient's square does not overflow before it is made small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SecondMoment<T>(T v, T gradient, T beta2, T share)
        where T : IReal<T> => beta2 * v + share * gradient * gradient;

    /// <summary>1 − β: the share with which a new value enters a moving average.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Share<T>(T beta)
        where T : IReal<T> => T.Of(1) - beta;

    /// <summary>1 − βᵗ: what a moving average that started at zero has collected of its weight after t steps.</summary>
    [Formula("adam.bias_correction", TeX = "c_t", Source = "D4 Adam Components; Kingma and Ba (2015), section 3")]
    public static T BiasCorrection<T>(
        [Domain(nameof(Hyperparameters.Beta))] T beta,
        [Domain(nameof(Hyperparameters.Update))] T step)
        where T : IReal<T>
    {
        // Of the two ways only the one that is taken is gone, where that is known.
        // ILGPU 1.5.3 writes a return that hangs on a < b as a jump on a ≥ b, which in OpenCL C no NaN takes: a NaN goes the way of a < b there, and here comes out as NaN on both ways.
        T half = T.Of(0.5);
        if (!T.States && (T.AllLess(half, beta) || T.AllEqual(beta, half)))
            return -T.Expm1(step * T.Log(beta));
        T stated = T.Of(1) - T.Power(beta, step);
        if (!T.States && T.AllLess(beta, half))
            return stated;
        return T.Rewritten(stated, T.IfLess(beta, half, stated, -T.Expm1(step * T.Log(beta))));
    }

    /// <summary>m / c: a moment with its bias towards zero removed.</summary>
    [Formula("adam.corrected_moment", TeX = @"\hat{m}_t", Source = "D4 Adam Components")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Corrected<T>(
        [Domain("m_t", "(-inf, inf)")] T moment,
        [Domain("c_t", "(0, 1]")] T correction)
        where T : IReal<T> => moment / correction;

    /// <summary>√(v/c): the root of the second moment with its bias removed; v/c itself may be more than the number holds.</summary>
    [Formula("adam.corrected_root", TeX = @"\sqrt{\hat{v}_t}", Source = "D4 Adam Components")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T CorrectedRoot<T>(
        [Domain("v_t", "[0, inf)")] T moment,
        [Domain("c_t", "(0, 1]")] T correction)
        where T : IReal<T> => T.Rewritten(T.Sqrt(moment / correction), RootOver(T.Sqrt(moment), T.Sqrt(correction)));

    /// <summary>√v/√c from both roots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RootOver<T>(T root, T rootCorrection)
        where T : IReal<T> => root / rootCorrection;

    /// <summary>θ − α·m̂/(√v̂ + ε): the update, ε outside the root.</summary>
    [Formula("adam.update", TeX = @"\theta_t", Source = "D4 Adam Components; Kingma and Ba (2015), Algorithm 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain(@"\hat{m}_t", "(-inf, inf)")] T mHat,
        [Domain(@"\hat{v}_t", "[0, inf)")] T vHat,
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.Epsilon))] T eps)
        where T : IReal<T> => UpdateBy(theta, mHat, T.Sqrt(vHat) + eps, lr);

    [AccuracyException("adam.update", QuotientReason)]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T UpdateUnit<T>(
        T theta, T mHat, T vHat, T lr, T eps,
        [Domain(AccuracyExceptionAttribute.SmallestNormal, "(0, inf)")] T smallest,
        [Domain(AccuracyExceptionAttribute.Largest, "(0, inf)")] T largest)
        where T : IReal<T> => Unit(mHat, T.Sqrt(vHat) + eps, lr, smallest, largest);

    /// <summary>θ − α·m̂/d: the update with its denominator d derived beforehand.</summary>
    /// <remarks>The quotient comes first: it has about the size 1, whatever the sizes of gradients and learning rate are.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T UpdateBy<T>(T theta, T mHat, T denominator, T lr)
        where T : IReal<T> => T.Rewritten(theta - lr * mHat / denominator, T.Fma(-lr, mHat / denominator, theta));

    /// <summary>θ − α·m̂/√(v̂ + ε): the variant with ε inside the root.</summary>
    [Formula("adam.update_eps_inside_root", TeX = @"\theta_t", Source = "a documented variant; compare D4 Adam Components")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T UpdateEpsInsideRoot<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain(@"\hat{m}_t", "(-inf, inf)")] T mHat,
        [Domain(@"\hat{v}_t", "[0, inf)")] T vHat,
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.Epsilon))] T eps)
        where T : IReal<T> => UpdateBy(theta, mHat, Norms.RootOfSum(vHat, eps), lr);

    [AccuracyException("adam.update_eps_inside_root", QuotientReason)]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T UpdateEpsInsideRootUnit<T>(
        T theta, T mHat, T vHat, T lr, T eps,
        [Domain(AccuracyExceptionAttribute.SmallestNormal, "(0, inf)")] T smallest,
        [Domain(AccuracyExceptionAttribute.Largest, "(0, inf)")] T largest)
        where T : IReal<T> => Unit(mHat, T.Sqrt(vHat + eps), lr, smallest, largest);

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
        T factor = (one - beta1) / T.Sqrt(one - beta2) * (T.Sqrt(BiasCorrection(beta2, step)) / BiasCorrection(beta1, step));
        return T.Rewritten(factor * T.Sqrt(sum), BoundOf(factor, beta1, beta2, step));
    }

    [AccuracyException("adam.step_bound", "above β₂ = β₁², where the sum grows as a power, a rounding of β₁ or β₂ counts t times")]
    private static T StepBoundUnit<T>(T beta1, T beta2, T step)
        where T : IReal<T> => StepBound(beta1, beta2, step) * T.Max(T.Of(1), step * T.Log(beta1 * beta1 / beta2));

    // Of the quotient q of β₁² and β₂, the larger below the smaller, q − 1 = e without cancellation; the sum is (qᵗ − 1)/e, or that times q^(1 − t) where β₁² is the larger.
    private static T BoundOf<T>(T factor, T beta1, T beta2, T step)
        where T : IReal<T>
    {
        T scale = T.BinaryScale(T.Max(beta1, T.Sqrt(beta2))), first = beta1 / scale, second = beta2 / scale / scale;
        T difference = T.Fma(first, first, -second);
        T e = -T.Abs(difference) / T.Max(first * first, second);
        T falling = factor * T.Sqrt(T.Expm1(step * T.Log1p(e)) / e);
        T quarter = T.Of(0.25) * (step - T.Of(1));

        // A power of q from q − 1 where that is small: a rounding of q would count t times.
        T half = T.IfLess(e, T.Of(-0.5), T.Pow(beta1 / T.Sqrt(beta2), T.Of(2) * quarter), T.Exp(-quarter * T.Log1p(e)));
        return T.IfLess(T.Of(0), difference, T.Product(falling, half, half), falling);
    }

    internal static T Unit<T>(T mHat, T denominator, T lr, T smallest, T largest)
        where T : IReal<T>
    {
        T quotient = T.Abs(mHat) / denominator;
        return T.IfLess(largest / T.Of(2), quotient, T.Of(double.PositiveInfinity), lr * T.Max(quotient, smallest));
    }
}
