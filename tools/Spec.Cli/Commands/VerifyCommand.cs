using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spec.Cli.Verdicts;
using TrainingSpec.Checking;
using TrainingSpec.Claims;

namespace Spec.Cli.Commands;

/// <summary><c>spec verify</c>: recomputes claims and compares the verdicts with the accepted ones.</summary>
internal static class VerifyCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(TextWriter output, TextWriter error)
    {
        var document = new Option<string[]>("--document") { Description = "documents, D0 to D4; all of them by default", AllowMultipleArgumentsPerToken = true };
        var claim = new Option<string[]>("--claim") { Description = "claims, such as D4-071 D4-073", AllowMultipleArgumentsPerToken = true };
        var section = new Option<string?>("--section") { Description = "claims of the sections that have this in their name" };
        var verdict = new Option<string[]>("--verdict") { Description = $"show claims with these verdicts: {string.Join(", ", Words)}", AllowMultipleArgumentsPerToken = true };
        var json = new Option<string?>("--json") { Description = "write the verdicts to this file; - is standard output, and the report goes to standard error" };
        var turns = new Option<bool>("--turns") { Description = "run the turns of these checks too: changes of the documents' data, and the verdicts that they must reach" };
        var timings = new Option<bool>("--timings") { Description = "with --json: the seconds of each check, which differ from run to run" };
        var svg = new Option<string?>("--svg") { Description = "draw the verdicts by section into this file, or - for standard output" };
        var whole = new Option<bool>("--whole") { Description = "train anew what is otherwise taken from the facts: D4's pretraining under every reading, on --corpus (minutes)" };
        var corpus = new Option<string?>("--corpus") { Description = "with --whole: D4's corpus, a file of 1,115,394 characters" };
        var command = new Command("verify", "Recompute the documents' claims and print what is right and wrong in them. Example: spec verify --document D4 --verdict erratum") { document, claim, section, verdict, turns, json, timings, svg, whole, corpus };
        command.SetAction(parsed => Run(
            output,
            error,
            (parsed.GetValue(document) ?? [], parsed.GetValue(claim) ?? [], parsed.GetValue(section)),
            [.. (parsed.GetValue(verdict) ?? []).Select(Word)],
            parsed.GetValue(turns),
            parsed.GetValue(json),
            parsed.GetValue(timings),
            parsed.GetValue(svg),
            Corpus(parsed.GetValue(whole), parsed.GetValue(corpus))));
        return command;
    }

    private static IEnumerable<string> Words => Enum.GetValues<Verdict>().Select(VerdictWord.Of);

    private static string Word(string typed) => Words.FirstOrDefault(w => w.Equals(typed, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"verdict = {typed} is outside {{{string.Join(", ", Words)}}}{NearNames.Question(typed, Words)}");

    private static string? Corpus(bool whole, string? corpus) => whole == (corpus is not null) ? corpus
        : throw new ArgumentException(whole ? "--whole needs --corpus, the text that D4's run is trained on" : "--corpus is for --whole, which trains on it");

    private static int Run(TextWriter standard, TextWriter error, (string[] Documents, string[] Claims, string? Section) wanted, string[] verdicts, bool turns, string? json, bool timings, string? svg, string? corpus)
    {
        ClaimSource source = ClaimSource.Find();
        DocumentLibrary documents = DocumentLibrary.Open(source);
        ClaimSelection selection = ClaimSelection.Of(source, wanted.Documents, wanted.Claims, wanted.Section);
        OutputFile? data = OutputFile.Of("--json", json), picture = OutputFile.Of("--svg", svg);
        OutputFile.RefuseSame(data, picture);
        data?.RefuseInputs(("--corpus", corpus));
        picture?.RefuseInputs(("--corpus", corpus));
        TextWriter output = data?.IsStandardOutput == true || picture?.IsStandardOutput == true ? error : standard;
        var accepted = selection.Documents.ToDictionary(d => d.Document, d => new AcceptedList(d, source.Accepted(d.Document)), StringComparer.Ordinal);
        (documents, IReadOnlyList<string> retrained) = corpus is null ? (documents, []) : WholeRuns.Train(output, documents, corpus);
        ClaimRun run = Terminal.Progress(output, "claims", selection.Claims.Count(c => ClaimChecks.Ids.Contains(c.Id)), done => ClaimChecks.Judge(selection.Claims, Environment.ProcessorCount, documents, () => done(1)));
        ClaimProblem[] problems = [.. selection.Problems, .. run.Failures];
        IReadOnlyList<ClaimResult> shown = verdicts.Length == 0 ? run.Results : [.. run.Results.Where(r => verdicts.Contains(VerdictWord.Of(r.Finding.Verdict)))];
        output.WriteLine($"Claims and accepted verdicts: {source.Name}");
        VerdictTable.Write(Terminal.Console(output), shown);
        foreach (ClaimDocument document in selection.Documents)
            Summary(output, document, selection, run.Results);
        foreach (ClaimProblem problem in problems)
            error.WriteLine($"spec: {problem.Message}");
        if (problems.Length == 0)
            OutputFile.Write(standard, (data, () => Json(shown, timings)), (picture, () => VerdictPicture.Draw(shown)));
        string[] differences =
        [
            .. retrained,
            .. turns ? Turns(output, run.Results, documents) : [],
            .. selection.Whole ? selection.Documents.SelectMany(d => accepted[d.Document].Gaps()) : [],
            .. selection.Documents.SelectMany(d => accepted[d.Document].Changes(selection.Claims.Where(c => c.Document == d.Document), run.Results, run.Failures)),
        ];
        foreach (string difference in differences)
            output.WriteLine(difference);
        return Conclude(output, differences.Length, problems.Length, run.Results.Count);
    }

    // What each turn must reach and does not; a check without one, but for what no program can check.
    private static IEnumerable<string> Turns(TextWriter output, IReadOnlyList<ClaimResult> results, DocumentLibrary documents)
    {
        Turn[] all = [.. results.SelectMany(r => ClaimChecks.Turns(r.Claim.Id))];
        string?[] wrong = Terminal.Progress(output, "turns", all.Length, done => all.AsParallel().AsOrdered().Select(turn =>
        {
            string? said = Wrong(turn, documents);
            done(1);
            return said;
        }).ToArray());
        string[] without = [.. results.Where(r => !ClaimChecks.CanTurn(r.Claim.Id, VerdictWord.Of(r.Finding.Verdict))).Select(r => $"{r.Claim.Id} has no turn to another verdict")];
        output.WriteLine($"{Count(all.Length, "turn")}: {all.Length - wrong.OfType<string>().Count()} reach their verdict.");
        return [.. wrong.OfType<string>(), .. without];
    }

    private static string? Wrong(Turn turn, DocumentLibrary documents)
    {
        try
        {
            Verdict reached = turn.Run(documents).Verdict;
            return reached == turn.Reaches ? null : $"{turn}: {turn.Told(reached)}";
        }
        catch (ClaimDataException e)
        {
            return $"{turn}: {e.Message}";
        }
    }

    private static void Summary(TextWriter output, ClaimDocument document, ClaimSelection selection, IReadOnlyList<ClaimResult> results)
    {
        Verdict[] reached = [.. results.Where(r => r.Claim.Document == document.Document).Select(r => r.Finding.Verdict)];
        int without = selection.Claims.Count(c => c.Document == document.Document && !ClaimChecks.Ids.Contains(c.Id));
        if (reached.Length > 0)
            output.WriteLine($"{document.Document}: {Count(reached.Length, "claim")}: {string.Join(", ", Enum.GetValues<Verdict>().Select(v => $"{reached.Count(r => r == v)} {VerdictWord.Of(v)}"))}.");
        if (without > 0)
            output.WriteLine($"{document.Document}: {Count(without, "claim")} {(without == 1 ? "has" : "have")} no check yet.");
    }

    private static int Conclude(TextWriter output, int differences, int problems, int judged)
    {
        if (problems > 0)
            output.WriteLine($"{(problems == 1 ? "1 claim or file" : $"{problems} claims or files")} could not be judged; see standard error.");
        if (differences > 0)
            output.WriteLine($"{Count(differences, "difference")} from the accepted list; accept with: spec golden regenerate, then spec golden accept");
        else if (problems == 0)
            output.WriteLine(judged == 0 ? "Nothing to compare." : "All verdicts are the accepted ones.");
        return problems > 0 ? 2 : differences > 0 ? 1 : 0;
    }

    private static string Count(int n, string what) => n == 1 ? $"1 {what}" : $"{n} {what}s";

    private static string Json(IReadOnlyList<ClaimResult> results, bool timings) => new JsonObject
    {
        ["claims"] = new JsonArray([.. results.Select(r =>
        {
            var claim = new JsonObject
            {
                ["id"] = r.Claim.Id,
                ["document"] = r.Claim.Document,
                ["verdict"] = VerdictWord.Of(r.Finding.Verdict),
                ["given"] = JsonNode.Parse(r.Claim.Given.GetRawText()),
                ["printed"] = JsonNode.Parse(r.Claim.Printed.GetRawText()),
                ["recomputed"] = r.Finding.Recomputed,
                ["why"] = r.Finding.Why,
            };
            if (r.Finding.Hazard is { } hazard)
                claim["hazard"] = hazard;
            if (timings)
                claim["seconds"] = r.Seconds;
            return (JsonNode)claim;
        })]),
    }.ToJsonString(Indented) + "\n";
}
