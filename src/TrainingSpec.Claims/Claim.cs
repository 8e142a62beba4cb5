using System.Globalization;
using System.Text.Json;

namespace TrainingSpec.Claims;

/// <summary>One statement of a document, in the project's own words, with the numbers it is given and the numbers it prints.</summary>
public sealed class Claim
{
    private DocumentFacts? _facts;

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
    public required JsonElement Given { get; init; }

    /// <summary>The numbers the document prints.</summary>
    public required JsonElement Printed { get; init; }

    /// <summary>How the claim can be checked.</summary>
    public required string Check { get; init; }

    /// <summary>The document: the part of the id before the hyphen.</summary>
    public string Document => Id[..Id.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>What its statement says as data: the facts under its id.</summary>
    /// <exception cref="ClaimDataException">There are none.</exception>
    public Facts Facts => (_facts ?? throw Bad("its document"))[Id];

    /// <summary>A given value as an exact number.</summary>
    /// <exception cref="ClaimDataException">The key is missing or no number.</exception>
    public Rational GivenExact(string key) => ExactOf(GivenValue(key), key);

    /// <summary>The largest whole number that a claim may start from, since a check goes through its steps or draws one by one; the documents' largest is 1,115,394.</summary>
    public const int LargestCount = 2_000_000;

    /// <summary>A given value as a double.</summary>
    /// <exception cref="ClaimDataException">The key is missing or no number.</exception>
    public double GivenNumber(string key) => NumberOf(GivenValue(key), key);

    /// <summary>A given whole number, of at most <see cref="LargestCount"/>.</summary>
    /// <exception cref="ClaimDataException">The key is missing, no whole number or too large.</exception>
    public int GivenInteger(string key)
    {
        int n = int.TryParse(TextOf(GivenValue(key), key), CultureInfo.InvariantCulture, out int whole) ? whole : throw Bad($"given.{key}");
        return Math.Abs((long)n) <= LargestCount ? n : throw new ClaimDataException(string.Create(CultureInfo.InvariantCulture, $"{Id}: given.{key} = {n} is outside [{-LargestCount}, {LargestCount}]"));
    }

    /// <summary>A given text.</summary>
    /// <exception cref="ClaimDataException">The key is missing.</exception>
    public string GivenText(string key) => TextOf(GivenValue(key), key);

    /// <summary>The names of the parts of a given object; a part is read as "lr/231".</summary>
    /// <exception cref="ClaimDataException">The key is missing or holds no parts.</exception>
    public IReadOnlyList<string> GivenParts(string key) =>
        GivenValue(key) is { ValueKind: JsonValueKind.Object } parts ? [.. parts.EnumerateObject().Select(p => p.Name)] : throw Bad($"given.{key} in parts");

    /// <summary>A given row of texts; nested rows are flattened.</summary>
    /// <exception cref="ClaimDataException">The key is missing.</exception>
    public string[] GivenTexts(string key) => [.. Json.Flatten(GivenValue(key)).Select(n => TextOf(n, key))];

    /// <summary>A given row of numbers as doubles; nested rows are flattened.</summary>
    /// <exception cref="ClaimDataException">The key is missing or holds no numbers.</exception>
    public double[] GivenRow(string key) =>
        [.. Json.Flatten(GivenValue(key)).Select(n => NumberOf(n, key))];

    /// <summary>The lengths of a given nested row, outermost first; none for a single number.</summary>
    /// <exception cref="ClaimDataException">The key is missing, or its rows are empty or of unequal lengths.</exception>
    public int[] GivenShape(string key) => ShapeOf(GivenValue(key), key);

    /// <summary>A given row of numbers, exact.</summary>
    /// <exception cref="ClaimDataException">The key is missing or holds no numbers.</exception>
    public Rational[] GivenExactRow(string key) => [.. Json.Flatten(GivenValue(key)).Select(n => ExactOf(n, key))];

    /// <summary>A printed number; what stands around it ("~", "x", "%") belongs to it.</summary>
    /// <exception cref="ClaimDataException">The key is missing, or there is none or more than one number.</exception>
    public PrintedNumber PrintedNumber(string key) => PrintedRow(key) is [var one] ? one : throw Bad($"printed.{key} as one number");

    /// <summary>The printed numbers of a row, or of a text that lists several.</summary>
    /// <exception cref="ClaimDataException">The key is missing or an entry holds no number.</exception>
    public PrintedNumber[] PrintedRow(string key) =>
        [.. Json.Flatten(PrintedValue(key)).SelectMany(n => Claims.PrintedNumber.All(TextOf(n, key)) is { Count: > 0 } numbers ? numbers : throw Bad($"printed.{key} as numbers"))];

    /// <summary>What would stand under a printed key if its numbers were others: each takes its number's place, in the row or in the text that lists several.</summary>
    /// <param name="key">The key in printed.</param>
    /// <param name="numbers">As many texts as <see cref="PrintedRow"/> has numbers.</param>
    public string PrintedWith(string key, IReadOnlyList<string> numbers)
    {
        int used = 0;
        JsonElement value = Printed.GetProperty(key);
        return value.ValueKind == JsonValueKind.Array ? Row(value) : Text(value);

        string Row(JsonElement row) => $"[{string.Join(", ", row.EnumerateArray().Select(entry => entry.ValueKind switch
        {
            JsonValueKind.Array => Row(entry),
            JsonValueKind.String => JsonSerializer.Serialize(Text(entry)),
            _ => Text(entry),
        }))}]";

        // From the last number to the first, so that places stay where they are.
        string Text(JsonElement entry)
        {
            int first = used;
            used += Claims.PrintedNumber.All(entry.ToString()).Count;
            string text = entry.ToString();
            for (int i = used - 1; i >= first; i--)
                text = Claims.PrintedNumber.All(text)[i - first].Replaced(numbers[i]);
            return text;
        }
    }

    /// <summary>A printed range "32-128", from low to high; "&lt; 5", "100+" are open at one end.</summary>
    /// <exception cref="ClaimDataException">The key is missing or is no range.</exception>
    public PrintedRange PrintedRange(string key) =>
        Claims.PrintedRange.TryParse(TextOf(PrintedValue(key), key), out PrintedRange? range) ? range : throw Bad($"printed.{key} as a range");

    /// <summary>A given value as the document prints it.</summary>
    /// <exception cref="ClaimDataException">The key is missing or no number.</exception>
    public PrintedNumber GivenPrinted(string key) => Claims.PrintedNumber.TryParse(TextOf(GivenValue(key), key), out PrintedNumber? number) ? number : throw Bad($"given.{key} as one number");

    /// <summary>The names of what the document prints, in order.</summary>
    public IReadOnlyList<string> PrintedKeys => [.. Printed.EnumerateObject().Select(p => p.Name)];

    /// <summary>The names of what the claim starts from, in order.</summary>
    public IReadOnlyList<string> GivenKeys => [.. Given.EnumerateObject().Select(p => p.Name)];

    /// <summary>A printed text.</summary>
    /// <exception cref="ClaimDataException">The key is missing.</exception>
    public string PrintedText(string key) => TextOf(PrintedValue(key), key);

    /// <summary>A printed row of texts.</summary>
    /// <exception cref="ClaimDataException">The key is missing.</exception>
    public string[] PrintedTexts(string key) => [.. Json.Flatten(PrintedValue(key)).Select(n => TextOf(n, key))];

    /// <summary>The exception for data that this claim's check can't use; names the claim and the place.</summary>
    public ClaimDataException Bad(string place) => new($"{Id}: {place} is missing or not what the check needs");

    // The same claim with other numbers.
    internal Claim With(JsonElement given, JsonElement printed) => new()
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
        _facts = _facts,
    };

    // The same claim with its document's facts.
    internal Claim Under(DocumentFacts facts)
    {
        Claim claim = With(Given, Printed);
        claim._facts = facts;
        return claim;
    }

    private int[] ShapeOf(JsonElement node, string key)
    {
        if (node.ValueKind != JsonValueKind.Array)
            return [];
        int[][] shapes = [.. node.EnumerateArray().Select(row => ShapeOf(row, key))];
        return shapes.Length > 0 && Array.TrueForAll(shapes, s => s.SequenceEqual(shapes[0])) ? [shapes.Length, .. shapes[0]] : throw Bad($"given.{key}");
    }

    private JsonElement GivenValue(string key) => Value(Given, "given", key);

    private JsonElement PrintedValue(string key) => Value(Printed, "printed", key);

    // What a check reads is a step of it.
    private JsonElement Value(JsonElement from, string part, string key)
    {
        JsonElement value = from;
        foreach (string step in key.Split('/'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(step, out value) || value.ValueKind == JsonValueKind.Null)
                throw Bad($"{part}.{key}");
        }

        Working.Read($"{Id}, {part}", key, Json.OneLine(value));
        return value;
    }

    private double NumberOf(JsonElement node, string key) =>
        double.TryParse(TextOf(node, key), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : throw Bad($"given.{key}");

    private Rational ExactOf(JsonElement node, string key) =>
        Rational.TryParse(TextOf(node, key), out Rational value) ? value : throw Bad($"given.{key}");

    private string TextOf(JsonElement node, string key) =>
        node.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? node.ToString() : throw Bad(key);
}
