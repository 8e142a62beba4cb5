namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>SGD's worked examples against sums done by hand; the numbers are dyadic, so equality is exact.</summary>
public class SgdExamplesTests
{
    [TestCase("plain", "parameters", 2, 0.625, -1.75)]
    [TestCase("plain", "parameters", 3, 0.6328125, -1.765625)]
    [TestCase("momentum only", "buffer", 2, 0.625, -0.25)]
    [TestCase("momentum only", "buffer", 3, 0.34375, 0.0625)]
    [TestCase("momentum only", "parameters", 3, 0.416015625, -1.37890625)]
    [TestCase("nesterov", "direction", 1, 0.875, -1.75)]
    [TestCase("nesterov", "parameters", 1, 0.5625, -1.125)]
    [TestCase("dampened", "buffer", 1, 0.5, -1)]
    [TestCase("dampened", "buffer", 2, 0.5, -0.5)]
    [TestCase("weight decay 0.5", "gradient", 1, 1, -2)]
    [TestCase("weight decay 0.5", "buffer", 2, 1.25, -1.5)]
    public void Steps_are_those_done_by_hand(string variant, string what, int step, double first, double second) =>
        Assert.That(WorkedDocument.Of("sgd/MomentumSteps").Row($"{variant}.step {step}.{what}"), Is.EqualTo(new[] { first, second }));

    [Test]
    public void Nesterov_keeps_the_buffers_of_momentum_and_goes_further()
    {
        WorkedDocument document = WorkedDocument.Of("sgd/MomentumSteps");
        double[] rates = document.Row("learning rates");
        for (int t = 1; t <= 3; t++)
        {
            double[] gradient = document.Row($"nesterov.step {t}.gradient"), buffer = document.Row($"nesterov.step {t}.buffer"), after = document.Row($"nesterov.step {t}.parameters");
            double[] before = document.Row(t == 1 ? "nesterov.parameters at the start" : $"nesterov.step {t - 1}.parameters");
            Assert.That(buffer, Is.EqualTo(document.Row($"momentum only.step {t}.buffer")));
            for (int j = 0; j < 2; j++)
                Assert.That(after[j], Is.EqualTo(before[j] - rates[t - 1] * (gradient[j] + 0.75 * buffer[j])));
        }
    }

    [TestCase("A", "D1-064")]
    [TestCase("B", "D1-065")]
    public void Updates_round_to_what_D1_prints(string parameter, string claim)
    {
        PrintedNumber printed = TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim(claim).PrintedNumber("update");
        Assert.That(printed.IsRounded(Rational.Of(WorkedDocument.Of("sgd/ParametersAAndB")[parameter + ".update"])), Is.True);
    }
}
