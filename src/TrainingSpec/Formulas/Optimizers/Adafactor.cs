using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Adafactor: of a matrix's second moment one number for each row and each column is kept, steps have a bounded size, and the rate is relative to the parameters.</summary>
/// <remarks>
/// Moments are means, and kept as their roots, which are held wherever gradients are. The momentum is <see cref="Adam"/>'s average, the decay is <see cref="AdamW"/>'s.
/// Source: Shazeer and Stern (2018), "Adafactor: Adaptive learning rates with sublinear memory cost", Algorithms 4 to 6.
/// </remarks>
public static class Adafactor
{
    /// <summary>t^(−c): the share 1 − β̂₂ₜ of a second moment that step t brings; all of it at the first step.</summary>
    [Formula("adafactor.share", TeX = "s_t", Source = "Shazeer and Stern (2018), section 7.2 and Algorithm 6")]
    public static T Share<T>(
        [Domain(nameof(Hyperparameters.MomentExponent))] T exponent,
        [Domain(nameof(Hyperparameters.Update))] T step)
        where T : IReal<T> => T.Pow(step, -exponent);

    /// <summary>√((1 − s)·r² + s·(q² + ε₁)): the root of a row's or a column's second moment, from its gradients' root mean square q.</summary>
    [Formula("adafactor.moment_root", TeX = "r_t", Source = "Shazeer and Stern (2018), Algorithm 4")]
    public static T MomentRoot<T>(
        [Domain("r_{t-1}", "[0, inf)")] T root,
        [Domain("q_t", "[0, inf)")] T gradients,
        [Domain(nameof(Hyperparameters.SquareEpsilon))] T eps,
        [Domain("s_t", "[0, 1]")] T share)
        where T : IReal<T>
    {
        T one = T.Of(1), kept = T.Sqrt(one - share) * root, added = T.Sqrt(share) * Adagrad.Root(eps, gradients);
        T scale = T.BinaryScale(T.Max(kept, added)), first = kept / scale, second = added / scale;
        return T.Rewritten(T.Sqrt((one - share) * (root * root) + share * (gradients * gradients + eps)), scale * T.Sqrt(T.Fma(first, first, second * second)));
    }

    /// <summary>r·c/r̄: the root of an element's second moment by those of its row and its column, r̄ that of all rows together.</summary>
    [Formula("adafactor.element_root", TeX = @"\sqrt{\hat{v}_{ij}}", Source = "Shazeer and Stern (2018), Algorithm 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ElementRoot<T>(
        [Domain("r_i", "[0, inf)")] T row,
        [Domain("c_j", "[0, inf)")] T column,
        [Domain(@"\bar{r}", "(0, inf)")] T all)
        where T : IReal<T> => T.Rewritten(row * column / all, T.Proportion(row, column, all));

    /// <summary>u/max(1, RMS(u)/d): a step whose root mean square is at most d.</summary>
    [Formula("adafactor.clipped", TeX = @"\hat{u}", Source = "Shazeer and Stern (2018), section 6 and Algorithm 4")]
    public static T Clipped<T>(
        [Domain("u", "(-inf, inf)")] T element,
        [Domain(@"\operatorname{RMS}(u)", "[0, inf)")] T size,
        [Domain(nameof(Hyperparameters.ClipThreshold))] T threshold)
        where T : IReal<T> => T.Rewritten(element / T.Max(T.Of(1), size / threshold), T.IfLess(threshold, size, T.Proportion(element, threshold, size), element));

    /// <summary>min(η, 1/√t): the relative rate, which falls with the steps once they are many.</summary>
    [Formula("adafactor.relative_rate", TeX = @"\rho_t", Source = "Shazeer and Stern (2018), Algorithm 6")]
    public static T RelativeRate<T>(
        [Domain(nameof(Hyperparameters.AdafactorRate))] T lr,
        [Domain(nameof(Hyperparameters.Update))] T step)
        where T : IReal<T> => T.Min(lr, T.Of(1) / T.Sqrt(step));

    /// <summary>ρ·max(ε₂, RMS(θ)): the rate of a tensor by the size of its parameters, as <see cref="Clipping.Adaptive"/> has a threshold by that of the weights.</summary>
    [Formula("adafactor.rate", TeX = @"\alpha_t", Source = "Shazeer and Stern (2018), section 8 and Algorithm 4")]
    public static T Rate<T>(
        [Domain(@"\rho_t", "[0, inf)")] T relative,
        [Domain(@"\operatorname{RMS}(\theta_{t-1})", "[0, inf)")] T size,
        [Domain(nameof(Hyperparameters.LeastSize))] T least)
        where T : IReal<T> => Clipping.Adaptive(size, relative, least);
}
