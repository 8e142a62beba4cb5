using System.CommandLine;
using TrainingSpec.Checking.Chapters;
using TrainingSpec.Claims;
using TrainingSpec.Conformance;
using TrainingSpec.Formulas;

namespace Spec.Cli.Commands;

/// <summary><c>spec explain ID</c>: a claim, a rule or a formula.</summary>
internal static class ExplainCommand
{
    public static Command Create(TextWriter output)
    {
        var id = new Argument<string>("id") { Description = "a claim (D4-071), a rule (ADAM-1) or a formula (adam.update)" };
        var command = new Command("explain", "Statement, TeX and recomputation of a claim, rule or formula. Example: spec explain D4-071") { id };
        command.SetAction(parsed => Run(output, parsed.GetValue(id)!));
        return command;
    }

    private static int Run(TextWriter output, string id)
    {
        if (FormulaCatalog.All.FirstOrDefault(f => f.Id == id) is { } formula)
        {
            output.WriteLine($"{formula.Id}\n  {formula.TeX}\n  source: {formula.Source}");
            foreach (FormulaParameter p in formula.Parameters)
                output.WriteLine($"  {p.Name} ({p.TeX}) in {p.Domain}{(p.Whole ? ", whole" : "")}");
            return 0;
        }

        foreach (Chapter chapter in ChapterFolder.Read())
        {
            if (chapter.Rules.FirstOrDefault(r => r.Id == id) is not { } rule)
                continue;
            output.WriteLine($"{rule.Id} ({rule.Level}), spec/{chapter.Topic}.md, line {rule.Line}\n  {rule.Sentence}");
            foreach (RuleCheck check in RuleChecks.All.Where(c => c.Rule == id))
                output.WriteLine($"  check {check.Name}: {check.Broken(new ReferenceImplementation()) ?? "kept by the reference"}");
            foreach (WrongImplementation wrong in WrongSuite.All.Values.Where(w => w.Breaks.Contains(id)))
                output.WriteLine($"  broken by {wrong.Name}: {wrong.Story}");
            return 0;
        }

        string document = id.Split('-')[0];
        Claim claim = (ClaimFile.Documents.Contains(document) ? ClaimFile.Read(document).FirstOrDefault(c => c.Id == id) : null)
            ?? throw new ArgumentException($"id = {id} is no claim, rule or formula");
        output.WriteLine($"{claim.Id}, lines {claim.Lines.First} to {claim.Lines.Last}, {claim.Section}\n  {claim.Statement}");
        output.WriteLine($"  given: {claim.Given.ToJsonString()}\n  printed: {claim.Printed.ToJsonString()}");
        if (!ClaimChecks.Ids.Contains(id))
        {
            output.WriteLine("  no check yet");
            return 0;
        }

        Finding finding = ClaimChecks.Run(claim);
        output.WriteLine($"  recomputed: {finding.Recomputed}\n  verdict: {VerdictWord.Of(finding.Verdict)}\n  why: {finding.Why}");
        foreach (string line in finding.Evidence)
            output.WriteLine($"  - {line}");
        return 0;
    }
}
