using System.Globalization;
using System.Text.Json.Nodes;

namespace TrainingSpec.Claims;

/// <summary>Facts of a document beyond its claims: defaults of its listings, columns of its figures, its headings; from spec/claims/facts.</summary>
public sealed class Facts
{
    private const int MostShown = 200;
    private readonly string _path;
    private readonly JsonNode? _node;
    private readonly string _place;

    // Within a list that is shown as a whole, nothing is shown again.
    private readonly bool _shown;

    private Facts(string path, JsonNode? node, string place, bool shown) => (_path, _node, _place, _shown) = (path, node, place, shown);

    /// <summary>The facts of one file.</summary>
    /// <param name="name">The file's name without its ending, such as D4 or D4-code.</param>
    /// <param name="folder">The folder of the claims files; null for that of the running check.</param>
    /// <exception cref="ClaimDataException">The file is missing or damaged.</exception>
    public static Facts Of(string name, string? folder = null)
    {
        string path = Path.Combine(folder ?? CheckScope.Source.Claims, "facts", name + ".json");
        return new Facts(path, CheckScope.Parse(path) as JsonObject ?? throw new ClaimDataException($"{path}: not an object of facts"), "", shown: false);
    }

    /// <summary>A member of an object, or an element of a list counted from 0.</summary>
    /// <exception cref="ClaimDataException">There is none; the message names file and place.</exception>
    public Facts this[string key] => In(key, _node is JsonObject o ? o[key] : null);

    /// <inheritdoc cref="this[string]"/>
    public Facts this[int index] => In(index.ToString(CultureInfo.InvariantCulture), _node is JsonArray a && index >= 0 && index < a.Count ? a[index] : null);

    /// <summary>The elements of a list.</summary>
    /// <exception cref="ClaimDataException">It is no list.</exception>
    public IReadOnlyList<Facts> Rows => Show() is JsonArray rows
        ? [.. rows.Select((row, i) => new Facts(_path, row, $"{_place}[{i.ToString(CultureInfo.InvariantCulture)}]", shown: true))]
        : throw Bad("a list");

    /// <summary>A text.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public string Text => Show() is JsonValue value && value.TryGetValue(out string? text) ? text : throw Bad("a text");

    /// <summary>The elements of a list as texts.</summary>
    /// <exception cref="ClaimDataException">It is no list of texts.</exception>
    public string[] Texts => [.. Rows.Select(row => row.Text)];

    /// <summary>A whole number.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public int Integer => Show() is JsonValue value && value.TryGetValue(out int n) ? n : throw Bad("a whole number");

    /// <summary>A whole number of any size that 64 bits hold.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public long Whole => Show() is JsonValue value && value.TryGetValue(out long n) ? n : throw Bad("a whole number");

    /// <summary>A number.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public double Number => Show() is JsonValue value && value.TryGetValue(out double x) ? x : throw Bad("a number");

    /// <summary>A decimal in a text, exact.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public Rational Exact => Rational.TryParse(Text, out Rational value) ? value : throw Bad("a decimal number in quotes");

    /// <summary>The names of an object's members.</summary>
    /// <exception cref="ClaimDataException">It is no object.</exception>
    public IReadOnlyList<string> Keys => _node is JsonObject o ? [.. o.Select(p => p.Key)] : throw Bad("an object");

    /// <summary>True where there is a value: null in the file is none.</summary>
    public bool Stands => _node is not null;

    private Facts In(string key, JsonNode? node)
    {
        string place = _place.Length == 0 ? key : $"{_place}.{key}";
        return node is null && !(_node is JsonObject o && o.ContainsKey(key)) ? throw new ClaimDataException($"{_path}: {place} is missing") : new Facts(_path, node, place, _shown);
    }

    // What a check takes from the facts is a step of it.
    private JsonNode? Show()
    {
        if (!_shown && _node is not null)
        {
            string text = _node is JsonValue value ? value.ToString() : _node.ToJsonString(ErrataReport.Readable);
            Working.Read($"facts {Path.GetFileNameWithoutExtension(_path)}", _place, text.Length <= MostShown ? text : text[..(MostShown - 1)] + "…");
        }

        return _node;
    }

    private ClaimDataException Bad(string needed) => new($"{_path}: {_place} is not {needed}");
}
