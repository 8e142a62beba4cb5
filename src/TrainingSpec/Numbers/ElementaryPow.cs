using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <content>Real powers.</content>
public static partial class Elementary
{
    /// <summary>xʸ for any real exponent, with the special values of IEEE 754-2019 §9.2.1 (pow): x⁰ = 1ʸ = 1 even for NaN, NaN for x &lt; 0 and a y that is not whole.</summary>
    /// <remarks>e^(y·ln x) with ln x to 2⁻⁷⁶, so that the exponent, below 746, has an absolute error of 2⁻⁶⁶.</remarks>
    public static T Pow<T>(T x, T y) where T : IBinary64<T>
    {
        var (high, low, exponent) = PowParts(x, y);
        return AtPowPoles(x, y, Scale(high, low, exponent));
    }

    /// <summary>xʸ rounded to odd, for one conversion to binary32.</summary>
    public static T PowToOdd<T>(T x, T y) where T : IBinary64<T>
    {
        var (high, low, exponent) = PowParts(x, y);
        return AtPowPoles(x, y, Scale(T.RoundToOdd(high, low), exponent));
    }

    // |x|^y = (High + Low)·2^Exponent for finite x ≠ 0.
    private static (T High, T Low, T Exponent) PowParts<T>(T x, T y) where T : IBinary64<T>
    {
        var (lh, ll) = LogParts(T.Abs(x));
        // |ln x| is 0 or at least 2^−53: beyond 2^70 the power is 0, 1 or ∞ whatever the exponent.
        T bounded = T.Min(T.Max(y, T.Of(-PowExponentBound)), T.Of(PowExponentBound));
        var (ph, pl) = Pair.Multiply(lh, ll, bounded, T.Of(0));
        var (high, low, exponent) = ExpParts(ph, pl);
        // A power that is a double or lies midway between two floats is hit exactly; what is left there is the error of the evaluation alone.
        return (high, T.IfLess(T.Abs(low), T.Of(PowNoise), T.Of(0), low), exponent);
    }

    private static T AtPowPoles<T>(T x, T y, T power) where T : IBinary64<T>
    {
        T zero = T.Of(0), one = T.Of(1), infinity = T.Of(double.PositiveInfinity), nan = T.Of(double.NaN);
        T magnitude = T.Abs(x);
        T half = T.Floor(y * T.Of(0.5));
        T odd = T.IfEqual(y - half - half, one, one, zero);
        T atZero = T.IfLess(y, zero, infinity, zero);
        T atInfinity = T.IfLess(y, zero, zero, infinity);
        T positive = T.IfEqual(magnitude, zero, atZero, T.IfEqual(magnitude, infinity, atInfinity, power));
        // 1/x tells −0 from +0; at ±∞ the sign of x itself counts.
        T negative = T.IfLess(x, zero, one, T.IfLess(one / x, zero, one, zero));
        T signed = T.IfEqual(negative, one, T.IfEqual(odd, one, -positive, positive), positive);
        // Between −∞ and 0 only whole powers are real.
        T real = T.IfLess(x, zero, T.IfLess(magnitude, infinity, T.IfEqual(T.Floor(y), y, signed, nan), signed), signed);
        T ordered = T.IfEqual(x, x, T.IfEqual(y, y, real, nan), nan);
        return T.IfEqual(y, zero, one, T.IfEqual(x, one, one, ordered));
    }
}
