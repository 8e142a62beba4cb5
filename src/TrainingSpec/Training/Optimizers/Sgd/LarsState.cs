using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What LARS carries from step to step: the number of steps done and a velocity per layer. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class LarsState<T>
    where T : IReal<T>
{
    private const string Kind = "lars";

    internal LarsState(long step, T[][] buffers)
    {
        Step = step;
        Buffers = buffers;
    }

    /// <summary>Steps done, counted from 1.</summary>
    public long Step { get; }

    /// <summary>How many tensors the state belongs to.</summary>
    public int TensorCount => Buffers.Length;

    internal T[][] Buffers { get; }

    /// <summary>The velocity of one tensor, an element per parameter.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> Velocity(int tensor) => Buffers[tensor];

    /// <summary>The state as one line of JSON that <see cref="FromJson(string)"/> reads back to the same bits.</summary>
    /// <exception cref="NotSupportedException">The number is none of Real64, Real32 and DoubleDouble.</exception>
    public string ToJson() => StateJson.Text(WriteTo);

    /// <summary>Writes the state as a JSON object.</summary>
    /// <exception cref="NotSupportedException">The number is none of Real64, Real32 and DoubleDouble.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        StateJson.WriteStart<T>(writer, Kind, Step);
        StateJson.WriteTensors(writer, "velocity", Buffers);
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of LARS over this number.</exception>
    public static LarsState<T> FromJson(string json) => FromJson(StateJson.Bytes(json));

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of LARS over this number.</exception>
    public static LarsState<T> FromJson(ReadOnlySpan<byte> utf8)
    {
        var state = new StateText(utf8);
        return new(StateJson.ReadStart<T>(state, Kind, "velocity"), StateJson.ReadTensors<T>(state, "velocity"));
    }

    // The same state over another number, rounded once where it holds less.
    internal LarsState<TOther> In<TOther>()
        where TOther : IReal<TOther> => new(Step, Tensors.In<T, TOther>(Buffers));
}
