using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrainingSpec.Conformance.Proofs;

namespace Spec.Cli.Commands;

/// <summary><c>spec prove [NAME …]</c>: decides statements about all points of a box.</summary>
internal static class ProveCommand
{
    public static Command Create(TextWriter output)
    {
        var names = new Argument<string[]>("name") { Description = "statements, such as cosine-falls; all of them by default", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("prove", "Prove by interval arithmetic what holds for all inputs of a box, and refute what does not. Example: spec prove softmax-gives-shares") { names };
        command.SetAction(parsed => Run(output, parsed.GetValue(names)));
        return command;
    }

    private static int Run(TextWriter output, string[]? names)
    {
        Statement[] statements = names is { Length: > 0 } ? [.. names.Select(Statements.Find)] : [.. Statements.All.Values, .. Statements.False.Values];
        ProofResult[] results = Decide(output, statements);
        Table table = new Table().AddColumns("statement", "rule", "says", "slack", "outcome", "boxes").ShowRowSeparators();
        foreach (ProofResult result in results)
        {
            string outcome = result.Outcome.ToString().ToLowerInvariant() + result.At();
            table.AddRow(
                Markup.Escape(result.Statement.Name),
                Markup.Escape(result.Statement.Rule),
                Markup.Escape(result.Statement.Says),
                result.Statement.Slack == 0 ? "0" : result.Statement.Slack.ToString("E1", CultureInfo.InvariantCulture),
                Markup.Escape(outcome),
                result.Boxes.ToString(CultureInfo.InvariantCulture));
        }

        Terminal.Console(output).Write(table);
        int surprising = results.Count(r => r.Outcome != (Statements.False.ContainsKey(r.Statement.Name) ? ProofOutcome.Refuted : ProofOutcome.Proven));
        output.WriteLine($"{results.Count(r => r.Outcome == ProofOutcome.Proven)} proven, {results.Count(r => r.Outcome == ProofOutcome.Refuted)} refuted, {results.Count(r => r.Outcome == ProofOutcome.Undecided)} undecided; {surprising} otherwise than expected.");
        return surprising == 0 ? 0 : 1;
    }

    private static ProofResult[] Decide(TextWriter output, Statement[] statements) => Terminal.Progress(output, "statements", statements.Length, done => statements.AsParallel().AsOrdered().Select(statement =>
    {
        ProofResult result = Prover.Decide(statement);
        done(1);
        return result;
    }).ToArray());
}
