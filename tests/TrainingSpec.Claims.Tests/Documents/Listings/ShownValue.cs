using System.Text.Json;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>A value that a listing showed. It remembers which of its numbers, texts and truth values a test took out to compare, so that none is shown for nothing.</summary>
/// <param name="json">The value.</param>
internal sealed class ShownValue(JsonElement json)
{
    private readonly ShownValue[] _entries = json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(entry => new ShownValue(entry))] : [];
    private volatile bool _compared;

    /// <summary>True for Python's None.</summary>
    public bool IsNull => Compared().ValueKind == JsonValueKind.Null;

    /// <summary>How many numbers, texts and truth values it has.</summary>
    public int Count => json.ValueKind == JsonValueKind.Array ? _entries.Sum(entry => entry.Count) : 1;

    /// <summary>An entry of a row.</summary>
    public ShownValue this[int i] => _entries[i];

    /// <summary>The entries of a row.</summary>
    public IEnumerable<ShownValue> EnumerateArray() => json.ValueKind == JsonValueKind.Array ? _entries : throw new InvalidOperationException($"{json} is no row");

    /// <summary>The text, to compare it; null for nothing.</summary>
    public string? GetString() => Compared().GetString();

    /// <summary>The whole number, to compare it.</summary>
    public int GetInt32() => Compared().GetInt32();

    /// <summary>The number, to compare it.</summary>
    public double GetDouble() => Compared().GetDouble();

    /// <summary>The truth value, to compare it.</summary>
    public bool GetBoolean() => Compared().GetBoolean();

    /// <summary>All of it, to compare it.</summary>
    public JsonElement Compared()
    {
        _compared = true;
        foreach (ShownValue entry in _entries)
            entry.Compared();
        return json;
    }

    /// <summary>The places of what no test compared: "[0][2]".</summary>
    public IEnumerable<string> NeverCompared(string place = "") =>
        json.ValueKind == JsonValueKind.Array ? _entries.SelectMany((entry, i) => entry.NeverCompared($"{place}[{i}]")) : _compared ? [] : [$"{place} = {json.GetRawText()}"];
}
