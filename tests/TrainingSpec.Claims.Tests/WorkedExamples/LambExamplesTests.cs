namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>LAMB's worked example: its first directions by hand, and the length of each step.</summary>
public class LambExamplesTests
{
    [Test]
    public void The_first_direction_is_the_sign_of_the_gradient_but_for_eps_and_a_sixteenth_of_the_parameter()
    {
        WorkedDocument document = WorkedDocument.Of("lamb/Steps");
        for (int layer = 0; layer < 3; layer++)
        {
            double[] theta = document.Row($"layer {layer}.parameters at the start");
            double[] direction = [1 / (1 + 1e-6) + 0.0625 * theta[0], -2 / (2 + 1e-6) + 0.0625 * theta[1]];
            Assert.That(document.Row($"step 1.layer {layer}.direction"), Is.EqualTo(direction).Within(1e-15));
        }

        Assert.That(document["step 1.layer 2.trust ratio"], Is.EqualTo(1), "a layer of zeros");
    }

    [Test]
    public void Every_step_has_the_length_of_the_parameters_times_the_rate([Values(0, 1, 2)] int layer)
    {
        WorkedDocument document = WorkedDocument.Of("lamb/Steps");
        double[] before = document.Row($"layer {layer}.parameters at the start");
        for (int t = 1; t <= 3; t++)
        {
            string key = $"step {t}.layer {layer}.";
            double[] after = document.Row(key + "parameters"), u = document.Row(key + "direction");
            double norm = Math.Sqrt(before.Sum(x => x * x)), directionNorm = Math.Sqrt(u.Sum(x => x * x));
            double length = norm == 0 ? 0.125 * directionNorm : 0.125 * norm;
            Assert.That(document[key + "parameter norm"], Is.EqualTo(norm).Within(4).Ulps);
            Assert.That(document[key + "trust ratio"], Is.EqualTo(norm == 0 ? 1 : norm / directionNorm).Within(8).Ulps);
            Assert.That(Math.Sqrt(before.Zip(after, (b, a) => (b - a) * (b - a)).Sum()), Is.EqualTo(length).Within(4e-15));
            Assert.That((before[0] - after[0]) * u[1], Is.EqualTo((before[1] - after[1]) * u[0]).Within(4e-15), "along the direction");
            before = after;
        }
    }

    [Test]
    public void Directions_of_later_steps_come_from_the_corrected_moments()
    {
        // m = 0.9·0.1 + 0.1·0.5 = 0.14 over 0.19; v = 0.999·0.001 + 0.001·0.25 = 0.001249 over 0.001999.
        WorkedDocument document = WorkedDocument.Of("lamb/Steps");
        Assert.That(document.Row("step 2.layer 2.m hat")[0], Is.EqualTo(14.0 / 19).Within(1e-14));
        Assert.That(document.Row("step 2.layer 2.v hat")[0], Is.EqualTo(1249.0 / 1999).Within(3e-13));
        double theta = document.Row("step 1.layer 2.parameters")[0];
        Assert.That(document.Row("step 2.layer 2.direction")[0], Is.EqualTo(14.0 / 19 / (Math.Sqrt(1249.0 / 1999) + 1e-6) + 0.0625 * theta).Within(3e-13));
    }
}
