using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>Bounds on rounding errors that follow from how a result was computed, for tolerances that nobody has to tune.</summary>
/// <remarks>Source: Higham, "Accuracy and Stability of Numerical Algorithms" (2002), chapters 3 and 4.</remarks>
public static class ErrorBound
{
    /// <summary>γₙ = n·u/(1 − n·u): the largest relative error of a product of n factors (1 + δ), |δ| ≤ u.</summary>
    /// <param name="roundings">n ≥ 0.</param>
    /// <param name="unitRoundoff">u in (0, 1); n·u must stay below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative, u lies outside (0, 1), or n·u ≥ 1.</exception>
    public static double Gamma(long roundings, double unitRoundoff)
    {
        if (roundings < 0)
            throw new OutsideDomainException(nameof(roundings), $"roundings = {roundings} is outside [0, inf)");
        if (!(unitRoundoff is > 0 and < 1))
            throw new OutsideDomainException(nameof(unitRoundoff), string.Create(CultureInfo.InvariantCulture, $"unitRoundoff = {unitRoundoff:R} is outside (0, 1)"));
        double share = roundings * unitRoundoff;
        return share < 1
            ? RoundingBound.Gamma<Real64>(roundings, unitRoundoff).Value
            : throw new OutsideDomainException(nameof(roundings), string.Create(CultureInfo.InvariantCulture, $"roundings = {roundings}: n·u = {share:R} is outside [0, 1)"));
    }

    /// <summary>The largest error of a sum of terms that each pass through at most <paramref name="depth"/> additions: γ_depth · Σ|xᵢ|.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="depth">The additions on the longest way from a term to the result: n − 1 for a plain loop, ⌈log₂ n⌉ pairwise.</param>
    /// <param name="unitRoundoff">u of the format of the additions.</param>
    /// <exception cref="ArgumentException">A term is not finite, or the bound is not: any error would be within it.</exception>
    public static double Sum(ReadOnlySpan<double> terms, long depth, double unitRoundoff)
    {
        double magnitude = 0;
        foreach (double term in terms)
            magnitude += Math.Abs(term);

        // The magnitude is itself a rounded sum of n terms.
        return Finite(Gamma(depth, unitRoundoff) * magnitude * (1 + Gamma(terms.Length, Real64.UnitRoundoff)), nameof(terms));
    }

    /// <summary>The largest error of a dot product: γ_(depth + 1) · Σ|xᵢ·yᵢ|, the one more for the products.</summary>
    /// <param name="x">The one vector.</param>
    /// <param name="y">The other, of the same length.</param>
    /// <param name="depth">The additions on the longest way from a product to the result.</param>
    /// <param name="unitRoundoff">u of the format of the operations.</param>
    /// <exception cref="ArgumentException">The lengths differ, a product is not finite, or the bound is not: any error would be within it.</exception>
    public static double DotProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, long depth, double unitRoundoff)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"y has {y.Length} elements, x has {x.Length}", nameof(y));
        double magnitude = 0;
        for (int i = 0; i < x.Length; i++)
            magnitude += Math.Abs(x[i] * y[i]);
        return Finite(Gamma(depth + 1, unitRoundoff) * magnitude * (1 + Gamma(x.Length + 1, Real64.UnitRoundoff)), nameof(x));
    }

    private static double Finite(double bound, string argument) => double.IsFinite(bound)
        ? bound
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{argument} leads to the bound {bound:R}, which is outside [0, inf)"), argument);
}
