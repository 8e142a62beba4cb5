using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What Adam and AdamW carry from step to step: the number of steps done and two moments per tensor. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class AdamState<T>
    where T : IReal<T>
{
    private const string Kind = "adam";
    private readonly T[][] _first;
    private readonly T[][] _second;

    internal AdamState(long step, T[][] first, T[][] second)
    {
        Step = step;
        _first = first;
        _second = second;
    }

    /// <summary>Steps done, counted from 1.</summary>
    public long Step { get; }

    /// <summary>How many tensors the state belongs to.</summary>
    public int TensorCount => _first.Length;

    internal T[][] First => _first;

    internal T[][] Second => _second;

    /// <summary>m of one tensor, an element per parameter.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> FirstMoment(int tensor) => _first[tensor];

    /// <summary>v of one tensor, an element per parameter.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> SecondMoment(int tensor) => _second[tensor];

    /// <summary>The state as one line of JSON that <see cref="FromJson(string)"/> reads back to the same bits.</summary>
    /// <exception cref="NotSupportedException">The number is neither Real64 nor Real32.</exception>
    public string ToJson() => StateJson.Text(WriteTo);

    /// <summary>Writes the state as a JSON object.</summary>
    /// <exception cref="NotSupportedException">The number is neither Real64 nor Real32.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        StateJson.WriteMoments(writer, Kind, Step, _first, _second);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of Adam over this number.</exception>
    public static AdamState<T> FromJson(string json) => StateJson.Parse(json, FromJson);

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The object is damaged, or no state of Adam over this number.</exception>
    public static AdamState<T> FromJson(JsonElement json)
    {
        (long step, T[][] first, T[][] second) = StateJson.ReadMoments<T>(json, Kind);
        return new AdamState<T>(step, first, second);
    }
}
