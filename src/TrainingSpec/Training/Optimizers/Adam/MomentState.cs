using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What an optimizer with two moments carries from step to step: the number of steps done and two moments per tensor. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public abstract class MomentState<T>
    where T : IReal<T>
{
    private readonly string _kind;

    private protected MomentState(string kind, long step, T[][] first, T[][] second)
    {
        _kind = kind;
        Step = step;
        First = first;
        Second = second;
    }

    /// <summary>Steps done, counted from 1.</summary>
    public long Step { get; }

    /// <summary>How many tensors the state belongs to.</summary>
    public int TensorCount => First.Length;

    internal T[][] First { get; }

    internal T[][] Second { get; }

    /// <summary>m of one tensor, an element per parameter.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> FirstMoment(int tensor) => First[tensor];

    /// <summary>v of one tensor, an element per parameter.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> SecondMoment(int tensor) => Second[tensor];

    /// <summary>The state as one line of JSON that the state's FromJson reads back to the same bits.</summary>
    /// <exception cref="NotSupportedException">The number is none of Real64, Real32 and DoubleDouble.</exception>
    public string ToJson() => StateJson.Text(WriteTo);

    /// <summary>Writes the state as a JSON object.</summary>
    /// <exception cref="NotSupportedException">The number is none of Real64, Real32 and DoubleDouble.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        StateJson.WriteMoments(writer, _kind, Step, First, Second);
    }
}
