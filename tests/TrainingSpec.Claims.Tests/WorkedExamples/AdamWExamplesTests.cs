namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>The places of weight decay, against powers and steps done by hand.</summary>
public class AdamWExamplesTests
{
    [Test]
    public void Decoupled_decay_shrinks_a_parameter_without_gradient_by_one_minus_lr_lambda()
    {
        // (1 − 1/32)ᵗ is exact in binary.
        WorkedDocument document = WorkedDocument.Of("adamw/DecayKinds");
        for (int t = 1; t <= 3; t++)
        {
            Assert.That(document.Row($"of the old parameter.step {t}.parameters")[2], Is.EqualTo(Math.Pow(0.96875, t)));
            Assert.That(document.Row($"of the updated parameter.step {t}.parameters")[2], Is.EqualTo(Math.Pow(0.96875, t)));
        }
    }

    [Test]
    public void The_first_step_of_each_kind_is_the_one_done_by_hand()
    {
        WorkedDocument document = WorkedDocument.Of("adamw/DecayKinds");
        double[] gradients = [2, 0.015625, 0];
        for (int j = 0; j < 3; j++)
        {
            double g = gradients[j], updated = 1 - (g == 0 ? 0 : 0.125 * g / (g + 1e-8));
            Assert.That(document.Row("in the gradient.step 1.parameters")[j], Is.EqualTo(1 - 0.125 * (g + 0.25) / (g + 0.25 + 1e-8)).Within(1e-15));
            Assert.That(document.Row("of the old parameter.step 1.parameters")[j], Is.EqualTo(updated - 0.03125).Within(1e-15));
            Assert.That(document.Row("of the updated parameter.step 1.parameters")[j], Is.EqualTo(updated * 0.96875).Within(1e-15));
        }
    }

    [Test]
    public void Decay_in_the_gradient_acts_alike_on_all_three_parameters()
    {
        // Adam divides by the size of the gradient, decay included: the parameters end within 0.003 of each other, although λθ is an eighth of one gradient and all of another.
        double[] coupled = WorkedDocument.Of("adamw/DecayKinds").Row("in the gradient.step 3.parameters");
        Assert.That(coupled.Max() - coupled.Min(), Is.GreaterThan(0).And.LessThan(0.003));
        double[] decoupled = WorkedDocument.Of("adamw/DecayKinds").Row("of the old parameter.step 3.parameters");
        Assert.That(decoupled[2] - decoupled[0], Is.GreaterThan(0.36), "without a gradient only the decay moves it");
    }
}
