using System.Buffers.Text;
using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>How a number of one dtype is read from and written to JSON.</summary>
/// <typeparam name="T">The number.</typeparam>
public abstract class Wire<T>
    where T : IReal<T>
{
    /// <summary>The dtype's name.</summary>
    public abstract string DataType { get; }

    /// <summary>The text of a JSON number rounded once, directly, to the dtype; overflow goes to an infinity.</summary>
    public abstract T Read(ReadOnlySpan<byte> number);

    /// <summary>The value as binary64, exact.</summary>
    public abstract double Widen(T value);

    /// <summary>Writes the shortest text that reads back to the same value; NaN and the infinities as strings.</summary>
    public abstract void Write(Utf8JsonWriter writer, T value);

    /// <summary>Writes the name of a value that JSON has no number for, if it is one.</summary>
    internal static bool WriteNonFinite(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            return false;
        writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        return true;
    }
}

/// <summary>dtype float64.</summary>
public sealed class Wire64 : Wire<Real64>
{
    /// <inheritdoc/>
    public override string DataType => "float64";

    /// <inheritdoc/>
    public override Real64 Read(ReadOnlySpan<byte> number) => JsonText.AsDouble(number);

    /// <inheritdoc/>
    public override double Widen(Real64 value) => value.Value;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Real64 value)
    {
        if (!WriteNonFinite(writer, value.Value))
            ReadBack.Write(writer, value.Value);
    }
}

/// <summary>dtype float32.</summary>
public sealed class Wire32 : Wire<Real32>
{
    /// <inheritdoc/>
    public override string DataType => "float32";

    /// <inheritdoc/>
    public override Real32 Read(ReadOnlySpan<byte> number) => Utf8Parser.TryParse(number, out float value, out _) ? value : float.NaN;

    /// <inheritdoc/>
    public override double Widen(Real32 value) => value.Value;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Real32 value)
    {
        if (!WriteNonFinite(writer, value.Value))
            writer.WriteNumberValue(value.Value);
    }
}
