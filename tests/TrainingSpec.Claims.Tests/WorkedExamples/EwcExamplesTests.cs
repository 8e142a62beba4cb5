namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against closed forms in exact fractions.</summary>
public class EwcExamplesTests
{
    private static readonly Rational[] FisherA = [10, new Rational(1, 10)];

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100)]
    public void Descent_follows_the_closed_form(int lambda)
    {
        // θₙ = r·(1 − (1 − η(1 + λF))ⁿ) towards the resting point r = 1/(1 + λF).
        WorkedDocument document = WorkedDocument.Of("ewc/TwoTasks");
        Rational[] rest = [.. FisherA.Select(f => 1 / (1 + lambda * f))], distance = [1, 1];
        Assert.That(document.Row($"lambda {lambda}.resting point"), Is.EqualTo(rest.Select(r => r.ToDouble())).Within(4).Ulps);
        for (int step = 0; step <= 6; step++)
        {
            string key = $"lambda {lambda}, step {step}";
            Rational[] theta = [.. rest.Zip(distance, (r, d) => r * (1 - d))];
            double[] printed = document.Row(key + ".weights");
            Rational lossA = Loss(theta, 0, FisherA), lossB = Loss(theta, 1, [1, 1]);
            Assert.Multiple(() =>
            {
                // A step has half a dozen roundings, and none is magnified more than the weight itself grows.
                Assert.That(printed, Is.EqualTo(theta.Select(t => t.ToDouble())).Within(64).Ulps, key);
                Assert.That(document[key + ".loss of task A"], Is.EqualTo(lossA.ToDouble()).Within(256).Ulps, key);
                Assert.That(document[key + ".loss of task B"], Is.EqualTo(lossB.ToDouble()).Within(256).Ulps, key);
                Assert.That(document[key + ".penalty"], Is.EqualTo((lambda * lossA).ToDouble()).Within(256).Ulps, key);
                Assert.That(document.Row(key + ".penalty gradient"), Is.EqualTo(theta.Zip(FisherA, (t, f) => (lambda * f * t).ToDouble())).Within(256).Ulps, key);
                Assert.That(document.Row(key + ".gradient of task B"), Is.EqualTo(theta.Select(t => (t - 1).ToDouble())).Within(256).Ulps, key);
            });
            distance = [.. distance.Zip(FisherA, (d, f) => d * (1 - (1 + lambda * f) / 16))];
        }

        Assert.That(document[$"lambda {lambda}.loss of task A at rest"], Is.EqualTo(Loss(rest, 0, FisherA).ToDouble()).Within(16).Ulps);
        Assert.That(document[$"lambda {lambda}.loss of task B at rest"], Is.EqualTo(Loss(rest, 1, [1, 1]).ToDouble()).Within(16).Ulps);
    }

    [Test]
    public void The_penalty_keeps_the_first_task_and_a_stiff_one_needs_a_smaller_rate()
    {
        WorkedDocument document = WorkedDocument.Of("ewc/TwoTasks");
        Assert.Multiple(() =>
        {
            // Forgetting in full costs ½(10 + 0.1); the penalty gives up most of the unimportant weight alone.
            Assert.That(document["lambda 0.loss of task A at rest"], Is.EqualTo(5.05).Within(4).Ulps);
            Assert.That(document.Row("lambda 1.resting point"), Is.EqualTo(new[] { 1 / 11.0, 10 / 11.0 }).Within(4).Ulps);

            // Curvature 1 + 100·10 lies above 2/η = 32: the first weight swings ever farther, the second, of curvature 11, doesn't.
            double[] first = [.. Enumerable.Range(1, 6).Select(step => Math.Abs(document.Row($"lambda 100, step {step}.weights")[0]))];
            Assert.That(first, Is.Ordered.Ascending);
            Assert.That(first[^1], Is.GreaterThan(1e7));
            Assert.That(document.Row("lambda 100, step 6.weights")[1], Is.EqualTo(1 / 11.0).Within(1e-3));
        });
    }

    [TestCase("start", 0.5, 0.25, 0.0625)]
    [TestCase("optimum", 0.75, 0.1875, 0)]
    public void The_square_of_the_mean_vanishes_at_the_optimum(string name, double probability, double fisher, double squaredMean)
    {
        WorkedDocument document = WorkedDocument.Of("ewc/FisherOfACoin");
        Assert.Multiple(() =>
        {
            Assert.That(document[name + ".probability"], Is.EqualTo(probability));
            Assert.That(document.Row(name + ".gradients"), Is.EqualTo(new[] { 1 - probability, 1 - probability, 1 - probability, -probability }));
            Assert.That(document[name + ".mean of squares"], Is.EqualTo(fisher));
            Assert.That(document[name + ".by the model's own law"], Is.EqualTo(fisher));
            Assert.That(document[name + ".square of the mean"], Is.EqualTo(squaredMean));
        });
    }

    private static Rational Loss(Rational[] theta, Rational anchor, Rational[] fisher) =>
        theta.Zip(fisher, (t, f) => f * (t - anchor) * (t - anchor)).Aggregate((Rational)0, (sum, term) => sum + term) / 2;
}
