namespace TrainingSpec.Numbers;

/// <summary>A binary format of at most 16 bits: sign, exponent, fraction, with subnormals, infinities and NaN as in IEEE 754-2019 §3.4.</summary>
/// <param name="ExponentBits">Bits of the biased exponent; its bias is 2^(ExponentBits − 1) − 1.</param>
/// <param name="FractionBits">Bits behind the binary point.</param>
internal readonly record struct InterchangeFormat(int ExponentBits, int FractionBits)
{
    private const int DoubleFractionBits = 52;

    private int SmallestExponent => 2 - (1 << (ExponentBits - 1));

    private int Infinity => ((1 << ExponentBits) - 1) << FractionBits;

    private int SignBit => 1 << (ExponentBits + FractionBits);

    /// <summary>The bits of x rounded once to nearest, ties to even: beyond the largest value by half a unit or more to ∞, any NaN to the quiet one without payload.</summary>
    /// <remarks>Source: IEEE 754-2019 §4.3.1, §7.4.</remarks>
    public ushort Round(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int sign = bits < 0 ? SignBit : 0;
        if (double.IsNaN(x))
            return (ushort)(Infinity | 1 << (FractionBits - 1));
        if (double.IsInfinity(x))
            return (ushort)(sign | Infinity);
        int exponent = (int)(bits >> DoubleFractionBits & 0x7FF) - 1023;
        long significand = bits & 0xF_FFFF_FFFF_FFFF | 1L << DoubleFractionBits;

        // Below the smallest exponent the last place stays where it is: that is what subnormal means.
        int place = Math.Max(exponent, SmallestExponent);
        int shift = DoubleFractionBits - FractionBits + place - exponent;
        if (shift > DoubleFractionBits + 2)
            return (ushort)sign;
        long kept = significand >> shift, rest = significand & (1L << shift) - 1, half = 1L << (shift - 1);
        if (rest > half || (rest == half && (kept & 1) == 1))
            kept++;
        // A carry out of the significand moves into the exponent by itself.
        long magnitude = ((long)(place - SmallestExponent) << FractionBits) + kept;
        return (ushort)(sign | (int)Math.Min(magnitude, Infinity));
    }

    /// <summary>The value that the bits stand for, exactly.</summary>
    public double Value(ushort bits)
    {
        int fraction = bits & (1 << FractionBits) - 1;
        int exponent = (bits & Infinity) >> FractionBits;
        double magnitude = (bits & Infinity) == Infinity ? fraction == 0 ? double.PositiveInfinity : double.NaN
            : exponent == 0 ? fraction * PowerOfTwo(SmallestExponent - FractionBits)
            : (fraction | 1 << FractionBits) * PowerOfTwo(exponent - 1 + SmallestExponent - FractionBits);
        return (bits & SignBit) == 0 ? magnitude : -magnitude;
    }

    /// <summary>x·y + z rounded once: the product of two such values is exact in double, and the sum rounded to odd is rounded on as the exact one would be.</summary>
    /// <remarks>Source: Boldo, Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd" (2008).</remarks>
    public ushort RoundFma(double x, double y, double z)
    {
        double product = x * y, sum = product + z;
        if (!double.IsFinite(sum) || sum == 0)
            return Round(sum);
        var (high, low) = ErrorFree.TwoSum<Real64>(product, z);
        return Round(Odd(high, low));
    }

    private static double Odd<T>(T high, T low) where T : IBinary64<T>, IBinaryFormat<T> => T.ToDouble(T.RoundToOdd(high, low));

    private static double PowerOfTwo(int k) => BitConverter.Int64BitsToDouble((long)(k + 1023) << DoubleFractionBits);
}
