using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What is kept of a kind of state: its name, its slots, and the name of what is carried beside them, or null.</summary>
internal sealed record SlotLayout(string Kind, Slot[] Slots, string? Carries)
{
    /// <summary>True where each slot has lengths of its own, which the optimizer knows.</summary>
    public bool OwnLengths { get; init; }
}

/// <summary>What an optimizer with slots, or an average of weights, carries from step to step: the number of steps done, its slots, most of them a number for each element, and for some a number of its own. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class SlotState<T>
    where T : IReal<T>
{
    private readonly SlotLayout _layout;

    internal SlotState(SlotLayout layout, long step, T[][][] kept, DoubleDouble carried)
    {
        _layout = layout;
        Step = step;
        Kept = kept;
        Carried = carried;
    }

    /// <summary>The optimizer's name in saved states.</summary>
    public string Kind => _layout.Kind;

    /// <summary>Steps done, counted from 1.</summary>
    public long Step { get; }

    /// <summary>How many tensors the state belongs to.</summary>
    public int TensorCount => Kept[0].Length;

    /// <summary>The names of the slots, in order.</summary>
    public IEnumerable<string> SlotNames => _layout.Slots.Select(slot => slot.Name);

    internal T[][][] Kept { get; }

    internal DoubleDouble Carried { get; }

    /// <summary>A slot of one tensor, an element per parameter.</summary>
    /// <param name="name">The slot's name.</param>
    /// <param name="tensor">The tensor, counted from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such slot or tensor.</exception>
    public ReadOnlySpan<T> Slot(string name, int tensor) => Kept[Array.FindIndex(_layout.Slots, slot => slot.Name == name)][tensor];

    /// <summary>The state as one line of JSON that <see cref="FromJson(ElementwiseOptimizer, string)"/> reads back to the same bits.</summary>
    /// <exception cref="NotSupportedException">The number is none of Real64, Real32 and DoubleDouble.</exception>
    public string ToJson() => StateJson.Text(WriteTo);

    /// <summary>Writes the state as a JSON object.</summary>
    /// <exception cref="NotSupportedException">The number is none of Real64, Real32 and DoubleDouble.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        StateJson.WriteStart<T>(writer, Kind, Step);
        for (int k = 0; k < _layout.Slots.Length; k++)
            StateJson.WriteTensors(writer, _layout.Slots[k].Name, Kept[k]);
        if (_layout.Carries is not null)
            StateJson.WriteTensors<Real64>(writer, _layout.Carries, [[Carried.High, Carried.Low]]);
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="optimizer">The optimizer that made it.</param>
    /// <param name="json">The text.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of this optimizer over this number.</exception>
    public static SlotState<T> FromJson(ElementwiseOptimizer optimizer, string json) => FromJson(optimizer, StateJson.Bytes(json));

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <param name="optimizer">The optimizer that made it.</param>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of this optimizer over this number.</exception>
    public static SlotState<T> FromJson(ElementwiseOptimizer optimizer, ReadOnlySpan<byte> utf8)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return FromJson(optimizer.Layout, utf8);
    }

    // What WriteTo wrote of a state of this layout.
    internal static SlotState<T> FromJson(SlotLayout layout, ReadOnlySpan<byte> utf8)
    {
        var state = new StateText(utf8);
        Slot[] slots = layout.Slots;
        string[] names = [.. slots.Select(slot => slot.Name), .. layout.Carries is { } own ? new[] { own } : []];
        long step = StateJson.ReadStart<T>(state, layout.Kind, names);
        var kept = new T[slots.Length][][];
        for (int k = 0; k < kept.Length; k++)
        {
            kept[k] = StateJson.ReadTensors<T>(state, slots[k].Name, slots[k].NonNegative);
            if (kept[k].Length != kept[0].Length || !layout.OwnLengths && !kept[k].Select(t => t.Length).SequenceEqual(kept[0].Select(t => t.Length)))
                throw StateJson.Damaged($"{slots[k].Name} has other lengths than {slots[0].Name}");
        }

        return new SlotState<T>(layout, step, kept, layout.Carries is { } name ? ReadCarried(state, name) : 1);
    }

    // The same state over another number, rounded once where it holds less.
    internal SlotState<TOther> In<TOther>()
        where TOther : IReal<TOther> => new(_layout, Step, Array.ConvertAll(Kept, Tensors.In<T, TOther>), Carried);

    // A share or a product of shares, as a sum of two doubles.
    private static DoubleDouble ReadCarried(StateText state, string name) =>
        StateJson.ReadTensors<Real64>(state, name) is [[{ Value: >= 0 and <= 1 } high, { Value: >= -1 and <= 1 } low]] ? (DoubleDouble)high.Value + low.Value : throw StateJson.Damaged($"{name} is no product of shares");
}
