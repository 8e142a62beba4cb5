using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>A narrow dtype whose numbers are computed with as sums of two doubles: read as the dtype holds them, rounded to it once where they are written.</summary>
/// <typeparam name="T">The narrow number.</typeparam>
/// <param name="narrow">How the narrow number is read and written.</param>
public sealed class RoundedWire<T>(WireHalf<T> narrow) : Wire<DoubleDouble>
    where T : IReal<T>
{
    /// <inheritdoc/>
    public override string DataType => narrow.DataType;

    /// <inheritdoc/>
    public override DoubleDouble Read(ReadOnlySpan<byte> number) => narrow.Widen(narrow.Read(number));

    /// <inheritdoc/>
    public override double Widen(DoubleDouble value) => (double)value;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DoubleDouble value) => narrow.Write(writer, value.To<T>());
}
