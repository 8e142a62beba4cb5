using System.Globalization;
using System.Text.Json;

namespace TrainingSpec.Numbers;

/// <summary>Decimal texts of binary64 values that read back to the same value; the runtime's shortest form of 2⁻²⁵ and of 2⁻⁹⁵⁸ does not.</summary>
/// <remarks>Source: IEEE 754-2019, 5.12.2: 17 significant digits bring every binary64 value back.</remarks>
public static class ReadBack
{
    private const long Fraction = (1L << 52) - 1;

    /// <summary>The shortest text that the runtime gives, or 17 digits where that is read as another number.</summary>
    /// <param name="value">Any value; NaN and the infinities have their invariant names.</param>
    public static string Text(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return ShortestIsRight(value, text) ? text : value.ToString("G17", CultureInfo.InvariantCulture);
    }

    /// <summary>Writes a finite number to JSON so that it reads back.</summary>
    /// <param name="writer">The writer, where a value may stand.</param>
    /// <param name="value">A finite value.</param>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public static void Write(Utf8JsonWriter writer, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (double.IsFinite(value) && IsPowerOfTwo(value))
            writer.WriteRawValue(Text(value), skipInputValidation: true);
        else
            writer.WriteNumberValue(value);
    }

    // Only at a power of two is the gap below half the gap above, which the shortest form may miss.
    private static bool IsPowerOfTwo(double value) => (BitConverter.DoubleToInt64Bits(value) & Fraction) == 0;

    private static bool ShortestIsRight(double value, string text) =>
        !IsPowerOfTwo(value) || !double.IsFinite(value) || double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).Equals(value);
}
