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
        where T : IReal<T> => T.Of(1) - lr * eigenvalue;

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
        where T : IReal<T> => -T.Log(displacement) / T.Log(T.Of(1) + lr * curvature);
}
