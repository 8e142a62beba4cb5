using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance;
using TrainingSpec.Conformance.Judging;

namespace Spec.Cli.Conformance;

/// <summary>Several reports of <c>spec conform --json</c> side by side, rules by libraries, with what is known of each deviation.</summary>
/// <param name="reports">The reports.</param>
/// <param name="bugs">What is known; empty where the page of found bugs is not asked.</param>
/// <param name="page">That page as a link from the scoreboard; its name alone.</param>
internal sealed class Scoreboard(IReadOnlyList<JsonObject> reports, IReadOnlyList<FoundBug> bugs, string page = "found-bugs.md")
{
    // Where libraries rightly differ: the question, the rule that asks it, and its answer where the rule is kept.
    private static readonly (string Question, string Rule, string Kept)[] Ways =
    [
        ("ε of Adam", "ADAM-3", "after the root, beside √v̂"),
        ("the bias of Adam's moments", "ADAM-1", "corrected"),
        ("weight decay of Adam", "ADAM-4", "in the gradient"),
        ("weight decay of AdamW", "ADAMW-2", "beside the gradient, of the old parameter"),
        ("the first momentum buffer of SGD", "SGD-2", "the first gradient, whole"),
        ("the rate and SGD's momentum buffer", "SGD-3", "multiplied after the buffer"),
        ("weight decay of SGD", "SGD-5", "in the gradient"),
        ("ε of RMSprop", "RMSPROP-2", "after the root"),
        ("ε of Adagrad", "ADAGRAD-2", "after the root"),
        ("the denominator of clipping by norm", "CLIPPING-3", "the norm alone"),
        ("a cosine past its end", "SCHEDULES-4", "held"),
        ("a cosine with restarts", "SCHEDULE-SHAPES-5", "back at the maximum after each period"),
        ("the threshold of a plateau", "SCHEDULE-SHAPES-13", "a share of the magnitude"),
        ("the slope of ReLU at 0", "ACTIVATIONS-2", "0"),
    ];

    /// <summary>The reports.</summary>
    public IReadOnlyList<JsonObject> Reports => reports;

    /// <summary>The libraries with their versions.</summary>
    public IReadOnlyList<string> Names => [.. reports.Select(Name)];

    /// <summary>The rules that some library has the operations for.</summary>
    public IReadOnlyList<JsonObject> Asked => [.. All.Where(rule => reports.Any(r => Word(Of(r, Id(rule))).Length > 0))];

    /// <summary>How the reports were made, in one sentence.</summary>
    public string Subtitle => $"What public libraries keep of the rules of the book, each asked its own functions through a small adapter; suite {string.Join(" and ", Distinct("suite"))}, seed {string.Join(" and ", Distinct("seed"))}.";

    /// <summary>The deviations of which nothing is known: the library, and the rule or operation.</summary>
    public IReadOnlyList<string> Unknown =>
    [
        .. reports.SelectMany(r => JudgementDocuments.Rules(r).Where(IsDeviation).Select(Id).Concat(Differing(r).Select(o => JudgementDocuments.Text(o, "op")).Distinct())
            .Where(item => BugOf(r, item) is null).Select(item => $"{Library(r)}: {item}")),
    ];

    private IEnumerable<JsonObject> All => reports.SelectMany(JudgementDocuments.Rules).DistinctBy(Id);

    /// <summary>Reads a report.</summary>
    /// <exception cref="ArgumentException">The file is no report.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            var report = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
            if (report["peer"] is not JsonObject || JudgementDocuments.Rules(report).Any(r => JudgementDocuments.Text(r, "id").Length == 0))
                throw new JsonException("no peer or a rule without an id");
            return report;
        }
        catch (Exception e) when (e is JsonException or InvalidCastException or NullReferenceException or InvalidOperationException)
        {
            throw new ArgumentException($"{path} is no report of spec conform --json", e);
        }
    }

    /// <summary>Markdown: counts, rules by libraries, the ways in which libraries differ, and what the users of each should know.</summary>
    public string Markdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Scoreboard\n\n{Subtitle} A rule that a library has no operation for is left blank.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", Names)} |\n|---|{string.Concat(Names.Select(_ => "---:|"))}\n");
        text.Append(CultureInfo.InvariantCulture, $"| numbers | {string.Join(" | ", reports.Select(r => string.Join(", ", ((JsonArray)r["peer"]!["dtypes"]!).Select(t => (string)t!))))} |\n");
        foreach ((string status, _) in (JsonObject)reports[0]["counts"]!)
            text.Append(CultureInfo.InvariantCulture, $"| {status} | {string.Join(" | ", reports.Select(r => JudgementDocuments.Text((JsonObject)r["counts"]!, status)))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\n## Rules\n\n| rule | {string.Join(" | ", Names)} | what it says |\n|---|{string.Concat(Names.Select(_ => "---|"))}---|\n");
        foreach (JsonObject rule in Asked)
            text.Append(CultureInfo.InvariantCulture, $"| {Id(rule)} | {string.Join(" | ", reports.Select(r => Cell(r, Id(rule))))} | {Escaped(JudgementDocuments.Text(rule, "rule"))} |\n");
        string[] blank = [.. All.Select(Id).Except(Asked.Select(Id))];
        if (blank.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"\nNo library here has the operations for {string.Join(", ", blank)}.\n");
        AppendWays(text);
        text.Append("\n## What users should know\n");
        foreach (JsonObject report in reports)
            AppendKnown(text, report);
        return text.ToString();
    }

    private void AppendWays(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## Which way each goes\n\n| | {string.Join(" | ", Names)} |\n|---|{string.Concat(Names.Select(_ => "---|"))}\n");
        foreach ((string question, string rule, string kept) in Ways.Where(w => Asked.Any(a => Id(a) == w.Rule)))
            text.Append(CultureInfo.InvariantCulture, $"| {question} ({rule}) | {string.Join(" | ", reports.Select(r => Way(r, rule, kept)))} |\n");
    }

    // What is known of a deviation says more than the mistake that happens to answer alike.
    private string Way(JsonObject report, string id, string kept)
    {
        if (Of(report, id) is not { } rule || Word(rule).Length == 0)
            return "";
        return JudgementDocuments.Text(rule, "status") == "kept" ? kept
            : BugOf(report, id) is { } bug ? $"[{bug.Title}]({page}#{bug.Anchor})"
            : WrongSuite.All.TryGetValue(JudgementDocuments.Text(rule, "mistake"), out WrongImplementation? wrong) ? Escaped(wrong.Story.TrimEnd('.')) : "otherwise";
    }

    private void AppendKnown(StringBuilder text, JsonObject report)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### {Name(report)}\n\nEach cell again: `spec conform --run RULE --seed {JudgementDocuments.Text(report, "seed")} -- {JudgementDocuments.Text(report, "command")}`\n\n");
        string[] items = [.. JudgementDocuments.Rules(report).Where(IsDeviation).Select(Id), .. Differing(report).Select(o => JudgementDocuments.Text(o, "op")).Distinct()];
        foreach (IGrouping<FoundBug, string> known in items.Where(i => BugOf(report, i) is not null).GroupBy(i => BugOf(report, i)!))
            text.Append(CultureInfo.InvariantCulture, $"- **{string.Join(", ", known)}**: {known.Key.InShort} [{known.Key.Status}]({page}#{known.Key.Anchor})\n");
        foreach (string item in items.Where(i => BugOf(report, i) is null))
            text.Append(CultureInfo.InvariantCulture, $"- **{item}**: {(Of(report, item) is { } rule ? $"{Word(rule)}: {JudgementDocuments.Text(rule, "reason")}" : string.Join("; ", Differing(report).Where(o => JudgementDocuments.Text(o, "op") == item).Select(o => JudgementDocuments.Text(o, "reason"))))}\n");
    }

    /// <summary>Compares the reports with a scoreboard that was accepted.</summary>
    /// <param name="accepted">Its Markdown.</param>
    /// <returns>A line for each library: the same cells, which others, or that this version does not stand there.</returns>
    public (bool IsSame, IReadOnlyList<string> Lines) Compare(string accepted)
    {
        string[][] rows = [.. accepted.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split(" | ").Select(c => c.Trim('|', ' ')).ToArray())];
        string[] head = rows.FirstOrDefault(r => r[0] == "rule") ?? throw new ArgumentException("the scoreboard has no table of rules");
        var lines = new List<string>();
        bool same = true;
        foreach (JsonObject report in reports)
        {
            int column = Array.IndexOf(head, Name(report));
            if (column < 0)
            {
                lines.Add($"{Name(report)}: not the version that the scoreboard has ({string.Join(", ", head.Where(n => n.StartsWith(Library(report) + " ", StringComparison.Ordinal)).DefaultIfEmpty("none"))})");
                continue;
            }

            Dictionary<string, string> were = rows.Where(r => r.Length == head.Length).DistinctBy(r => r[0]).ToDictionary(r => r[0], r => r[column]);
            string[] changed = [.. JudgementDocuments.Rules(report).Where(r => were.GetValueOrDefault(Id(r), "") is var was && was != Cell(report, Id(r))).Select(r => $"{Id(r)} {Plain(were.GetValueOrDefault(Id(r), ""))} -> {Plain(Cell(report, Id(r)))}")];
            same &= changed.Length == 0;
            lines.Add(changed.Length == 0 ? $"{Name(report)}: as on the scoreboard" : $"{Name(report)}: {string.Join("; ", changed)}");
        }

        return (same, lines);

        static string Plain(string cell) => cell.Length == 0 ? "unsupported" : cell.Split(']')[0].TrimStart('[');
    }

    /// <summary>What is known of a deviation of a library; null where nothing is.</summary>
    public FoundBug? BugOf(JsonObject report, string item) => bugs.FirstOrDefault(b => b.Where.Contains((Library(report), item)));

    /// <summary>A rule of a report; null where it was not asked.</summary>
    public static JsonObject? Of(JsonObject report, string id) => JudgementDocuments.Rules(report).FirstOrDefault(r => Id(r) == id);

    /// <summary>The operations whose drawn cases differ.</summary>
    public static IEnumerable<JsonObject> Differing(JsonObject report) => (report["operations"] as JsonArray ?? []).Select(o => (JsonObject)o!).Where(o => JudgementDocuments.Text(o, "status") is not ("kept" or "unsupported"));

    /// <summary>True where a rule was asked and not kept.</summary>
    public static bool IsDeviation(JsonObject? rule) => rule is not null && JudgementDocuments.Text(rule, "status") is not ("kept" or "unsupported");

    /// <summary>What stands in a cell; empty where the library has no operation for the rule.</summary>
    public static string Word(JsonObject? rule)
    {
        if (rule is null || JudgementDocuments.Text(rule, "status") is not { } status || status == "unsupported")
            return "";
        string mistake = JudgementDocuments.Text(rule, "mistake");
        return status == "kept" ? status
            : status == "variant" ? $"{status}: {mistake}"
            : JudgementDocuments.Text(rule, "accuracy").Length > 0 ? "less accurate"
            : mistake.Length > 0 ? $"{status}: {mistake}" : status;
    }

    /// <summary>What stands in a cell whose deviation is explained: a variant is named, and a mistake that happens to answer a rule's questions alike is not.</summary>
    public static string Known(JsonObject? rule) => Word(rule) is var word && word.StartsWith("broken: ", StringComparison.Ordinal) ? "broken" : word;

    /// <summary>The id of a rule.</summary>
    public static string Id(JsonObject rule) => JudgementDocuments.Text(rule, "id");

    /// <summary>A library with its version.</summary>
    public static string Name(JsonObject report) => $"{Library(report)} {JudgementDocuments.Text((JsonObject)report["peer"]!, "version")}".TrimEnd();

    private static string Library(JsonObject report) => JudgementDocuments.Text((JsonObject)report["peer"]!, "name");

    private string Cell(JsonObject report, string id)
    {
        JsonObject? rule = Of(report, id);
        return IsDeviation(rule) && BugOf(report, id) is { } bug ? $"[{Known(rule)}]({page}#{bug.Anchor})" : Word(rule);
    }

    private IEnumerable<string> Distinct(string member) => reports.Select(r => JudgementDocuments.Text(r, member)).Distinct();

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
