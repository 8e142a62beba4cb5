using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The two ways in which weight decay enters an optimizer: inside the gradient (L2) and beside it (decoupled, <see cref="AdamW"/>).</summary>
public static class WeightDecay
{
    /// <summary>g + λθ: the gradient of L + (λ/2)·‖θ‖².</summary>
    [Formula("weight_decay.l2_gradient", TeX = "g_t", Source = "D4 Weight Decay in AdamW")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T L2Gradient<T>(
        [Domain("g", "(-inf, inf)")] T gradient,
        [Domain(@"\theta", "(-inf, inf)")] T theta,
        [Domain(nameof(Hyperparameters.WeightDecay))] T lambda)
        where T : IReal<T> => T.Rewritten(gradient + lambda * theta, T.Fma(lambda, theta, gradient));
}
