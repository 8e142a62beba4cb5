namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Smoothed labels by hand, smoothed losses and gradients by plain arithmetic.</summary>
public class CrossEntropyExamplesTests
{
    [TestCase(4, 0.925, 0.025)]
    [TestCase(10, 0.91, 0.01)]
    [TestCase(2, 0.95, 0.05)]
    public void The_true_class_gets_its_share_of_the_smoothing_too(int classes, double right, double wrong)
    {
        WorkedDocument document = WorkedDocument.Of("cross-entropy/SmoothedLabels");
        Assert.That(document.Row($"{classes} classes.labels"), Is.EqualTo(Enumerable.Range(0, classes).Select(i => i == 0 ? right : wrong)).Within(2.3e-16));
        Assert.That(document[$"{classes} classes.sum of the labels"], Is.EqualTo(1).Within(2.3e-16));
    }

    [TestCase(4, 37)]
    [TestCase(10, 91)]
    [TestCase(2, 19)]
    public void At_the_best_gap_the_gradient_is_zero_and_the_loss_is_the_entropy_of_the_labels(int classes, double ratio)
    {
        WorkedDocument document = WorkedDocument.Of("cross-entropy/SmoothedLabels");
        double[] labels = document.Row($"{classes} classes.labels");
        Assert.That(document[$"{classes} classes.best gap"], Is.EqualTo(Math.Log(ratio)).Within(1e-15));
        Assert.That(labels[0] / labels[1], Is.EqualTo(ratio).Within(1e-12));
        Assert.That(document.Row($"{classes} classes.gradient at the best gap"), Has.All.EqualTo(0).Within(4.5e-16));
        double entropy = -labels.Sum(y => y * Math.Log(y));
        Assert.That(document[$"{classes} classes.entropy of the labels"], Is.EqualTo(entropy).Within(1e-15));
        Assert.That(document[$"{classes} classes.least loss"], Is.EqualTo(entropy).Within(1e-15));
    }

    [TestCase("0", 0)]
    [TestCase("0.1", 0.1)]
    [TestCase("1", 1)]
    public void Smoothed_losses_and_gradients_are_those_of_plain_arithmetic(string text, double s)
    {
        WorkedDocument document = WorkedDocument.Of("cross-entropy/SmoothedStep");
        double[][] rows = [TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim("D4-093").GivenRow("logits"), TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim("D4-095").GivenRow("logits")];
        double[] targets = document.Row("targets"), losses = new double[2];
        for (int i = 0; i < 2; i++)
        {
            double[] z = rows[i];
            double logSum = Math.Log(z.Sum(Math.Exp));
            double[] labels = [.. z.Select((_, j) => (j == (int)targets[i] ? 1 - s : 0) + s / z.Length)];
            losses[i] = labels.Zip(z, (y, x) => y * (logSum - x)).Sum();
            double[] gradient = [.. z.Zip(labels, (x, y) => (Math.Exp(x - logSum) - y) / 2)];
            Assert.That(document.Row($"smoothing {text}.position {i}.gradient"), Is.EqualTo(gradient).Within(1e-15));
        }

        Assert.That(document.Row($"smoothing {text}.row losses"), Is.EqualTo(losses).Within(2e-15));
        Assert.That(document[$"smoothing {text}.mean loss"], Is.EqualTo((losses[0] + losses[1]) / 2).Within(2e-15));
    }

    [Test]
    public void An_ignored_row_leaves_the_mean_of_the_other()
    {
        WorkedDocument document = WorkedDocument.Of("cross-entropy/SmoothedStep");
        double[] both = document.Row("smoothing 0.1.position 0.gradient");
        Assert.That(document["second row ignored.mean loss"], Is.EqualTo(document.Row("smoothing 0.1.row losses")[0]));
        Assert.That(document.Row("second row ignored.position 0.gradient"), Is.EqualTo(both.Select(g => 2 * g)));
        Assert.That(document.Row("second row ignored.position 1.gradient"), Has.All.Zero);
    }
}
