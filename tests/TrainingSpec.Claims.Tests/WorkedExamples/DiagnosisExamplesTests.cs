namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against the thresholds of the documents and tables of the normal and of Student's distribution.</summary>
public class DiagnosisExamplesTests
{
    private const string With = "with the symptom", Without = "narrowly without";

    // 0.995 quantiles of Student's t: 58 degrees of freedom for all 60 losses, 28 for a half.
    private static readonly double[] Quantiles = [2.6633, 2.7633, 2.7633];

    private static readonly WorkedDocument Rows = WorkedDocument.Of("diagnosis/Rows"), Logs = WorkedDocument.Of("diagnosis/PrintedLogs");

    private static IEnumerable<string> Ids => Rows.Keys.Where(key => key.EndsWith(".symptom", StringComparison.Ordinal)).Select(key => key[..^".symptom".Length]);

    [Test]
    public void Every_row_is_found_in_its_run_and_not_in_the_narrow_one()
    {
        Assert.That(Ids.Count(), Is.EqualTo(33));
        Assert.Multiple(() =>
        {
            foreach (string id in Ids)
            {
                Assert.That(Rows.Truth($"{id}.{With}.found"), Is.True, id);
                Assert.That(Rows.Texts($"{id}.{With}.findings").Contains(id, StringComparer.Ordinal), id);
                Assert.That(Rows.Truth($"{id}.{Without}.found"), Is.False, id);
                Assert.That(Rows.Texts($"{id}.{Without}.findings").Contains(id, StringComparer.Ordinal), Is.False, id);
            }

            Assert.That(Rows.Texts("healthy.findings"), Is.Empty);
        });
    }

    [Test]
    public void Trends_are_slopes_beyond_their_error()
    {
        string[] keys = [.. Rows.Keys.Where(key => key.EndsWith(", trends", StringComparison.Ordinal)).Select(key => key[..^", trends".Length])];
        Assert.That(keys, Has.Length.GreaterThan(20));
        foreach (string key in keys)
        {
            double[] slopes = Rows.Row(key + ", slope of all, first half, second half"), errors = Rows.Row(key + ", standard errors of the slopes");
            string[] expected = [.. slopes.Select((slope, i) => Math.Abs(slope) <= Quantiles[i] * errors[i] ? "Flat" : slope < 0 ? "Decreasing" : "Increasing")];
            Assert.That(Rows.Texts(key + ", trends").SequenceEqual(expected, StringComparer.Ordinal), key);
        }
    }

    // The slope that the run was made with, its trend as the row has it, and the same of the narrow run.
    [TestCase("D0-flat", -0.0005, "Flat", -0.003, "Decreasing")]
    [TestCase("D2-stuck", -0.0005, "Flat", -0.003, "Decreasing")]
    [TestCase("D4-training-loss", 0.003, "Increasing", -0.003, "Decreasing")]
    public void Slopes_are_those_that_the_runs_were_made_with(string id, double slope, string trend, double narrowSlope, string narrowTrend) => Assert.Multiple(() =>
    {
        foreach ((string run, double made, string expected) in new[] { (With, slope, trend), (Without, narrowSlope, narrowTrend) })
        {
            string key = $"{id}.{run}.training loss";
            Assert.That(Rows.Row(key + ", slope of all, first half, second half")[0], Is.EqualTo(made).Within(1e-12), key);
            Assert.That(Rows.Texts(key + ", trends")[0].Equals(expected, StringComparison.Ordinal), key);
        }
    });

    [TestCase("D0-oscillates", 0.051, 0.049)]
    [TestCase("D3-oscillates", 0.051, 0.049)]
    public void An_oscillation_turns_at_every_step_and_swings_by_more_than_a_twentieth(string id, double swing, double narrow) => Assert.Multiple(() =>
    {
        // 58 turning points where noise has 2·58/3 = 38.7, with deviation √(931/90).
        string key = $"{id}.{With}.training loss";
        Assert.That(Rows[key + ", turning points"], Is.EqualTo(58));
        Assert.That(Rows[key + ", turning points that noise rarely exceeds"], Is.EqualTo(116 / 3.0 + 2.3263478740 * Math.Sqrt(931 / 90.0)).Within(1e-8));
        Assert.That(Rows[key + ", mean swing over mean"], Is.EqualTo(swing).Within(1e-12));
        Assert.That(Rows[$"{id}.{Without}.training loss, mean swing over mean"], Is.EqualTo(narrow).Within(1e-12));
    });

    [Test]
    public void Thresholds_are_the_documents() => Assert.Multiple(() =>
    {
        double Norm(string id, string run) => Rows.Row($"{id}.{run}.gradient norms")[^1];
        foreach ((string id, double threshold) in new[] { ("D1-norm-explodes", 10.0), ("D2-norm-explodes", 100) })
        {
            Assert.That(Norm(id, With), Is.GreaterThan(threshold), id);
            Assert.That(Norm(id, Without), Is.EqualTo(threshold), id);
        }

        foreach ((string id, double threshold) in new[] { ("D0-gradients-vanish", 1e-6), ("D1-norm-vanishes", 1e-6), ("D2-norm-vanishes", 1e-7) })
        {
            Assert.That(Norm(id, With), Is.LessThan(threshold), id);
            Assert.That(Norm(id, Without), Is.EqualTo(threshold), id);
        }

        Assert.That(Rows["D1-slow-epoch.with the symptom.seconds per epoch"], Is.EqualTo(600));
        Assert.That(Rows["D3-dead-units.narrowly without.share of dead units"], Is.Zero);
        Assert.That(Rows.Row("D3-early-layers-vanish.with the symptom.gradient norms by layer")[0], Is.LessThan(0.01));
    });

    [TestCase("loss is NaN", "D1-nan", true)]
    [TestCase("loss not decreasing", "D1-not-decreasing", true)]
    [TestCase("loss oscillating", "D1-oscillates", false)]
    [TestCase("loss oscillating, its swings repeated twice", "D1-oscillates", true)]
    [TestCase("exercise 1", "D1-not-decreasing", false)]
    public void Printed_logs_have_the_symptom_they_stand_for_but_five_losses_are_too_few_to_oscillate(string log, string id, bool found)
    {
        double[] x = Logs.Row(log + ".losses");
        Assert.That(Logs.Texts(log + ".findings").Contains(id, StringComparer.Ordinal), Is.EqualTo(found));
        if (!id.EndsWith("oscillates", StringComparison.Ordinal))
            return;
        int turning = Enumerable.Range(1, x.Length - 2).Count(i => x[i] > Math.Max(x[i - 1], x[i + 1]) || x[i] < Math.Min(x[i - 1], x[i + 1]));
        Assert.That(turning > 2 * (x.Length - 2) / 3.0 + 2.3263478740 * Math.Sqrt((16 * x.Length - 29) / 90.0), Is.EqualTo(found));
    }
}
