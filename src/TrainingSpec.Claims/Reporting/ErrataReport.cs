using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Claims;

/// <summary>Renders what the checks of a document found: the errata as Markdown, and the verdicts as JSON that a later run compares with.</summary>
public static class ErrataReport
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The errata of one document: verdicts counted, then by section every claim that is not confirmed, or is and carries a hazard. Lines end in LF.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="results">The results of that document's claims, in the order of the claims.</param>
    /// <exception cref="ArgumentException">A result is of another document.</exception>
    public static string Markdown(string document, IReadOnlyList<ClaimResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (results.FirstOrDefault(r => r.Claim.Document != document) is { } other)
            throw new ArgumentException($"results holds {other.Claim.Id}, which is no claim of {document}", nameof(results));
        var text = new StringBuilder();
        Line(text, $"# {document}: what its claims come to when they are recomputed");
        Line(text, "");
        Counts(text, results);
        foreach (IGrouping<string, ClaimResult> section in results.GroupBy(r => r.Claim.Section))
        {
            ClaimResult[] open = [.. section.Where(r => r.Finding.Verdict != Verdict.Confirmed || r.Finding.Hazard is not null)];
            if (open.Length == 0)
                continue;
            Line(text, "");
            Line(text, $"## {section.Key}");
            foreach (ClaimResult result in open)
                Entry(text, result);
        }

        return text.ToString();
    }

    /// <summary>Per claim id its verdict and recomputed value, or "no check", as indented JSON with LF line ends; what a later run is compared with.</summary>
    /// <param name="claims">The claims in order.</param>
    /// <param name="results">Results of those that have a check.</param>
    public static string Verdicts(IReadOnlyList<Claim> claims, IReadOnlyList<ClaimResult> results)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(results);
        Dictionary<string, Finding> judged = results.ToDictionary(r => r.Claim.Id, r => r.Finding, StringComparer.Ordinal);
        var root = new JsonObject();
        foreach (Claim claim in claims)
        {
            root[claim.Id] = judged.TryGetValue(claim.Id, out Finding? finding)
                ? Entry(finding)
                : ClaimSource.WordOfNoCheck;
        }

        return root.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Entry(Finding finding)
    {
        var entry = new JsonObject { ["verdict"] = VerdictWord.Of(finding.Verdict), ["recomputed"] = finding.Recomputed };
        if (finding.Hazard is { } hazard)
            entry["hazard"] = hazard;
        return entry;
    }

    /// <summary>What a claim prints, as one line: key = value, …; empty where it prints nothing.</summary>
    public static string Printed(Claim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return string.Join("; ", claim.Printed.EnumerateObject().Select(p => $"{p.Name} = {Value(p.Value)}"));
    }

    private static void Counts(StringBuilder text, IReadOnlyList<ClaimResult> results)
    {
        Line(text, "| verdict | claims |");
        Line(text, "|---|---:|");
        foreach (Verdict verdict in Enum.GetValues<Verdict>())
            Line(text, $"| {VerdictWord.Of(verdict)} | {results.Count(r => r.Finding.Verdict == verdict)} |");
        Line(text, $"| all | {results.Count} |");
    }

    private static void Entry(StringBuilder text, ClaimResult result)
    {
        Claim claim = result.Claim;
        string lines = claim.Lines.First == claim.Lines.Last
            ? string.Create(CultureInfo.InvariantCulture, $"line {claim.Lines.First}")
            : string.Create(CultureInfo.InvariantCulture, $"lines {claim.Lines.First}–{claim.Lines.Last}");
        Line(text, "");
        Line(text, $"### {claim.Id}: {VerdictWord.Of(result.Finding.Verdict)}");
        Line(text, "");
        Line(text, $"{Escape(claim.Statement)} ({lines})");
        Line(text, "");
        if (Printed(claim).Length > 0)
            Line(text, $"- printed: {Code(Printed(claim))}");
        if (result.Finding.Recomputed.Length > 0)
            Line(text, $"- recomputed: {Code(result.Finding.Recomputed)}");
        Line(text, $"- why: {Escape(result.Finding.Why)}");
        if (result.Finding.Hazard is { } hazard)
            Line(text, $"- and yet: {Escape(hazard)}");
    }

    private static string Value(JsonElement node) => string.Join(", ", Json.Flatten(node).Select(n => n.ToString()));

    private static string Code(string value) => value.Contains('`', StringComparison.Ordinal) ? $"`` {value} ``" : $"`{value}`";

    private static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length);
        foreach (char c in value)
            escaped.Append(c is '*' or '_' or '<' or '>' or '|' or '[' or ']' or '$' or '`' or '\\' ? "\\" : "").Append(c);
        return escaped.ToString();
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
