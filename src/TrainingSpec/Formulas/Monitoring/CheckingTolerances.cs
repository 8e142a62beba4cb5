using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What a check compares and how far it lets two numbers lie apart.</summary>
/// <remarks>Source: D2 "Gradient Checking"; Higham, "Accuracy and Stability of Numerical Algorithms" (2002), section 3.1.</remarks>
public static class CheckingTolerances
{
    /// <summary>(L₊ − L₋)/(2h): the slope of a loss between two points at distance h to either side.</summary>
    [Formula("checking.central_difference", TeX = "d", Source = "D2 Gradient Checking")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T CentralDifference<T>(
        [Domain("L(\\theta + h)", "(-inf, inf)")] T above,
        [Domain("L(\\theta - h)", "(-inf, inf)")] T below,
        [Domain("h", "(0, inf)")] T step)
        where T : IReal<T> => T.Rewritten((above - below) / (T.Of(2) * step), T.Proportion(Differences.Part(above, below), T.Of(0.5) * Differences.Unit(above, below), step));

    /// <summary>|d − g|/(|d| + |g| + f): how far a difference and a gradient lie apart, as a share of both.</summary>
    [Formula("checking.relative_error", TeX = "e", Source = "D2 Gradient Checking")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RelativeError<T>(
        [Domain("d", "(-inf, inf)")] T numeric,
        [Domain("g", "(-inf, inf)")] T analytic,
        [Domain("f", "(0, inf)")] T floor)
        where T : IReal<T>
    {
        // All three divided by a power of two near the largest, so that no sum overflows.
        T scale = T.BinaryScale(T.Max(floor, T.Max(T.Abs(numeric), T.Abs(analytic)))), d = numeric / scale, g = analytic / scale;
        return T.Rewritten(
            T.Abs(numeric - analytic) / (T.Abs(numeric) + T.Abs(analytic) + floor),
            T.Abs(d - g) / (T.Abs(d) + T.Abs(g) + floor / scale));
    }

    /// <summary>γₙ = n·u/(1 − n·u): the largest relative error of a product of n factors (1 + δ), |δ| ≤ u.</summary>
    [Formula("checking.gamma", TeX = @"\gamma_n", Source = "Higham (2002), section 3.1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gamma<T>(
        [Domain("n", "[0, 1000]", Whole = true)] T roundings,
        [Domain("u", "(0, 0.0005)")] T unitRoundoff)
        where T : IReal<T> => RoundingBound.Gamma(roundings, unitRoundoff);
}
