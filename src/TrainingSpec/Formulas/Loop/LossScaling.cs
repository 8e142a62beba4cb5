using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Scaling the loss, so that gradients in half precision do not underflow, and dividing them again.</summary>
/// <remarks>Source: D2 "Loss Scaling"; D3 "Mixed Precision Training"; Micikevicius et al. (2018), section 3.2.</remarks>
public static class LossScaling
{
    /// <summary>S·L: the scaled loss; by the chain rule every gradient is scaled alike.</summary>
    [Formula("loss_scaling.scaled", TeX = "L'", Source = "D2 Loss Scaling; D3 Mixed Precision Training")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Scaled<T>(
        [Domain("L", "(-inf, inf)")] T loss,
        [Domain(nameof(Hyperparameters.LossScale))] T scale)
        where T : IReal<T> => scale * loss;

    /// <summary>g′/S: a gradient element, unscaled.</summary>
    [Formula("loss_scaling.unscaled", TeX = "g", Source = "D2 Loss Scaling; D3 Mixed Precision Training")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Unscaled<T>(
        [Domain("g'", "(-inf, inf)")] T scaledGradient,
        [Domain(nameof(Hyperparameters.LossScale))] T scale)
        where T : IReal<T> => scaledGradient / scale;

    /// <summary>f·S: the next scale, f the growth factor after steps without overflow, the backoff factor after one.</summary>
    [Formula("loss_scaling.next", TeX = "S_{t+1}", Source = "Micikevicius et al. (2018), section 3.2")]
    public static T Next<T>(
        [Domain("S_t", "(0, inf)")] T scale,
        [Domain("f", "(0, inf)")] T factor)
        where T : IReal<T> => factor * scale;

    /// <summary>min(S, max(S_min, f·S)): the next scale after an overflow, not below a least one; a scale that is below stays.</summary>
    [Formula("loss_scaling.backed_off", TeX = "S_{t+1}", Source = "Megatron-LM's DynamicGradScaler; DeepSpeed's DynamicLossScaler")]
    public static T BackedOff<T>(
        [Domain("S_t", "(0, inf)")] T scale,
        [Domain(nameof(Hyperparameters.Backoff))] T backoff,
        [Domain(nameof(Hyperparameters.MinimumScale))] T least)
        where T : IReal<T> => T.Min(scale, T.Max(least, backoff * scale));
}
