using System.CommandLine;
using Spec.Cli.Catalog;
using Spec.Cli.Verdicts;
using TrainingSpec.Checking;
using TrainingSpec.Checking.Chapters;
using TrainingSpec.Claims;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Conformance;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Formulas;

namespace Spec.Cli.Commands;

/// <summary><c>spec explain ID</c>: a claim, a rule, a formula, an operation, a wrong implementation, a topic, an experiment or a document.</summary>
internal static class ExplainCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var id = new Argument<string>("id") { Description = "a claim (D4-071), rule (ADAM-1), formula (adam.update), operation (adam.step), wrong implementation (adam-amsgrad), topic (adam), experiment (forgetting) or document (D4), in any case" };
        var command = new Command("explain", "Statement, TeX and recomputation, step by step, of whatever has an id. Example: spec explain D4-071") { id };
        command.SetAction(parsed => Run(output, error, parsed.GetValue(id)!));
        return command;
    }

    private static int Run(TextWriter output, TextWriter error, string id)
    {
        ClaimSource source = ClaimSource.Find();
        if (ClaimSelection.DocumentOf(id) is not null)
        {
            ClaimSelection selection = ClaimSelection.Of(source, [], [id], null);
            if (selection.Problems is [var problem, ..])
                throw new ClaimDataException(problem.Message);
            ClaimExplanation.Write(output, selection.Claims.Single(), DocumentLibrary.Open(source));
            Terminal.Say(error, source);
            return 0;
        }

        if (DocumentTitles.All.FirstOrDefault(d => Same(d.Id, id)) is { } document)
        {
            output.WriteLine($"{document.Id}, \"{document.Title}\"\n  {document.About}\n  its claims: spec list claims {document.Id}-\n  what is wrong in it: spec errata {document.Id}");
            return 0;
        }

        bool found = false;
        if (FormulaCatalog.All.FirstOrDefault(f => Same(f.Id, id)) is { } formula)
            found = Explain(output, formula);
        if (OperationTable.Names.FirstOrDefault(name => Same(name, id)) is { } operation)
            found = Explain(output, operation);
        if (WrongSuite.All.Values.FirstOrDefault(w => Same(w.Name, id)) is { } wrong)
            found = Explain(output, wrong);
        IReadOnlyList<Chapter> chapters = ChapterFolder.Read();
        foreach (Chapter chapter in chapters)
        {
            if (Same(chapter.Topic, id))
                found = Explain(output, chapter);
            if (chapter.Rules.FirstOrDefault(r => Same(r.Id, id)) is { } rule)
                found = Explain(output, chapter, rule, source);
        }

        if (ExperimentCatalog.All.FirstOrDefault(e => Same(e.Name, id)) is { } experiment)
            found = Explain(output, experiment);
        if (found)
        {
            Terminal.Say(error, source);
            return 0;
        }

        IEnumerable<string> names = [.. FormulaCatalog.All.Select(f => f.Id), .. OperationTable.Names, .. WrongSuite.All.Keys, .. chapters.Select(c => c.Topic), .. chapters.SelectMany(c => c.Rules).Select(r => r.Id), .. ExperimentCatalog.All.Select(e => e.Name)];
        throw new ArgumentException($"id = {id} is no claim, rule, formula, operation, wrong implementation, topic, experiment or document{NearNames.Question(id, names)}");
    }

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static bool Explain(TextWriter output, Formula formula)
    {
        output.WriteLine($"{formula.Id}, a formula\n  {formula.TeX}\n  source: {formula.Source}");
        foreach (FormulaParameter p in formula.Parameters)
            output.WriteLine($"  {p.Name} ({p.TeX}) in {p.Domain}{(p.Whole ? ", whole" : "")}");
        foreach (string step in FormulaSteps.Of(formula))
            output.WriteLine($"  {step}");
        return true;
    }

    private static bool Explain(TextWriter output, Experiment experiment)
    {
        output.WriteLine($"{experiment.Name}, an experiment of {experiment.Source}, a section of spec/{experiment.Topic}.md\n  {experiment.Question}\n  design: {experiment.Design}\n  run it: spec experiment {experiment.Name}\n  with --planted: {experiment.Mistake}");
        return true;
    }

    private static bool Explain(TextWriter output, string operation)
    {
        output.WriteLine($"{operation}, an operation of the oracle (spec/protocol/oracle.md)");
        foreach (string line in ProtocolText.Of(operation))
            output.WriteLine($"  {line}");
        foreach (WrongImplementation wrong in WrongSuite.All.Values.Where(w => w.Create().ContainsKey(operation)))
            output.WriteLine($"  answered wrongly by {wrong.Name}: {wrong.Story}");
        return true;
    }

    private static bool Explain(TextWriter output, WrongImplementation wrong)
    {
        output.WriteLine($"{wrong.Name}, a wrong implementation\n  {wrong.Story}\n  breaks {string.Join(", ", wrong.Breaks)}; answers wrongly: {string.Join(", ", wrong.Create().Keys)}\n  ask it: spec oracle --wrong {wrong.Name}");
        return true;
    }

    private static bool Explain(TextWriter output, Chapter chapter)
    {
        output.WriteLine($"{chapter.Topic}, a topic: spec/{chapter.Topic}.md, \"{chapter.Title}\"");
        foreach (ChapterBlock formula in chapter.Blocks.Where(b => b.Kind == ChapterBlockKind.Formula))
            output.WriteLine($"  formula {formula.Name}");
        foreach (ChapterRule rule in chapter.Rules)
            output.WriteLine($"  rule {rule.Id} ({rule.Level}): {rule.Sentence}");
        foreach (string name in chapter.Blocks.Where(b => b.Kind == ChapterBlockKind.Wrong).Select(b => b.Name).Distinct())
            output.WriteLine($"  wrong implementation {name}");
        return true;
    }

    private static bool Explain(TextWriter output, Chapter chapter, ChapterRule rule, ClaimSource source)
    {
        output.WriteLine($"{rule.Id} ({rule.Level}), spec/{chapter.Topic}.md, line {rule.Line}\n  {rule.Sentence}");
        foreach (RuleCheck check in RuleChecks.All.Where(c => c.Rule == rule.Id))
            output.WriteLine($"  check {check.Name}: {check.Broken(new ReferenceImplementation()) ?? "kept by the reference"}");
        if (!source.IsCheckout)
            output.WriteLine("  tests: a checkout has those that name it");
        foreach (RuleTest test in source.IsCheckout ? TestSources.Read().Where(t => t.Rule == rule.Id) : [])
            output.WriteLine($"  test {test.Name} ({test.File})");
        foreach (WrongImplementation wrong in WrongSuite.All.Values.Where(w => w.Breaks.Contains(rule.Id)))
            output.WriteLine($"  broken by {wrong.Name}: {wrong.Story}");
        return true;
    }
}
