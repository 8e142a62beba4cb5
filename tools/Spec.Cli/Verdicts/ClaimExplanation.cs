using TrainingSpec.Claims;

namespace Spec.Cli.Verdicts;

/// <summary>A claim, what its document prints, and how its verdict is reached.</summary>
internal static class ClaimExplanation
{
    /// <exception cref="ClaimDataException">The claim can't be judged.</exception>
    public static void Write(TextWriter output, Claim claim, DocumentLibrary documents)
    {
        string lines = claim.Lines.First == claim.Lines.Last ? $"line {claim.Lines.First}" : $"lines {claim.Lines.First} to {claim.Lines.Last}";
        output.WriteLine($"{claim.Id}, {lines}, {claim.Section}\n  {claim.Statement}");
        output.WriteLine($"  given: {claim.Given}\n  printed: {claim.Printed}");
        if (!ClaimChecks.Ids.Contains(claim.Id))
        {
            output.WriteLine("  no check yet");
            return;
        }

        ClaimRun run = ClaimChecks.Judge([claim], 1, documents);
        if (run.Failures is [var failure, ..])
            throw new ClaimDataException(failure.Message);
        Finding finding = run.Results[0].Finding;
        output.WriteLine("  step by step:");
        foreach ((int number, Step step) in finding.Steps.Index())
        {
            output.WriteLine($"  {number + 1,4}. {step.Text}");
            foreach (string detail in step.Details)
                output.WriteLine($"          {detail}");
        }

        output.WriteLine($"  recomputed: {finding.Recomputed}\n  verdict: {VerdictWord.Of(finding.Verdict)}\n  why: {finding.Why}");
        if (finding.Hazard is { } hazard)
            output.WriteLine($"  and yet: {hazard}");
        foreach (string line in finding.Evidence)
            output.WriteLine($"  - {line}");
        foreach (Turn turn in ClaimChecks.Turns(claim.Id))
            output.WriteLine($"  if {turn}: {Reached(turn, documents)}");
    }

    // A verdict is no verdict unless it could have been another one.
    private static string Reached(Turn turn, DocumentLibrary documents)
    {
        try
        {
            return turn.Told(turn.Run(documents).Verdict);
        }
        catch (ClaimDataException e)
        {
            return e.Message;
        }
    }
}
