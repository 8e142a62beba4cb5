using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TrainingSpec.Numbers;

/// <summary>Decimal texts of binary64 values that read back to the same value; the runtime's shortest form of 2⁻²⁵ and of 2⁻⁹⁵⁸ does not.</summary>
/// <remarks>Source: IEEE 754-2019, 5.12.2: 17 significant digits bring every binary64 value back.</remarks>
public static class ReadBack
{
    // A sign, 17 digits, a point, and an exponent of a sign and three digits.
    private const int Most = 32;
    private const long Fraction = (1L << 52) - 1;

    /// <summary>The shortest text that the runtime gives, or 17 digits where that is read as another number.</summary>
    /// <param name="value">Any value; NaN and the infinities have their invariant names.</param>
    public static string Text(double value)
    {
        Span<byte> text = stackalloc byte[Most];
        return Encoding.ASCII.GetString(text[..Format(value, text)]);
    }

    /// <summary>Writes a finite number to JSON so that it reads back.</summary>
    /// <param name="writer">The writer, where a value may stand.</param>
    /// <param name="value">A finite value.</param>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public static void Write(Utf8JsonWriter writer, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (double.IsFinite(value) && IsPowerOfTwo(value))
            WriteText(writer, value);
        else
            writer.WriteNumberValue(value);
    }

    // Nothing is made on the way: an answer of which a part is out can't run out of memory.
    private static void WriteText(Utf8JsonWriter writer, double value)
    {
        Span<byte> text = stackalloc byte[Most];
        writer.WriteRawValue(text[..Format(value, text)], skipInputValidation: true);
    }

    private static int Format(double value, Span<byte> text)
    {
        _ = value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        if (!ShortestIsRight(value, text[..length]))
            _ = value.TryFormat(text, out length, "G17", CultureInfo.InvariantCulture);
        return length;
    }

    // Only at a power of two is the gap below half the gap above, which the shortest form may miss.
    private static bool IsPowerOfTwo(double value) => (BitConverter.DoubleToInt64Bits(value) & Fraction) == 0;

    private static bool ShortestIsRight(double value, ReadOnlySpan<byte> text) =>
        !IsPowerOfTwo(value) || !double.IsFinite(value) || double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).Equals(value);
}
