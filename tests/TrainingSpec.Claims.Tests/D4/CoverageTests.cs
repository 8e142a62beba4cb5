namespace TrainingSpec.Claims.Tests.D4;

/// <summary>Every claim of D4 has a check, every check a claim, and each answers in words and in time.</summary>
public class CoverageTests
{
    [Test]
    public void EveryCheckHasAClaim()
    {
        string[] without = [.. ClaimChecks.Ids.Where(id => id.StartsWith("D4-", StringComparison.Ordinal)).Except(ClaimFile.Read("D4").Select(c => c.Id))];
        Assert.That(without, Is.Empty, string.Join(", ", without));
    }

    [Test]
    public void EveryFindingSaysWhy()
    {
        foreach (ClaimResult result in ClaimChecks.Run(ClaimFile.Read("D4"), 2))
        {
            Assert.That(result.Finding.Why, Is.Not.Empty.And.Not.Contains("\n"), result.Claim.Id);
            if (result.Finding.Verdict != Verdict.NotChecked)
                Assert.That(result.Finding.Recomputed, Is.Not.Empty, result.Claim.Id);
        }
    }
}
