using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What Adam and AdamW carry from step to step: the number of steps done and two moments per tensor. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class AdamState<T> : MomentState<T>
    where T : IReal<T>
{
    private const string Kind = "adam";

    internal AdamState(long step, T[][] first, T[][] second)
        : base(Kind, step, first, second)
    {
    }

    /// <summary>Reads what <see cref="MomentState{T}.ToJson"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of Adam over this number.</exception>
    public static AdamState<T> FromJson(string json) => FromJson(StateJson.Bytes(json));

    /// <summary>Reads what <see cref="MomentState{T}.WriteTo"/> wrote.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of Adam over this number.</exception>
    public static AdamState<T> FromJson(ReadOnlySpan<byte> utf8)
    {
        (long step, T[][] first, T[][] second) = StateJson.ReadMoments<T>(utf8, Kind);
        return new AdamState<T>(step, first, second);
    }

    // The same state over another number, rounded once where it holds less.
    internal AdamState<TOther> In<TOther>()
        where TOther : IReal<TOther> => new(Step, Tensors.In<T, TOther>(First), Tensors.In<T, TOther>(Second));
}
