using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>dtypes float16 and bfloat16.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="dataType">The dtype's name.</param>
/// <param name="widen">The value as binary64, exact.</param>
public sealed class WireHalf<T>(string dataType, Func<T, double> widen) : Wire<T>
    where T : IReal<T>
{
    // A double that is halfway between two numbers of 11 bits, or of fewer, has no bit set below its twelfth.
    private const long BelowMidpoints = (1L << 41) - 1;

    /// <inheritdoc/>
    public override string DataType => dataType;

    /// <inheritdoc/>
    public override T Read(JsonElement number)
    {
        double near = number.GetDouble();
        if (near == 0 || !double.IsFinite(near) || (BitConverter.DoubleToInt64Bits(near) & BelowMidpoints) != 0)
            return T.Of(near);

        // The text may lie beside a midpoint by less than binary64 shows; a nudge to its side keeps the one rounding right.
        int side = CompareMagnitude(Encoding.ASCII.GetString(JsonMarshal.GetRawUtf8Value(number)), near);
        double magnitude = Math.Abs(near);
        double nudged = side > 0 ? Math.BitIncrement(magnitude) : side < 0 ? Math.BitDecrement(magnitude) : magnitude;
        return T.Of(Math.CopySign(nudged, near));
    }

    /// <inheritdoc/>
    public override double Widen(T value) => widen(value);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value)
    {
        if (!WriteNonFinite(writer, widen(value)))
            ReadBack.Write(writer, widen(value));
    }

    // |text| against |near|, exactly: digits·10^exponent against significand·2^power.
    private static int CompareMagnitude(string text, double near)
    {
        string[] parts = text.TrimStart('-').Split('e', 'E');
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        int exponent = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - (point < 0 ? 0 : parts[0].Length - point - 1);
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(near));
        int biased = (int)(bits >> 52);
        BigInteger significand = (bits & ((1L << 52) - 1)) | (biased == 0 ? 0 : 1L << 52);
        int power = Math.Max(biased, 1) - 1075;
        BigInteger left = digits * BigInteger.Pow(10, Math.Max(exponent, 0)) * BigInteger.Pow(2, Math.Max(-power, 0));
        BigInteger right = significand * BigInteger.Pow(10, Math.Max(-exponent, 0)) * BigInteger.Pow(2, Math.Max(power, 0));
        return left.CompareTo(right);
    }
}
