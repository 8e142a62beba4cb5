using System.Globalization;
using System.Text.Json;

namespace TrainingSpec.Checking.Golden;

/// <summary>Compares what was computed with what a verified file says, key by key.</summary>
public static class GoldenComparison
{
    /// <summary>Status and differences of a document against the text of its verified file.</summary>
    /// <param name="document">The document as computed now.</param>
    /// <param name="verified">The verified file's text; null where there is none.</param>
    public static (GoldenStatus Status, IReadOnlyList<GoldenDifference> Differences) Compare(GoldenDocument document, string? verified)
    {
        string computed = document.Serialize();
        verified = verified?.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        if (verified == computed) return (GoldenStatus.Match, []);
        if (verified is null) return (GoldenStatus.New, Differences(document, computed, []));
        if (string.IsNullOrWhiteSpace(verified)) return (GoldenStatus.Damaged, [Unread(document, computed, "empty"), .. Differences(document, computed, [])]);
        if (document.IsText) return (GoldenStatus.Changed, Lines(verified, computed));
        List<GoldenEntry> old;
        try
        {
            old = Parse(verified);
        }
        catch (JsonException e)
        {
            return (GoldenStatus.Damaged, [Unread(document, computed, e.Message)]);
        }

        List<GoldenDifference> differences = Differences(document, computed, old);
        return (GoldenStatus.Changed, differences.Count > 0 ? differences : [new("(file)", "other order or layout", "the same values", null)]);
    }

    // The file as a whole, so that nobody takes what is computed for what is missing.
    private static GoldenDifference Unread(GoldenDocument document, string computed, string why) => new(
        "(file)", $"accepted ({why})", document.IsText ? FormattableString.Invariant($"new ({Lines("", computed).Count} line(s))") : FormattableString.Invariant($"new ({document.Entries.Count} value(s))"), null);

    private static List<GoldenDifference> Differences(GoldenDocument document, string computed, List<GoldenEntry> old)
    {
        if (document.IsText) return Lines("", computed);
        Dictionary<string, GoldenEntry> before = old.ToDictionary(e => e.Key, StringComparer.Ordinal);
        List<GoldenDifference> all = [];
        foreach (GoldenEntry now in document.Entries)
        {
            if (!before.Remove(now.Key, out GoldenEntry? was)) all.Add(new(now.Key, null, now.Json, null));
            else if (was.Json != now.Json) all.AddRange(Moved(was, now));
        }

        all.AddRange(before.Values.Select(gone => new GoldenDifference(gone.Key, gone.Json, null, null)));
        return all;
    }

    private static IEnumerable<GoldenDifference> Moved(GoldenEntry was, GoldenEntry now)
    {
        if (was.IsArray != now.IsArray) return [new(now.Key, was.Json, now.Json, null)];
        if (!now.IsArray) return [Element(now.Key, was.Tokens[0], now.Tokens[0], now.IsSingle)];
        return Enumerable.Range(0, Math.Max(was.Tokens.Count, now.Tokens.Count))
            .Select(i => (Index: i, Was: was.Tokens.ElementAtOrDefault(i), Now: now.Tokens.ElementAtOrDefault(i)))
            .Where(e => e.Was != e.Now)
            .Select(e => Element(FormattableString.Invariant($"{now.Key}[{e.Index}]"), e.Was, e.Now, now.IsSingle));
    }

    private static GoldenDifference Element(string key, string? was, string? now, bool single)
    {
        bool numbers = Number(was, out double a) & Number(now, out double b);
        return new(key, was, now, numbers ? (single ? Ulp.Distance((float)a, (float)b) : Ulp.Distance(a, b)) : null);
    }

    // NaN is no point on the number line, so it has no distance; infinities have one, each a step past the largest finite number.
    private static bool Number(string? token, out double value)
    {
        value = 0;
        return token is not null && double.TryParse(token.Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);
    }

    private static List<GoldenDifference> Lines(string was, string now)
    {
        string[] old = was.Length == 0 ? [] : was.TrimEnd('\n').Split('\n'), current = now.TrimEnd('\n').Split('\n');
        return [.. Enumerable.Range(0, Math.Max(old.Length, current.Length))
            .Where(i => old.ElementAtOrDefault(i) != current.ElementAtOrDefault(i))
            .Select(i => new GoldenDifference(FormattableString.Invariant($"line {i + 1}"), old.ElementAtOrDefault(i), current.ElementAtOrDefault(i), null))];
    }

    private static List<GoldenEntry> Parse(string text)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        if (json.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("The file is no JSON object.");
        List<GoldenEntry> entries = [];
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (JsonProperty property in json.RootElement.EnumerateObject())
        {
            if (!keys.Add(property.Name)) throw new JsonException($"The key '{property.Name}' is there twice.");
            bool isArray = property.Value.ValueKind == JsonValueKind.Array;
            IEnumerable<JsonElement> elements = isArray ? property.Value.EnumerateArray() : [property.Value];
            entries.Add(GoldenEntry.Of(property.Name, isArray, false, elements.Select(Token)));
        }

        return entries;
    }

    private static string Token(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? GoldenEntry.Quote(element.GetString()!) : element.GetRawText();
}
