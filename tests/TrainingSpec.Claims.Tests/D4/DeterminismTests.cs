using System.Globalization;

namespace TrainingSpec.Claims.Tests.D4;

/// <summary>The same findings in any culture and with any number of threads.</summary>
[NonParallelizable]
public class DeterminismTests
{
    [Test]
    public void SameFindingsInTurkishWithTwoThreads()
    {
        IReadOnlyList<Claim> claims = ClaimFile.Read("D4");
        string[] invariant = Run(claims, CultureInfo.InvariantCulture, 1);
        string[] turkish = Run(ClaimFile.Read("D4"), CultureInfo.GetCultureInfo("tr-TR"), 2);
        Assert.That(turkish, Is.EqualTo(invariant));
    }

    private static string[] Run(IReadOnlyList<Claim> claims, CultureInfo culture, int threads)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo? defaultBefore = CultureInfo.DefaultThreadCurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            CultureInfo.DefaultThreadCurrentCulture = culture;
            IReadOnlyList<ClaimResult> results = ClaimChecks.Run(claims, threads);
            return [.. results.Select(r => $"{r.Claim.Id} {r.Finding.Verdict} {r.Finding.Recomputed} {r.Finding.Why} {string.Join('|', r.Finding.Evidence)} {string.Join('|', r.Finding.Steps.SelectMany(s => s.Details.Prepend(s.Text)))}"),
                ErrataReport.Markdown("D4", results), ErrataReport.Verdicts(claims, results)];
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            CultureInfo.DefaultThreadCurrentCulture = defaultBefore;
        }
    }
}
