namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>Verdicts and errata are the accepted ones, reached and written in an odd culture.</summary>
public class VerdictGoldensTests
{
    [Test]
    public async Task Verdicts_and_errata_are_golden()
    {
        IReadOnlyList<ClaimResult> results = AllResults.Value;
        GoldenDocument[] documents = OddCulture.Run(() => ClaimFile.Documents.SelectMany(d => ClaimGoldens.Documents(d, ClaimFile.Read(d), [.. results.Where(r => r.Claim.Document == d)])).ToArray());
        Assert.That(documents.SelectMany(d => d.Serialize()).Where(OddCulture.IsMark), Is.Empty);
        foreach (GoldenDocument document in documents)
            await GoldenFile.Verify(document);
    }
}
