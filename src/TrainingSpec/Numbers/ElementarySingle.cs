using System.Runtime.CompilerServices;
using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <content>Functions of a binary32 argument: plain binary64, so close to the exact value that one conversion to binary32 rounds as that would.</content>
/// <remarks>
/// A relative error of 2⁻⁵¹ leaves a handful of the 2³² inputs, those that come so close to the middle between two floats, to chance: <c>spec exhaustive</c> shows that none of them is
/// misrounded. Where too many would be, the result is taken in a unit of which it is a product, so that the last rounding falls otherwise. Source: Muller, "Elementary Functions" (2016), §11.6.
/// </remarks>
public static partial class Elementary
{
    /// <summary>eˣ for a binary32 x, for one conversion to binary32; beyond [−104, 89], where that gives 0 or ∞, as at the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpOfSingle<T>(T x) where T : IBinary64<T>
    {
        var (expm1, power) = Expm1Reduced(T.AtMost(T.AtLeast(x, T.Of(SingleExpLeast)), T.Of(SingleExpMost)));
        return T.Fma(power, expm1, power);
    }

    /// <summary>tanh x for a binary32 x, for one conversion to binary32; −0 for −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TanhOfSingle<T>(T x) where T : IBinary64<T>
    {
        // tanh |x| = −t/(2 + t) with t = e^(−2|x|) − 1 = (2^k − 1) + 2^k·(e^r − 1), in (−1, 0]: nothing cancels.
        var (expm1, power) = Expm1Reduced(T.Of(-2) * T.AtMost(T.Abs(x), T.Of(SingleTanhMost)));
        T t = T.Fma(power, expm1, power - T.Of(1));
        return T.WithSignOf(t / (T.Of(2) + t), x);
    }

    /// <summary>ln x for a positive, finite binary32 x, for one conversion to binary32; any number for another x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogOfSingle<T>(T x) where T : IBinary64<T>
    {
        // x = m·2^k with m in [√½, √2); in units of c: ln m = c·(q + q³·R(q²)) with q = 2/c·(m − 1)/(m + 1).
        var (m, k) = T.SplitAtRootHalf(x);
        T halfUnit = T.Of(SinglePolynomials.LogUnit / 2);
        T q = (m - T.Of(1)) / T.Fma(halfUnit, m, halfUnit), z = q * q;
        return T.Of(SinglePolynomials.LogUnit) * T.Fma(q * z, SinglePolynomials.LogSeries(z), T.Fma(k, T.Of(SinglePolynomials.LogOfTwo), q));
    }

    /// <summary>sin x for a binary32 x in radians, any size, for one conversion to binary32; −0 for −0, NaN where x is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SinOfSingle<T>(T x) where T : IBinary64<T> => T.WithSignOf(T.Of(1), x) * SinOfQuarterTurns(T.Abs(x), T.Of(0));

    /// <summary>cos x for a binary32 x in radians, any size, for one conversion to binary32; NaN where x is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T CosOfSingle<T>(T x) where T : IBinary64<T> => SinOfQuarterTurns(T.Abs(x), T.Of(1));

    /// <summary>erf x for a binary32 x, for one conversion to binary32; −0 for −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ErfOfSingle<T>(T x) where T : IBinary64<T>
    {
        T magnitude = T.AtMost(T.Abs(x), T.Of(SingleErfMost));
        T near = ErfNearOfSingle(magnitude);
        if (!T.AnyPositive(magnitude - T.Of(1)))
            return T.WithSignOf(near, x);
        return T.WithSignOf(T.IfLess(magnitude, T.Of(1), near, ErfFarOfSingle(magnitude)), x);
    }

    // On [0, 1]; finite up to the largest argument.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ErfNearOfSingle<T>(T x) where T : IBinary64<T>
    {
        T z = x * x;
        return T.Fma(x, T.Of(TwoOverRootPiHigh), x * T.Fma(z, SinglePolynomials.ErfNear(z), T.Of(TwoOverRootPiLow)));
    }

    // On [1, 4]: 1 − e^(−x²)·P(w).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ErfFarOfSingle<T>(T x) where T : IBinary64<T>
    {
        var (expm1, power) = Expm1Reduced(-(x * x));
        T exponential = T.Fma(power, expm1, power), w = (x - T.Of(2.5)) / (x + T.Of(3));
        return T.Fma(-exponential, SinglePolynomials.ErfFar(w), T.Of(1));
    }

    // x = k·ln 2 + r with |r| ≤ ln 2 / 2: e^r − 1, and 2^k; for |x| ≤ 104, where k·Ln2High is exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Expm1, T Power) Expm1Reduced<T>(T x) where T : IBinary64<T>
    {
        T k = T.Fma(x, T.Of(Log2E), T.Of(RoundingShift)) - T.Of(RoundingShift);
        T r = T.Fma(k, T.Of(-Ln2Low), T.Fma(k, T.Of(-Ln2High), x));
        return (T.Fma(r * r, SinglePolynomials.Expm1Quotient(r), r), T.PowerOfTwo(k));
    }

    // sin(x + turns·π/2) for x ≥ 0 and a small whole number of turns; Cody and Waite with π/2 in three parts, of which k times the first two is exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SinOfQuarterTurns<T>(T x, T turns) where T : IBinary64<T>
    {
        T k = T.Fma(x, T.Of(TwoOverPi), T.Of(RoundingShift)) - T.Of(RoundingShift);
        T near = T.Fma(k, T.Of(-HalfPi3Single), T.Fma(k, T.Of(-HalfPi2), T.Fma(k, T.Of(-HalfPi1), x)));
        var (quadrant, r, _) = T.ReduceHuge(x, (k, near, T.Of(0)));
        T z = r * r, z2 = z * z;
        T sine = r * T.Fma(z, SinglePolynomials.SinSeries(z), T.Of(1));
        T inUnits = T.Fma(z2, SinglePolynomials.CosSeries(z), T.Fma(z, T.Of(-SinglePolynomials.CosOfZero / 2), T.Of(SinglePolynomials.CosOfZero)));
        return T.InQuadrant(quadrant + turns, sine, T.Of(SinglePolynomials.CosUnit) * inUnits);
    }
}
