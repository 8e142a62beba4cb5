using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spec.Cli.Conformance;

/// <summary>Several reports of <c>spec conform --json</c> side by side: rules by libraries.</summary>
internal static class Scoreboard
{
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

    /// <summary>Markdown: a table of counts, one of rules by libraries where a library departs, and a line for each deviation.</summary>
    public static string Markdown(IReadOnlyList<JsonObject> reports)
    {
        var text = new StringBuilder();
        string[] names = [.. reports.Select(Name)];
        text.Append("# Scoreboard\n\nWhat public libraries keep of the rules of the book, each asked its own functions through a small adapter. A rule that a library has no operation for is left blank.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", names)} |\n|---|{string.Concat(names.Select(_ => "---:|"))}\n");
        foreach ((string status, _) in (JsonObject)reports[0]["counts"]!)
            text.Append(CultureInfo.InvariantCulture, $"| {status} | {string.Join(" | ", reports.Select(r => JudgementDocuments.Text((JsonObject)r["counts"]!, status)))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\n| rule | {string.Join(" | ", names)} | what it says |\n|---|{string.Concat(names.Select(_ => "---|"))}---|\n");
        foreach (JsonObject rule in Asked(reports))
            text.Append(CultureInfo.InvariantCulture, $"| {Id(rule)} | {string.Join(" | ", reports.Select(r => Word(Of(r, Id(rule)))))} | {JudgementDocuments.Text(rule, "rule").Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        foreach (JsonObject report in reports)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Name(report)}\n\n");
            foreach (JsonObject rule in JudgementDocuments.Rules(report).Where(IsDeviation))
                text.Append(CultureInfo.InvariantCulture, $"- **{Id(rule)}**, {Word(rule)}: {JudgementDocuments.Text(rule, "reason")}\n");
        }

        return text.ToString();
    }

    /// <summary>One page of HTML: a cell opens on the request that decided, what was expected and what came.</summary>
    public static string Html(IReadOnlyList<JsonObject> reports)
    {
        static string Encoded(string text) => WebUtility.HtmlEncode(text);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Scoreboard</title>\n<style>\nbody {{ font: 14px/1.4 sans-serif; margin: 2em; }} td, th {{ border: 1px solid #ccc; padding: 0.2em 0.5em; vertical-align: top; }} table {{ border-collapse: collapse; }}\npre {{ white-space: pre-wrap; word-break: break-word; max-width: 40em; }}\n.kept {{ background: #d7f2de; }} .broken {{ background: #f9d7d5; }} .variant {{ background: #e8dcfb; }} .malformed, .timed-out {{ background: #fbeac5; }}\n</style></head>\n<body>\n<h1>Scoreboard</h1>\n<table>\n<tr><th>rule</th>{string.Concat(reports.Select(r => $"<th>{Encoded(Name(r))}</th>"))}<th>what it says</th></tr>\n");
        foreach (JsonObject rule in Asked(reports))
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encoded(Id(rule))}</td>");
            foreach (JsonObject report in reports)
            {
                JsonObject? cell = Of(report, Id(rule));
                string detail = cell is null ? "" : JudgementDocuments.Detail(cell);
                text.Append(CultureInfo.InvariantCulture, $"<td class=\"{(cell is null ? "" : JudgementDocuments.Text(cell, "status"))}\">{(IsDeviation(cell) ? $"<details><summary>{Encoded(Word(cell))}</summary><pre>{Encoded(detail)}</pre></details>" : Encoded(Word(cell)))}</td>");
            }

            text.Append(CultureInfo.InvariantCulture, $"<td>{Encoded(JudgementDocuments.Text(rule, "rule"))}</td></tr>\n");
        }

        return text.Append("</table>\n</body></html>\n").ToString();
    }

    // The rules that some library has the operations for.
    private static IEnumerable<JsonObject> Asked(IReadOnlyList<JsonObject> reports) =>
        reports.SelectMany(JudgementDocuments.Rules).DistinctBy(Id).Where(rule => reports.Any(r => Word(Of(r, Id(rule))).Length > 0));

    private static JsonObject? Of(JsonObject report, string id) => JudgementDocuments.Rules(report).FirstOrDefault(r => Id(r) == id);

    private static bool IsDeviation(JsonObject? rule) => rule is not null && JudgementDocuments.Text(rule, "status") is not ("kept" or "unsupported");

    private static string Word(JsonObject? rule)
    {
        if (rule is null || JudgementDocuments.Text(rule, "status") is not { } status || status == "unsupported")
            return "";
        string mistake = JudgementDocuments.Text(rule, "mistake");
        return status == "kept" ? status
            : status == "variant" || mistake.Length > 0 ? $"{status}: {mistake}"
            : JudgementDocuments.Text(rule, "accuracy").Length > 0 ? "less accurate" : status;
    }

    private static string Id(JsonObject rule) => JudgementDocuments.Text(rule, "id");

    private static string Name(JsonObject report) => $"{JudgementDocuments.Text((JsonObject)report["peer"]!, "name")} {JudgementDocuments.Text((JsonObject)report["peer"]!, "version")}".TrimEnd();
}
