namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Layer-wise rates: the relative step, the two ratios, and powers of 0.95.</summary>
public class LayerWiseRatesExamplesTests
{
    [TestCase("1E-06", 1e-6)]
    [TestCase("1", 1)]
    [TestCase("1000000", 1e6)]
    public void The_plain_ratio_moves_each_layer_by_a_hundredth_of_itself(string text, double scale)
    {
        // Gradient norms 1 and 13; the layer of zeros keeps the rate itself.
        WorkedDocument document = WorkedDocument.Of("layer-wise-rates/PlainRatio");
        Assert.That(document.Row($"gradients times {text}.gradient norms"), Is.EqualTo(new[] { scale, 13 * scale, scale }).Within(1e-13).Percent);
        Assert.That(document.Row($"gradients times {text}.rates"), Is.EqualTo(new[] { 0.05 / scale, 0.0005 / (13 * scale), 0.01 }).Within(1e-13).Percent);
    }

    [Test]
    public void Beside_the_gradient_and_beside_the_direction_stand_two_ratios_a_thousandfold_apart()
    {
        WorkedDocument document = WorkedDocument.Of("layer-wise-rates/GradientAgainstDirection");
        double element = 0.00626 / Math.Sqrt(50);
        Assert.That(document["ratio to the gradient"], Is.EqualTo(Math.Sqrt(50) / 0.00626).Within(1e-12).Percent);
        Assert.That(document["ratio to the direction"], Is.EqualTo((element + 1e-6) / element).Within(1e-10).Percent);
    }

    [Test]
    public void Rates_fall_by_a_twentieth_for_each_layer_below_the_last()
    {
        WorkedDocument document = WorkedDocument.Of("layer-wise-rates/Decayed");
        double[] rates = document.Row("rates"), single = document.Row("rates, single precision");
        Assert.That(rates, Has.Length.EqualTo(12).And.Ordered);
        Rational rate = Rational.Parse("0.001"), decay = Rational.Parse("0.95");
        for (int l = 11; l >= 0; l--, rate *= decay)
        {
            Assert.That(rates[l], Is.EqualTo(rate.ToDouble()).Within(16).Ulps);
            Assert.That(single[l], Is.EqualTo(rate.ToDouble()).Within(12 * 6e-8 * 0.001));
        }
    }
}
