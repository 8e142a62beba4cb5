using System.Text.RegularExpressions;

namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>Every check has a claim, and each finding answers in plain words.</summary>
public partial class CoverageTests
{
    [Test]
    public void EveryCheckHasAClaim()
    {
        string[] without = [.. ClaimChecks.Ids.Except(ClaimFile.Documents.SelectMany(d => ClaimFile.Read(d)).Select(c => c.Id))];
        Assert.That(without, Is.Empty, string.Join(", ", without));
    }

    [Test]
    public void EveryFindingSaysWhy()
    {
        foreach (ClaimResult result in AllResults.Value)
        {
            Assert.That(result.Finding.Why, Is.Not.Empty.And.Not.Contains("\n"), result.Claim.Id);
            if (result.Finding.Verdict != Verdict.NotChecked)
                Assert.That(result.Finding.Recomputed, Is.Not.Empty, result.Claim.Id);
        }
    }

    // 9E-10 and True are how programs write.
    [Test]
    public void FindingsAreWrittenAsPeopleWrite()
    {
        string[] odd =
        [
            .. from result in AllResults.Value
               from text in (string?[])[result.Finding.Recomputed, result.Finding.Why, result.Finding.Hazard, .. result.Finding.Evidence]
               where text is not null && Programs().IsMatch(text)
               select $"{result.Claim.Id}: {text}",
        ];
        Assert.That(odd, Is.Empty, string.Join("\n", odd));
    }

    [GeneratedRegex(@"\dE[+\-]?\d|\bTrue\b|\bFalse\b|\bInfinity\b")]
    private static partial Regex Programs();
}
