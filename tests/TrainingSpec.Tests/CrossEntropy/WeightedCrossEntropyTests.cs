using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.CrossEntropy;

/// <summary>Cross-entropy with weights of classes and labels that are distributions: its gradient by dual numbers, and what it must agree with.</summary>
internal sealed class WeightedCrossEntropyTests
{
    private static readonly double[] Weights = [0.5, 0, 3, 1.25];

    [TestCase(LossReduction.Mean)]
    [TestCase(LossReduction.Sum)]
    [Rule("CROSS-ENTROPY-10")]
    [Rule("CROSS-ENTROPY-11")]
    [Rule("CROSS-ENTROPY-12")]
    public void The_gradient_is_that_of_dual_numbers(LossReduction reduction)
    {
        var random = new SplitMix(11);
        for (int trial = 0; trial < 20; trial++)
        {
            double[][] logits = Draw(random, 3, 4), labels = [.. Draw(random, 3, 4).Select(row => row.Select(Math.Abs).ToArray())];
            int[] targets = [random.Below(4), -1, 2];
            var options = new CrossEntropyOptions { LabelSmoothing = 0.25, Reduction = reduction, IgnoreIndex = -1 };
            DoubleDouble[][] ofClasses = WeightedCrossEntropy.OfClasses(Over<DoubleDouble>(logits), targets, Row<DoubleDouble>(Weights), options).Gradient;
            DoubleDouble[][] ofLabels = WeightedCrossEntropy.OfLabels(Over<DoubleDouble>(logits), Over<DoubleDouble>(labels), Row<DoubleDouble>(Weights), options).Gradient;
            for (int i = 0; i < logits.Length; i++)
            {
                for (int j = 0; j < logits[i].Length; j++)
                {
                    Dual<DoubleDouble>[][] duals = Over<Dual<DoubleDouble>>(logits);
                    duals[i][j] = Dual<DoubleDouble>.Variable(logits[i][j]);
                    Assert.That((double)(ofClasses[i][j] - WeightedCrossEntropy.OfClasses(duals, targets, Row<Dual<DoubleDouble>>(Weights), options).Loss.Derivative), Is.Zero.Within(1e-25));
                    Assert.That((double)(ofLabels[i][j] - WeightedCrossEntropy.OfLabels(duals, Over<Dual<DoubleDouble>>(labels), Row<Dual<DoubleDouble>>(Weights), options).Loss.Derivative), Is.Zero.Within(1e-25));
                }
            }
        }
    }

    [Test]
    [Rule("CROSS-ENTROPY-10")]
    public void An_ignored_row_and_a_class_without_weight_count_for_nothing()
    {
        Real64[][] two = Over<Real64>([[1, 2, 3, 4], [4, 0, 1, 1]]), three = Over<Real64>([[1, 2, 3, 4], [7, 7, 7, 7], [4, 0, 1, 1]]);
        var options = new CrossEntropyOptions { IgnoreIndex = -1 };
        Real64 without = WeightedCrossEntropy.OfClasses(two, [2, 0], Row<Real64>(Weights), options).Loss;
        Assert.That(WeightedCrossEntropy.OfClasses(three, [2, -1, 0], Row<Real64>(Weights), options).Loss, Is.EqualTo(without));
        Assert.That(WeightedCrossEntropy.OfClasses(three, [2, 1, 0], Row<Real64>(Weights), options).Loss, Is.EqualTo(without));
    }

    // Inside, labels are weighed where they stand.
    [Test]
    public void What_the_caller_gives_stays_as_it_is()
    {
        Real64[][] logits = Over<Real64>([[1, 2, 3, 4]]), labels = Over<Real64>([[0.5, 0.25, 0.25, 0]]);
        Real64[] weights = Row<Real64>(Weights);
        var options = new CrossEntropyOptions { LabelSmoothing = 0.25 };
        WeightedCrossEntropy.OfLabels(logits, labels, weights, options);
        WeightedCrossEntropy.OfClasses(logits, [2], weights, options);
        Assert.That((logits[0], labels[0], weights), Is.EqualTo((Row<Real64>([1, 2, 3, 4]), Row<Real64>([0.5, 0.25, 0.25, 0]), Row<Real64>(Weights))));
    }

    [Test]
    [Rule("CROSS-ENTROPY-12")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] one = Over<Real64>([[1, 2]]);
        var options = new CrossEntropyOptions();
        Refused(() => WeightedCrossEntropy.OfClasses(one, [0], Row<Real64>([1]), options), "weight", "weight has 1 entries, logits has 2 classes");
        Refused(() => WeightedCrossEntropy.OfClasses(one, [0], Row<Real64>([1, -1]), options), "weight", "outside [0, inf)");
        Refused(() => WeightedCrossEntropy.OfClasses(one, [2], Row<Real64>([1, 1]), options), "targets", "2");
        Refused(() => WeightedCrossEntropy.OfLabels(one, Over<Real64>([[1]]), null, options), "targets", "targets[0] has 1 elements");
    });

    private static T[][] Over<T>(double[][] x)
        where T : IReal<T> => Generators.Over.Rows<T>(x);

    private static T[] Row<T>(double[] x)
        where T : IReal<T> => Generators.Over.Row<T>(x);

    private static double[][] Draw(SplitMix random, int rows, int classes) =>
        [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, classes).Select(_ => random.Sign() * random.Magnitude(-2, 1)).ToArray())];
}
