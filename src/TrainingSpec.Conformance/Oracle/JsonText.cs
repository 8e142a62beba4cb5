using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>A value of a request: its text, which has been found to be JSON, and how much is in it. Nothing is copied out of the line before it is read.</summary>
/// <param name="Text">The text without the blanks around it.</param>
/// <param name="Scalars">How many numbers, strings, true, false and null are in it at any depth; member names do not count.</param>
/// <param name="Lists">How many lists and objects are in it, itself included.</param>
public readonly record struct JsonText(ReadOnlyMemory<byte> Text, long Scalars, long Lists)
{
    /// <summary>What it is.</summary>
    public JsonValueKind Kind => KindOf(Text.Span);

    /// <summary>A string's meaning.</summary>
    public string AsString() => AsString(Text.Span);

    /// <summary>What a text is, by its first byte.</summary>
    public static JsonValueKind KindOf(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'[' => JsonValueKind.Array,
        (byte)'{' => JsonValueKind.Object,
        (byte)'"' => JsonValueKind.String,
        (byte)'t' => JsonValueKind.True,
        (byte)'f' => JsonValueKind.False,
        (byte)'n' => JsonValueKind.Null,
        _ => JsonValueKind.Number,
    };

    /// <summary>The meaning of a string between quotes.</summary>
    public static string AsString(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        return reader.GetString()!;
    }

    /// <summary>The nearest binary64 of a number; an infinity beyond its range.</summary>
    public static double AsDouble(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out double value, out _) ? value : double.NaN;

    /// <summary>A text for a message, shortened.</summary>
    public static string Show(ReadOnlySpan<byte> text, int most = 60)
    {
        if (text.Length <= most)
            return Encoding.UTF8.GetString(text);
        int end = most;
        while ((text[end] & 0xC0) == 0x80)
            end--;
        return Encoding.UTF8.GetString(text[..end]) + "…";
    }

    /// <summary>A name that a request made up, for a message: its meaning, or the start of its text where it is long, so that no answer repeats megabytes of it.</summary>
    public static string Name(ReadOnlySpan<byte> text) => text.Length <= 100 ? AsString(text) : Show(text[1..^1], 98);

    /// <summary>How many items a list has.</summary>
    public static int Count(ReadOnlySpan<byte> list)
    {
        // Numbers alone: one comma fewer than items.
        int end = list.IndexOfAny("]{\""u8);
        if (end == list.Length - 1)
        {
            int commas = list.Count((byte)',');
            return commas > 0 || list[1..end].ContainsAnyExcept(" \t\r\n"u8) ? commas + 1 : 0;
        }

        int count = 0;
        for (var items = new JsonItems(list); items.MoveNext();)
            count++;
        return count;
    }
}
