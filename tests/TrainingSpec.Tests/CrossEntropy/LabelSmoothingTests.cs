using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using Formula = TrainingSpec.Formulas.CrossEntropy;

namespace TrainingSpec.Tests.CrossEntropy;

/// <summary>What label smoothing does to the loss, its least value and ignored rows.</summary>
internal sealed class LabelSmoothingTests
{
    [Rule("CROSS-ENTROPY-8")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(LogitCases)])]
    public bool An_ignored_row_is_an_absent_one_bit_for_bit(LogitBatch batch, short wild)
    {
        double[] ignored = [.. batch.Logits[0].Select((z, i) => i == 0 ? wild : z)];
        CrossEntropyResult<Real64> with = Evaluate([.. batch.Logits, ignored], [.. batch.Targets, -1], batch.Smoothing), without = Evaluate(batch.Logits, batch.Targets, batch.Smoothing);
        return with.Loss == without.Loss && Over.SameBits(with.Gradient[..^1], without.Gradient) && with.Gradient[^1].All(g => g.Value == 0);
    }

    [Rule("CROSS-ENTROPY-7")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(LogitCases)])]
    public bool No_logits_cost_less_than_the_entropy_of_the_smoothed_label(LogitBatch batch)
    {
        int classes = batch.Logits[0].Length;
        double other = batch.Smoothing / classes, target = 1 - batch.Smoothing + other;
        double entropy = -(target * Math.Log(target)) - (other > 0 ? (classes - 1) * other * Math.Log(other) : 0);

        // Gibbs; logits are below 100 here, and each loss takes a few roundings per class.
        return Evaluate(batch.Logits, batch.Targets, batch.Smoothing).RowLosses.All(loss => loss.Value >= entropy - 100 * (classes + 16) * Real64.UnitRoundoff);
    }

    [TestCase(0.1, 10)]
    [TestCase(0.5, 2)]
    [TestCase(1, 3)]
    [TestCase(1e-6, 50257)]
    [Rule("CROSS-ENTROPY-7")]
    public void At_the_gap_of_the_formula_the_gradient_vanishes_and_the_loss_is_the_entropy(double smoothing, int classes)
    {
        var logits = new double[classes];
        logits[0] = Formula.SmoothedGap<Real64>(smoothing, classes).Value;
        CrossEntropyResult<Real64> result = Evaluate([logits], [0], smoothing);
        double other = smoothing / classes, target = 1 - smoothing + other;
        double entropy = -(target * Math.Log(target)) - (classes - 1) * other * Math.Log(other);
        Assert.Multiple(() =>
        {
            // Probabilities err by the roundings of the gap, of two exponentials and of a sum of depth 60 at the most.
            Assert.That(result.Gradient[0].Select(g => Math.Abs(g.Value)).Max(), Is.LessThan(1024 * Real64.UnitRoundoff));
            Assert.That(result.Loss.Value, Is.EqualTo(entropy).Within(1024 * Real64.UnitRoundoff * (1 + entropy)));
        });
    }

    [Test]
    [Rule("CROSS-ENTROPY-5")]
    public void Smoothing_of_1_asks_nothing_of_the_target_alone() => Assert.Multiple(() =>
    {
        double[] masked = [double.NegativeInfinity, 1, 2];
        foreach (int target in new[] { 0, 1, 2 })
        {
            // The label is 1/3 for every class, so the loss is infinite wherever the target lies.
            Assert.That(Evaluate([masked], [target], 1).Loss.Value, Is.EqualTo(double.PositiveInfinity), $"{target}");
            Assert.That(Evaluate([[3, 1, 2]], [target], 1).Loss.Value, Is.EqualTo(Evaluate([[3, 1, 2]], [0], 1).Loss.Value));
        }
    });

    private static CrossEntropyResult<Real64> Evaluate(double[][] logits, int[] targets, double smoothing) =>
        CrossEntropyLoss.Evaluate(Over.Rows<Real64>(logits), targets, new CrossEntropyOptions { LabelSmoothing = smoothing, IgnoreIndex = -1 });
}
