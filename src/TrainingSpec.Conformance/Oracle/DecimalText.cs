using System.Globalization;
using System.Numerics;
using System.Text;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Compares a decimal text with a binary64 exactly, in time linear in the text.</summary>
internal static class DecimalText
{
    // Every binary64 has at most 767 significant decimal digits: of a longer text only whether anything follows them matters.
    private const int Digits = 800;

    /// <summary>The sign of |text| − |near|.</summary>
    /// <param name="text">A JSON number whose nearest binary64 is <paramref name="near"/>, so that its exponent is a small one once its zeros are counted.</param>
    /// <param name="near">Finite and not 0.</param>
    public static int CompareMagnitude(ReadOnlySpan<byte> text, double near)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(near));
        int biased = (int)(bits >> 52);
        long significand = (bits & ((1L << 52) - 1)) | (biased == 0 ? 0 : 1L << 52);
        int zeros = BitOperations.TrailingZeroCount(significand);
        significand >>= zeros;
        int power = Math.Max(biased, 1) - 1075 + zeros;
        (string digits, long exponent, bool more) = Significant(text);
        int side = Short(digits, exponent, significand, power) ?? Long(digits, exponent, significand, power);
        return side == 0 && more ? 1 : side;
    }

    // |text| = digits·10^exponent, and a little above it where more is true.
    private static (string Digits, long Exponent, bool More) Significant(ReadOnlySpan<byte> text)
    {
        text = text[(text[0] == (byte)'-' ? 1 : 0)..];
        int mark = text.IndexOfAny((byte)'e', (byte)'E');
        long exponent = mark < 0 ? 0 : long.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        ReadOnlySpan<byte> mantissa = mark < 0 ? text : text[..mark];
        int point = mantissa.IndexOf((byte)'.');
        int first = Math.Max(mantissa.IndexOfAnyInRange((byte)'1', (byte)'9'), 0);
        int last = mantissa.LastIndexOfAnyInRange((byte)'1', (byte)'9');
        var digits = new StringBuilder(32);
        int at = first;
        for (; at <= last && digits.Length < Digits; at++)
        {
            if (at != point)
                digits.Append((char)mantissa[at]);
        }

        // at is one past the last digit taken; the places between it and the point are powers of ten.
        int whole = point < 0 ? mantissa.Length : point;
        return (digits.ToString(), exponent + (at <= whole ? whole - at : whole + 1 - at), at <= last);
    }

    // digits·10^exponent against significand·2^power in 128 bits; null where they do not suffice.
    private static int? Short(string digits, long exponent, long significand, int power)
    {
        if (digits.Length > 18 || exponent is > 18 or < -18)
            return null;
        UInt128 left = ulong.Parse(digits, CultureInfo.InvariantCulture);
        UInt128 right = (UInt128)significand;
        for (long i = 0; i < exponent; i++)
            left *= 5;
        for (long i = exponent; i < 0; i++)
            right *= 5;
        int shift = power - (int)exponent;
        return Math.Abs(shift) > 64 || (shift < 0 ? BitLength(left) : BitLength(right)) + Math.Abs(shift) > 127
            ? null
            : shift < 0 ? (left << -shift).CompareTo(right) : left.CompareTo(right << shift);
    }

    private static int BitLength(UInt128 value) => 128 - (int)UInt128.LeadingZeroCount(value);

    private static int Long(string digits, long exponent, long significand, int power)
    {
        BigInteger left = BigInteger.Parse(digits, CultureInfo.InvariantCulture) * BigInteger.Pow(10, (int)Math.Max(exponent, 0)) * BigInteger.Pow(2, Math.Max(-power, 0));
        BigInteger right = significand * BigInteger.Pow(10, (int)Math.Max(-exponent, 0)) * BigInteger.Pow(2, Math.Max(power, 0));
        return left.CompareTo(right);
    }
}
