using System.Globalization;
using System.Text;
using System.Text.Json;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>The states of parameter groups as one: for each group its tensors, and the state that its optimizer wrote.</summary>
internal static class GroupedStates
{
    private const string Kind = "groups";

    /// <summary>What writes the states of groups; null for a group without tensors.</summary>
    public static Action<Utf8JsonWriter> Writing(TensorGroups groups, Action<Utf8JsonWriter>?[] states) => writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("kind", Kind);
        writer.WriteStartArray(Kind);
        for (int group = 0; group < groups.Count; group++)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tensors");
            foreach (int tensor in groups[group])
                writer.WriteNumberValue(tensor);
            writer.WriteEndArray();
            writer.WritePropertyName("state");
            if (states[group] is { } write)
                write(writer);
            else
                writer.WriteNullValue();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    };

    /// <summary>The states of groups from what <see cref="Writing"/> wrote of the same groups.</summary>
    /// <exception cref="OracleException">It is something else, or of other groups.</exception>
    public static TState?[] Read<TState>(JsonText state, TensorGroups groups, Func<ReadOnlyMemory<byte>, TState> read)
        where TState : class
    {
        IReadOnlyList<JsonText> parts = Items(Members(state, "kind", Kind)[Kind]);
        if (parts.Count != groups.Count)
            throw Damaged(Wording.Of($"it has {parts.Count} groups, {groups.Count} are asked for"));
        var states = new TState?[groups.Count];
        for (int group = 0; group < states.Length; group++)
        {
            Dictionary<string, JsonText> part = Members(parts[group], "tensors", "state");
            if (!Items(part["tensors"]).Select(tensor => Encoding.UTF8.GetString(tensor.Text.Span)).SequenceEqual(groups[group].Select(tensor => tensor.ToString(CultureInfo.InvariantCulture))))
                throw Damaged(Wording.Of($"groups[{group}] has other tensors"));
            if ((part["state"].Kind == JsonValueKind.Null) != (groups[group].Count == 0))
                throw Damaged(Wording.Of($"groups[{group}] lacks a state"));
            states[group] = groups[group].Count == 0 ? null : read(part["state"].Text);
        }

        return states;
    }

    private static IReadOnlyList<JsonText> Items(JsonText list) => list.Kind == JsonValueKind.Array ? RequestText.ItemsOf(list) : throw Damaged("a list is missing");

    // The two members of an object, no others.
    private static Dictionary<string, JsonText> Members(JsonText value, string first, string second)
    {
        var members = new Dictionary<string, JsonText>(StringComparer.Ordinal);
        foreach ((ReadOnlyMemory<byte> name, JsonText member) in value.Kind == JsonValueKind.Object ? RequestText.MembersOf(value) : [])
        {
            string text = JsonText.Name(name.Span);
            if ((text != first && text != second) || !members.TryAdd(text, member))
                throw Damaged($"a member '{text}' is unknown or stands twice");
        }

        return members.Count == 2 ? members : throw Damaged($"{(members.ContainsKey(first) ? second : first)} is missing");
    }

    private static OracleException Damaged(string why) => OracleException.Invalid("state", $"state is damaged or foreign: {why}");
}
