using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingSpec.Claims;

namespace Spec.Cli.Commands;

/// <summary><c>spec verify</c>: recomputes claims and compares the verdicts with the accepted ones.</summary>
internal static class VerifyCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(TextWriter output)
    {
        var document = new Option<string?>("--document") { Description = "one document, D0 to D4" };
        var claim = new Option<string?>("--claim") { Description = "one claim, such as D4-071" };
        var json = new Option<string?>("--json") { Description = "write the verdicts to this file; - is standard output, and the report goes to standard error" };
        var svg = new Option<string?>("--svg") { Description = "draw the verdicts by section into this file, or - for standard output" };
        var command = new Command("verify", "Recompute the documents' claims and print what is right and wrong in them. Example: spec verify --document D4") { document, claim, json, svg };
        command.SetAction(parsed => Run(output, parsed.InvocationConfiguration.Error, parsed.GetValue(document), parsed.GetValue(claim), parsed.GetValue(json), parsed.GetValue(svg)));
        return command;
    }

    private static int Run(TextWriter standard, TextWriter error, string? document, string? id, string? json, string? svg)
    {
        Claim[] claims = Select(document, id);
        OutputFile? data = OutputFile.Of("--json", json), picture = OutputFile.Of("--svg", svg);
        OutputFile.RefuseSame(data, picture);
        TextWriter output = data?.IsStandardOutput == true || picture?.IsStandardOutput == true ? error : standard;
        IReadOnlyList<ClaimResult> results = Check(output, claims);
        Table(output, results);
        foreach (IGrouping<string, Claim> without in claims.Where(c => !ClaimChecks.Ids.Contains(c.Id)).GroupBy(c => c.Document))
            output.WriteLine($"{without.Key}: {without.Count()} claims have no check yet.");
        Summary(output, results);
        OutputFile.Write(standard, (data, () => Json(results)), (picture, () => VerdictPicture.Draw(results)));
        return Compare(output, claims, results);
    }

    private static Claim[] Select(string? document, string? id)
    {
        if (id is not null)
        {
            string of = id.Split('-')[0];
            Claim[] found = ClaimFile.Documents.Contains(of) ? [.. ClaimFile.Read(of).Where(c => c.Id == id)] : [];
            if (found.Length == 0)
                throw new ArgumentException($"claim = {id} is no claim of the documents {string.Join(", ", ClaimFile.Documents)}");
            return document is null || document == of ? found : throw new ArgumentException($"claim = {id} is no claim of {document}");
        }

        return [.. (document is null ? ClaimFile.Documents : [document]).SelectMany(d => ClaimFile.Read(d))];
    }

    private static IReadOnlyList<ClaimResult> Check(TextWriter output, Claim[] claims)
    {
        if (!Terminal.Is(output))
            return ClaimChecks.Run(claims, Environment.ProcessorCount);
        return AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask task = context.AddTask("claims", maxValue: Math.Max(1, claims.Count(c => ClaimChecks.Ids.Contains(c.Id))));
            return ClaimChecks.Run(claims, Environment.ProcessorCount, _ => task.Increment(1));
        });
    }

    private static void Table(TextWriter output, IReadOnlyList<ClaimResult> results)
    {
        IAnsiConsole console = Terminal.Console(output);
        foreach (IGrouping<string, ClaimResult> section in results.GroupBy(r => $"{r.Claim.Document}: {r.Claim.Section}"))
        {
            Table table = new Table().Title(Markup.Escape(section.Key)).LeftAligned().AddColumns("claim", "the document prints", "recomputed", "verdict", "why");
            foreach (ClaimResult r in section)
            {
                string printed = ErrataReport.Printed(r.Claim);
                table.AddRow(r.Claim.Id, Markup.Escape(Short(printed.Length > 0 ? printed : r.Claim.Statement)), Markup.Escape(Short(r.Finding.Recomputed)), Colour(r.Finding.Verdict), Markup.Escape(r.Finding.Verdict == Verdict.Confirmed ? "" : r.Finding.Why));
            }

            console.Write(table);
        }
    }

    private static string Short(string text) => text.Length <= 90 ? text : text[..89] + "…";

    private static string Colour(Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => "[green]confirmed[/]",
        Verdict.Erratum => "[red]erratum[/]",
        Verdict.NotChecked => "[grey]not-checked[/]",
        _ => $"[yellow]{VerdictWord.Of(verdict)}[/]",
    };

    private static void Summary(TextWriter output, IReadOnlyList<ClaimResult> results) =>
        output.WriteLine($"{results.Count} claims: {string.Join(", ", Enum.GetValues<Verdict>().Select(v => $"{results.Count(r => r.Finding.Verdict == v)} {VerdictWord.Of(v)}"))}.");

    private static int Compare(TextWriter output, Claim[] claims, IReadOnlyList<ClaimResult> results)
    {
        Dictionary<string, string> now = results.ToDictionary(r => r.Claim.Id, r => VerdictWord.Of(r.Finding.Verdict), StringComparer.Ordinal);
        int changed = 0;
        foreach (IGrouping<string, Claim> of in claims.GroupBy(c => c.Document))
        {
            IReadOnlyDictionary<string, string> accepted = ClaimGoldens.Accepted(of.Key);
            foreach (Claim claim in of)
            {
                string current = now.GetValueOrDefault(claim.Id, "no check");
                string was = accepted.GetValueOrDefault(claim.Id, "no check");
                if (was == current)
                    continue;
                changed++;
                output.WriteLine($"{claim.Id} changed: {was} -> {current}");
            }
        }

        output.WriteLine(changed == 0
            ? results.Count == 0 ? "Nothing to compare." : "All verdicts are the accepted ones."
            : $"{changed} verdicts changed; accept with: spec golden regenerate, then spec golden accept");
        return changed == 0 ? 0 : 1;
    }

    private static string Json(IReadOnlyList<ClaimResult> results) => new JsonObject
    {
        ["claims"] = new JsonArray([.. results.Select(r => (JsonNode)new JsonObject
        {
            ["id"] = r.Claim.Id,
            ["document"] = r.Claim.Document,
            ["verdict"] = VerdictWord.Of(r.Finding.Verdict),
            ["given"] = r.Claim.Given.DeepClone(),
            ["printed"] = r.Claim.Printed.DeepClone(),
            ["recomputed"] = r.Finding.Recomputed,
            ["why"] = r.Finding.Why,
            ["seconds"] = r.Seconds,
        })]),
    }.ToJsonString(Indented) + "\n";
}
