using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>How many turning points n independent values have: those above or below both neighbours.</summary>
/// <remarks>Source: Kendall, Time-Series (1973), section 2.</remarks>
public static class DiagnosisTurningPoints
{
    /// <summary>2(n − 2)/3: their mean.</summary>
    [Formula("diagnosis.turning_points", TeX = @"\mu", Source = "Kendall (1973), section 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mean<T>([Domain("n", "[3, inf)", Whole = true)] T count)
        where T : IReal<T> => T.Of(2) * (count - T.Of(2)) / T.Of(3);

    /// <summary>(16n − 29)/90: their variance.</summary>
    [Formula("diagnosis.turning_variance", TeX = @"\sigma^2", Source = "Kendall (1973), section 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Variance<T>([Domain("n", "[4, inf)", Whole = true)] T count)
        where T : IReal<T> => (T.Of(16) * count - T.Of(29)) / T.Of(90);

    /// <summary>μ + z·σ: the count that noise exceeds with the probability that z stands for.</summary>
    [Formula("diagnosis.turning_limit", TeX = "k", Source = "Kendall (1973), section 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Limit<T>(
        [Domain(@"\mu", "(0, inf)")] T mean,
        [Domain(@"\sigma^2", "(0, inf)")] T variance,
        [Domain("z", "[0, inf)")] T deviations)
        where T : IReal<T> => mean + deviations * T.Sqrt(variance);
}
