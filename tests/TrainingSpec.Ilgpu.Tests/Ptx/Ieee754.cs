using System.Numerics;

namespace TrainingSpec.Ilgpu.Tests.Ptx;

/// <summary>IEEE 754 arithmetic in whole numbers: exact, then rounded once. Shares nothing with the machine, which uses the processor.</summary>
/// <param name="Precision">Bits of the significand.</param>
/// <param name="Width">Bits in all.</param>
internal sealed record Ieee754(int Precision, int Width)
{
    public static readonly Ieee754 Single = new(24, 32);
    public static readonly Ieee754 Double = new(53, 64);

    private int Bias => (1 << (Width - Precision - 1)) - 1;

    /// <summary>Exponent of the unit of the smallest number.</summary>
    private int Least => 2 - Bias - Precision;

    private ulong SignBit => 1UL << (Width - 1);

    private ulong InfinityBits => (ulong)(2 * Bias + 1) << (Precision - 1);

    public static string NaN => "NaN";

    public bool IsNaN(ulong x) => (x & ~SignBit) > InfinityBits;

    public bool IsInfinite(ulong x) => (x & ~SignBit) == InfinityBits;

    public bool IsZero(ulong x) => (x & ~SignBit) == 0;

    public bool IsNegative(ulong x) => (x & SignBit) != 0;

    public ulong Infinity(bool negative) => InfinityBits | (negative ? SignBit : 0);

    public ulong Zero(bool negative) => negative ? SignBit : 0;

    /// <summary>A finite number as a whole number of units of the smallest one.</summary>
    public BigInteger Units(ulong x)
    {
        int exponent = (int)((x & ~SignBit) >> (Precision - 1));
        BigInteger magnitude = x & ((1UL << (Precision - 1)) - 1);
        if (exponent > 0)
            magnitude = (magnitude + (BigInteger.One << (Precision - 1))) << (exponent - 1);
        return IsNegative(x) ? -magnitude : magnitude;
    }

    /// <summary>The number nearest to numerator/denominator units of the smallest one, ties to even; the sign of a zero is given.</summary>
    public ulong Round(BigInteger numerator, BigInteger denominator, bool negativeZero = false)
    {
        if (denominator.Sign < 0)
            (numerator, denominator) = (-numerator, -denominator);
        bool negative = numerator.Sign < 0 || (numerator.IsZero && negativeZero);
        BigInteger magnitude = BigInteger.Abs(numerator);
        BigInteger whole = magnitude / denominator;
        int cut = Math.Max(0, (int)whole.GetBitLength() - Precision);
        BigInteger unit = denominator << cut;
        BigInteger kept = BigInteger.DivRem(magnitude, unit, out BigInteger rest);
        int half = (2 * rest).CompareTo(unit);
        if (half > 0 || (half == 0 && !kept.IsEven))
            kept++;

        // kept·2^cut units: below 2^(Precision − 1) it is subnormal, and the biased exponent is 0.
        if (kept.GetBitLength() > Precision)
        {
            kept >>= 1;
            cut++;
        }

        ulong bits = kept.GetBitLength() < Precision ? (ulong)kept : (ulong)(kept - (BigInteger.One << (Precision - 1))) + ((ulong)(cut + 1) << (Precision - 1));
        if (bits >= InfinityBits)
            bits = InfinityBits;
        return bits | (negative ? SignBit : 0);
    }

    public ulong? Add(ulong x, ulong y)
    {
        if (IsNaN(x) || IsNaN(y) || (IsInfinite(x) && IsInfinite(y) && IsNegative(x) != IsNegative(y)))
            return null;
        if (IsInfinite(x))
            return x;
        if (IsInfinite(y))
            return y;
        return Round(Units(x) + Units(y), 1, IsNegative(x) && IsNegative(y));
    }

    public ulong? Multiply(ulong x, ulong y)
    {
        if (IsNaN(x) || IsNaN(y) || (IsInfinite(x) && IsZero(y)) || (IsZero(x) && IsInfinite(y)))
            return null;
        bool negative = IsNegative(x) != IsNegative(y);
        if (IsInfinite(x) || IsInfinite(y))
            return Infinity(negative);

        // The product is in units of 2^(2·Least), 2^(−Least) of which make a unit.
        return Round(Units(x) * Units(y), BigInteger.One << -Least, negative);
    }

    public ulong? Fma(ulong x, ulong y, ulong z)
    {
        if (IsNaN(x) || IsNaN(y) || IsNaN(z) || (IsInfinite(x) && IsZero(y)) || (IsZero(x) && IsInfinite(y)))
            return null;
        bool negative = IsNegative(x) != IsNegative(y);
        if (IsInfinite(x) || IsInfinite(y))
            return IsInfinite(z) && IsNegative(z) != negative ? null : Infinity(negative);
        if (IsInfinite(z))
            return z;
        return Round(Units(x) * Units(y) + (Units(z) << -Least), BigInteger.One << -Least, negative && IsNegative(z));
    }

    public ulong? Divide(ulong x, ulong y)
    {
        if (IsNaN(x) || IsNaN(y) || (IsInfinite(x) && IsInfinite(y)) || (IsZero(x) && IsZero(y)))
            return null;
        bool negative = IsNegative(x) != IsNegative(y);
        if (IsInfinite(x) || IsZero(y))
            return Infinity(negative);
        if (IsInfinite(y))
            return Zero(negative);
        return Round(Units(x) << -Least, Units(y), negative);
    }

    public ulong? Sqrt(ulong x)
    {
        if (IsZero(x))
            return x;
        if (IsNaN(x) || IsNegative(x))
            return null;
        if (IsInfinite(x))
            return x;

        // √(u·2^L) = √(u·2^(−L))·2^L; a few more bits and a last one for what is cut off decide the rounding.
        BigInteger scaled = Units(x) << (-Least + 2 * Width);
        BigInteger root = FloorRoot(scaled);
        BigInteger doubled = 2 * root + (root * root == scaled ? 0 : 1);
        return Round(doubled, BigInteger.One << (Width + 1));
    }

    /// <summary>-1, 0 or 1; null where either is NaN.</summary>
    public int? Compare(ulong x, ulong y)
    {
        if (IsNaN(x) || IsNaN(y))
            return null;
        return Order(x).CompareTo(Order(y));
    }

    private BigInteger Order(ulong x) => IsInfinite(x) ? (BigInteger.One << 5000) * (IsNegative(x) ? -1 : 1) : Units(x);

    private static BigInteger FloorRoot(BigInteger n)
    {
        if (n.IsZero)
            return n;
        BigInteger root = BigInteger.One << (int)((n.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + n / root) >> 1;
            if (next >= root)
                return root;
            root = next;
        }
    }
}
