using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What the curvature of a loss says about gradient descent on it.</summary>
/// <remarks>Source: D3 "Loss Landscape and Optimization Trajectory"; Nesterov, Introductory Lectures on Convex Optimization (2004), section 1.2.</remarks>
public static class Hessian
{
    /// <summary>1 − ηλ: the factor by which a step shrinks the distance along an eigenvector; below −1 it grows instead.</summary>
    [Formula("hessian.factor", TeX = "r", Source = "D3 Loss Landscape and Optimization Trajectory")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Factor<T>(
        [Domain(nameof(Hyperparameters.LearningRate))] T lr,
        [Domain(@"\lambda", "(-inf, inf)")] T eigenvalue)
        where T : IReal<T> => T.Rewritten(T.Of(1) - lr * eigenvalue, T.Fma(-lr, eigenvalue, T.Of(1)));

    /// <summary>2/λ: the learning rate from which gradient descent on a parabola of curvature λ no longer converges.</summary>
    [Formula("hessian.stable_rate", TeX = @"\eta_{\max}", Source = "D3 Loss Landscape and Optimization Trajectory")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T StableRate<T>([Domain(@"\lambda", "(0, inf)")] T eigenvalue)
        where T : IReal<T> => T.Of(2) / eigenvalue;

    /// <summary>ln(1/δ)/ln(1 + η|λ|): the steps in which gradient descent carries a displacement δ along negative curvature to 1.</summary>
    [Formula("hessian.escape_steps", TeX = "t", Source = "D3 Loss Landscape and Optimization Trajectory")]
    public static T EscapeSteps<T>(
        [Domain(@"\delta", "(0, 1)")] T displacement,
        [Domain(nameof(Hyperparameters.LearningRate), WithoutLowest = true)] T lr,
        [Domain(@"\lvert \lambda \rvert", "(0, inf)")] T curvature)
        where T : IReal<T>
    {
        T distance = -T.Log(displacement), rate = lr * curvature, one = T.Of(1), infinity = T.Of(double.PositiveInfinity);
        T larger = T.Max(lr, curvature), smaller = T.Min(lr, curvature);

        // A product beyond the largest number, of which 1 is no part; and one that may be subnormal, of which ln(1 + x) = x/(1 + x/2 − x²/12 + x³/24).
        T growth = T.IfLess(rate, infinity, T.Log1p(rate), T.Log(lr) + T.Log(curvature));
        T series = one + rate * (T.Of(0.5) - rate * (T.Of(1) / T.Of(12) - rate / T.Of(24)));
        T slow = T.Proportion(distance, one / larger, smaller) * series;
        return T.Rewritten(distance / T.Log(one + rate), T.IfLess(rate, T.Of(1.0 / (1 << 14)), slow, distance / growth));
    }
}
