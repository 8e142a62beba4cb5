using System.Globalization;
using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>The same findings in any culture and with any number of threads. An experiment's outcome is kept and not computed again with its claim: what is drawn of them runs once more by itself. That all verdicts are the accepted ones in an odd culture, <see cref="VerdictGoldensTests"/> says.</summary>
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

    // All that took less than a millisecond, and of each place in the code that runs experiments one more, drawn with seed 6; of the drawn ones that took more than 0.2 s every fourth.
    [Test]
    [Category(Deep.Category)]
    public void ExperimentsGiveTheSameOnceMoreOnAnotherThread()
    {
        Assert.That(AllResults.Value, Is.Not.Empty);
        var draws = new Draws(6);
        IGrouping<(string, int), Kept.KeptRun>[] places = [.. Kept.Experiments.Where(e => !IsOfTests(e)).GroupBy(e => (e.File, e.Line))];
        Kept.KeptRun[] drawn = [.. places.SelectMany(place => place.Where(e => e.Seconds < 1e-3).Append(place.ElementAt(draws.Index(place.Count())))).Distinct()];
        Kept.KeptRun[] dear = [.. drawn.Where(e => e.Seconds > 0.2)], taken = [.. drawn.Except(dear), .. dear.Skip(draws.Index(4)).Where((_, i) => i % 4 == 0)];
        TestContext.Out.WriteLine($"{taken.Length} of {places.Sum(p => p.Count())} experiments at {places.Length} places, which took {taken.Sum(e => e.Seconds):F1} s of {places.Sum(p => p.Sum(e => e.Seconds)):F1} s");
        Assert.That(drawn.Select(e => (e.File, e.Line)).Distinct().Count(), Is.EqualTo(places.Length).And.GreaterThan(70));
        Assert.That(Other(taken), Is.Empty);
    }

    [Test]
    public void AnExperimentThatDependsOnItsThreadIsFound()
    {
        Assert.That(Kept.Of(6, static _ => Environment.CurrentManagedThreadId), Is.EqualTo(Environment.CurrentManagedThreadId));
        Assert.That(Kept.Of(6, static x => new[] { (double)x }), Is.EqualTo(new[] { 6.0 }));
        Assert.That(Other(Kept.Experiments.Where(IsHere)), Has.Length.EqualTo(1).And.All.EndsWith(", 6"));
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

    // A test may keep what is to differ, and which tests have run by now depends on their order.
    private static bool IsOfTests(Kept.KeptRun experiment) => Path.GetFileName(experiment.File).EndsWith("Tests.cs", StringComparison.Ordinal);

    private static bool IsHere(Kept.KeptRun experiment) => Path.GetFileName(experiment.File) == $"{nameof(DeterminismTests)}.cs";

    // The experiments that give something else on a thread of their own, in the invariant culture.
    private static string[] Other(IEnumerable<Kept.KeptRun> experiments)
    {
        string[] other = [];
        var thread = new Thread(() => other = OddCulture.In(CultureInfo.InvariantCulture, () => experiments.Where(e => !e.GivesTheSame()).Select(e => e.ToString()).ToArray()));
        thread.Start();
        thread.Join();
        return other;
    }

    private static string Said(ClaimResult result) => string.Join('|', Texts(result.Finding).Prepend($"{result.Claim.Id} {result.Finding.Verdict}"));

    private static IEnumerable<string> Texts(Finding finding) =>
    [
        finding.Recomputed, finding.Why, finding.Hazard ?? "", .. finding.Evidence, .. finding.Steps.SelectMany(s => s.Details.Prepend(s.Text)), .. finding.Corrected.SelectMany(c => c.Value.Prepend(c.Key)),
    ];
}
