using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <content>Cosine and sine.</content>
public static partial class Elementary
{
    /// <summary>cos x, x in radians, any size; NaN where x is not finite.</summary>
    public static T Cos<T>(T x) where T : IBinary64<T> => FiniteOnly(x, CosParts(x).High);

    /// <summary>sin x, x in radians, any size; −0 for −0, NaN where x is not finite.</summary>
    public static T Sin<T>(T x) where T : IBinary64<T> => FiniteOnly(x, SinParts(x).High);

    private static T FiniteOnly<T>(T x, T result) where T : IBinary64<T> =>
        T.IfLess(T.Abs(x), T.Of(double.PositiveInfinity), result, T.Of(double.NaN));

    private static (T High, T Low) CosParts<T>(T x) where T : IBinary64<T>
    {
        T magnitude = T.Abs(x);
        var (quadrant, rh, rl) = T.ReduceHuge(magnitude, ReduceNear(magnitude));
        return CosOfReduced(quadrant, rh, rl);
    }

    // sin x = cos(x − π/2), so the sine is the cosine one quadrant earlier; an odd function.
    private static (T High, T Low) SinParts<T>(T x) where T : IBinary64<T>
    {
        T magnitude = T.Abs(x), zero = T.Of(0);
        var (quadrant, rh, rl) = T.ReduceHuge(magnitude, ReduceNear(magnitude));
        quadrant += T.Of(3);
        var (high, low) = CosOfReduced(quadrant - T.Of(4) * T.Floor(quadrant * T.Of(0.25)), rh, rl);
        // Zero keeps its sign.
        return (T.IfLess(x, zero, -high, T.IfEqual(x, zero, x, high)), T.IfLess(x, zero, -low, low));
    }

    // cos(quadrant·π/2 + rh + rl).
    private static (T High, T Low) CosOfReduced<T>(T quadrant, T rh, T rl) where T : IBinary64<T>
    {
        T zero = T.Of(0), one = T.Of(1);
        // In quadrants 1 and 3 the cosine of x is a sine of the remainder, in 1 and 2 the sign changes.
        T sine = quadrant - T.Of(2) * T.Floor(quadrant * T.Of(0.5));
        T sign = T.IfEqual(T.Abs(quadrant - T.Of(1.5)), T.Of(0.5), T.Of(-1), one);

        var (zh, zl) = Pair.Multiply(rh, rl, rh, rl);
        (zh, zl) = (-zh, -zl);
        // Both series in z = −r²: Σ zⁿ/(2n)! and r·Σ zⁿ/(2n + 1)!.
        T sum = Choose(sine, 1.0 / 25852016738884976640000.0, 1.0 / 1124000727777607680000.0);
        sum = T.Fma(sum, zh, Choose(sine, 1.0 / 51090942171709440000.0, 1.0 / 2432902008176640000.0));
        sum = T.Fma(sum, zh, Choose(sine, 1.0 / 121645100408832000.0, 1.0 / 6402373705728000.0));
        sum = T.Fma(sum, zh, Choose(sine, 1.0 / 355687428096000.0, 1.0 / 20922789888000.0));
        sum = T.Fma(sum, zh, Choose(sine, 1.0 / 1307674368000.0, 1.0 / 87178291200.0));
        sum = T.Fma(sum, zh, Choose(sine, 1.0 / 6227020800.0, 1.0 / 479001600.0));
        sum = T.Fma(sum, zh, Choose(sine, 1.0 / 39916800.0, 1.0 / 3628800.0));
        sum = T.Fma(sum, zh, Choose(sine, 1.0 / 362880.0, 1.0 / 40320.0));
        var (ph, pl) = Pair.MultiplyAdd(sum, zero, zh, zl, Choose(sine, 1.0 / 5040.0, 1.0 / 720.0), Choose(sine, OneOver5040Low, OneOver720Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, Choose(sine, 1.0 / 120.0, 1.0 / 24.0), Choose(sine, OneOver120Low, TwentyFourthLow));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, Choose(sine, 1.0 / 6.0, 0.5), Choose(sine, SixthLow, 0));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, one, zero);
        T factorHigh = sign * T.IfEqual(sine, one, rh, one);
        T factorLow = sign * T.IfEqual(sine, one, rl, zero);
        return Pair.Multiply(ph, pl, factorHigh, factorLow);
    }

    private static T Choose<T>(T sine, double ofSine, double ofCosine) where T : IBinary64<T> =>
        T.IfEqual(sine, T.Of(1), T.Of(ofSine), T.Of(ofCosine));

    // Cody and Waite: x − k·π/2 with π/2 in four parts; 0 for x from the bound on.
    private static (T Quadrant, T High, T Low) ReduceNear<T>(T x) where T : IBinary64<T>
    {
        T near = T.IfLess(x, T.Of(HalfPiReduction.Bound), x, T.Of(0));
        T k = Round(near * T.Of(TwoOverPi));
        var (high, low) = ErrorFree.TwoSum(near - k * T.Of(HalfPi1), -(k * T.Of(HalfPi2)));
        (high, T error) = ErrorFree.TwoSum(high, -(k * T.Of(HalfPi3)));
        (high, low) = ErrorFree.FastTwoSum(high, (low + error) - k * T.Of(HalfPi4));
        return (k - T.Of(4) * T.Floor(k * T.Of(0.25)), high, low);
    }
}
