using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using Formula = TrainingSpec.Formulas.Perplexity;

namespace TrainingSpec.Tests.Perplexity;

internal sealed class PerplexityTests
{
    [Rule("PERPLEXITY-1")]
    [Law(MaxTest = 7200)]
    public bool Uniform_predictions_over_K_classes_give_K(ushort count)
    {
        int classes = 1 + count % 500;
        Bounded<Real64> loss = CrossEntropyLoss.Evaluate<Bounded<Real64>>([Over.Row<Bounded<Real64>>(new double[classes])], [classes / 2]).Loss;
        return Over.Covers(Formula.Of(loss), classes);
    }

    [Rule("PERPLEXITY-1")]
    [Law(MaxTest = 10_800, Arbitrary = [typeof(LogitCases)])]
    public bool Perplexity_is_one_over_the_geometric_mean_of_the_targets_probabilities(LogitBatch batch)
    {
        Bounded<Real64> computed = Formula.Of(CrossEntropyLoss.Evaluate(Over.Rows<Bounded<Real64>>(batch.Logits), batch.Targets).Loss);
        DoubleDouble product = 1;
        for (int i = 0; i < batch.Targets.Length; i++)
        {
            var p = new DoubleDouble[batch.Logits[i].Length];
            Formulas.Softmax.Probabilities<DoubleDouble>(Over.Row<DoubleDouble>(batch.Logits[i]), p);
            product *= p[batch.Targets[i]];
        }

        return Over.Covers(computed, DoubleDouble.Exp(-DoubleDouble.Log(product) / batch.Targets.Length));
    }

    [Test]
    [Rule("PERPLEXITY-1")]
    public void The_ends_are_one_and_infinity() => Assert.Multiple(() =>
    {
        Assert.That(Formula.Of<Real64>(0).Value, Is.EqualTo(1));
        Assert.That(Formula.Of<Real64>(1000).Value, Is.EqualTo(double.PositiveInfinity));
        Assert.That(Formula.Of<Real64>(double.NaN).Value, Is.NaN);
    });
}
