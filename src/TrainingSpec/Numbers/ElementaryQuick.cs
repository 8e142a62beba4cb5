using static TrainingSpec.Numbers.ElementaryConstants;
using static TrainingSpec.Numbers.QuickErfcConstants;

namespace TrainingSpec.Numbers;

/// <content>First phases for binary32: plain binary64 within a relative 2⁻⁴⁸ (a test measures them), which nearly always settles how the exact value rounds; where it doesn't, the pair decides.</content>
/// <remarks>Source: Ziv, "Fast evaluation of elementary mathematical functions with correctly rounded last bit" (1991).</remarks>
public static partial class Elementary
{
    // A quick value lies within 2^−48 of the exact one; where it rounds alike times both, so does the exact one.
    internal const double QuickAbove = 1 + 1.0 / (1L << 47);
    internal const double QuickBelow = 1 - 1.0 / (1L << 47);

    /// <summary>eˣ − 1 for a binary32 x, within a relative 6·2⁻⁵³.</summary>
    internal static T Expm1Quick<T>(T x) where T : IBinary64<T>
    {
        var (quotient, r, scale) = QuickExpm1OfReduced(T.Min(T.Max(x, T.Of(-QuickExpm1Least)), T.Of(QuickExpm1Most)));
        return T.IfEqual(x, T.Of(0), x, T.Fma(scale, T.Fma(r * r, quotient, r), scale - T.Of(1)));
    }

    /// <summary>ln(1 + x) for a binary32 x, within a relative 6·2⁻⁵³; where x ≤ −1 or x = ∞, as <see cref="Log1p"/>.</summary>
    internal static T Log1pQuick<T>(T x) where T : IBinary64<T>
    {
        // 1 + x is exact, or x is below 2^−29 and only the exponent counts, or x is beyond 2^53.
        T sum = T.Of(1) + x, m = T.Significand(sum), k = T.Exponent(sum);
        T large = T.IfLess(T.Of(SqrtTwo), m, T.Of(1), T.Of(0));
        k += large;
        T f = T.IfEqual(k, T.Of(0), x, m - T.IfEqual(large, T.Of(1), m * T.Of(0.5), T.Of(0)) - T.Of(1));
        T s = f / (T.Of(2) + f), z = s * s;
        T series = T.Of(2.0 / 19.0);
        series = T.Fma(series, z, T.Of(2.0 / 17.0));
        series = T.Fma(series, z, T.Of(2.0 / 15.0));
        series = T.Fma(series, z, T.Of(2.0 / 13.0));
        series = T.Fma(series, z, T.Of(2.0 / 11.0));
        series = T.Fma(series, z, T.Of(2.0 / 9.0));
        series = T.Fma(series, z, T.Of(2.0 / 7.0));
        series = T.Fma(series, z, T.Of(2.0 / 5.0));
        series = T.Fma(series, z, T.Of(2.0 / 3.0));
        series = T.Fma(series, z, T.Of(2));
        T logarithm = T.Fma(k, T.Of(Ln2High), T.Fma(k, T.Of(Ln2Low), s * series));
        return T.IfEqual(x, T.Of(0), x, AtLogPoles(sum, logarithm));
    }

    /// <summary>erfc x for a binary32 x, within a relative 20·2⁻⁵³; below the half of the smallest binary32 for x from 10.5 on.</summary>
    internal static T ErfcQuick<T>(T x) where T : IBinary64<T>
    {
        T zero = T.Of(0), one = T.Of(1);
        T magnitude = T.Min(T.Abs(x), T.Of(QuickErfcMost));
        var (quotient, r, scale) = QuickExpm1OfReduced(-(magnitude * magnitude));
        T power = T.Fma(scale, T.Fma(r * r, quotient, r), scale);
        T t = one / (magnitude + T.Of(4)), w = (magnitude - T.Of(4)) * t, square = w * w;
        // Even and odd powers apart: two chains half as long.
        T even = T.Of(Quick18), odd = T.Of(Quick19);
        even = T.Fma(even, square, T.Of(Quick16));
        odd = T.Fma(odd, square, T.Of(Quick17));
        even = T.Fma(even, square, T.Of(Quick14));
        odd = T.Fma(odd, square, T.Of(Quick15));
        even = T.Fma(even, square, T.Of(Quick12));
        odd = T.Fma(odd, square, T.Of(Quick13));
        even = T.Fma(even, square, T.Of(Quick10));
        odd = T.Fma(odd, square, T.Of(Quick11));
        even = T.Fma(even, square, T.Of(Quick8));
        odd = T.Fma(odd, square, T.Of(Quick9));
        even = T.Fma(even, square, T.Of(Quick6));
        odd = T.Fma(odd, square, T.Of(Quick7));
        even = T.Fma(even, square, T.Of(Quick4));
        odd = T.Fma(odd, square, T.Of(Quick5));
        even = T.Fma(even, square, T.Of(Quick2));
        odd = T.Fma(odd, square, T.Of(Quick3));
        even = T.Fma(even, square, T.Of(Quick0));
        odd = T.Fma(odd, square, T.Of(Quick1));
        T tail = power * t * T.Fma(odd, w, even);
        return T.IfLess(x, zero, T.Of(2) - tail, tail);
    }

    // x = k·ln 2 + r and e^r − 1 = r + r²·Quotient; Scale is 2^k. For |x| < 700; the Taylor series leaves out r¹⁴/14!.
    private static (T Quotient, T R, T Scale) QuickExpm1OfReduced<T>(T x) where T : IBinary64<T>
    {
        T k = Round(x * T.Of(Log2E));
        T r = T.Fma(k, T.Of(-Ln2Low), T.Fma(k, T.Of(-Ln2High), x)), square = r * r;
        T even = T.Of(1.0 / 479001600.0), odd = T.Of(1.0 / 6227020800.0);
        even = T.Fma(even, square, T.Of(1.0 / 3628800.0));
        odd = T.Fma(odd, square, T.Of(1.0 / 39916800.0));
        even = T.Fma(even, square, T.Of(1.0 / 40320.0));
        odd = T.Fma(odd, square, T.Of(1.0 / 362880.0));
        even = T.Fma(even, square, T.Of(1.0 / 720.0));
        odd = T.Fma(odd, square, T.Of(1.0 / 5040.0));
        even = T.Fma(even, square, T.Of(1.0 / 24.0));
        odd = T.Fma(odd, square, T.Of(1.0 / 120.0));
        even = T.Fma(even, square, T.Of(0.5));
        odd = T.Fma(odd, square, T.Of(1.0 / 6.0));
        return (T.Fma(odd, r, even), r, T.PowerOfTwo(k));
    }
}
