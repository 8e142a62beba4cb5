using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What LAMB carries from step to step: the number of steps done and two moments per layer. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class LambState<T> : MomentState<T>
    where T : IReal<T>
{
    private const string Kind = "lamb";

    internal LambState(long step, T[][] first, T[][] second)
        : base(Kind, step, first, second)
    {
    }

    /// <summary>Reads what <see cref="MomentState{T}.ToJson"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of LAMB over this number.</exception>
    public static LambState<T> FromJson(string json) => FromJson(StateJson.Bytes(json));

    /// <summary>Reads what <see cref="MomentState{T}.WriteTo"/> wrote.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of LAMB over this number.</exception>
    public static LambState<T> FromJson(ReadOnlySpan<byte> utf8)
    {
        (long step, T[][] first, T[][] second) = StateJson.ReadMoments<T>(utf8, Kind);
        return new LambState<T>(step, first, second);
    }

    // The same state over another number, rounded once where it holds less.
    internal LambState<TOther> In<TOther>()
        where TOther : IReal<TOther> => new(Step, Tensors.In<T, TOther>(First), Tensors.In<T, TOther>(Second));
}
