namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>Verdicts and errata are the accepted ones.</summary>
public class VerdictGoldensTests
{
    [Test]
    public async Task Verdicts_and_errata_are_golden()
    {
        foreach (GoldenDocument document in ClaimFile.Documents.SelectMany(d => ClaimGoldens.Documents(d, ClaimFile.Read(d), [.. AllResults.Value.Where(r => r.Claim.Document == d)])))
            await GoldenFile.Verify(document);
    }
}
