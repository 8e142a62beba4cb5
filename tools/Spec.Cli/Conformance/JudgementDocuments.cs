using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Spec.Cli.Conformance;

/// <summary>A report of a judgement as JUnit XML, Markdown and one page of HTML.</summary>
internal static class JudgementDocuments
{
    private static readonly string[] Shown = ["broken", "malformed", "timed-out", "variant"];

    /// <summary>JUnit: a suite per topic, a case per rule; a known failure and what is unsupported are skipped.</summary>
    public static string JUnit(JsonObject report)
    {
        IGrouping<string, JsonObject>[] topics = [.. Rules(report).GroupBy(r => Text(r, "topic"))];
        var root = new XElement("testsuites", topics.Select(topic => new XElement(
            "testsuite",
            new XAttribute("name", topic.Key),
            new XAttribute("tests", topic.Count()),
            new XAttribute("failures", topic.Count(IsFailure)),
            new XAttribute("skipped", topic.Count(r => IsSkipped(r))),
            topic.Select(r => new XElement(
                "testcase",
                new XAttribute("classname", $"{Text(r, "topic")}.{Text(r, "level")}"),
                new XAttribute("name", $"{Text(r, "id")} {Readable(Text(r, "rule"))}"),
                IsFailure(r) ? new XElement("failure", new XAttribute("message", Readable(Text(r, "reason"))), Readable(Detail(r)))
                    : IsSkipped(r) ? new XElement("skipped", new XAttribute("message", Readable(Text(r, "known") is { Length: > 0 } known ? known : Text(r, "reason"))))
                    : null)))));
        return new XDocument(new XDeclaration("1.0", "utf-8", null), root).Declaration + "\n" + root + "\n";
    }

    /// <summary>Markdown: a table of counts, one of what is not kept, and each failure with its request.</summary>
    public static string Markdown(JsonObject report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Title(report)}\n\n{Subtitle(report)}\n\n| status | rules |\n|---|---:|\n");
        foreach ((string status, JsonNode? count) in (JsonObject)report["counts"]!)
            text.Append(CultureInfo.InvariantCulture, $"| {status} | {count} |\n");
        JsonObject[] shown = [.. Rules(report).Where(r => Shown.Contains(Text(r, "status")))];
        if (shown.Length > 0)
            text.Append("\n| rule | status | what is said | mistake |\n|---|---|---|---|\n");
        foreach (JsonObject rule in shown)
            text.Append(CultureInfo.InvariantCulture, $"| {Text(rule, "id")} | {Text(rule, "status")} | {Cell(Text(rule, "reason"))} | {Cell(Text(rule, "mistake"))} |\n");
        foreach (JsonObject rule in shown)
            text.Append(CultureInfo.InvariantCulture, $"\n## {Text(rule, "id")}: {Text(rule, "status")}\n\n{Text(rule, "rule")}\n\n```\n{Detail(rule)}\n```\n");
        return text.ToString();
    }

    /// <summary>One page of HTML that needs no server and nothing beside it.</summary>
    public static string Html(JsonObject report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Encoded(Title(report))}</title>\n<style>\n{Style}</style></head>\n<body>\n<h1>{Encoded(Title(report))}</h1>\n<p>{Encoded(Subtitle(report))}</p>\n<p>");
        foreach ((string status, JsonNode? count) in (JsonObject)report["counts"]!)
            text.Append(CultureInfo.InvariantCulture, $"<span class=\"{status}\">{count} {status}</span> ");
        text.Append("</p>\n");
        foreach (IGrouping<string, JsonObject> topic in Rules(report).GroupBy(r => Text(r, "topic")))
        {
            text.Append(CultureInfo.InvariantCulture, $"<h2>{Encoded(topic.Key)}</h2>\n");
            foreach (JsonObject rule in topic)
            {
                string head = $"<span class=\"{Text(rule, "status")}\">{Text(rule, "status")}</span> <b id=\"{Text(rule, "id")}\">{Text(rule, "id")}</b> {Encoded(Text(rule, "rule"))}";
                string detail = Detail(rule);
                text.Append(detail.Length == 0 ? $"<p>{head}</p>\n" : $"<details><summary>{head}</summary><pre>{Encoded(detail)}</pre></details>\n");
            }
        }

        return text.Append("</body></html>\n").ToString();
    }

    /// <summary>What is known of a rule that is not kept, a line each.</summary>
    public static string Detail(JsonObject rule)
    {
        var lines = new List<string>();
        void Add(string name, string what)
        {
            if (what.Length > 0)
                lines.Add($"{name}: {what}");
        }

        Add("how", Text(rule, "reason"));
        Add("likely mistake", Text(rule, "mistake"));
        Add("accuracy", Text(rule, "accuracy"));
        Add("known", Text(rule, "known"));
        foreach (JsonNode? before in rule["before"] as JsonArray ?? [])
            Add("before", before!["request"]!.ToJsonString());
        Add("request", Text(rule, "request"));
        Add("expected", Text(rule, "expected"));
        Add("got", Text(rule, "got"));
        Add("distance", Text(rule, "ulps") is { Length: > 0 } ulps ? $"{ulps} ULP, off by more than {Text(rule, "allowed")}" : "");
        Add("again", Text(rule, "again"));
        return string.Join("\n", lines);
    }

    /// <summary>True where a rule's breach fails the judgement.</summary>
    public static bool IsFailure(JsonObject rule) => Text(rule, "status") is "broken" or "malformed" or "timed-out" && Text(rule, "level") != "variant" && Text(rule, "known").Length == 0;

    /// <summary>A member as text; empty where it is left out or null.</summary>
    public static string Text(JsonObject o, string name) => o[name] switch
    {
        null => "",
        JsonValue v when v.TryGetValue(out string? text) => text,
        var node => node.ToJsonString(),
    };

    /// <summary>The rules of a report.</summary>
    public static IEnumerable<JsonObject> Rules(JsonObject report) => ((JsonArray)report["rules"]!).Select(r => (JsonObject)r!);

    private static bool IsSkipped(JsonObject rule) => Text(rule, "status") == "unsupported" || (Text(rule, "known").Length > 0 && Text(rule, "status") != "kept");

    private static string Title(JsonObject report) => $"Judgement of {Text((JsonObject)report["peer"]!, "name")} {Text((JsonObject)report["peer"]!, "version")}".TrimEnd();

    private static string Subtitle(JsonObject report) =>
        $"Suite {Text(report, "suite")}, seed {Text(report, "seed")}, {(report["peer"]!["dtypes"] is JsonArray { Count: > 0 } types ? $"in {string.Join(" and ", types.Select(t => (string)t!))}" : "without an answer")}, on {Text(report, "machine")}.";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Encoded(string text) => WebUtility.HtmlEncode(Readable(text));

    // XML has no way to write most control characters.
    private static string Readable(string text) => string.Concat(text.Select(c => c is '\n' or '\t' || (c >= ' ' && !char.IsSurrogate(c) && c < '\ufffe') ? c : '\ufffd'));

    private const string Style = """
        body { font: 15px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
        pre { background: #f4f4f4; padding: 0.6em; white-space: pre-wrap; word-break: break-word; }
        span { border-radius: 3px; padding: 0 0.4em; color: #fff; background: #777; }
        .kept { background: #1a7f37; } .broken { background: #b3261e; } .variant { background: #8250df; } .malformed, .timed-out { background: #9a6700; }

        """;
}
