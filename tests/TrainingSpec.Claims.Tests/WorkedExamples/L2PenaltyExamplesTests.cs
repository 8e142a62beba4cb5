namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Penalties and decays against sums done by hand; the numbers are dyadic, so equality is exact.</summary>
public class L2PenaltyExamplesTests
{
    [Test]
    public void The_penalty_and_its_half_are_a_quarter_and_an_eighth_of_29()
    {
        WorkedDocument document = WorkedDocument.Of("l2-penalty/FactorOfTwo");
        Assert.That(document["penalty"], Is.EqualTo(29.0 / 4));
        Assert.That(document["half penalty"], Is.EqualTo(29.0 / 8));
        Assert.That(document.Row("penalty's gradient"), Is.EqualTo(new[] { 1.5, -2, 1 }));
        Assert.That(document.Row("half penalty's gradient"), Is.EqualTo(new[] { 0.75, -1, 0.5 }));
    }

    [Test]
    public void Weight_decay_is_the_half_penalty_and_not_the_whole_one()
    {
        WorkedDocument document = WorkedDocument.Of("l2-penalty/FactorOfTwo");
        double[] whole = document.Row("parameters"), half = document.Row("parameters"), g = document.Row("gradient of the loss");
        for (int t = 1; t <= 3; t++)
        {
            for (int j = 0; j < 3; j++)
            {
                whole[j] = (1 - 2 * 0.5 * 0.25) * whole[j] - 0.5 * g[j];
                half[j] = (1 - 0.5 * 0.25) * half[j] - 0.5 * g[j];
            }

            Assert.That(document.Row($"step {t}.with the penalty"), Is.EqualTo(whole));
            Assert.That(document.Row($"step {t}.with the half penalty"), Is.EqualTo(half));
            Assert.That(document.Row($"step {t}.with weight decay"), Is.EqualTo(half));
            Assert.That(document.Row($"step {t}.decay written as a factor"), Is.EqualTo(half));
        }
    }

    [Test]
    public void Decay_of_the_updated_parameter_adds_eta_squared_lambda_g()
    {
        WorkedDocument document = WorkedDocument.Of("l2-penalty/DecayBeforeAndAfter");
        double before = 1, after = 1;
        for (int t = 1; t <= 3; t++)
        {
            before = 0.875 * before - 1;
            after = 0.875 * (after - 1);
            Assert.That(document[$"step {t}.decay of the old parameter"], Is.EqualTo(before));
            Assert.That(document[$"step {t}.decay of the updated parameter"], Is.EqualTo(after));
            Assert.That(document[$"step {t}.no gradient"], Is.EqualTo(Math.Pow(0.875, t)));
        }

        Assert.That(document["step 1.decay of the updated parameter"] - document["step 1.decay of the old parameter"], Is.EqualTo(0.5 * 0.5 * 0.25 * 2));
        Assert.That(document["decay above 1 / learning rate turns the sign"], Is.EqualTo(-0.5));
    }
}
