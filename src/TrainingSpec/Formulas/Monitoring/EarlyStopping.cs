using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>When a validation loss counts as better than the best so far.</summary>
/// <remarks>Source: D0 "Early Stopping"; D2 "Early Stopping"; Prechelt (1998), section 2.</remarks>
public static class EarlyStopping
{
    /// <summary>best − δ: the loss below which an epoch counts as an improvement.</summary>
    [Formula("early_stopping.threshold", TeX = "b'", Source = "D2 Early Stopping; D0 has δ = 0")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Threshold<T>(
        [Domain("b", "(-inf, inf)")] T best,
        [Domain(nameof(Hyperparameters.MinDelta))] T minDelta)
        where T : IReal<T> => best - minDelta;

    /// <summary>1 where L &lt; b', else 0; a NaN loss is never below anything.</summary>
    [Formula("early_stopping.improves", TeX = "i_t", Source = "D0 Early Stopping; D2 Early Stopping")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Improves<T>(
        [Domain("L_t", "(-inf, inf)")] T loss,
        [Domain("b'", "(-inf, inf)")] T threshold)
        where T : IReal<T> => T.IfLess(loss, threshold, T.Of(1), T.Of(0));
}
