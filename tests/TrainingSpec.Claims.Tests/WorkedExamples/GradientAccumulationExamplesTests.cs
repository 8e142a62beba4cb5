namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Accumulated gradients against sums done by hand.</summary>
public class GradientAccumulationExamplesTests
{
    [TestCase(1, 1.5, 1.5)]
    [TestCase(2, 5.5, 5.5)]
    [TestCase(3, 8.5, 4.25)]
    public void The_last_window_is_the_mean_of_what_it_holds(int update, double mean, double byTheWindow)
    {
        WorkedDocument document = WorkedDocument.Of("gradient-accumulation/Windows");
        Assert.That(document.Row("micro-batches of each update"), Is.EqualTo(new[] { 4, 4, 2 }));
        Assert.That(document[$"update {update}.mean"], Is.EqualTo(mean));
        Assert.That(document[$"update {update}.divided by the window"], Is.EqualTo(byTheWindow));
        Assert.That(document.Row($"update {update}.accumulated")[^1], Is.EqualTo(document.Row($"update {update}.gradients").Sum()));
    }

    [Test]
    public void Weighted_by_tokens_the_mean_is_that_of_the_whole_batch()
    {
        // 1 + 2 + … + 12 over 12; the micro-batches' means are 3.5, 7.5 and 10.5, and a third of their sum is 43/6.
        WorkedDocument document = WorkedDocument.Of("gradient-accumulation/UnequalMicroBatches");
        Assert.That(document["examples"], Is.EqualTo(12));
        foreach (string key in new[] { "whole batch", "weighted by tokens", "weighted by tokens, single precision" })
        {
            Assert.That(document.Row(key)[0], Is.EqualTo(6.5), key);
            Assert.That(document.Row(key)[1], Is.EqualTo(0.65).Within(4e-7), key);
        }

        Assert.That(document.Row("weighted by tokens")[1], Is.EqualTo(document.Row("whole batch")[1]).Within(4).Ulps);
        Assert.That(document.Row("mean of means")[0], Is.EqualTo(43.0 / 6).Within(1).Ulps);
    }

    [Test]
    public void A_missing_division_takes_sgd_four_times_as_far_and_adam_hardly_further()
    {
        WorkedDocument document = WorkedDocument.Of("gradient-accumulation/MissingDivision");
        Assert.Multiple(() =>
        {
            Assert.That(document["sgd.divided"], Is.EqualTo(0.9).Within(1e-15));
            Assert.That(document["sgd.undivided"], Is.EqualTo(0.6).Within(1e-15));
            Assert.That(document["sgd.divided, a step in each pass"], Is.EqualTo(0.975 * 0.975 * 0.975 * 0.975).Within(1e-15));
            Assert.That(document["adam.divided"], Is.EqualTo(1 - 0.1 / (1 + 1e-8)).Within(1e-15));
            Assert.That(document["adam.undivided"], Is.EqualTo(1 - 0.4 / (4 + 1e-8)).Within(1e-15));
            Assert.That(document["adam, clipped to norm 1.undivided"], Is.EqualTo(document["adam, clipped to norm 1.divided"]).And.EqualTo(document["adam.divided"]));
        });
    }
}
