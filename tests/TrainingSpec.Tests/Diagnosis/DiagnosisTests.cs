using TrainingSpec.Checking;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using Rules = TrainingSpec.Training.Diagnosis;

namespace TrainingSpec.Tests.Diagnosis;

internal sealed class DiagnosisTests
{
    private static IEnumerable<string> Ids => Rules.Rows.Select(r => r.Id);

    [TestCase(new double[] { 1, 2, 2, 1, 2 }, 1)]
    [TestCase(new double[] { 1, 2, 1, 1, 1 }, 1)]
    [TestCase(new double[] { 1, 1, 1, 1, 1 }, 0)]
    [Rule("DIAGNOSIS-1")]
    public void A_level_piece_turns_nowhere(double[] series, int turns) => Assert.That(Symptoms.TurningPointsOf(series).Count, Is.EqualTo(turns));

    [TestCaseSource(nameof(Ids))]
    [Rule("DIAGNOSIS-1")]
    public void A_row_is_found_where_its_symptom_is_and_not_where_it_narrowly_is_not(string id) => Assert.Multiple(() =>
    {
        Assert.That(Found(SyntheticRuns.All[id].Has), Does.Contain(id));
        Assert.That(Found(SyntheticRuns.All[id].HasNot), Does.Not.Contain(id));
    });

    [Test]
    [Rule("DIAGNOSIS-1")]
    public void Every_row_has_its_runs_and_says_all_it_must() => Assert.Multiple(() =>
    {
        Assert.That(SyntheticRuns.All.Keys, Is.EquivalentTo(Ids));
        Assert.That(Ids, Is.Unique);
        foreach (DiagnosisRow row in Rules.Rows)
            Assert.That(new[] { row.Symptom, row.Cause, row.Remedy, row.Section }, Has.All.Not.Empty, row.Id);
        Assert.That(Rules.Rows.Select(r => r.Document).Distinct(), Is.EqualTo(new[] { "D0", "D1", "D2", "D3", "D4" }));
    });

    [Test]
    [Rule("DIAGNOSIS-2")]
    public void A_healthy_run_and_an_empty_log_have_no_finding() => Assert.Multiple(() =>
    {
        Assert.That(Found(SyntheticRuns.Healthy), Is.Empty);
        Assert.That(Found(new RunRecord()), Is.Empty);
    });

    [Rule("DIAGNOSIS-3")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(RecordCases)])]
    public bool A_loss_or_norm_that_is_not_finite_is_always_found(RecordCase c)
    {
        string[] found = Found(c.Record);
        return c.Record.TrainingLoss.Any(x => !double.IsFinite(x)) == found.Contains("D2-nan")
            && (!c.Record.TrainingLoss.Any(x => !double.IsFinite(x)) || (found.Contains("D0-explodes") && found.Contains("D4-training-loss")))
            && (!c.Record.GradientNorms.Any(double.IsNaN) || (found.Contains("D1-norm-explodes") && found.Contains("D2-norm-explodes") && found.Contains("D4-gradient-norm")));
    }

    [Rule("DIAGNOSIS-4")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(RecordCases)])]
    public bool The_unit_of_the_loss_decides_nothing(RecordCase c, sbyte power)
    {
        // A power of two is exact, so that not even a borderline run may change.
        double[] Scaled(IReadOnlyList<double> x) => [.. x.Select(v => Math.ScaleB(v, power / 8))];
        RunRecord scaled = c.Record with { TrainingLoss = Scaled(c.Record.TrainingLoss), ValidationLoss = Scaled(c.Record.ValidationLoss) };
        return Found(scaled).SequenceEqual(Found(c.Record));
    }

    [Rule("DIAGNOSIS-4")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(RecordCases)])]
    public bool What_is_not_logged_is_not_found(RecordCase c)
    {
        string[] all = Found(c.Record), losses = Found(c.Record with { GradientNorms = [] }), norms = Found(new() { GradientNorms = c.Record.GradientNorms });
        return losses.Concat(norms).Order(StringComparer.Ordinal).SequenceEqual(all.Order(StringComparer.Ordinal));
    }

    private static string[] Found(RunRecord run) => [.. Rules.Of(run).Select(r => r.Id)];
}
