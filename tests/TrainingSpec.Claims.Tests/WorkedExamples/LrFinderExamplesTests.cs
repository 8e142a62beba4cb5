namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Range tests against powers of ten and a descent done with plain numbers.</summary>
public class LrFinderExamplesTests
{
    [TestCase(1, 7, 1.176812)]
    [TestCase(10, 8, 1.204504)]
    public void Rates_rise_by_the_same_factor_over_so_many_decades(int largest, int decades, double factor)
    {
        WorkedDocument document = WorkedDocument.Of("lr-finder/Sweeps");
        double[] rates = document.Row($"to {largest}.rates"), single = document.Row($"to {largest}.rates, single precision");
        Assert.That(document[$"to {largest}.factor"], Is.EqualTo(factor).Within(5e-7));
        Assert.That(rates, Has.Length.EqualTo(100));
        Assert.That(rates[^1], Is.EqualTo(largest));
        for (int i = 0; i < 100; i++)
        {
            double rate = 1e-7 * Math.Pow(10, decades * i / 99.0);
            Assert.That(rates[i], Is.EqualTo(rate).Within(1e-12).Percent);
            // i/99 is off by 2⁻²⁵, which the power multiplies by ln 10⁸ = 18.4.
            Assert.That(single[i], Is.EqualTo(rate).Within(100 * (18.5 + 4) * Math.ScaleB(1, -24)).Percent);
        }
    }

    [Test]
    public void Losses_are_those_of_a_descent_in_plain_numbers()
    {
        WorkedDocument document = WorkedDocument.Of("lr-finder/Quadratic");
        double[] rates = document.Row("rates"), losses = document.Row("losses");
        double theta = 1;
        for (int i = 0; i < rates.Length; i++)
        {
            theta *= 1 - rates[i];
            Assert.That(losses[i], Is.EqualTo(0.5 * theta * theta).Within(1e-10).Percent);
        }
    }

    [TestCase("0", 0)]
    [TestCase("0.9", 0.9)]
    public void Choices_are_those_of_a_search_over_the_losses(string text, double smoothing)
    {
        WorkedDocument document = WorkedDocument.Of("lr-finder/Quadratic");
        double[] rates = document.Row("rates"), losses = document.Row("losses");
        List<double> smoothed = [];
        double average = 0, weight = 0;
        do
        {
            average = smoothing * average + (1 - smoothing) * losses[smoothed.Count];
            weight = smoothing * weight + 1 - smoothing;
            smoothed.Add(average / weight);
        }
        while (smoothed[^1] <= 4 * smoothed.Min());
        double Slope(int i) => (smoothed[i + 1] - smoothed[i - 1]) / Math.Log(rates[i + 1] / rates[i - 1]);
        int steepest = Enumerable.Range(1, smoothed.Count - 3).MinBy(Slope);
        Assert.Multiple(() =>
        {
            Assert.That(document.Row($"smoothing {text}.losses up to the divergence"), Is.EqualTo(smoothed).Within(1e-8).Percent);
            Assert.That(document[$"smoothing {text}.steepest"], Is.EqualTo(steepest));
            Assert.That(document[$"smoothing {text}.steepest rate"], Is.EqualTo(rates[steepest]));
            Assert.That(document[$"smoothing {text}.steepest slope"], Is.EqualTo(Slope(steepest)).Within(1e-8).Percent);
            Assert.That(document[$"smoothing {text}.before divergence"], Is.EqualTo(smoothed.Count - 2));
            Assert.That(document[$"smoothing {text}.rate before divergence"], Is.EqualTo(rates[smoothed.Count - 2]));
        });
    }

    [Test]
    public void The_steepest_rate_is_usable_and_the_last_one_before_divergence_is_not()
    {
        // Descent on ½θ² shrinks θ where the rate lies below 2.
        WorkedDocument document = WorkedDocument.Of("lr-finder/Quadratic");
        Assert.That(document["smoothing 0.steepest rate"], Is.LessThan(0.2));
        Assert.That(document["smoothing 0.rate before divergence"], Is.GreaterThan(2).And.GreaterThan(10 * document["smoothing 0.steepest rate"]));
    }
}
