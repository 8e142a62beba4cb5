namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>The complete step: what follows from its own numbers by plain arithmetic.</summary>
public class TrainingLoopExamplesTests
{
    private static readonly WorkedDocument Step = WorkedDocument.Of("training-loop/CompleteStep");

    private static string[] Weights => [.. Step.Keys.Where(k => k.StartsWith("weight.", StringComparison.Ordinal)).Select(k => k["weight.".Length..])];

    [Test]
    public void The_loss_and_the_gradient_of_its_logits_are_those_of_the_logits()
    {
        double[] logits = Step.Row("logits"), gradient = Step.Row("gradient.logits"), targets = TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim("D4-091").GivenRow("targets");
        double loss = 0;
        for (int i = 0; i < 2; i++)
        {
            double[] z = logits[(4 * i)..(4 * i + 4)];
            double logSum = Math.Log(z.Sum(Math.Exp));
            loss += (logSum - z[(int)targets[i]]) / 2;
            for (int j = 0; j < 4; j++)
                Assert.That(gradient[4 * i + j], Is.EqualTo((Math.Exp(z[j] - logSum) - (j == (int)targets[i] ? 1 : 0)) / 2).Within(1e-15));
        }

        Assert.That(Step["loss"], Is.EqualTo(loss).Within(2e-15));
    }

    [Test]
    public void Logits_are_the_tied_embedding_times_the_normalized_hidden_state()
    {
        double[] embedding = Step.Row("weight.wte"), hidden = Step.Row("h_norm"), logits = Step.Row("logits");
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 4; j++)
                Assert.That(logits[4 * i + j], Is.EqualTo(embedding[2 * j] * hidden[2 * i] + embedding[2 * j + 1] * hidden[2 * i + 1]).Within(1e-15));
        }
    }

    [Test]
    public void The_gradients_are_clipped_to_norm_1()
    {
        double norm = Math.Sqrt(Weights.SelectMany(name => Step.Row("gradient." + name)).Sum(g => g * g));
        Assert.That(Step["gradient norm"], Is.EqualTo(norm).Within(1e-12).Percent);
        Assert.That(Step["clipping scale"], Is.EqualTo(1 / norm).Within(1e-12).Percent);
    }

    [Test]
    public void The_first_step_of_adamw_moves_each_weight_by_its_clipped_gradient_over_its_size()
    {
        // m̂ = g and v̂ = g² at the first step; the decay takes lr·λ of the old weight.
        Claim example = TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim("D4-104");
        double lr = example.GivenNumber("lr"), decay = example.GivenNumber("lam"), eps = example.GivenNumber("eps");
        Assert.That(Step["learning rate"], Is.EqualTo(lr));
        foreach (string name in Weights)
        {
            double[] before = Step.Row("weight." + name), gradient = Step.Row("gradient." + name), after = Step.Row("new weight." + name);
            for (int j = 0; j < before.Length; j++)
            {
                double g = Step["clipping scale"] * gradient[j];
                Assert.That(after[j], Is.EqualTo(before[j] - lr * g / (Math.Abs(g) + eps) - lr * decay * before[j]).Within(1e-15), name);
            }
        }

        Assert.That(Step["loss after the step"], Is.LessThan(Step["loss"]));
    }

    [Test]
    public void The_loss_falls_by_what_the_gradient_says_to_first_order()
    {
        // Weights move by 3·10⁻⁴ each, so what is left of second order is a few of 10⁻⁷ times the curvature.
        double predicted = Weights.Sum(name => Step.Row("gradient." + name).Zip(Step.Row("weight." + name), (g, w) => -g * w).Zip(
            Step.Row("gradient." + name).Zip(Step.Row("new weight." + name), (g, w) => g * w), (a, b) => a + b).Sum());
        Assert.That(Step["loss after the step"] - Step["loss"], Is.EqualTo(predicted).Within(1).Percent);
    }
}
