using TrainingSpec.Checking.Golden;

namespace TrainingSpec.Claims;

/// <summary>The accepted verdicts of the documents as golden files: golden/claims/D4.verdicts and golden/claims/D4.errata.</summary>
public static class ClaimGoldens
{
    /// <summary>The golden documents of all documents, recomputed: every claim stands in one of them, so that none can go missing unnoticed.</summary>
    /// <exception cref="ClaimDataException">Claims can't be read or judged.</exception>
    [GoldenSource]
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
        if (results.Count > 0)
            yield return GoldenDocument.OfText("claims", document + ".errata", ErrataReport.Markdown(document, results), "md");
    }
}
