using System.Text.Json;

namespace TrainingSpec.Claims;

/// <summary>Facts of a document beyond what its claims give and print: what a statement says as data, defaults of listings, columns of figures, headings; from spec/claims/facts. Nothing in it changes.</summary>
public sealed class Facts
{
    private const int MostShown = 200;
    private readonly string _path;
    private readonly JsonElement? _node;
    private readonly string _place;

    // Within a list that is shown as a whole, nothing is shown again.
    private readonly bool _shown;

    internal Facts(string path, JsonElement? node, string place, bool shown = false) => (_path, _node, _place, _shown) = (path, node, place, shown);

    /// <summary>A member of an object.</summary>
    /// <exception cref="ClaimDataException">There is none; the message names file and place.</exception>
    public Facts this[string key] => In(key, _node is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(key, out JsonElement member) ? member : null);

    /// <summary>An element of a list counted from 0.</summary>
    /// <exception cref="ClaimDataException">There is none; the message names file and place.</exception>
    public Facts this[int index] => In(index.ToString(System.Globalization.CultureInfo.InvariantCulture), _node is { ValueKind: JsonValueKind.Array } a && index >= 0 && index < a.GetArrayLength() ? a[index] : null);

    /// <summary>True where a member stands, and false where it is missing or null.</summary>
    public bool Has(string key) => _node is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(key, out JsonElement member) && member.ValueKind != JsonValueKind.Null;

    /// <summary>The elements of a list.</summary>
    /// <exception cref="ClaimDataException">It is no list.</exception>
    public IReadOnlyList<Facts> Rows => Show() is { ValueKind: JsonValueKind.Array } rows
        ? [.. rows.EnumerateArray().Select((row, i) => new Facts(_path, row, $"{_place}/{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}", shown: true))]
        : throw Bad("a list");

    /// <summary>A text.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public string Text => Show() is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Bad("a text");

    /// <summary>The elements of a list as texts.</summary>
    /// <exception cref="ClaimDataException">It is no list of texts.</exception>
    public string[] Texts => [.. Rows.Select(row => row.Text)];

    /// <summary>A whole number.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public int Integer => Show() is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int n) ? n : throw Bad("a whole number");

    /// <summary>A whole number of any size that 64 bits hold.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public long Whole => Show() is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long n) ? n : throw Bad("a whole number");

    /// <summary>A number.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public double Number => Show() is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double x) ? x : throw Bad("a number");

    /// <summary>The elements of a list as numbers.</summary>
    /// <exception cref="ClaimDataException">It is no list of numbers.</exception>
    public double[] Numbers => [.. Rows.Select(row => row.Number)];

    /// <summary>True or false.</summary>
    /// <exception cref="ClaimDataException">It is neither.</exception>
    public bool Holds => Show() is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : throw Bad("true or false");

    /// <summary>A decimal, exact, written as a number or in quotes.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public Rational Exact => Show() is { ValueKind: JsonValueKind.Number or JsonValueKind.String } value && Rational.TryParse(value.ToString(), out Rational exact) ? exact : throw Bad("a decimal number");

    /// <summary>A formula as the document states it, in the notation of <see cref="StatedFormula"/>.</summary>
    /// <exception cref="ClaimDataException">It is none.</exception>
    public StatedFormula Formula
    {
        get
        {
            try
            {
                return StatedFormula.Parse(Text);
            }
            catch (FormatException e)
            {
                throw new ClaimDataException($"{_path}: {_place} is no formula: {e.Message}", e);
            }
        }
    }

    /// <summary>The names of an object's members.</summary>
    /// <exception cref="ClaimDataException">It is no object.</exception>
    public IReadOnlyList<string> Keys => _node is { ValueKind: JsonValueKind.Object } o ? [.. o.EnumerateObject().Select(p => p.Name)] : throw Bad("an object");

    /// <summary>True where there is a value: null in the file is none.</summary>
    public bool Stands => _node is { ValueKind: not JsonValueKind.Null };

    /// <summary>The facts as JSON.</summary>
    internal string Json => _node?.GetRawText() ?? "null";

    private Facts In(string key, JsonElement? node)
    {
        string place = _place.Length == 0 ? key : $"{_place}/{key}";
        return node is null ? throw new ClaimDataException($"{_path}: {place} is missing") : new Facts(_path, node, place, _shown);
    }

    // What a check takes from the facts is a step of it.
    private JsonElement? Show()
    {
        if (!_shown && _node is { ValueKind: not JsonValueKind.Null } node)
        {
            string text = Claims.Json.OneLine(node);
            Working.Read($"facts {Path.GetFileNameWithoutExtension(_path)}", _place, text.Length <= MostShown ? text : text[..(MostShown - 1)] + "…");
        }

        return _node;
    }

    private ClaimDataException Bad(string needed) => new($"{_path}: {_place} is not {needed}");
}
