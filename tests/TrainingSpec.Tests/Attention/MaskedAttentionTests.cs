using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Layer = TrainingSpec.Formulas.Attention;

namespace TrainingSpec.Tests.Attention;

/// <summary>Attention with a mask: what is taken out counts for nothing, forward and backward, and who may look nowhere gives 0.</summary>
internal sealed class MaskedAttentionTests
{
    private const double Never = double.NegativeInfinity;
    private static readonly AttentionShape Shape = new(2, 3, 2, 2);

    // Position 0 may look nowhere, position 2 not at position 1.
    private static readonly double[] Mask = [Never, 0, 0, 0.5, -0.25, 0, -1, Never, 2];

    [Test]
    [Rule("ATTENTION-7")]
    public void A_mask_of_zeros_changes_no_bit()
    {
        Real64[] plain = new Real64[24], masked = new Real64[24];
        Layer.Forward<Real64>(Over<Real64>(Inputs(1)), Shape, new Real64[Shape.WeightCount], plain);
        Layer.Forward<Real64>(Over<Real64>(Inputs(1)), Shape, new Real64[Shape.WeightCount], masked, new Real64[9]);
        Assert.That(masked, Is.EqualTo(plain));
    }

    [Test]
    [Rule("ATTENTION-7")]
    public void What_is_taken_out_has_no_influence()
    {
        double[] x = Inputs(1), other = [.. x];

        // Position 1's keys and values, of both sequences, that position 2 may not see; what it sees of itself stays.
        foreach (int sequence in new[] { 0, 1 })
        {
            for (int c = 4; c < 12; c++)
                other[(sequence * 3 + 1) * 12 + c] = 1e9 * (c + 1);
        }

        Real64[] y = new Real64[24], changed = new Real64[24];
        Layer.Forward<Real64>(Over<Real64>(x), Shape, new Real64[Shape.WeightCount], y, Over<Real64>(Mask));
        Layer.Forward<Real64>(Over<Real64>(other), Shape, new Real64[Shape.WeightCount], changed, Over<Real64>(Mask));
        Assert.That(changed[8..12], Is.EqualTo(y[8..12]));
        Assert.That(changed[20..24], Is.EqualTo(y[20..24]));
        Assert.That(changed[4..8], Is.Not.EqualTo(y[4..8]));
    }

    [Test]
    [Rule("ATTENTION-8")]
    public void The_gradient_is_that_of_dual_numbers_and_0_where_nothing_was_seen()
    {
        double[] x = Inputs(2), dy = Inputs(3)[..24];
        var weights = new DoubleDouble[Shape.WeightCount];
        DoubleDouble[] y = new DoubleDouble[24], gradient = new DoubleDouble[x.Length];
        Layer.Forward<DoubleDouble>(Over<DoubleDouble>(x), Shape, weights, y, Over<DoubleDouble>(Mask));
        Layer.InputGradient<DoubleDouble>(Over<DoubleDouble>(dy), Over<DoubleDouble>(x), weights, Shape, gradient);
        Assert.That(y[..4].Concat(gradient[..4]).Select(v => (double)v), Is.All.Zero);
        for (int i = 0; i < x.Length; i++)
        {
            Dual<DoubleDouble>[] duals = Over<Dual<DoubleDouble>>(x), output = new Dual<DoubleDouble>[24];
            duals[i] = Dual<DoubleDouble>.Variable(x[i]);
            Layer.Forward<Dual<DoubleDouble>>(duals, Shape, new Dual<DoubleDouble>[Shape.WeightCount], output, Over<Dual<DoubleDouble>>(Mask));
            DoubleDouble sum = 0;
            for (int j = 0; j < output.Length; j++)
                sum += dy[j] * output[j].Derivative;
            Assert.That((double)(gradient[i] - sum), Is.Zero.Within(1e-26), $"element {i}");
        }
    }

    // Beside 1e30 the number tells no 1: what a mask leaves is compared exactly.
    [Test]
    [Rule("ATTENTION-7")]
    public void Scores_too_large_to_tell_a_1_are_compared_behind_the_mask()
    {
        var y = new Real64[3];
        Real64[] qkv = [0, 0, 1, 0, 0, 2, 1e15, 1e15, 4], mask = [0, 0, 0, 0, 0, 0, 0, Math.Log(3), Never];
        Layer.Forward<Real64>(qkv, new(1, 3, 1, 1), new Real64[9], y, mask);
        Assert.That(y[2].Value, Is.EqualTo((1 + 3 * 2) / 4.0).Within(4).Ulps);
        Layer.Forward<Real64>([0, 1, 1, 0, 1, 2, 1e30, 1e30, 4], new(1, 3, 1, 1), new Real64[9], y, mask);
        Assert.That(y[2].Value, Is.EqualTo((1 + 3 * 2) / 4.0).Within(4).Ulps);
    }

    [Test]
    public void A_mask_of_another_size_is_refused() => Assert.That(
        () => Layer.Forward<Real64>(new Real64[72], Shape, new Real64[Shape.WeightCount], new Real64[24], new Real64[4]), Throws.ArgumentException.With.Message.Contains("mask has 4 elements, 3 x 3 are needed"));

    private static double[] Inputs(ulong seed)
    {
        var random = new SplitMix(seed);
        return [.. Enumerable.Range(0, 72).Select(_ => random.Sign() * random.Magnitude(-1, 0.5))];
    }

    private static T[] Over<T>(double[] x)
        where T : IReal<T> => Generators.Over.Row<T>(x);
}
