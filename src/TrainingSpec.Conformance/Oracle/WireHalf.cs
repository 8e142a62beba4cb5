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
    public override T Read(ReadOnlySpan<byte> number)
    {
        double near = JsonText.AsDouble(number);
        if (near == 0 || !double.IsFinite(near) || (BitConverter.DoubleToInt64Bits(near) & BelowMidpoints) != 0)
            return T.Of(near);

        // The text may lie beside a midpoint by less than binary64 shows; a nudge to its side keeps the one rounding right.
        int side = DecimalText.CompareMagnitude(number, near);
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
}
