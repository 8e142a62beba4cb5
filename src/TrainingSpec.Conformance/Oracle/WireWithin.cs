using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Reads numbers as the dtype holds them, exact or as far off as they are known to be, and writes how far off each is.</summary>
/// <typeparam name="T">The format in which the one who is asked computes.</typeparam>
/// <typeparam name="TDtype">The dtype; where it is another, each number of the result is rounded to it once.</typeparam>
/// <param name="known">How far numbers are off that were answers before.</param>
internal sealed class WireWithin<T, TDtype>(IReadOnlyDictionary<double, double> known) : Wire<Within<T>>
    where T : IBinaryFormat<T>
    where TDtype : IBinaryFormat<TDtype>
{
    /// <inheritdoc/>
    public override string DataType => default(TDtype)!.DataType;

    /// <inheritdoc/>
    public override Within<T> Read(ReadOnlySpan<byte> number)
    {
        double value = TDtype.ToDouble(TDtype.Of(JsonText.AsDouble(number)));
        return Within<T>.At(value, known.GetValueOrDefault(value));
    }

    /// <inheritdoc/>
    public override double Widen(Within<T> value) => value.Value;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Within<T> value)
    {
        double distance = value.Distance;
        if (typeof(T) != typeof(TDtype))
            distance += TDtype.UnitRoundoff * (Math.Abs(value.Value) + distance) + TDtype.SmallestSubnormal;
        if (!WriteNonFinite(writer, distance))
            ReadBack.Write(writer, distance);
    }
}
