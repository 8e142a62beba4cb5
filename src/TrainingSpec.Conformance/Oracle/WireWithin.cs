using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Reads numbers as exact, or as far off as they are known to be, and writes how far off each is.</summary>
/// <typeparam name="T">The format in which the one who is asked computes.</typeparam>
/// <param name="known">How far numbers are off that were answers before.</param>
internal sealed class WireWithin<T>(IReadOnlyDictionary<double, double> known) : Wire<Within<T>>
    where T : IBinaryFormat<T>
{
    /// <inheritdoc/>
    public override string DataType => default(T)!.DataType;

    /// <inheritdoc/>
    public override Within<T> Read(ReadOnlySpan<byte> number)
    {
        double value = JsonText.AsDouble(number);
        Within<T> read = Within<T>.Of(value);
        return known.TryGetValue(value, out double distance) ? Within<T>.At(value, Math.Max(distance, read.Distance)) : read;
    }

    /// <inheritdoc/>
    public override double Widen(Within<T> value) => value.Value;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Within<T> value)
    {
        if (!WriteNonFinite(writer, value.Distance))
            ReadBack.Write(writer, value.Distance);
    }
}
