using System.Numerics;

namespace TrainingSpec.Numbers;

/// <summary>Exact dyadic rationals m · 2ᵉ: what every finite double and sum of doubles is.</summary>
internal static class Dyadic
{
    /// <summary>A finite double as m · 2ᵉ.</summary>
    public static (BigInteger Mantissa, int Exponent) Exact(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & 0xF_FFFF_FFFF_FFFF;
        long mantissa = exponent == 0 ? fraction : fraction | (1L << 52);
        return (bits < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075);
    }

    /// <summary>A finite double-double as m · 2ᵉ.</summary>
    public static (BigInteger Mantissa, int Exponent) Exact(DoubleDouble x)
    {
        var (high, highExponent) = Exact(x.High);
        if (x.Low == 0)
            return (high, highExponent);
        var (low, lowExponent) = Exact(x.Low);
        int exponent = Math.Min(highExponent, lowExponent);
        return ((high << (highExponent - exponent)) + (low << (lowExponent - exponent)), exponent);
    }

    /// <summary>m · 2ᵉ rounded to the nearest double, ties to even.</summary>
    public static double ToDouble(BigInteger mantissa, long exponent)
    {
        if (mantissa.IsZero)
            return 0;
        BigInteger magnitude = BigInteger.Abs(mantissa);
        long top = (long)magnitude.GetBitLength() + exponent;
        if (top > 1024)
            return mantissa.Sign * double.PositiveInfinity;
        if (top < -1075)
            return mantissa.Sign * 0.0;
        long target = Math.Max(top - 53, -1074);
        long quotient = (long)RoundHalfEven(magnitude, target - exponent);
        return mantissa.Sign * Math.ScaleB((double)quotient, (int)target);
    }

    /// <summary>m / 2ˢ rounded to the nearest whole number, ties to even; exact for s ≤ 0.</summary>
    public static BigInteger RoundHalfEven(BigInteger magnitude, long shift)
    {
        if (shift <= 0)
            return magnitude << (int)-shift;
        if (shift > (long)magnitude.GetBitLength())
            return BigInteger.Zero;
        BigInteger quotient = magnitude >> (int)shift;
        int half = (magnitude - (quotient << (int)shift)).CompareTo(BigInteger.One << (int)(shift - 1));
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    /// <summary>numerator / denominator rounded to the nearest whole number; both are non-negative.</summary>
    public static BigInteger RoundQuotient(BigInteger numerator, BigInteger denominator, MidpointRounding midpoint)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        int half = (rest << 1).CompareTo(denominator);
        bool up = half > 0 || (half == 0 && (midpoint == MidpointRounding.AwayFromZero || !quotient.IsEven));
        return up ? quotient + 1 : quotient;
    }

    /// <summary>numerator / denominator as m · 2ᵉ with at least the given bits and the last bit set where anything was cut off, so that a later rounding sees it.</summary>
    public static (BigInteger Mantissa, int Exponent) Quotient(BigInteger numerator, BigInteger denominator, int bits)
    {
        int shift = Math.Max(0, bits + (int)denominator.GetBitLength() - (int)BigInteger.Abs(numerator).GetBitLength() + 1);
        BigInteger quotient = BigInteger.DivRem(BigInteger.Abs(numerator) << shift, denominator, out BigInteger rest);
        if (!rest.IsZero)
            quotient |= BigInteger.One;
        return (numerator.Sign * quotient, -shift);
    }
}
