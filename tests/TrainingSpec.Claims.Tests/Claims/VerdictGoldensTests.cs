namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>Verdicts and errata are the accepted ones.</summary>
public class VerdictGoldensTests
{
    [Test]
    public async Task Verdicts_and_errata_are_golden()
    {
        foreach (GoldenDocument document in ClaimGoldens.Documents())
            await GoldenFile.Verify(document);
    }
}
