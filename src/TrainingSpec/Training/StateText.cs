using System.Text.Json;

namespace TrainingSpec.Training;

/// <summary>The members of a saved state, each as its text; its numbers are read from there and nothing else is built.</summary>
internal readonly ref struct StateText
{
    // More than any state has.
    private const int Most = 16;
    private readonly ReadOnlySpan<byte> _text;
    private readonly List<(string Name, int Start, int End)> _members = new(6);

    /// <summary>Reads a state once from end to end.</summary>
    /// <param name="utf8">The text.</param>
    /// <exception cref="InvalidArgumentException">It is no JSON object.</exception>
    public StateText(ReadOnlySpan<byte> utf8)
    {
        _text = utf8;
        var reader = new Utf8JsonReader(utf8);
        try
        {
            reader.Read();
            bool isObject = reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
                if (!isObject || reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                string name = reader.ValueSpan.Length > 100 ? "…" : reader.GetString()!;
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (_members.Count < Most)
                    _members.Add((name, start, (int)reader.BytesConsumed));
            }

            if (!isObject)
                throw StateJson.Damaged("it is no JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A text that is not UTF-8, or half a surrogate pair, is an InvalidOperationException.
            throw StateJson.Damaged($"it is no JSON (byte {Tensors.Text((e as JsonException)?.BytePositionInLine ?? reader.BytesConsumed)})");
        }
    }

    /// <summary>The names, in their order.</summary>
    public IEnumerable<string> Names => _members.Select(member => member.Name);

    /// <summary>The text of a member.</summary>
    /// <exception cref="InvalidArgumentException">It is missing.</exception>
    public ReadOnlySpan<byte> this[string name]
    {
        get
        {
            int place = _members.FindLastIndex(member => member.Name == name);
            return place >= 0 ? _text[_members[place].Start.._members[place].End] : throw StateJson.Damaged($"member '{name}' is missing");
        }
    }
}
