using System.Runtime.CompilerServices;
using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <summary>Elementary functions from + − × ÷, fused multiply-add and bit operations: the same bits on scalars, lanes and devices.</summary>
/// <remarks>
/// <c>Exp</c> and the other plain ones are evaluated as an unevaluated sum of two binary64 numbers with a relative error below 2⁻⁶⁴, and rounded to binary64: within
/// 0.501 ULP, 1 ULP where the result is subnormal. Of two arguments, the ones that end in <c>ToOdd</c> round that sum to odd, so that one conversion to binary32 rounds as the exact value
/// would; of one argument, the ones that end in <c>OfSingle</c> serve that purpose. The polynomials of the pairs are Taylor's: their coefficients need no explanation.
/// Source: Muller, "Elementary Functions" (2016), chapters 5 and 11.
/// </remarks>
public static partial class Elementary
{
    /// <summary>eˣ; 0 below −745.2, ∞ above 709.8, NaN for NaN.</summary>
    public static T Exp<T>(T x) where T : IBinary64<T>
    {
        var (high, low, exponent) = ExpParts(x);
        return Scale(high, low, exponent);
    }

    /// <summary>ln x; −∞ at 0, NaN for x &lt; 0.</summary>
    public static T Log<T>(T x) where T : IBinary64<T> => AtLogPoles(x, LogParts(x).High);

    /// <summary>2^⌊log₂|x|⌋; 1 where x is 0 or not finite.</summary>
    public static T BinaryScale<T>(T x) where T : IBinary64<T>
    {
        T magnitude = T.Abs(x);
        var (_, exponent) = Split(magnitude);
        T scale = T.IfLess(magnitude, T.Of(double.PositiveInfinity), Scale(T.Of(1), exponent), T.Of(1));
        return T.IfEqual(x, T.Of(0), T.Of(1), scale);
    }

    // e^x = (High + Low)·2^Exponent with High in [0.7, 1.5].
    private static (T High, T Low, T Exponent) ExpParts<T>(T x) where T : IBinary64<T>
    {
        var (rh, rl, k) = ReduceByLn2(x);
        return ExpFromReduced(rh, rl, k);
    }

    // e^(x + low) for a low below the last bit of x.
    private static (T High, T Low, T Exponent) ExpParts<T>(T x, T low) where T : IBinary64<T>
    {
        var (rh, rl, k) = ReduceByLn2(x);
        // Where x is beyond the bounds, low is of no account.
        T counted = T.IfLess(T.Abs(x), T.Of(ExpBound), low, T.Of(0));
        (rh, rl) = ErrorFree.TwoSum(rh, rl + counted);
        return ExpFromReduced(rh, rl, k);
    }

    private static (T High, T Low, T Exponent) ExpFromReduced<T>(T rh, T rl, T k) where T : IBinary64<T>
    {
        var (ph, pl) = Expm1Quotient(rh, rl);
        (ph, pl) = Pair.MultiplyAdd(ph, pl, rh, rl, T.Of(1), T.Of(0));
        return (ph, pl, k);
    }

    // x = K·ln 2 + High + Low, |High| ≤ ln 2 / 2; beyond the bounds e^x is 0 or ∞ whatever the rest.
    private static (T High, T Low, T K) ReduceByLn2<T>(T x) where T : IBinary64<T>
    {
        T clamped = T.Min(T.Max(x, T.Of(-ExpBound)), T.Of(710));
        T k = Round(clamped * T.Of(Log2E));
        T low = k * T.Of(Ln2Low);
        T lowError = T.Fma(k, T.Of(Ln2Low), -low);
        var (rh, rl) = ErrorFree.TwoSum(clamped - k * T.Of(Ln2High), -low);
        return (rh, rl - lowError, k);
    }

    // (e^r − 1)/r for |r| ≤ ln 2 / 2.
    private static (T High, T Low) Expm1Quotient<T>(T rh, T rl) where T : IBinary64<T>
    {
        // 1/6! + r/7! + … in binary64; from 1/5! on both parts count.
        T sum = T.Of(1.0 / 20922789888000.0);
        sum = T.Fma(sum, rh, T.Of(1.0 / 1307674368000.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 87178291200.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 6227020800.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 479001600.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 39916800.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 3628800.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 362880.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 40320.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 5040.0));
        sum = T.Fma(sum, rh, T.Of(1.0 / 720.0));
        T zero = T.Of(0);
        var (ph, pl) = Pair.MultiplyAdd(sum, zero, rh, rl, T.Of(1.0 / 120.0), T.Of(OneOver120Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, rh, rl, T.Of(1.0 / 24.0), T.Of(TwentyFourthLow));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, rh, rl, T.Of(1.0 / 6.0), T.Of(SixthLow));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, rh, rl, T.Of(0.5), zero);
        return Pair.MultiplyAdd(ph, pl, rh, rl, T.Of(1), zero);
    }

    // ln x for positive, finite x: x = m·2^k with m in [√½, √2], s = (m − 1)/(m + 1), ln m = 2s + 2s³/3 + 2s⁵/5 + …; relative error below 2⁻⁷⁶.
    private static (T High, T Low) LogParts<T>(T x) where T : IBinary64<T>
    {
        var (m, k) = Split(x);
        T large = T.IfLess(T.Of(SqrtTwo), m, T.Of(1), T.Of(0));
        m = T.IfEqual(large, T.Of(1), m * T.Of(0.5), m);
        k += large;

        var (dh, dl) = ErrorFree.TwoSum(m, T.Of(1));
        return LogOfRatio(m - T.Of(1), T.Of(0), dh, dl, k);
    }

    // k·ln 2 + 2 artanh s for s = (nh + nl)/(dh + dl), |s| ≤ 0.172.
    private static (T High, T Low) LogOfRatio<T>(T nh, T nl, T dh, T dl, T k) where T : IBinary64<T>
    {
        T sh = nh / dh;
        T sl = (T.Fma(-sh, dh, nh) + nl - sh * dl) / dh;
        var (zh, zl) = Pair.Multiply(sh, sl, sh, sl);

        T sum = T.Of(2.0 / 29.0);
        sum = T.Fma(sum, zh, T.Of(2.0 / 27.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 25.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 23.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 21.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 19.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 17.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 15.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 13.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 11.0));
        sum = T.Fma(sum, zh, T.Of(2.0 / 9.0));
        var (ph, pl) = Pair.MultiplyAdd(sum, T.Of(0), zh, zl, T.Of(2.0 / 7.0), T.Of(TwoSeventhsLow));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, T.Of(2.0 / 5.0), T.Of(TwoFifthsLow));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, T.Of(2.0 / 3.0), T.Of(TwoThirdsLow));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, T.Of(2), T.Of(0));
        (ph, pl) = Pair.Multiply(ph, pl, sh, sl);

        // k·Ln2High is exact, and larger than ln m unless k is 0.
        var (high, low) = ErrorFree.FastTwoSum(k * T.Of(Ln2High), ph);
        return ErrorFree.FastTwoSum(high, low + (pl + k * T.Of(Ln2Low)));
    }

    // The logarithm where it is no finite number, of whatever format.
    internal static T AtLogPoles<T>(T x, T result) where T : IReal<T>
    {
        T nan = T.Of(double.NaN), infinity = T.Of(double.PositiveInfinity);
        T positive = T.IfLess(T.Of(0), x, T.IfLess(x, infinity, result, infinity), nan);
        return T.IfEqual(x, T.Of(0), -infinity, positive);
    }

    // The whole number nearest to x, |x| < 2^51.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Round<T>(T x) where T : IBinary64<T> => (x + T.Of(RoundingShift)) - T.Of(RoundingShift);

    // x = m·2^k with m in [1, 2), for positive, finite x, subnormal ones included.
    private static (T M, T K) Split<T>(T x) where T : IBinary64<T>
    {
        T subnormal = T.IfLess(x, T.Of(SmallestNormal), T.Of(1), T.Of(0));
        T normal = T.IfEqual(subnormal, T.Of(1), x * T.Of(SubnormalScale), x);
        return (T.Significand(normal), T.Exponent(normal) - subnormal * T.Of(54));
    }

    // x·2^k for x in [0.5, 4) and whole k in [−2000, 2000]; rounded once, where the result is subnormal.
    private static T Scale<T>(T x, T k) where T : IBinary64<T>
    {
        T half = T.Floor(k * T.Of(0.5));
        return x * T.PowerOfTwo(half) * T.PowerOfTwo(k - half);
    }

    // (high + low)·2^k rounded to nearest; a subnormal result is rounded once, from the sum rounded to odd.
    private static T Scale<T>(T high, T low, T k) where T : IBinary64<T>
    {
        T normal = Scale(high, k);
        return T.IfLess(normal, T.Of(SmallestNormal), Scale(T.RoundToOdd(high, low), k), normal);
    }
}
