using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Claims;

/// <summary>What part of a document's data a place lies in.</summary>
public enum DataPart
{
    /// <summary>What a claim prints.</summary>
    Printed,

    /// <summary>What a claim starts from.</summary>
    Given,

    /// <summary>The document's facts.</summary>
    Facts,
}

/// <summary>A place in a document's data: "printed/lr", "given/logits/0/2" and "facts/formula" of the judged claim, "D4-022/printed/p_correct" of another one, "D4/update figure/3/1" among a document's facts.</summary>
public sealed class DataPlace
{
    private DataPlace(string document, string? claim, DataPart part, string[] steps) => (Document, Claim, Part, Steps) = (document, claim, part, steps);

    /// <summary>D0 … D4.</summary>
    public string Document { get; }

    /// <summary>The claim; null for facts of the document.</summary>
    public string? Claim { get; }

    /// <summary>The part.</summary>
    public DataPart Part { get; }

    /// <summary>Keys and numbers from 0, from the part inwards; the first of facts is the key in the file.</summary>
    public IReadOnlyList<string> Steps { get; }

    /// <summary>Reads a place as it is written beside the check of a claim.</summary>
    /// <param name="text">The place.</param>
    /// <param name="claim">The id of the judged claim.</param>
    /// <exception cref="ArgumentException">It is written otherwise.</exception>
    public static DataPlace Of(string text, string claim)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(claim);
        string[] steps = text.Split('/');
        string of = claim;
        if (ClaimFile.Documents.Any(d => steps[0] == d || steps[0].StartsWith(d + "-", StringComparison.Ordinal)))
        {
            (of, steps) = (steps[0], steps[1..]);
            if (ClaimFile.Documents.Contains(of))
                return steps.Length > 0 ? new DataPlace(of, null, DataPart.Facts, steps) : throw Unclear(text);
        }

        string document = of.Split('-')[0];
        return steps switch
        {
            ["printed", _, ..] => new DataPlace(document, of, DataPart.Printed, steps[1..]),
            ["given", _, ..] => new DataPlace(document, of, DataPart.Given, steps[1..]),
            ["facts", _, ..] => new DataPlace(document, of, DataPart.Facts, [of, .. steps[1..]]),
            _ => throw Unclear(text),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Part == DataPart.Facts ? $"{Document}/{string.Join('/', Steps)}" : $"{Claim}/{(Part == DataPart.Given ? "given" : "printed")}/{string.Join('/', Steps)}";

    /// <summary>The same data with another value at this place; the value becomes what the present one is: a text, a number, a list.</summary>
    /// <param name="data">The data.</param>
    /// <param name="value">The value.</param>
    /// <param name="depth">Steps that lead to the data themselves.</param>
    /// <exception cref="ClaimDataException">The place holds nothing, or the value does not fit.</exception>
    internal JsonElement Change(JsonElement data, string value, int depth = 0)
    {
        if (depth == Steps.Count)
            return Typed(data, value);
        JsonNode changed = JsonNode.Parse(data.GetRawText()) ?? throw Missing(depth);
        JsonNode at = changed;
        for (int i = depth; i < Steps.Count - 1; i++)
            at = Child(at, i) ?? throw Missing(i);
        JsonNode old = Child(at, Steps.Count - 1) ?? throw Missing(Steps.Count - 1);
        JsonNode? after = JsonNode.Parse(Typed(JsonElement.Parse(old.ToJsonString()), value).GetRawText());
        if (at is JsonArray row)
            row[Index(row, Steps.Count - 1)] = after;
        else
            at[Steps[^1]] = after;
        return JsonElement.Parse(changed.ToJsonString());
    }

    private static ArgumentException Unclear(string text) =>
        new($"place = {text} is none of printed/KEY, given/KEY, facts/KEY, D4-022/printed/KEY, D4/KEY", nameof(text));

    private JsonElement Typed(JsonElement old, string value)
    {
        if (old.ValueKind == JsonValueKind.String)
            return JsonSerializer.SerializeToElement(value);
        try
        {
            JsonElement typed = JsonElement.Parse(value);
            return Kind(typed) == Kind(old) ? typed : throw Unfit(value);
        }
        catch (JsonException)
        {
            throw Unfit(value);
        }

        static JsonValueKind Kind(JsonElement e) => e.ValueKind == JsonValueKind.False ? JsonValueKind.True : e.ValueKind;
    }

    private JsonNode? Child(JsonNode at, int step) => at is JsonArray row ? row[Index(row, step)] : at is JsonObject o ? o[Steps[step]] : null;

    private int Index(JsonArray row, int step) =>
        int.TryParse(Steps[step], NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < row.Count ? index : throw Missing(step);

    private ClaimDataException Missing(int step) => new($"{this} holds nothing at {Steps[step]}");

    private ClaimDataException Unfit(string value) => new($"{this}: '{value}' is of another kind than what stands there");
}
