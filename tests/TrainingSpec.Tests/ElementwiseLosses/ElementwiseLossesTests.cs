using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.ElementwiseLosses;

/// <summary>Losses of single numbers: their gradients by dual numbers, their means where sums are too large, and what they refuse.</summary>
internal sealed class ElementwiseLossesTests
{
    private static readonly double[] Targets = [0, 1, 0.25, 0.5];

    private delegate ElementwiseLossResult<T> Loss<T>(T[] x, LossReduction reduction);

    [Rule("ELEMENTWISE-LOSSES-1")]
    [Rule("ELEMENTWISE-LOSSES-2")]
    [Rule("ELEMENTWISE-LOSSES-4")]
    [Rule("ELEMENTWISE-LOSSES-5")]
    [Rule("ELEMENTWISE-LOSSES-7")]
    [Rule("ELEMENTWISE-LOSSES-8")]
    [Rule("ELEMENTWISE-LOSSES-9")]
    [Rule("ELEMENTWISE-LOSSES-10")]
    [TestCase(LossReduction.Mean)]
    [TestCase(LossReduction.Sum)]
    [TestCase(LossReduction.None)]
    public void The_gradient_is_that_of_dual_numbers(LossReduction reduction)
    {
        var random = new SplitMix(13);
        for (int trial = 0; trial < 40; trial++)
        {
            double[] x = [.. Targets.Select(_ => random.Sign() * random.Magnitude(-2, 2))];
            for (int kind = 0; kind < 6; kind++)
            {
                DoubleDouble[] gradient = Of<DoubleDouble>(kind)(Over<DoubleDouble>(x), reduction).Gradient;
                for (int i = 0; i < x.Length; i++)
                {
                    Dual<DoubleDouble>[] duals = Over<Dual<DoubleDouble>>(x);
                    duals[i] = Dual<DoubleDouble>.Variable(x[i]);
                    DoubleDouble derivative = Of<Dual<DoubleDouble>>(kind)(duals, reduction).Loss.Derivative;
                    Assert.That((double)(gradient[i] - derivative), Is.Zero.Within(1e-26 * (1 + Math.Abs(x[i]))), $"loss {kind} at {x[i]:R}");
                }
            }
        }
    }

    // 1.5e154² is more than a double holds, and half of it is not; so are 1.7e308 − (−1.7e308) and a small δ times it.
    [Test]
    [Rule("ELEMENTWISE-LOSSES-2")]
    public void Means_are_right_where_a_loss_or_a_gradient_is_too_large() => Assert.Multiple(() =>
    {
        ElementwiseLossResult<Real64> squared = ElementwiseLoss.Squared<Real64>([1.5e154, 0], [0, 0], LossReduction.Mean);
        Assert.That(squared.Loss.Value, Is.EqualTo(1.5e154 * 0.75e154).Within(2).Ulps);
        Assert.That(ElementwiseLoss.Squared<Real64>([1.5e308, 0], [-2e307, 0], LossReduction.Mean).Gradient[0].Value, Is.EqualTo(1.7e308).Within(2).Ulps);
        Assert.That(ElementwiseLoss.Huber<Real64>([1.7e308], [-1.7e308], 0.25, LossReduction.Sum).Loss.Value, Is.EqualTo(0.85e308).Within(2).Ulps);
        Assert.That(ElementwiseLoss.SmoothL1<Real64>([1.7e308, 0], [-1.7e308, 0], 0, LossReduction.Mean).Loss.Value, Is.EqualTo(1.7e308).Within(2).Ulps);
        Assert.That(ElementwiseLoss.BinaryCrossEntropy<Real64>([-2, 0], [1, 0], [1e308, 1], LossReduction.Mean).Loss.Value, Is.EqualTo(0.5e308 * (Math.Log(1 + Math.Exp(-2)) + 2)).Within(8).Ulps);
        double least = Math.ScaleB(1, -1022);
        Assert.That(ElementwiseLoss.Huber<Real64>([1.7e308], [-1.7e308], least, LossReduction.Sum).Loss.Value, Is.EqualTo(2 * (least * 1.7e308)).Within(2).Ulps);
        Assert.That(ElementwiseLoss.SmoothL1<Real64>([1e308], [-0.9e308], 1.7e308, LossReduction.Sum).Loss.Value, Is.EqualTo(1.05e308).Within(4).Ulps);
        Assert.That(ElementwiseLoss.SmoothL1<Real64>([1.7e308, 0], [-1.7e308, 0], 1e308, LossReduction.Mean).Loss.Value, Is.EqualTo(1.45e308).Within(4).Ulps);
        Assert.That(ElementwiseLoss.Squared<Real64>([3 * double.Epsilon, 0], [0, 0], LossReduction.Mean).Gradient[0].Value, Is.EqualTo(3 * double.Epsilon));
        Assert.That(ElementwiseLoss.Squared<Real64>([1e200], [0], LossReduction.Mean).Loss.Value, Is.EqualTo(double.PositiveInfinity));
    });

    // (1e200)² and 2·1.7e308·2 are no doubles, (1e-200)² is 0, and each is something else times its weight.
    [Test]
    [Rule("ELEMENTWISE-LOSSES-9")]
    public void A_weighted_loss_is_held_where_the_plain_one_is_not() => Assert.Multiple(() =>
    {
        double Squared(double error, double weight) => ElementwiseLoss.Squared<Real64>([error], [0], LossReduction.None, [weight]).Losses[0].Value;
        Assert.That(Squared(1e200, 1e-300), Is.EqualTo(1e100).Within(4).Ulps);
        Assert.That(Squared(1e-200, 1e300), Is.EqualTo(1e-100).Within(4).Ulps);
        Assert.That(Squared(1e200, 0), Is.Zero);
        Assert.That(Squared(1e200, 1), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Squared(double.NaN, 0), Is.NaN);
        Assert.That(ElementwiseLoss.Squared<Real64>([1e200], [1e200], LossReduction.None, [1e300]).Losses[0].Value, Is.Zero);
        Assert.That(ElementwiseLoss.Squared<Real64>([1.7e308], [-1.7e308], LossReduction.Sum, [0.125]).Gradient[0].Value, Is.EqualTo(0.85e308).Within(2).Ulps);
        Assert.That(ElementwiseLoss.Huber<Real64>([1e308], [0], 1e-200, LossReduction.Sum, [1e-300]).Loss.Value, Is.EqualTo(1e-192).Within(4).Ulps);
        Assert.That(ElementwiseLoss.BinaryCrossEntropy<Real64>([-1e308], [1], [1e10], LossReduction.Sum, [1e-20]).Loss.Value, Is.EqualTo(1e298).Within(8).Ulps);
        Assert.That(ElementwiseLoss.Squared<Real64>([1e155, 1], [0, 0], LossReduction.Mean, [0.0001, 1]).Loss.Value, Is.EqualTo(0.5e306).Within(8).Ulps);
    });

    // By the labels that smoothing makes; of a label of 1 nothing of s/2 is lost beside 1.
    [Test]
    [Rule("ELEMENTWISE-LOSSES-10")]
    public void Smoothed_labels_lie_between_both_classes()
    {
        Real64[] z = [2, -3, 0.5];
        Assert.That(
            ElementwiseLoss.BinaryCrossEntropy(z, [1, 0, 0.5], null, LossReduction.None, smoothing: 0.25).Losses.Select(l => l.Value),
            Is.EqualTo(ElementwiseLoss.BinaryCrossEntropy(z, [0.875, 0.125, 0.5], null, LossReduction.None).Losses.Select(l => l.Value)));
        Assert.That(ElementwiseLoss.BinaryCrossEntropy<Real64>([1e30], [1], null, LossReduction.Sum, smoothing: 1e-20).Loss.Value, Is.EqualTo(0.5e10).Within(2).Ulps);
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([1], [1], null, LossReduction.Sum, smoothing: 1.5), "label_smoothing", "1.5");
    }

    [Test]
    [Rule("ELEMENTWISE-LOSSES-3")]
    [Rule("ELEMENTWISE-LOSSES-6")]
    public void Known_values_come_out() => Assert.Multiple(() =>
    {
        // Half of the square below 2, 2(|d| − 1) above; ln(1 + e⁻³⁰) by its series e⁻³⁰ − e⁻⁶⁰/2.
        Assert.That(ElementwiseLoss.Huber<Real64>([1, 2, -5], [0, 0, 0], 2, LossReduction.None).Losses.Select(l => l.Value), Is.EqualTo(new[] { 0.5, 2, 8 }));
        Assert.That(ElementwiseLoss.BinaryCrossEntropy<Real64>([30], [1], null, LossReduction.None).Losses[0].Value, Is.EqualTo(Math.Exp(-30) - Math.Exp(-60) / 2).Within(2).Ulps);
        Assert.That(ElementwiseLoss.BinaryCrossEntropy<Real64>([double.NaN, 1], [1, 1], null, LossReduction.Sum).Loss.Value, Is.NaN);
    });

    [Test]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => ElementwiseLoss.Squared<Real64>([], [], LossReduction.Mean), "predictions", "[]");
        Refused(() => ElementwiseLoss.Squared<Real64>([1, 2], [1], LossReduction.Mean), "targets", "targets has 1 elements, predictions has 2");
        Refused(() => ElementwiseLoss.Squared<Real64>([1], [1], (LossReduction)3), "reduction", "3");
        Refused(() => ElementwiseLoss.Huber<Real32>([1], [1], 1e-60, LossReduction.Mean), "delta", "when rounded to");
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([1], [1.5], null, LossReduction.Mean), "targets", "1.5 is outside [0, 1]");
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([1], [double.NaN], null, LossReduction.Mean), "targets", "NaN is outside [0, 1]");
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([1], [1], [-1], LossReduction.Mean), "pos_weight", "-1 is outside [0, inf)");
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([1], [1], [double.PositiveInfinity], LossReduction.Mean), "pos_weight", "outside [0, inf)");
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([1], [1], [1, 1], LossReduction.Mean), "pos_weight", "pos_weight");
    });

    private static Loss<T> Of<T>(int kind)
        where T : IReal<T> => kind switch
        {
            0 => (x, reduction) => ElementwiseLoss.Squared(x, Over<T>(Targets), reduction),
            1 => (x, reduction) => ElementwiseLoss.Huber(x, Over<T>(Targets), 0.75, reduction),
            2 => (x, reduction) => ElementwiseLoss.SmoothL1(x, Over<T>(Targets), 0.75, reduction),
            3 => (x, reduction) => ElementwiseLoss.BinaryCrossEntropy(x, Over<T>(Targets), Over<T>([1, 3, 0.5, 0]), reduction),
            4 => (x, reduction) => ElementwiseLoss.Squared(x, Over<T>(Targets), reduction, Over<T>([0.5, 0, 4, 3])),
            _ => (x, reduction) => ElementwiseLoss.BinaryCrossEntropy(x, Over<T>(Targets), Over<T>([1, 3, 0.5, 0]), reduction, Over<T>([0.5, 0, 4, 3]), 0.25),
        };

    private static T[] Over<T>(double[] x)
        where T : IReal<T> => Generators.Over.Row<T>(x);
}
