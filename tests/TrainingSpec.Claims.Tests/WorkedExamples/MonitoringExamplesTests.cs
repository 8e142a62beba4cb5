namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against triangles of whole sides, exact fractions, and a table of Student's distribution.</summary>
public class MonitoringExamplesTests
{
    // Norm, largest and smallest magnitude, largest, smallest, zero fraction, not finite.
    [TestCase("D2's", 13, 12, 3, 12, 3, 0, 0)]
    [TestCase("with a NaN", 5, 4, 3, 4, 3, 0, 2)]
    [TestCase("zeros of both signs", 8.602325267042627, 7, 0, 5, -7, 0.5, 0)]
    [TestCase("negative", 7.874007874011811, 7, 2, -2, -7, 0, 0)]
    [TestCase("nothing finite", 0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 1)]
    public void Statistics_of_gradients(string name, params double[] expected)
    {
        WorkedDocument document = WorkedDocument.Of("monitoring/Gradients");
        string[] keys = ["norm", "largest magnitude", "smallest magnitude", "largest", "smallest", "zero fraction", "not finite"];
        Assert.That(keys.Select(key => document[$"{name}.{key}"]), Is.EqualTo(expected).Within(1).Ulps);
    }

    [Test]
    public void A_vanished_layer_shows_tensor_by_tensor_and_a_half_precision_norm_does_not_overflow()
    {
        WorkedDocument document = WorkedDocument.Of("monitoring/Gradients");
        Assert.Multiple(() =>
        {
            Assert.That(document.Row("D2's.norm by tensor"), Is.EqualTo(new[] { 5, 12 }));
            Assert.That(document.Row("vanished layer.norm by tensor"), Is.EqualTo(new[] { Math.Sqrt(5) * 1e-9, Math.Sqrt(0.3125) }).Within(3).Ulps);
            Assert.That(document["vanished layer.norm"], Is.EqualTo(Math.Sqrt(0.3125)).Within(1).Ulps);

            // 1024·10² = 102400 is above 65504; its root, 320, is not.
            Assert.That(document["1024 tens in float16.sum of squares"], Is.EqualTo(double.PositiveInfinity));
            Assert.That(document["1024 tens in float16.norm"], Is.EqualTo(320));
            Assert.That(document["1024 tens.norm"], Is.EqualTo(320));
        });
    }

    [TestCase("ReLU", 7 / 12.0, 1)]
    [TestCase("tanh", 1 / 8.0, -1)]
    public void Statistics_of_activations(string name, double zeros, int dead)
    {
        WorkedDocument document = WorkedDocument.Of("monitoring/ActivationBatches");
        Rational[] x = [.. document.Row(name + ".activations").Select(Rational.Of)];
        Rational mean = x.Aggregate((Rational)0, (sum, v) => sum + v) / x.Length, square = x.Aggregate((Rational)0, (sum, v) => sum + v * v) / x.Length;
        Assert.Multiple(() =>
        {
            Assert.That(document[name + ".mean"], Is.EqualTo(mean.ToDouble()).Within(8).Ulps);
            Assert.That(document[name + ".deviation"], Is.EqualTo(Math.Sqrt((square - mean * mean).ToDouble())).Within(8).Ulps);
            Assert.That(document[name + ".zero fraction"], Is.EqualTo(zeros));
            Assert.That(document.Row(name + ".dead units"), Is.EqualTo(dead < 0 ? [] : new[] { dead }));
        });
    }

    [Test]
    public void A_unit_at_the_threshold_is_not_saturated_yet()
    {
        // Of 0.99, −0.995, the number after 0.99, 0.5, −1, 0, 1 and −0.25 four lie beyond 0.99; the derivative there is 1 − 0.9801.
        WorkedDocument document = WorkedDocument.Of("monitoring/ActivationBatches");
        Assert.That(document["tanh.saturated fraction"], Is.EqualTo(0.5));
        Assert.That(document["tanh.derivative at the threshold"], Is.EqualTo(0.0199).Within(2.0 / (1L << 53)));
    }

    // 0.995 quantiles of Student's t for n − 2 degrees of freedom, from the tables.
    [TestCase("D1's exercise", 3.250)]
    [TestCase("D1's exercise, last three", 63.657)]
    [TestCase("D1's stall", 9.925)]
    [TestCase("D1's oscillation", 5.841)]
    [TestCase("rising", 63.657)]
    public void Trends_are_slopes_that_stand_out(string name, double quantile)
    {
        WorkedDocument document = WorkedDocument.Of("monitoring/Curves");
        Rational[] y = [.. document.Row(name + ".losses").Select(Rational.Of)];
        int n = y.Length;
        Rational mean = y.Aggregate((Rational)0, (sum, v) => sum + v) / n, sxx = 0, sxy = 0, syy = 0;
        for (int i = 0; i < n; i++)
        {
            Rational x = new Rational(2 * i - n + 1, 2);
            (sxx, sxy, syy) = (sxx + x * x, sxy + x * (y[i] - mean), syy + (y[i] - mean) * (y[i] - mean));
        }

        double slope = (sxy / sxx).ToDouble(), error = Math.Sqrt(((syy - sxy * sxy / sxx) / (n - 2) / sxx).ToDouble());
        string trend = document.Text(name + ".trend"), expected = Math.Abs(slope) <= quantile * error ? "Flat" : slope < 0 ? "Decreasing" : "Increasing";
        Assert.Multiple(() =>
        {
            double scale = y.Max(v => Math.Abs(v.ToDouble()));
            Assert.That(document[name + ".slope"], Is.EqualTo(slope).Within(64 * scale / (1L << 53)));

            // The error never falls below what the values' own rounding brings in.
            Assert.That(document[name + ".slope's standard error"], Is.EqualTo(error).Within(64 * scale / (1L << 53)));
            Assert.That(trend.Equals(expected, StringComparison.Ordinal), $"{trend}, not {expected}");
        });
    }

    [TestCase("level.trend", "Flat")]
    [TestCase("training and validation falling, falling", "Learning")]
    [TestCase("training and validation falling, level", "Saturating")]
    [TestCase("training and validation falling, rising", "Overfitting")]
    [TestCase("training and validation level, falling", "Stuck")]
    [TestCase("training and validation rising, falling", "Divergence")]
    [TestCase("gradient norm 0.05", "OutsideBand")]
    [TestCase("gradient norm 0.1", "Stable")]
    [TestCase("gradient norm 1", "Stable")]
    [TestCase("gradient norm 1.5", "OutsideBand")]
    [TestCase("gradient norm 10", "OutsideBand")]
    [TestCase("gradient norm 10.000000000000002", "VeryLarge")]
    [TestCase("gradient norm NaN", "NonFinite")]
    public void Verdicts_on_curves_and_norms(string key, string verdict) =>
        Assert.That(WorkedDocument.Of("monitoring/Curves").Text(key).Equals(verdict, StringComparison.Ordinal), key);

    [Test]
    public void A_smoothed_loss_is_the_weighted_mean_of_all_so_far()
    {
        WorkedDocument document = WorkedDocument.Of("monitoring/Curves");
        Assert.That(document.Row("constant loss, smoothed by 0.98"), Is.EqualTo(Enumerable.Repeat(5.0, 10)));
        double[] smoothed = document.Row("loss of 4, from step 6 on of 2, smoothed by 0.5");
        for (int t = 1; t <= smoothed.Length; t++)
        {
            // Weights 2ⁱ of the i-th loss: newer ones count more.
            Rational weights = (1L << (t + 1)) - 2, sum = Enumerable.Range(1, t).Sum(i => (1L << i) * (i <= 5 ? 4 : 2));
            Assert.That(smoothed[t - 1], Is.EqualTo((sum / weights).ToDouble()).Within(4).Ulps, $"{t}");
        }
    }

    [Test]
    public void Throughput_is_all_tokens_over_all_time()
    {
        WorkedDocument document = WorkedDocument.Of("monitoring/Throughput");
        Assert.Multiple(() =>
        {
            Assert.That(document["total.tokens per second"], Is.EqualTo(12288 / 2.5));
            Assert.That(document["mean of the rates"], Is.EqualTo((16384 + 16384 + 2048) / 3.0));
            Assert.That(document["step 2.tokens per second"], Is.EqualTo(2048));
            Assert.That(document["tokens per second where the clock stood still"], Is.EqualTo(double.PositiveInfinity));
        });
    }
}
