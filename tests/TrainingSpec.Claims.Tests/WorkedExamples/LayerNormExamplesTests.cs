using TrainingSpec.Checking;

namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against exact moments, plain loops, and differences of them.</summary>
public class LayerNormExamplesTests
{
    private const double Unit = 1.0 / (1L << 53);

    private static readonly WorkedDocument Document = WorkedDocument.Of("layer-norm/Rows");
    private static readonly string[] Names = ["plain", "level", "mixed", "plain, 2^20 higher", "plain, 2^24 higher"];

    [TestCase("plain", 2.5, 1.25)]
    [TestCase("level", 5, 0)]
    [TestCase("mixed", 1.4375, 11.26171875)]
    [TestCase("plain, 2^20 higher", 1048578.5, 1.25)]
    [TestCase("plain, 2^24 higher", 16777218.5, 1.25)]
    public void Moments_have_the_row_itself_below_the_sum(string name, double mean, double variance)
    {
        double r = 1 / Math.Sqrt(variance + 1e-5);
        Assert.Multiple(() =>
        {
            Assert.That(Document[name + ".mean"], Is.EqualTo(mean));
            Assert.That(Document[name + ".variance"], Is.EqualTo(variance));
            Assert.That(Document[name + ".reciprocal deviation"], Is.EqualTo(r).Within(2).Ulps);
            Assert.That(Document.Row(name + ".normalized"), Is.EqualTo(Document.Row(name + ".x").Select(x => (x - mean) * r)).Within(4).Ulps);
        });
    }

    [TestCaseSource(nameof(Names))]
    public void Outputs_and_gradients_are_those_of_plain_loops_and_their_differences(string name)
    {
        double[] x = Document.Row(name + ".x"), dy = Document.Row(name + ".output gradient"), dx = Document.Row(name + ".input gradient");
        Assert.That(Document.Row(name + ".output"), Is.EqualTo(Plain(x)).Within(16 * Unit));
        for (int i = 0; i < x.Length; i++)
        {
            double Loss(double value) => Plain([.. x[..i], value, .. x[(i + 1)..]]).Zip(dy, (y, d) => y * d).Sum();

            // Beside a variance of 0, ε alone bends the function: within a length of √ε. The mean of a row far from 0 is rounded at that size.
            Ridders.Estimate estimate = Ridders.DerivativeFrom(Loss, x[i], name.Equals("level", StringComparison.Ordinal) ? 1.0 / 8192 : 0.125, 16 * Unit * x.Max(Math.Abs));
            double scale = dx.Max(Math.Abs);
            Assert.That(dx[i], Is.EqualTo(estimate.Value).Within(estimate.Error + 64 * Unit * scale), $"{i}");
            Assert.That(estimate.Error, Is.LessThan(1e-5 * scale), "the check would notice nothing");
        }

        // Adding the same to a whole row changes nothing.
        Assert.That(dx.Sum(), Is.Zero.Within(32 * Unit * dx.Max(Math.Abs)));
    }

    [Test]
    public void Gain_and_bias_collect_all_rows()
    {
        double[] gain = new double[4], bias = new double[4];
        foreach (string name in Names)
        {
            double[] dy = Document.Row(name + ".output gradient"), normalized = Document.Row(name + ".normalized");
            for (int i = 0; i < 4; i++)
                (gain[i], bias[i]) = (gain[i] + dy[i] * normalized[i], bias[i] + dy[i]);
        }

        Assert.That(Document.Row("gradient of the gain"), Is.EqualTo(gain).Within(16 * Unit * 5));
        Assert.That(Document.Row("gradient of the bias"), Is.EqualTo(bias));
    }

    [Test]
    public void A_level_row_becomes_the_bias_and_far_from_zero_only_the_inputs_are_lost()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Document.Row("level.output"), Is.EqualTo(Document.Row("bias")));
            foreach (string prefix in new[] { "", "in single precision, " })
                Assert.That(Document.Row(prefix + "plain, 2^20 higher.output"), Is.EqualTo(Document.Row(prefix + "plain.output")), prefix);

            // Above 2²⁴ single precision holds even numbers alone: 16777217 and 16777219 are ties and go to multiples of 4.
            Assert.That(Document.Row("in single precision, plain, 2^24 higher.x"), Is.EqualTo(new[] { 16777216, 16777218, 16777220, 16777220 }));
            Assert.That(Document.Row("in single precision, plain, 2^24 higher.output"), Is.Not.EqualTo(Document.Row("in single precision, plain.output")));
            foreach (string name in Names[..4])
            {
                Assert.That(Document.Row($"in single precision, {name}.output"), Is.EqualTo(Document.Row(name + ".output")).Within(16.0 / (1 << 24)), name);
                double[] wide = Document.Row(name + ".input gradient");
                Assert.That(Document.Row($"in single precision, {name}.input gradient"), Is.EqualTo(wide).Within(32.0 / (1 << 24) * wide.Max(Math.Abs)), name);
            }
        });
    }

    private static double[] Plain(double[] x)
    {
        double[] gain = Document.Row("gain"), bias = Document.Row("bias");
        double mean = x.Average(), r = 1 / Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-5);
        return [.. x.Select((v, i) => gain[i] * (v - mean) * r + bias[i])];
    }
}
