using System.Globalization;
using System.Text;

namespace TrainingSpec.Checking.Golden;

/// <summary>What a golden file holds: ordered keys with values, or one whole text. Lives at <c>golden/&lt;topic&gt;/&lt;Name&gt;.verified.&lt;extension&gt;</c>.</summary>
/// <remarks>The text is the same in any culture and on any platform: LF, invariant numbers, one key a line. Source: design "Golden files".</remarks>
public sealed class GoldenDocument
{
    private readonly List<GoldenEntry> _entries = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly string? _text;

    /// <summary>An empty document of keys and values.</summary>
    /// <param name="topic">The topic's one name, lower case with hyphens: a folder below golden/.</param>
    /// <param name="name">The file's name without extensions: letters, digits, '-', '_' and '.'.</param>
    /// <exception cref="ArgumentException">The topic or the name is no plain file name.</exception>
    public GoldenDocument(string topic, string name)
        : this(topic, name, "json", null)
    {
    }

    private GoldenDocument(string topic, string name, string extension, string? text)
    {
        Topic = Plain(topic, nameof(topic));
        Name = Plain(name, nameof(name));
        Extension = extension;
        _text = text?.ReplaceLineEndings("\n");
    }

    /// <summary>The topic, a folder below golden/.</summary>
    public string Topic { get; }

    /// <summary>The file's name without extensions.</summary>
    public string Name { get; }

    /// <summary>json, txt or md.</summary>
    public string Extension { get; }

    /// <summary>Topic and name, as they are told to a reader: "adam/FirstSteps".</summary>
    public string Id => Topic + "/" + Name;

    /// <summary>True where the document is one whole text and has no keys.</summary>
    public bool IsText => _text is not null;

    /// <summary>The keys in the order they were added; empty for a whole text.</summary>
    public IReadOnlyList<GoldenEntry> Entries => _entries;

    /// <summary>A whole text.</summary>
    /// <param name="topic">The topic's one name.</param>
    /// <param name="name">The file's name without extensions.</param>
    /// <param name="text">The text; line ends become LF.</param>
    /// <param name="extension">txt, md, or json for data that has no keys of one line.</param>
    /// <exception cref="ArgumentException">The text is empty, or the extension is none of these, or a name is no plain file name.</exception>
    public static GoldenDocument OfText(string topic, string name, string text, string extension = "txt")
    {
        if (string.IsNullOrWhiteSpace(text)) throw new ArgumentException($"The text of {topic}/{name} is empty: a golden file must hold something.", nameof(text));
        if (extension is not ("txt" or "md" or "json")) throw new ArgumentException($"extension is '{extension}'; it must be txt, md or json.", nameof(extension));
        return new(topic, name, extension, text);
    }

    /// <summary>Adds a binary64 number in full.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, double value) => Put(key, false, false, [GoldenEntry.Exact(value)]);

    /// <summary>Adds a binary32 number in full.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, float value) => Put(key, false, true, [GoldenEntry.Exact(value)]);

    /// <summary>Adds a whole number.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, long value) => Put(key, false, false, [value.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Adds a whole number.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, int value) => Add(key, (long)value);

    /// <summary>Adds a truth value.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, bool value) => Put(key, false, false, [value ? "true" : "false"]);

    /// <summary>Adds a string.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, string value) => Put(key, false, false, [GoldenEntry.Quote(value)]);

    /// <summary>Adds binary64 numbers in full, on one line.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, IEnumerable<double> values) => Put(key, true, false, values.Select(GoldenEntry.Exact));

    /// <summary>Adds binary32 numbers in full, on one line.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, IEnumerable<float> values) => Put(key, true, true, values.Select(GoldenEntry.Exact));

    /// <summary>Adds whole numbers, on one line.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, IEnumerable<long> values) =>
        Put(key, true, false, values.Select(v => v.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Adds whole numbers, on one line.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, IEnumerable<int> values) => Add(key, values.Select(v => (long)v));

    /// <summary>Adds strings, on one line.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument Add(string key, IEnumerable<string> values) => Put(key, true, false, values.Select(GoldenEntry.Quote));

    /// <summary>Adds a number of which 12 significant digits are promised: statistics, or a result that MathNet has a part in.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument AddApproximate(string key, double value) => Put(key, false, false, [GoldenEntry.Approximate(value)]);

    /// <summary>Adds numbers of which 12 significant digits are promised, on one line.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public GoldenDocument AddApproximate(string key, IEnumerable<double> values) => Put(key, true, false, values.Select(GoldenEntry.Approximate));

    /// <summary>The whole text of the file, ending in LF.</summary>
    /// <exception cref="InvalidOperationException">The document has no key: an empty golden file would hold nothing to compare.</exception>
    public string Serialize()
    {
        if (_text is not null) return _text.EndsWith('\n') ? _text : _text + "\n";
        if (_entries.Count == 0) throw new InvalidOperationException($"The golden document {Id} is empty: add at least one key.");
        StringBuilder json = new("{\n");
        for (int i = 0; i < _entries.Count; i++)
        {
            GoldenEntry entry = _entries[i];
            json.Append("  ").Append(GoldenEntry.Quote(entry.Key)).Append(": ").Append(entry.Json);
            json.Append(i + 1 < _entries.Count ? ",\n" : "\n");
        }

        return json.Append("}\n").ToString();
    }

    private static string Plain(string name, string parameter)
    {
        bool plain = name.Length > 0 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        return plain ? name : throw new ArgumentException($"{parameter} is '{name}'; it must be letters, digits, '-', '_' and '.', not starting with '.'.", parameter);
    }

    private GoldenDocument Put(string key, bool isArray, bool isSingle, IEnumerable<string> tokens)
    {
        if (IsText) throw new InvalidOperationException($"{Id} is a whole text and has no keys.");
        if (string.IsNullOrWhiteSpace(key)) throw new ArgumentException($"A key of {Id} is empty.", nameof(key));
        if (!_keys.Add(key)) throw new ArgumentException($"{Id} has the key '{key}' already.", nameof(key));
        _entries.Add(GoldenEntry.Of(key, isArray, isSingle, tokens));
        return this;
    }
}
