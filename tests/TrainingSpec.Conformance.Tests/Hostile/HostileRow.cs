using System.Globalization;
using System.Text.Json;
using TrainingSpec.Conformance.Tests.Oracle;

namespace TrainingSpec.Conformance.Tests.Hostile;

/// <summary>A request that tempts an implementation to lose what it can represent, with the right values from arithmetic of 800 digits.</summary>
internal sealed class HostileRow
{
    // Where the row says nothing else, an answer is right within so many units in the last place.
    private const double Most = 16;

    private readonly JsonElement _right;
    private readonly JsonElement? _unit;
    private readonly string? _refusal;
    private readonly Dictionary<string, string> _leave;
    private readonly double _most;
    private readonly string _held;

    /// <summary>Reads a line of inputs.jsonl.</summary>
    public HostileRow(string line)
    {
        JsonElement row = JsonDocument.Parse(line).RootElement, request = row.GetProperty("request");
        Id = row.GetProperty("id").GetString()!;
        Kind = row.GetProperty("kind").GetString()!;
        Request = request.GetRawText();
        Operation = request.GetProperty("op").GetString()!;
        DataType = request.GetProperty("dtype").GetString()!;
        _right = row.GetProperty("right");
        _unit = row.TryGetProperty("unit", out JsonElement unit) ? unit : null;
        _refusal = row.TryGetProperty("refusal", out JsonElement refusal) ? refusal.GetString() : null;
        _leave = row.TryGetProperty("leave", out JsonElement leave) ? leave.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!) : [];
        _most = row.TryGetProperty("units", out JsonElement units) ? double.Parse(units.GetString()!, CultureInfo.InvariantCulture) : Most;
        _held = Operation switch { "cast" => request.GetProperty("args").GetProperty("to").GetString()!, "loss_scale.unscale" => "float32", _ => DataType };
    }

    public string Id { get; }

    public string Kind { get; }

    /// <summary>The request as it is sent.</summary>
    public string Request { get; }

    public string Operation { get; }

    public string DataType { get; }

    /// <summary>Why a member of the answer is not compared, by its name.</summary>
    public IReadOnlyDictionary<string, string> Leave => _leave;

    /// <summary>What is off in an answer, place by place; nothing where all is right.</summary>
    public IReadOnlyList<(string Place, string Words)> Off(string answer)
    {
        JsonElement root = JsonDocument.Parse(answer).RootElement;
        if (root.GetProperty("ok").GetBoolean())
            return [.. Off("", _right, root.GetProperty("result"), _unit)];
        JsonElement error = root.GetProperty("error");
        return _refusal is not null && error.GetProperty("argument").GetString() == _refusal ? [] : [("refused", $"refused: {error.GetProperty("message").GetString()}")];
    }

    private IEnumerable<(string Place, string Words)> Off(string at, JsonElement right, JsonElement got, JsonElement? unit)
    {
        switch (right.ValueKind)
        {
            case JsonValueKind.Object when got.ValueKind == JsonValueKind.Object:
                return Members(at, right, got, unit);
            case JsonValueKind.Array when got.ValueKind == JsonValueKind.Array && got.GetArrayLength() == right.GetArrayLength():
                return Enumerable.Range(0, right.GetArrayLength()).SelectMany(i => Off($"{at}[{i}]", right[i], got[i], unit is { ValueKind: JsonValueKind.Array } units ? units[i] : unit));
            case JsonValueKind.Object or JsonValueKind.Array:
                return [(at, $"{at} is {got}")];
            case JsonValueKind.String when got.ValueKind == JsonValueKind.Number && right.GetString() is not ("NaN" or "Infinity" or "-Infinity"):
                // A unit beyond the format's numbers is its largest.
                Fraction? size = unit is not { } larger ? null : larger.GetString() == "Infinity" ? Fraction.Of(double.MaxValue) : Fraction.Parse(larger.GetString()!);
                double apart = Fraction.Parse(right.GetString()!).UlpsFrom(got.GetDouble(), _held, size);
                return apart <= _most ? [] : [(at, string.Create(CultureInfo.InvariantCulture, $"{at} is {got}, right is {right}, {apart:G4} units apart"))];
            default:
                return right.ValueKind == got.ValueKind && right.ToString() == got.ToString() ? [] : [(at, $"{at} is {got}, right is {right}")];
        }
    }

    private IEnumerable<(string Place, string Words)> Members(string at, JsonElement right, JsonElement got, JsonElement? unit)
    {
        string before = at.Length == 0 ? "" : at + ".";
        foreach (JsonProperty member in right.EnumerateObject())
        {
            string place = before + member.Name;
            IEnumerable<(string, string)> off = got.TryGetProperty(member.Name, out JsonElement value)
                ? Off(place, member.Value, value, unit is { } units && units.TryGetProperty(member.Name, out JsonElement own) ? own : null)
                : [(place, $"{place} is missing")];
            foreach ((string, string) found in off)
                yield return found;
        }

        // What an answer has more must be left out by name and with a reason.
        foreach (string name in got.EnumerateObject().Select(member => member.Name).Where(name => !right.TryGetProperty(name, out _) && !(at.Length == 0 && _leave.ContainsKey(name))))
            yield return (before + name, $"{before}{name} is compared with nothing");
    }
}
