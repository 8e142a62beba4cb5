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
        _most = row.TryGetProperty("units", out JsonElement units) ? double.Parse(units.GetString()!, CultureInfo.InvariantCulture) : Most;
        _held = Operation switch { "cast" => request.GetProperty("args").GetProperty("to").GetString()!, "loss_scale.unscale" => "float32", _ => DataType };
    }

    public string Id { get; }

    public string Kind { get; }

    /// <summary>The request as it is sent.</summary>
    public string Request { get; }

    public string Operation { get; }

    public string DataType { get; }

    /// <summary>What is off in an answer, in words; null where nothing is.</summary>
    public string? Off(string answer)
    {
        JsonElement root = JsonDocument.Parse(answer).RootElement;
        if (root.GetProperty("ok").GetBoolean())
            return Off("", _right, root.GetProperty("result"), _unit);
        JsonElement error = root.GetProperty("error");
        return _refusal is not null && error.GetProperty("argument").GetString() == _refusal ? null : $"refused: {error.GetProperty("message").GetString()}";
    }

    private string? Off(string at, JsonElement right, JsonElement got, JsonElement? unit)
    {
        switch (right.ValueKind)
        {
            case JsonValueKind.Object:
                return right.EnumerateObject().Select(member => !got.TryGetProperty(member.Name, out JsonElement value) ? $"{at}{member.Name} is missing"
                    : Off($"{at}{member.Name}", member.Value, value, unit is { } units && units.TryGetProperty(member.Name, out JsonElement own) ? own : null)).FirstOrDefault(off => off is not null);
            case JsonValueKind.Array:
                if (got.ValueKind != JsonValueKind.Array || got.GetArrayLength() != right.GetArrayLength())
                    return $"{at} is {got}";
                return Enumerable.Range(0, right.GetArrayLength()).Select(i => Off($"{at}[{i}]", right[i], got[i], unit is { ValueKind: JsonValueKind.Array } units ? units[i] : unit)).FirstOrDefault(off => off is not null);
            case JsonValueKind.String when got.ValueKind == JsonValueKind.Number && right.GetString() is not ("NaN" or "Infinity" or "-Infinity"):
                // A unit beyond the format's numbers is its largest.
                Fraction? size = unit is not { } larger ? null : larger.GetString() == "Infinity" ? Fraction.Of(double.MaxValue) : Fraction.Parse(larger.GetString()!);
                double apart = Fraction.Parse(right.GetString()!).UlpsFrom(got.GetDouble(), _held, size);
                return apart <= _most ? null : string.Create(CultureInfo.InvariantCulture, $"{at} is {got}, right is {right}, {apart:G4} units apart");
            default:
                return right.ValueKind == got.ValueKind && right.ToString() == got.ToString() ? null : $"{at} is {got}, right is {right}";
        }
    }
}
