using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Layer = TrainingSpec.Formulas.Attention;

namespace TrainingSpec.Tests.Attention;

public class AttentionTests
{
    private static readonly AttentionShape Shape = new(2, 4, 3, 2);

    [Test]
    public void What_the_weights_held_before_is_replaced()
    {
        Real64[] fresh = new Real64[Shape.WeightCount], used = [.. Enumerable.Repeat(new Real64(7), Shape.WeightCount)];
        Layer.Forward<Real64>(Inputs(1), Shape, fresh, new Real64[48]);
        Layer.Forward<Real64>(Inputs(1), Shape, used, new Real64[48]);
        Assert.That(used, Is.EqualTo(fresh));
    }

    [Test]
    public void Gives_what_plain_loops_give()
    {
        Real64[] qkv = Inputs(1);
        var y = new Real64[2 * 4 * 6];
        Layer.Forward<Real64>(qkv, Shape, new Real64[Shape.WeightCount], y);
        for (int b = 0; b < 2; b++)
        {
            for (int h = 0; h < 3; h++)
            {
                for (int i = 0; i < 4; i++)
                {
                    double[] e = new double[i + 1];
                    for (int j = 0; j <= i; j++)
                        e[j] = Math.Exp((At(b, i, 0, h, 0) * At(b, j, 1, h, 0) + At(b, i, 0, h, 1) * At(b, j, 1, h, 1)) / Math.Sqrt(2));
                    for (int d = 0; d < 2; d++)
                    {
                        double expected = Enumerable.Range(0, i + 1).Sum(j => e[j] * At(b, j, 2, h, d)) / e.Sum();
                        Assert.That(y[(b * 4 + i) * 6 + h * 2 + d].Value, Is.EqualTo(expected).Within(1e-13));
                    }
                }
            }
        }

        double At(int b, int t, int part, int h, int d) => qkv[(b * 4 + t) * 18 + part * 6 + h * 2 + d];
    }

    [Test]
    public void Weights_of_a_row_add_up_to_1_and_are_0_for_later_positions()
    {
        var weights = new Real64[Shape.WeightCount];
        Layer.Forward<Real64>(Inputs(2), Shape, weights, new Real64[48]);
        for (int row = 0; row < weights.Length / 4; row++)
        {
            double[] w = [.. weights.Skip(4 * row).Take(4).Select(x => x.Value)];
            Assert.That(w.Sum(), Is.EqualTo(1).Within(1e-15));
            Assert.That(w.Skip(row % 4 + 1), Is.All.EqualTo(0.0));
            Assert.That(w.Take(row % 4 + 1), Is.All.GreaterThan(0.0));
        }
    }

    [Test]
    public void A_NaN_at_a_later_position_doesnt_reach_an_earlier_one()
    {
        Real64[] qkv = Inputs(3);
        qkv.AsSpan(3 * 18, 18).Fill(double.NaN);
        var y = new Real64[48];
        Layer.Forward<Real64>(qkv, Shape, new Real64[Shape.WeightCount], y);
        Assert.That(y.Take(3 * 6).Select(v => v.Value), Is.All.Not.NaN);
        Assert.That(y.Skip(3 * 6).Take(6).Select(v => v.Value), Is.All.NaN);
    }

    // One head of 2 · 8 that goes through more or less than a float holds; its neighbours on the lanes keep their bits.
    [TestCase(0, 1e-37f, 1e38f, 1e38f)]
    [TestCase(9, 1e30f, 1f, 1e-30f)]
    [TestCase(15, 1f, 1e-25f, 1e-20f)]
    [TestCase(3, 1e12f, 1f, float.NaN)]
    [TestCase(4, 1f, float.PositiveInfinity, 1f)]
    public void A_head_beyond_the_range_gives_its_bits_on_lanes_and_leaves_the_others_theirs(int head, float queries, float values, float gradients)
    {
        var shape = new AttentionShape(2, 5, 8, 3);
        Real32[] qkv = Drawn(3, shape), dy = Drawn(1, shape);
        for (int row = 0; row < 5; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                int token = head / 8 * 5 + row, at = head % 8 * 3 + column;
                qkv[token * 72 + at] *= queries;
                qkv[token * 72 + 48 + at] *= values;
                dy[token * 24 + at] *= gradients;
            }
        }

        var (y, gradient) = Both(new ReferenceOperations<Real32>());
        foreach (int lanes in new[] { 8, 16 })
        {
            var (yOnLanes, gradientOnLanes) = Both(new CpuOperations(2, lanes));
            Assert.That(Bits(yOnLanes), Is.EqualTo(Bits(y)), $"y on {lanes}");
            Assert.That(Bits(gradientOnLanes), Is.EqualTo(Bits(gradient)), $"gradient on {lanes}");
        }

        (Real32[] Y, Real32[] Gradient) Both(ITensorOperations<Real32> operations)
        {
            Real32[] weights = new Real32[operations.AttentionWeightCount(shape)], output = new Real32[dy.Length], result = new Real32[qkv.Length];
            operations.Attention(qkv, shape, [], weights, output);
            operations.AttentionInputGradient(dy, qkv, weights, shape, result);
            return (output, result);
        }

        static Real32[] Drawn(int parts, AttentionShape shape)
        {
            var drawn = new Real32[shape.Batch * shape.Length * parts * shape.Width];
            RandomStreams.FillNormal<Real32>((ulong)parts, 0, 0, drawn);
            return drawn;
        }

        static string[] Bits(Real32[] x) => [.. x.Select(v => float.IsNaN(v.Value) ? "NaN" : v.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture))];
    }

    [Test]
    public void Lengths_at_odds_are_refused() => Assert.Multiple(() =>
    {
        int weights = Shape.WeightCount;
        Assert.That(() => Layer.Forward<Real64>(new Real64[10], Shape, new Real64[weights], new Real64[48]), Throws.ArgumentException);
        foreach (int other in new[] { weights - 1, weights + 1 })
            Assert.That(() => Layer.Forward<Real64>(new Real64[144], Shape, new Real64[other], new Real64[48]), Throws.ArgumentException, $"{other} weights");
        foreach (int other in new[] { 143, 145 })
            Assert.That(() => Layer.InputGradient<Real64>(new Real64[48], new Real64[144], new Real64[weights], Shape, new Real64[other]), Throws.ArgumentException, $"{other} gradients");
    });

    private static Real64[] Inputs(ulong seed)
    {
        var values = new Real64[2 * 4 * 18];
        RandomStreams.FillNormal<Real64>(seed, 0, 0, values);
        return values;
    }
}
