using System.Runtime.CompilerServices;
using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <content>What is left of 1, for a binary32 argument: as the other functions of one, and accurate where little is left.</content>
public static partial class Elementary
{
    /// <summary>eˣ − 1 for a binary32 x, for one conversion to binary32; −0 for −0; beyond [−104, 89] as at the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Expm1OfSingle<T>(T x) where T : IBinary64<T>
    {
        // (2^k − 1) + 2^k·(e^r − 1): at k = 0 the second part alone, and nothing cancels at another.
        var (expm1, power) = Expm1Reduced(T.AtMost(T.AtLeast(x, T.Of(SingleExpLeast)), T.Of(SingleExpMost)));
        return T.WithSignOf(T.Fma(power, expm1, power - T.Of(1)), x);
    }

    /// <summary>ln(1 + x) for a finite binary32 x above −1, for one conversion to binary32; −0 for −0; any number for another x.</summary>
    /// <remarks>Near 0 the value comes so close to the middle between two floats, as x − x²/2 for x = 3·2⁻²² does to 66 bits, that only the part which the last addition rounds away tells on which side it lies.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log1pOfSingle<T>(T x) where T : IBinary64<T>
    {
        // 1 + x = m·2^k with m in [√½, √2). It is exact, or x is below 2^−29 and f is x itself, or x is above 2^53.
        var (m, k) = T.SplitAtRootHalf(T.Of(1) + x);
        T f = T.IfEqual(k, T.Of(0), x, m - T.Of(1));
        // ln(1 + f) = f − s·(f − s²·R(s²)) with s = f/(2 + f).
        T s = f / (T.Of(2) + f), z = s * s;
        T series = s * T.Fma(z, SinglePolynomials.ArtanhSeries(z), -f);
        T whole = k * T.Of(Ln2High), high = whole + f, low = T.Fma(k, T.Of(Ln2Low), series) + (f - (high - whole));
        T sum = high + low;
        return T.WithSignOf(T.RoundToOdd(sum, low - (sum - high)), x);
    }

    /// <summary>erfc x for a binary32 x, for one conversion to binary32; from 10.25 on, where that gives 0, as there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ErfcOfSingle<T>(T x) where T : IBinary64<T>
    {
        // The square is exact.
        T magnitude = T.AtMost(T.Abs(x), T.Of(SingleErfcMost));
        var (expm1, power) = Expm1Reduced(-(magnitude * magnitude));
        return ErfcOfParts(magnitude, T.Fma(power, expm1, power), T.WithSignOf(T.Of(1), x));
    }

    // From |x|, e^(−x²) and the sign of x: e^(−x²)·P(w)·t for x ≥ 0 with t = 1/(x + 3), w = (x − 3)·t; erfc(−x) is 2 less that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ErfcOfParts<T>(T magnitude, T exponential, T sign) where T : IBinary64<T>
    {
        T t = T.Of(1) / (magnitude + T.Of(3)), w = (magnitude - T.Of(3)) * t;
        return T.Fma(sign, exponential * (t * SinglePolynomials.ScaledErfc(w)), T.Of(1) - sign);
    }
}
