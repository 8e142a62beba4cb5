using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Lion: a step of the sign of an average of gradients. The averages are Adam's first moment, the decay is AdamW's.</summary>
/// <remarks>Source: Chen et al. (2023), Algorithm 2.</remarks>
public static class Lion
{
    /// <summary>1 for c above 0, −1 below, c itself at 0, and NaN for NaN.</summary>
    [Formula("lion.sign", TeX = @"\operatorname{sign}(c_t)", Source = "Chen et al. (2023), Algorithm 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sign<T>([Domain("c_t", "(-inf, inf)")] T direction)
        where T : IReal<T> => T.IfLess(T.Of(0), direction, T.Of(1), T.IfLess(direction, T.Of(0), T.Of(-1), direction));
}
