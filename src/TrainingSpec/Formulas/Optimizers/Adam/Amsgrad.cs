using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>AMSGrad: Adam with the largest second moment so far in place of the moment, so that a rate never rises.</summary>
/// <remarks>Source: Reddi, Kale and Kumar (2018), Algorithm 2.</remarks>
public static class Amsgrad
{
    /// <summary>max(v̄, v): the largest second moment so far.</summary>
    [Formula("amsgrad.largest", TeX = @"\bar{v}_t", Source = "Reddi, Kale and Kumar (2018), Algorithm 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest<T>(
        [Domain(@"\bar{v}_{t-1}", "[0, inf)")] T largest,
        [Domain("v_t", "[0, inf)")] T moment)
        where T : IReal<T> => T.Max(largest, moment);
}
