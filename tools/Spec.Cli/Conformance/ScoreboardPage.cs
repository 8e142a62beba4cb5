using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Spec.Cli.Conformance;

/// <summary>The scoreboard as one page of HTML that needs no server: a cell opens on the request that decided, what was expected, what came, and the command that asks again.</summary>
internal static class ScoreboardPage
{
    private const int MostCharacters = 4000;

    /// <summary>The page.</summary>
    public static string Of(Scoreboard board)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Scoreboard</title>\n<style>\n{Style}</style></head>\n<body>\n<h1>Scoreboard</h1>\n<p>{Encoded(board.Subtitle)} Open a cell to see what was asked, what was expected and what came.</p>\n");
        text.Append(CultureInfo.InvariantCulture, $"<table>\n<tr><th>rule</th>{string.Concat(board.Names.Select(n => $"<th>{Encoded(n)}</th>"))}<th>what it says</th></tr>\n");
        foreach (JsonObject rule in board.Asked)
        {
            string id = Scoreboard.Id(rule);
            text.Append(CultureInfo.InvariantCulture, $"<tr id=\"{id}\"><td>{id}</td>{string.Concat(board.Reports.Select(r => Cell(board, r, Scoreboard.Of(r, id))))}<td>{Encoded(JudgementDocuments.Text(rule, "rule"))}</td></tr>\n");
        }

        text.Append("</table>\n<h2>Operations whose drawn cases differ</h2>\n");
        foreach ((JsonObject report, JsonObject operation) in board.Reports.SelectMany(r => Scoreboard.Differing(r).Select(o => (r, o))))
        {
            text.Append(CultureInfo.InvariantCulture, $"<details><summary>{Encoded(Scoreboard.Name(report))}: {Encoded(JudgementDocuments.Text(operation, "op"))} in {Encoded(JudgementDocuments.Text(operation, "dtype"))}, {Encoded(JudgementDocuments.Text(operation, "differing"))} of {Encoded(JudgementDocuments.Text(operation, "cases"))}</summary>");
            text.Append(CultureInfo.InvariantCulture, $"{Sentence(board, report, JudgementDocuments.Text(operation, "op"))}<pre>{Encoded(Short(JudgementDocuments.Detail(operation)))}</pre></details>\n");
        }

        return text.Append("</body></html>\n").ToString();
    }

    private static string Cell(Scoreboard board, JsonObject report, JsonObject? rule)
    {
        if (rule is null || !Scoreboard.IsDeviation(rule))
            return $"<td class=\"{(rule is null ? "" : JudgementDocuments.Text(rule, "status"))}\">{Encoded(Scoreboard.Word(rule))}</td>";
        return $"<td class=\"{JudgementDocuments.Text(rule, "status")}\"><details><summary>{Encoded(board.BugOf(report, Scoreboard.Id(rule)) is null ? Scoreboard.Word(rule) : Scoreboard.Known(rule))}</summary>{Sentence(board, report, Scoreboard.Id(rule))}<pre>{Encoded(Short(JudgementDocuments.Detail(rule)))}</pre></details></td>";
    }

    private static string Sentence(Scoreboard board, JsonObject report, string item) =>
        board.BugOf(report, item) is { } bug ? $"<p>{Encoded(bug.InShort.Replace("`", "", StringComparison.Ordinal))} <a href=\"found-bugs.md#{bug.Anchor}\">{Encoded(bug.Status)}</a></p>" : "";

    // A page is read by people; reports of --json have everything.
    private static string Short(string detail) => string.Join('\n', detail.Split('\n').Select(l => l.Length > MostCharacters ? l[..MostCharacters] + "… (whole in --json)" : l));

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private const string Style = """
        body { font: 14px/1.4 sans-serif; margin: 2em; } td, th { border: 1px solid #ccc; padding: 0.2em 0.5em; vertical-align: top; } table { border-collapse: collapse; }
        pre { white-space: pre-wrap; word-break: break-word; max-width: 40em; } details p { max-width: 40em; }
        .kept { background: #d7f2de; } .broken { background: #f9d7d5; } .variant { background: #e8dcfb; } .malformed, .timed-out { background: #fbeac5; }

        """;
}
