using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What SGD carries from step to step: the number of steps done, and a momentum buffer per tensor once there was momentum. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class SgdState<T>
    where T : IReal<T>
{
    private const string Kind = "sgd";
    private readonly T[][]? _buffers;
    private readonly int[] _lengths;

    internal SgdState(long step, int[] lengths, T[][]? buffers)
    {
        Step = step;
        _lengths = lengths;
        _buffers = buffers;
    }

    /// <summary>Steps done, counted from 1.</summary>
    public long Step { get; }

    /// <summary>How many tensors the state belongs to.</summary>
    public int TensorCount => _lengths.Length;

    /// <summary>True once a step with momentum has filled the buffers.</summary>
    public bool HasBuffers => _buffers is not null;

    internal T[][]? Buffers => _buffers;

    internal ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>The momentum buffer of one tensor; empty before the first step with momentum.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> Buffer(int tensor) => _buffers is null ? default : _buffers[tensor];

    /// <summary>The state as one line of JSON that <see cref="FromJson(string)"/> reads back to the same bits.</summary>
    /// <exception cref="NotSupportedException">The number is none of Real64, Real32 and DoubleDouble.</exception>
    public string ToJson() => StateJson.Text(WriteTo);

    /// <summary>Writes the state as a JSON object.</summary>
    /// <exception cref="NotSupportedException">The number is none of Real64, Real32 and DoubleDouble.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        StateJson.WriteStart<T>(writer, Kind, Step);
        writer.WriteStartArray("lengths");
        foreach (int length in _lengths)
            writer.WriteNumberValue(length);
        writer.WriteEndArray();
        StateJson.WriteTensors(writer, "buffers", _buffers);
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of SGD over this number.</exception>
    public static SgdState<T> FromJson(string json) => FromJson(StateJson.Bytes(json));

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of SGD over this number.</exception>
    public static SgdState<T> FromJson(ReadOnlySpan<byte> utf8)
    {
        var state = new StateText(utf8);
        long step = StateJson.ReadStart<T>(state, Kind, "lengths", "buffers");
        int[] lengths = StateJson.ReadLengths(state, "lengths");
        if (StateJson.IsNull(state["buffers"]))
            return new SgdState<T>(step, lengths, null);
        T[][] buffers = StateJson.ReadTensors<T>(state, "buffers");
        if (!lengths.AsSpan().SequenceEqual(Array.ConvertAll(buffers, b => b.Length)))
            throw StateJson.Damaged("buffers have other lengths than the state says");
        return new SgdState<T>(step, lengths, buffers);
    }

    // The same state over another number, rounded once where it holds less.
    internal SgdState<TOther> In<TOther>()
        where TOther : IReal<TOther> => new(Step, [.. _lengths], _buffers is null ? null : Tensors.In<T, TOther>(_buffers));
}
