using System.Globalization;

namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>The same findings in any culture and with any number of threads, but for experiments: an outcome that is kept is not computed again. That all verdicts are the accepted ones in an odd culture, <see cref="VerdictGoldensTests"/> says.</summary>
public class DeterminismTests
{
    // They train; one run of them, in the odd culture, is what a run of the tests has time for.
    private static readonly string[] Long = ["qualitative", "diagnosis-rule", "table"];

    [Test]
    public void NoTextBearsAMarkOfTheCulture()
    {
        string[] marked = [.. AllResults.Value.SelectMany(r => Texts(r.Finding).Where(t => t.Any(OddCulture.IsMark)).Select(t => $"{r.Claim.Id}: {t}"))];
        Assert.That(marked, Is.Empty, string.Join("\n", marked));
    }

    [Test]
    public void OneThreadInTheInvariantCultureFindsTheSame()
    {
        ClaimResult[] odd = [.. AllResults.Value.Where(r => !Long.Contains(r.Claim.Kind))];
        Assert.That(odd, Has.Length.GreaterThan(AllResults.Value.Count / 2));
        ClaimRun invariant = OddCulture.In(CultureInfo.InvariantCulture, () => ClaimChecks.Judge(odd.Select(r => r.Claim), 1, DocumentLibrary.Open()));
        Assert.That(invariant.Failures, Is.Empty);
        Assert.That(invariant.Results.Select(Said), Is.EqualTo(odd.Select(Said)));
    }

    [Test]
    public void AThreadThatACheckStartsIsInTheOddCultureToo()
    {
        const double Number = -1234.5;
        string[] written = OddCulture.Run(() =>
        {
            var texts = new string[64];
            Parallel.For(0, texts.Length, i => texts[i] = Number.ToString("N1", CultureInfo.CurrentCulture) + double.NaN.ToString(CultureInfo.CurrentCulture) + "I".ToLower(CultureInfo.CurrentCulture));
            return texts;
        });
        Assert.That(written, Has.All.EqualTo("\uE0001\uE003234\uE0025\uE007ı"));
        Assert.That(written[0].Where(OddCulture.IsMark).Count(), Is.EqualTo(5));
        Assert.That(() => OddCulture.Run(() => double.Parse("0.5", CultureInfo.CurrentCulture)), Throws.TypeOf<FormatException>());
    }

    private static string Said(ClaimResult result) => string.Join('|', Texts(result.Finding).Prepend($"{result.Claim.Id} {result.Finding.Verdict}"));

    private static IEnumerable<string> Texts(Finding finding) =>
    [
        finding.Recomputed, finding.Why, finding.Hazard ?? "", .. finding.Evidence, .. finding.Steps.SelectMany(s => s.Details.Prepend(s.Text)), .. finding.Corrected.SelectMany(c => c.Value.Prepend(c.Key)),
    ];
}
