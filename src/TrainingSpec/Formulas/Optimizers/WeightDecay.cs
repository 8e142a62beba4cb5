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

    /// <summary>A moved parameter, less what decoupled decay takes from it or from the old one; itself where the decay is in the gradient.</summary>
    /// <param name="kind">Where the decay enters.</param>
    /// <param name="updated">The parameter after the step.</param>
    /// <param name="old">The parameter before it.</param>
    /// <param name="rate">α·λ.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Beside<T>(DecayKind kind, T updated, T old, T rate)
        where T : IReal<T> => kind switch
        {
            DecayKind.Old => updated - AdamW.Decay(old, rate),
            DecayKind.Updated => AdamW.DecayUpdated(updated, rate),
            _ => updated,
        };
}
