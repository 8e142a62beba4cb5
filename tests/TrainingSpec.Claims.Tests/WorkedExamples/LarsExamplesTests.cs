namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>LARS's worked example, its first layer by hand and all of it by plain arithmetic.</summary>
public class LarsExamplesTests
{
    [Test]
    public void The_first_step_of_the_large_layer_is_the_one_done_by_hand()
    {
        // 0.125·5/(3.75 + 0.25·5) = 0.125; 0.5·0.125·(−2.25 + 0.75, −3 + 1).
        WorkedDocument document = WorkedDocument.Of("lars/Steps");
        Assert.That(document["step 1.layer 0.local rate"], Is.EqualTo(0.125));
        Assert.That(document.Row("step 1.layer 0.velocity"), Is.EqualTo(new[] { -0.09375, -0.125 }));
        Assert.That(document.Row("step 1.layer 0.parameters"), Is.EqualTo(new[] { 3.09375, 4.125 }));
        Assert.That(document["step 1.layer 2.local rate"], Is.EqualTo(1), "a layer of zeros");
        Assert.That(document.Row("step 1.layer 2.parameters"), Is.EqualTo(new[] { -0.5, 0.5 }));
    }

    [Test]
    public void Every_step_is_that_of_plain_arithmetic([Values(0, 1, 2)] int layer)
    {
        WorkedDocument document = WorkedDocument.Of("lars/Steps");
        double[] theta = document.Row($"layer {layer}.parameters at the start"), g = document.Row($"layer {layer}.gradient"), rates = document.Row("learning rates");
        double[] velocity = [0, 0];
        for (int t = 1; t <= 3; t++)
        {
            string key = $"step {t}.layer {layer}.";
            double norm = Math.Sqrt(theta[0] * theta[0] + theta[1] * theta[1]), gradientNorm = Math.Sqrt(g[0] * g[0] + g[1] * g[1]);
            double local = norm == 0 ? 1 : 0.125 * norm / (gradientNorm + 0.25 * norm);
            Assert.That(document[key + "parameter norm"], Is.EqualTo(norm).Within(4).Ulps);
            Assert.That(document[key + "gradient norm"], Is.EqualTo(gradientNorm).Within(4).Ulps);
            Assert.That(document[key + "local rate"], Is.EqualTo(local).Within(16).Ulps);
            for (int j = 0; j < 2; j++)
            {
                velocity[j] = 0.5 * velocity[j] + rates[t - 1] * local * (g[j] + 0.25 * theta[j]);
                theta[j] -= velocity[j];
            }

            Assert.That(document.Row(key + "velocity"), Is.EqualTo(velocity).Within(1e-15));
            Assert.That(document.Row(key + "parameters"), Is.EqualTo(theta).Within(4e-15));
        }
    }
}
