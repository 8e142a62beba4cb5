using TrainingSpec.Checking.Golden;

namespace TrainingSpec.Claims;

/// <summary>The accepted verdicts of the documents as golden files: golden/claims/D4.verdicts, D4.errata and D4.numbers.</summary>
public static class ClaimGoldens
{
    private static readonly string[] WorkedKinds = ["worked-number", "log", "table", "exercise"];

    /// <summary>The golden documents of all documents, recomputed: every claim stands in one of them, so that none can go missing unnoticed.</summary>
    /// <exception cref="ClaimDataException">Claims can't be read or judged.</exception>
    [GoldenSource("claims")]
    public static IEnumerable<GoldenDocument> Documents() => ClaimFile.Documents.SelectMany(document =>
    {
        IReadOnlyList<Claim> claims = ClaimFile.Read(document);
        return Documents(document, claims, ClaimChecks.Run(claims, Environment.ProcessorCount));
    });

    /// <summary>The golden documents of one document; there are errata only where claims are judged.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="claims">All its claims.</param>
    /// <param name="results">The results of those that have a check.</param>
    public static IEnumerable<GoldenDocument> Documents(string document, IReadOnlyList<Claim> claims, IReadOnlyList<ClaimResult> results)
    {
        yield return GoldenDocument.OfText("claims", document + ".verdicts", ErrataReport.Verdicts(claims, results), "txt");
        if (results.Count == 0)
            yield break;
        yield return GoldenDocument.OfText("claims", document + ".errata", ErrataReport.Markdown(document, results), "md");
        if (results.Any(r => r.Finding.Worked.Count > 0))
            yield return Numbers(document, results);
    }

    // Every printed number that was compared: what the claim starts from, what is printed, what it comes to, and that in the printed form.
    // Where a worked example prints other numbers than those that it comes to, what its check computed.
    private static GoldenDocument Numbers(string document, IReadOnlyList<ClaimResult> results)
    {
        var numbers = new GoldenDocument("claims", document + ".numbers");
        foreach (ClaimResult result in results)
        {
            Claim claim = result.Claim;
            string[] computed = result.Finding.Worked.Count > 0 || claim.PrintedKeys.Count == 0 || !WorkedKinds.Contains(claim.Kind) ? [] : [.. result.Finding.Steps.Where(s => s.Kind == StepKind.Computed).Select(s => s.Text)];
            if (result.Finding.Worked.Count + computed.Length == 0)
                continue;
            if (claim.GivenKeys.Count > 0)
                numbers.Add($"{claim.Id}.given", claim.Given.EnumerateObject().Select(g => $"{g.Name} = {Json.OneLine(g.Value)}"));
            foreach (IGrouping<string, WorkedNumbers> key in result.Finding.Worked.GroupBy(w => w.Key))
            {
                foreach ((int i, WorkedNumbers worked) in key.Index())
                {
                    string name = $"{claim.Id}.{key.Key}{(i == 0 ? "" : Sentence.Say($", comparison {i + 1}"))}";
                    numbers.Add($"{name}.printed", worked.Printed).Add($"{name}.exact", worked.Exact.Select(e => e.ToDouble())).Add($"{name}.digits", worked.Digits);
                }
            }

            if (computed.Length > 0)
                numbers.Add($"{claim.Id}.printed", claim.PrintedKeys.Select(k => $"{k} = {Json.OneLine(claim.Printed.GetProperty(k))}")).Add($"{claim.Id}.computed", computed);
        }

        return numbers;
    }
}
