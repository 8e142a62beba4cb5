using System.CommandLine;
using Spec.Cli.Verdicts;
using TrainingSpec.Claims;

namespace Spec.Cli.Commands;

/// <summary><c>spec errata [DOCUMENT]</c>: what is wrong in the documents, as Markdown, recomputed.</summary>
internal static class ErrataCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var documents = new Argument<string[]>("document") { Description = "documents, D0 to D4; by default all that have checks", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("errata", "Recompute the claims and print, as Markdown, every one that is not confirmed, and why. Example: spec errata D4 > errata.md") { documents };
        command.SetAction(parsed => Run(output, error, parsed.GetValue(documents) ?? []));
        return command;
    }

    private static int Run(TextWriter output, TextWriter error, string[] documents)
    {
        ClaimSource source = ClaimSource.Find();
        ClaimSelection selection = ClaimSelection.Of(source, documents, [], null);
        if (selection.Problems is [var problem, ..])
            throw new ClaimDataException(problem.Message);
        ClaimRun run = Terminal.Progress(output, "claims", selection.Claims.Count(c => ClaimChecks.Ids.Contains(c.Id)), done => ClaimChecks.Judge(selection.Claims, Environment.ProcessorCount, DocumentLibrary.Open(source), () => done(1)));
        if (run.Failures is [var failure, ..])
            throw new ClaimDataException(failure.Message);
        foreach (string document in selection.Documents.Select(d => d.Document))
        {
            ClaimResult[] results = [.. run.Results.Where(r => r.Claim.Document == document)];
            if (results.Length > 0)
                output.Write(ErrataReport.Markdown(document, results));
            else if (documents.Length > 0)
                output.WriteLine($"{document}: none of its claims has a check yet ({string.Join(", ", selection.Claims.Where(c => c.Document == document).Select(c => c.Id))}).");
        }

        // A report that lacks claims looks like one of a better document.
        string[] gaps = [.. selection.Documents.Where(d => source.Accepted(d.Document) is not null).SelectMany(d => new AcceptedList(d, source.Accepted(d.Document)).Gaps())];
        foreach (string gap in gaps)
            error.WriteLine($"spec: {gap}");
        Terminal.Say(error, source);
        return gaps.Length == 0 ? 0 : 1;
    }
}
