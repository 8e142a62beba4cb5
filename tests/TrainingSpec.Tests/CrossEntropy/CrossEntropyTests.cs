using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.CrossEntropy;

internal sealed class CrossEntropyTests
{
    [Rule("CROSS-ENTROPY-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(LogitCases)])]
    public bool The_loss_is_log_sum_exp_minus_the_targets_logit(LogitBatch batch)
    {
        CrossEntropyResult<Bounded<Real64>> computed = Evaluate<Bounded<Real64>>(batch, 0, LossReduction.None);
        return Enumerable.Range(0, batch.Targets.Length).All(i =>
            Over.Covers(computed.RowLosses[i], LogSumExp(batch.Logits[i]) - batch.Logits[i][batch.Targets[i]]));
    }

    [Rule("CROSS-ENTROPY-5")]
    [Law(MaxTest = 7200, Arbitrary = [typeof(LogitCases)])]
    public bool The_smoothed_loss_is_the_loss_against_smoothed_labels(LogitBatch batch)
    {
        CrossEntropyResult<Bounded<Real64>> computed = Evaluate<Bounded<Real64>>(batch, batch.Smoothing, LossReduction.None);
        DoubleDouble[][] labels = CrossEntropyLoss.SmoothLabels<DoubleDouble>(batch.Targets, batch.Logits[0].Length, batch.Smoothing);
        return Enumerable.Range(0, batch.Targets.Length).All(i =>
        {
            DoubleDouble lse = LogSumExp(batch.Logits[i]);
            DoubleDouble loss = 0;
            for (int j = 0; j < labels[i].Length; j++)
                loss += labels[i][j] * (lse - batch.Logits[i][j]);
            return Over.Covers(computed.RowLosses[i], loss);
        });
    }

    [Rule("CROSS-ENTROPY-2")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(LogitCases)])]
    public bool Rows_of_the_gradient_add_up_to_zero(LogitBatch batch)
    {
        // The exact gradient's rows add up to 0, so the computed ones may only show their own errors.
        foreach (Bounded<Real64>[] row in Evaluate<Bounded<Real64>>(batch, batch.Smoothing, LossReduction.Mean).Gradient)
        {
            DoubleDouble sum = 0;
            double bound = 0;
            foreach (Bounded<Real64> g in row)
            {
                sum += g.Value.Value;
                bound += g.Bound;
            }

            if (!(DoubleDouble.Abs(sum).High <= bound * (1 + row.Length * Real64.UnitRoundoff)))
                return false;
        }

        return true;
    }

    [Rule("CROSS-ENTROPY-2")]
    [Law(MaxTest = 60, Arbitrary = [typeof(LogitCases)])]
    public bool The_gradient_is_that_of_the_loss_by_differences(LogitBatch batch)
    {
        CrossEntropyResult<DoubleDouble> exact = Evaluate<DoubleDouble>(batch, batch.Smoothing, LossReduction.Mean);
        for (int i = 0; i < batch.Targets.Length; i++)
        {
            for (int j = 0; j < batch.Logits[i].Length; j++)
            {
                // Log-sum-exp changes over lengths of 1, whatever the logit is.
                Ridders.Estimate estimate = Ridders.Derivative(x => Loss(batch, i, j, x), batch.Logits[i][j], scale: 1);
                if (!(Math.Abs(exact.Gradient[i][j].High - estimate.Value) <= estimate.Error))
                    return false;
            }
        }

        return true;
    }

    [Rule("CROSS-ENTROPY-4")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(LogitCases)])]
    public bool An_ignored_row_is_an_absent_row(LogitBatch batch, int place, byte kind)
    {
        var reduction = (LossReduction)(kind % 3);
        int at = (int)((uint)place % (uint)(batch.Targets.Length + 1));
        double[] any = [.. batch.Logits[0].Select(x => 3 * x + 1)];
        var longer = new LogitBatch(
            [.. batch.Logits[..at], any, .. batch.Logits[at..]],
            [.. batch.Targets[..at], -100, .. batch.Targets[at..]],
            batch.Smoothing);
        CrossEntropyResult<Real64> without = Evaluate<Real64>(batch, batch.Smoothing, reduction);
        CrossEntropyResult<Real64> with = Evaluate<Real64>(longer, batch.Smoothing, reduction);
        return Over.SameBits(without.Loss, with.Loss)
            && with.Gradient[at].All(g => g.Value == 0) && with.RowLosses[at].Value == 0 && with.Kept == without.Kept
            && Over.SameBits(without.Gradient, [.. with.Gradient[..at], .. with.Gradient[(at + 1)..]]);
    }

    [Rule("CROSS-ENTROPY-3")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(LogitCases)])]
    public bool The_mean_is_the_sum_over_the_rows(LogitBatch batch)
    {
        CrossEntropyResult<Real64> mean = Evaluate<Real64>(batch, batch.Smoothing, LossReduction.Mean);
        CrossEntropyResult<Real64> sum = Evaluate<Real64>(batch, batch.Smoothing, LossReduction.Sum);
        CrossEntropyResult<Real64> none = Evaluate<Real64>(batch, batch.Smoothing, LossReduction.None);
        double rows = batch.Targets.Length;
        return Over.SameBits(mean.Loss, sum.Loss.Value / rows)
            && Over.SameBits(mean.Gradient, Array.ConvertAll(sum.Gradient, r => Array.ConvertAll(r, g => new Real64(g.Value / rows))))
            && Over.SameBits(none.Gradient, sum.Gradient)
            && Over.SameBits([none.RowLosses], [sum.RowLosses]);
    }

    [Rule("CROSS-ENTROPY-2")]
    [Law(MaxTest = 14_400, Arbitrary = [typeof(LogitCases)])]
    public bool Turning_the_rows_around_turns_the_gradient_around(LogitBatch batch)
    {
        var turned = new LogitBatch([.. batch.Logits.Reverse()], [.. batch.Targets.Reverse()], batch.Smoothing);
        return Over.SameBits(
            Evaluate<Real64>(batch, batch.Smoothing, LossReduction.Mean).Gradient,
            [.. Evaluate<Real64>(turned, batch.Smoothing, LossReduction.Mean).Gradient.Reverse()]);
    }

    [Rule("CROSS-ENTROPY-5")]
    [Law(MaxTest = 18_000, Arbitrary = [typeof(LogitCases)])]
    public bool Smoothed_labels_add_up_to_one(LogitBatch batch)
    {
        int classes = batch.Logits[0].Length;
        Bounded<Real64>[][] labels = CrossEntropyLoss.SmoothLabels<Bounded<Real64>>(batch.Targets, classes, batch.Smoothing);
        return labels.All(row =>
        {
            DoubleDouble sum = 0;
            foreach (Bounded<Real64> label in row)
                sum += label.Value.Value;
            return DoubleDouble.Abs(sum - 1).High <= row.Sum(l => l.Bound) * (1 + classes * Real64.UnitRoundoff);
        });
    }

    [Rule("CROSS-ENTROPY-5")]
    [Law(MaxTest = 14_400, Arbitrary = [typeof(LogitCases)])]
    public bool The_target_stands_out_by_what_smoothing_leaves(LogitBatch batch)
    {
        int classes = batch.Logits[0].Length;
        Real64[][] labels = CrossEntropyLoss.SmoothLabels<Real64>(batch.Targets, classes, batch.Smoothing);
        return Enumerable.Range(0, labels.Length).All(i => Enumerable.Range(0, classes).All(j =>
            j == batch.Targets[i]
                ? Math.Abs(labels[i][j].Value - batch.Smoothing / classes - (1 - batch.Smoothing)) <= 4 * Real64.UnitRoundoff
                : labels[i][j].Value == batch.Smoothing / classes));
    }

    [Test]
    [Rule("CROSS-ENTROPY-1")]
    public void Masked_logits_leave_loss_and_gradient_finite() => Assert.Multiple(() =>
    {
        CrossEntropyResult<Real64> masked = CrossEntropyLoss.Evaluate<Real64>([[1, double.NegativeInfinity, 2]], [2]);
        CrossEntropyResult<Real64> plain = CrossEntropyLoss.Evaluate<Real64>([[1, 2]], [1]);
        Assert.That(masked.Loss, Is.EqualTo(plain.Loss));
        Assert.That(masked.Gradient[0], Is.EqualTo(new Real64[] { plain.Gradient[0][0], 0, plain.Gradient[0][1] }));
        Assert.That(CrossEntropyLoss.Evaluate<Real64>([[1, double.NegativeInfinity]], [1]).Loss.Value, Is.EqualTo(double.PositiveInfinity));
        Assert.That(CrossEntropyLoss.Evaluate<Real64>([[1, double.NaN]], [0]).Loss.Value, Is.NaN);
    });

    [Test]
    [Rule("CROSS-ENTROPY-6")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] logits = [[1, 2, 3], [4, 5, 6]];
        Refused(() => CrossEntropyLoss.Evaluate(logits, [0, 3]), "targets", "targets[1] = 3 is outside [0, 2]");
        Refused(() => CrossEntropyLoss.Evaluate(logits, [-1, 0]), "targets", "targets[0] = -1 is outside [0, 2]");
        Refused(() => CrossEntropyLoss.Evaluate(logits, [0]), "targets", "targets has 1 entries, logits has 2 rows");
        Refused(() => CrossEntropyLoss.Evaluate<Real64>([[1, 2], [3]], [0, 0]), "logits", "logits[1] has 1 classes, logits[0] has 2");
        Refused(() => CrossEntropyLoss.Evaluate<Real64>([], []), "logits", "logits = []");
        Refused(() => CrossEntropyLoss.Evaluate<Real64>([[]], [0]), "logits", "logits[0] = []");
        Refused(() => CrossEntropyLoss.Evaluate<Real64>([[double.NegativeInfinity]], [0]), "logits", "-Infinity alone");
        Refused(() => CrossEntropyLoss.Evaluate(logits, [7, 7], new CrossEntropyOptions { IgnoreIndex = 7 }), "targets", "ignored rows alone");
        Refused(() => _ = new CrossEntropyOptions { LabelSmoothing = double.NaN }, "label_smoothing", "label_smoothing = NaN is outside [0, 1]");
        Refused(() => _ = new CrossEntropyOptions { LabelSmoothing = 1.1 }, "label_smoothing", "1.1");
        Refused(() => _ = new CrossEntropyOptions { Reduction = (LossReduction)9 }, "reduction", "9");
        Refused(() => CrossEntropyLoss.SmoothLabels<Real64>([2], 2, 0.1), "targets", "targets[0] = 2 is outside [0, 1]");
        Refused(() => CrossEntropyLoss.SmoothLabels<Real64>([0], 0, 0.1), "num_classes", "num_classes = 0");
        Refused(() => CrossEntropyLoss.SmoothLabels<Real64>([], 2, 0.1), "targets", "targets = []");
        Refused(() => CrossEntropyLoss.SmoothLabels<Real64>([0], 2, -0.1), "smoothing", "smoothing = -0.1");
    });

    [TestCase(LossReduction.Sum)]
    [TestCase(LossReduction.None)]
    [Rule("CROSS-ENTROPY-13")]
    public void The_sum_over_no_row_is_zero(LossReduction reduction)
    {
        Real64[][] logits = [[1, 2, 3], [4, double.PositiveInfinity, 6]];
        var options = new CrossEntropyOptions { IgnoreIndex = 7, Reduction = reduction, LabelSmoothing = 0.1 };
        foreach (CrossEntropyResult<Real64> result in new[] { CrossEntropyLoss.Evaluate(logits, [7, 7], options), WeightedCrossEntropy.OfClasses(logits, [7, 7], [1, 2, 3], options) })
        {
            Assert.That(result.Loss.Value, Is.Zero);
            Assert.That(result.RowLosses.Concat(result.Gradient.SelectMany(row => row)).Select(x => x.Value), Is.All.Zero);
            Assert.That(result.Kept, Is.Zero);
        }

        Refused(() => WeightedCrossEntropy.OfClasses(logits, [7, 7], [1, 2, 3], options with { Reduction = LossReduction.Mean }), "targets", "ignored rows alone");
    }

    private static double Loss(LogitBatch batch, int i, int j, double x)
    {
        double[][] logits = Array.ConvertAll(batch.Logits, r => (double[])r.Clone());
        logits[i][j] = x;
        return Evaluate<DoubleDouble>(batch with { Logits = logits }, batch.Smoothing, LossReduction.Mean).Loss.High;
    }

    private static DoubleDouble LogSumExp(double[] logits)
    {
        double max = logits.Max();
        DoubleDouble sum = 0;
        foreach (double x in logits)
            sum += DoubleDouble.Exp((DoubleDouble)x - max);
        return DoubleDouble.Log(sum) + max;
    }

    private static CrossEntropyResult<T> Evaluate<T>(LogitBatch batch, double smoothing, LossReduction reduction)
        where T : IReal<T> =>
        CrossEntropyLoss.Evaluate(Over.Rows<T>(batch.Logits), batch.Targets, new CrossEntropyOptions
        {
            LabelSmoothing = smoothing,
            Reduction = reduction,
            IgnoreIndex = -100,
        });
}
