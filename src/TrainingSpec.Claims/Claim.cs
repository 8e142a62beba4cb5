using System.Globalization;
using System.Text.Json.Nodes;

namespace TrainingSpec.Claims;

/// <summary>One statement of a document, in the project's own words, with the numbers it is given and the numbers it prints.</summary>
public sealed class Claim
{
    /// <summary>Stable id: document, hyphen, number.</summary>
    public required string Id { get; init; }

    /// <summary>First and last line in the document, counted from 1.</summary>
    public required (int First, int Last) Lines { get; init; }

    /// <summary>The document's section.</summary>
    public required string Section { get; init; }

    /// <summary>The topic, a word.</summary>
    public required string Topic { get; init; }

    /// <summary>What kind of claim: formula, worked-number, table, …</summary>
    public required string Kind { get; init; }

    /// <summary>The statement.</summary>
    public required string Statement { get; init; }

    /// <summary>The numbers the claim starts from.</summary>
    public required JsonObject Given { get; init; }

    /// <summary>The numbers the document prints.</summary>
    public required JsonObject Printed { get; init; }

    /// <summary>How the claim can be checked.</summary>
    public required string Check { get; init; }

    /// <summary>The document: the part of the id before the hyphen.</summary>
    public string Document => Id[..Id.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>A given value as an exact number.</summary>
    /// <exception cref="ClaimDataException">The key is missing or no number.</exception>
    public Rational GivenExact(string key) => ExactOf(Value(Given, key), key);

    /// <summary>A given value as a double.</summary>
    /// <exception cref="ClaimDataException">The key is missing or no number.</exception>
    public double GivenNumber(string key) => NumberOf(Value(Given, key), key);

    /// <summary>A given whole number.</summary>
    /// <exception cref="ClaimDataException">The key is missing or no whole number.</exception>
    public int GivenInteger(string key) =>
        int.TryParse(TextOf(Value(Given, key), key), CultureInfo.InvariantCulture, out int n) ? n : throw Bad($"given.{key}");

    /// <summary>A given text.</summary>
    /// <exception cref="ClaimDataException">The key is missing.</exception>
    public string GivenText(string key) => TextOf(Value(Given, key), key);

    /// <summary>A given row of numbers as doubles; nested rows are flattened.</summary>
    /// <exception cref="ClaimDataException">The key is missing or holds no numbers.</exception>
    public double[] GivenRow(string key) =>
        [.. Flatten(Value(Given, key)).Select(n => NumberOf(n, key))];

    /// <summary>The lengths of a given nested row, outermost first; none for a single number.</summary>
    /// <exception cref="ClaimDataException">The key is missing, or its rows are empty or of unequal lengths.</exception>
    public int[] GivenShape(string key) => ShapeOf(Value(Given, key), key);

    /// <summary>A given row of numbers, exact.</summary>
    /// <exception cref="ClaimDataException">The key is missing or holds no numbers.</exception>
    public Rational[] GivenExactRow(string key) => [.. Flatten(Value(Given, key)).Select(n => ExactOf(n, key))];

    /// <summary>A printed number.</summary>
    /// <exception cref="ClaimDataException">The key is missing or no number.</exception>
    public PrintedNumber PrintedNumber(string key) => PrintedRow(key) is [var one] ? one : throw Bad($"printed.{key}");

    /// <summary>A printed row of numbers.</summary>
    /// <exception cref="ClaimDataException">The key is missing or holds no numbers.</exception>
    public PrintedNumber[] PrintedRow(string key) =>
        [.. Flatten(Value(Printed, key)).Select(n => Claims.PrintedNumber.TryParse(TextOf(n, key), out PrintedNumber? p) ? p : throw Bad($"printed.{key}"))];

    /// <summary>A printed text.</summary>
    /// <exception cref="ClaimDataException">The key is missing.</exception>
    public string PrintedText(string key) => TextOf(Value(Printed, key), key);

    /// <summary>The same claim as if the document had printed something else.</summary>
    public Claim WithPrinted(string key, JsonNode value) => With(Given, Changed(Printed, key, value));

    /// <summary>The same claim as if the document had started from something else.</summary>
    public Claim WithGiven(string key, JsonNode value) => With(Changed(Given, key, value), Printed);

    /// <summary>The exception for data that this claim's check can't use; names the claim and the place.</summary>
    public ClaimDataException Bad(string place) => new($"{Id}: {place} is missing or not what the check needs");

    private static JsonObject Changed(JsonObject numbers, string key, JsonNode value)
    {
        var changed = (JsonObject)numbers.DeepClone();
        changed[key] = value;
        return changed;
    }

    private Claim With(JsonObject given, JsonObject printed) => new()
    {
        Id = Id,
        Lines = Lines,
        Section = Section,
        Topic = Topic,
        Kind = Kind,
        Statement = Statement,
        Given = given,
        Printed = printed,
        Check = Check,
    };

    private static IEnumerable<JsonNode?> Flatten(JsonNode? node) =>
        node is JsonArray array ? array.SelectMany(Flatten) : [node];

    private int[] ShapeOf(JsonNode? node, string key)
    {
        if (node is not JsonArray rows)
            return [];
        int[][] shapes = [.. rows.Select(row => ShapeOf(row, key))];
        return shapes.Length > 0 && Array.TrueForAll(shapes, s => s.SequenceEqual(shapes[0])) ? [shapes.Length, .. shapes[0]] : throw Bad($"given.{key}");
    }

    // What a check reads is a step of it.
    private JsonNode Value(JsonObject from, string key)
    {
        string part = ReferenceEquals(from, Given) ? "given" : "printed";
        JsonNode value = from[key] ?? throw Bad($"{part}.{key}");
        Working.Read($"{Id}, {part}", key, value is JsonValue ? value.ToString() : value.ToJsonString(ErrataReport.Readable));
        return value;
    }

    private double NumberOf(JsonNode? node, string key) =>
        double.TryParse(TextOf(node, key), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : throw Bad($"given.{key}");

    private Rational ExactOf(JsonNode? node, string key) =>
        Rational.TryParse(TextOf(node, key), out Rational value) ? value : throw Bad($"given.{key}");

    private string TextOf(JsonNode? node, string key) =>
        node is JsonValue value ? value.ToString() : throw Bad(key);
}
