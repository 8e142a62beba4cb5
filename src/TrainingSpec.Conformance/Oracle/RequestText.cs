using System.Text.Json;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Reads a line once from end to end: finds out whether it is a JSON object and where its members and its arguments stand, and copies nothing.</summary>
internal sealed class RequestText
{
    /// <summary>id, op, dtype, args and whatever else stands there.</summary>
    public Members Request { get; } = new();

    /// <summary>The members of args, if that is an object.</summary>
    public Members Args { get; } = new();

    /// <summary>Reads a line.</summary>
    /// <param name="line">Valid UTF-8; must stay as it is while the members are in use.</param>
    /// <returns>False where it is JSON, but no object.</returns>
    /// <exception cref="JsonException">It is no JSON; the exception says at which byte.</exception>
    public bool Read(ReadOnlyMemory<byte> line)
    {
        Clear();
        var reader = new Utf8JsonReader(line.Span, new JsonReaderOptions { MaxDepth = Protocol.MaxDepth });
        reader.Read();
        bool isObject = reader.TokenType == JsonTokenType.StartObject;
        if (isObject)
            ReadMembers(ref reader, line, Request, isRequest: true);
        while (reader.Read())
        {
            // What follows the object is refused; a value of another kind is read to its end.
        }

        return isObject;
    }

    /// <summary>The members of an object inside a request, in order; one that stands twice is there twice.</summary>
    /// <param name="value">The object, which has been found to be JSON.</param>
    public static IReadOnlyList<(ReadOnlyMemory<byte> Name, JsonText Value)> MembersOf(JsonText value)
    {
        var members = new List<(ReadOnlyMemory<byte>, JsonText)>();
        var reader = new Utf8JsonReader(value.Text.Span, new JsonReaderOptions { MaxDepth = Protocol.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            ReadOnlyMemory<byte> name = value.Text.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            (long scalars, long lists) = ReadValue(ref reader);
            members.Add((name, new JsonText(value.Text[start..(int)reader.BytesConsumed], scalars, lists)));
        }

        return members;
    }

    /// <summary>The items of a list inside a request, in order.</summary>
    /// <param name="value">The list, which has been found to be JSON.</param>
    public static IReadOnlyList<JsonText> ItemsOf(JsonText value)
    {
        var items = new List<JsonText>();
        var reader = new Utf8JsonReader(value.Text.Span, new JsonReaderOptions { MaxDepth = Protocol.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            (long scalars, long lists) = ReadValue(ref reader);
            items.Add(new JsonText(value.Text[start..(int)reader.BytesConsumed], scalars, lists));
        }

        return items;
    }

    /// <summary>Lets go of the line.</summary>
    public void Clear()
    {
        Request.Clear();
        Args.Clear();
    }

    /// <summary>Reads the beginning of a line that is damaged further on.</summary>
    /// <returns>The text of the last id that stands whole in it; empty if none does.</returns>
    /// <exception cref="JsonException">It is damaged itself; the exception says at which byte.</exception>
    public static ReadOnlySpan<byte> ReadBeginning(ReadOnlySpan<byte> beginning)
    {
        ReadOnlySpan<byte> id = default;
        ReadBeginning(beginning, ref id);
        return id;
    }

    /// <summary>The text of the last id that stands whole before the first damage; empty if none does.</summary>
    public static ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> id = default;
        try
        {
            ReadBeginning(line, ref id);
        }
        catch (JsonException)
        {
            // The damage; what stood before it has been read.
        }

        return id;
    }

    private static void ReadBeginning(ReadOnlySpan<byte> beginning, ref ReadOnlySpan<byte> id)
    {
        var reader = new Utf8JsonReader(beginning, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = Protocol.MaxDepth }));
        bool isId = false;
        int start = 0;
        while (reader.Read())
        {
            // Depth 1 is inside the request, outside its members' values.
            if (reader.CurrentDepth != 1)
                continue;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                isId = reader.ValueTextEquals("id"u8);
                continue;
            }

            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                start = (int)reader.TokenStartIndex;
                continue;
            }

            if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
                start = (int)reader.TokenStartIndex;
            if (isId)
                id = beginning[start..(int)reader.BytesConsumed];
        }
    }

    private void ReadMembers(ref Utf8JsonReader reader, ReadOnlyMemory<byte> line, Members members, bool isRequest)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int start = (int)reader.TokenStartIndex;
            ReadOnlyMemory<byte> name = line.Slice(start, reader.ValueSpan.Length + 2);
            reader.Read();
            start = (int)reader.TokenStartIndex;
            if (isRequest && reader.TokenType == JsonTokenType.StartObject && Members.Is(name.Span, "args"))
            {
                Args.Clear();
                ReadMembers(ref reader, line, Args, isRequest: false);
                members.Add(name, new JsonText(line[start..(int)reader.BytesConsumed], 0, 0));
                continue;
            }

            (long scalars, long lists) = ReadValue(ref reader);
            members.Add(name, new JsonText(line[start..(int)reader.BytesConsumed], scalars, lists));
        }
    }

    private static (long Scalars, long Lists) ReadValue(ref Utf8JsonReader reader)
    {
        long scalars = 0, lists = 0;
        int depth = reader.CurrentDepth;
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    lists++;
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject or JsonTokenType.PropertyName:
                    break;
                default:
                    scalars++;
                    break;
            }
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject) && reader.Read());
        return (scalars, lists);
    }
}
