using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Norm = TrainingSpec.Formulas.LayerNorm;

namespace TrainingSpec.Tests.LayerNorm;

public class LayerNormTests
{
    [Test]
    public void Rows_have_mean_0_and_variance_1_before_gain_and_bias()
    {
        Real64[] x = [3, 1, 4, 1, 5, 9, 2, 6];
        var y = new Real64[8];
        Norm.Forward<Real64>(x, [1, 1, 1, 1], [0, 0, 0, 0], 1e-12, y, new Real64[8], new Real64[2]);
        foreach (Real64[] row in y.Chunk(4))
        {
            Assert.That(row.Sum(v => v.Value), Is.EqualTo(0).Within(1e-14));
            Assert.That(row.Sum(v => v.Value * v.Value) / 4, Is.EqualTo(1).Within(1e-11));
        }
    }

    [Test]
    public void Gives_what_the_definition_gives()
    {
        Real64[] x = [0, 2, 4];
        var y = new Real64[3];
        Norm.Forward<Real64>(x, [1, 2, 3], [10, 20, 30], 0.5, y, new Real64[3], new Real64[1]);
        double r = 1 / Math.Sqrt(8.0 / 3 + 0.5);
        Assert.That(y.Select(v => v.Value), Is.EqualTo(new[] { -2 * r + 10, 20, 6 * r + 30 }).Within(1e-14));
    }

    [Test]
    public void Without_epsilon_a_small_row_is_normalized_and_a_constant_one_gives_the_bias()
    {
        Real32[] x = [1e-30f, -1e-30f, 5, 5], normalized = new Real32[4], y = new Real32[4];
        Norm.Forward<Real32>(x, [1, 1], [3, 4], 0, y, normalized, new Real32[2]);
        Assert.That(normalized.Select(v => v.Value), Is.EqualTo(new[] { 1f, -1, 0, 0 }));
        Assert.That(y.Select(v => v.Value), Is.EqualTo(new[] { 4f, 3, 3, 4 }));
    }

    [Test]
    public void A_shift_of_the_row_changes_nothing_and_its_gradient_adds_up_to_nothing()
    {
        Real64[] dy = [0.3, -1, 2, 0.25];
        var normalized = new Real64[4];
        var r = new Real64[1];
        Norm.Forward<Real64>([1, -2, 0.5, 4], [1, 2, 3, 4], [0, 0, 0, 0], 1e-5, new Real64[4], normalized, r);
        var dx = new Real64[4];
        Norm.InputGradient<Real64>(dy, [1, 2, 3, 4], normalized, r, dx);
        Assert.That(dx.Sum(v => v.Value), Is.EqualTo(0).Within(1e-14));
        Assert.That(dx.Max(v => Math.Abs(v.Value)), Is.GreaterThan(0.1));
    }

    [Test]
    public void What_a_gradient_held_before_is_replaced()
    {
        Real64[] dGain = [7, double.NaN];
        Norm.GainGradient<Real64>([1, 2, 3, 4], [5, 6, 7, 8], dGain);
        Assert.That(dGain.Select(g => g.Value), Is.EqualTo(new[] { 1.0 * 5 + 3 * 7, 2 * 6 + 4 * 8 }));
    }

    // One row of 20, or one column of 16, that goes through more or less than a float holds; its neighbours on the lanes keep their bits.
    [TestCase(3, 1f, 3e38f)]
    [TestCase(16, 1e-25f, 1e-25f)]
    [TestCase(19, 1e25f, 1e25f)]
    [TestCase(0, 0f, 1f)]
    [TestCase(7, 1f, float.NaN)]
    public void A_row_beyond_the_range_gives_its_bits_on_lanes_and_leaves_the_others_theirs(int row, float gradients, float gains)
    {
        Real32[] x = new Real32[20 * 16], dy = new Real32[x.Length], gain = new Real32[16];
        RandomStreams.FillNormal<Real32>(1, 0, 0, x);
        RandomStreams.FillNormal<Real32>(2, 0, 0, dy);
        RandomStreams.FillNormal<Real32>(3, 0, 0, gain);
        for (int i = 0; i < 16; i++)
        {
            dy[row * 16 + i] *= gradients;
            gain[i] *= gains;
        }

        for (int i = 0; i < 20; i++)
            dy[16 * i + 5] = i < 10 ? 3e38f : -3e38f;
        string[] reference = Bits(new ReferenceOperations<Real32>());
        foreach (int lanes in new[] { 8, 16 })
            Assert.That(Bits(new CpuOperations(2, lanes)), Is.EqualTo(reference), $"{lanes} lanes");
        Assert.That(reference[^(16 - 5)], Does.Not.Contain("N").And.Not.Contain("Infinity"));

        string[] Bits(ITensorOperations<Real32> operations)
        {
            Real32[] y = new Real32[x.Length], normalized = new Real32[x.Length], r = new Real32[20], dx = new Real32[x.Length], dGain = new Real32[16], dBias = new Real32[16];
            operations.LayerNorm(x, gain, new Real32[16], 1e-5, y, normalized, r);
            operations.LayerNormInputGradient(dy, gain, normalized, r, dx);
            operations.GainGradient(dy, normalized, dGain);
            operations.BiasGradient(dy, dBias);
            return [.. dx.Concat(dGain).Concat(dBias).Select(v => v.Value.ToString("R", CultureInfo.InvariantCulture))];
        }
    }

    [TestCase(5, 2, 5, 5, "x has 5 elements")]
    [TestCase(4, 2, 5, 4, "y 5")]
    [TestCase(4, 2, 3, 4, "y 3")]
    [TestCase(4, 2, 4, 5, "normalized 5")]
    [TestCase(4, 3, 4, 4, "bias has 3 elements")]
    [TestCase(4, 1, 4, 4, "bias has 1 elements")]
    public void Lengths_at_odds_are_refused(int x, int bias, int y, int normalized, string message) =>
        Assert.That(
            () => Norm.Forward<Real64>(new Real64[x], [1, 1], new Real64[bias], 1e-5, new Real64[y], new Real64[normalized], new Real64[2]),
            Throws.ArgumentException.With.Message.Contains(message));

    [Test]
    public void A_gradient_that_cancels_exactly_is_0() =>
        Assert.That(Norm.InputGradientOf<Real64>(15, 0, 3, 5, 0.1).Value, Is.Zero);
}
