using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.GradientAccumulation;

internal sealed class GradientAccumulationTests
{
    // (3w·1 + w·2)/(4w) is 5/4 for every w; the sum or the products of the weights themselves may be beyond binary32.
    [TestCase(1e38)]
    [TestCase(1e-45)]
    [TestCase(1e-300)]
    [TestCase(4e307)]
    public void Weights_count_beside_each_other_alone(double weight) =>
        Assert.That(GradientAccumulator.Mean<Real32>([[[(Real32)1f]], [[(Real32)2f]]], [3 * weight, weight])[0][0].Value, Is.EqualTo(1.25f).Within(2).Ulps);

    [Rule("GRADIENT-ACCUMULATION-2")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(AccumulationCases)])]
    public bool However_a_batch_is_cut_its_gradient_is_the_same(CutBatch c)
    {
        // Both ways over numbers that carry their error bound: the means of the cuts and the mean of the whole.
        Bounded<Real64>[] gradients = [.. c.X.Zip(c.Y, (x, y) => (Exact(c.Theta) * Exact(x) - Exact(y)) * Exact(x))];
        Bounded<Real64> whole = MeanOf(gradients);
        var window = new GradientAccumulator<Bounded<Real64>>();
        int first = 0;
        foreach (int length in c.Lengths)
        {
            window.Add([[MeanOf(gradients[first..(first + length)])]], length);
            first += length;
        }

        Bounded<Real64> accumulated = window.Take()[0][0];
        return Math.Abs(whole.Value.Value - accumulated.Value.Value) <= whole.Bound + accumulated.Bound;
    }

    [Rule("GRADIENT-ACCUMULATION-2")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(AccumulationCases)])]
    public bool The_mean_is_the_exact_one_within_its_derived_bound(MicroBatches c)
    {
        Bounded<Real64>[][] mean = GradientAccumulator.Mean(Array.ConvertAll(c.Gradients, Over.Rows<Bounded<Real64>>), c.Tokens);
        return Enumerable.Range(0, mean.Length).All(t => Enumerable.Range(0, mean[t].Length).All(i =>
        {
            DoubleDouble sum = 0;
            for (int k = 0; k < c.Tokens.Length; k++)
                sum += DoubleDouble.Product(c.Tokens[k], c.Gradients[k][t][i]);
            return Over.Covers(mean[t][i], sum / c.Tokens.Sum());
        }));
    }

    [Rule("GRADIENT-ACCUMULATION-2")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(AccumulationCases)])]
    public bool Only_the_ratio_of_the_weights_counts(MicroBatches c, sbyte power) =>
        Over.SameBits(Mean(c.Gradients, c.Tokens), Mean(c.Gradients, Array.ConvertAll(c.Tokens, w => Math.ScaleB(w, power))));

    [Rule("GRADIENT-ACCUMULATION-1")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(AccumulationCases)])]
    public bool Equal_weights_are_no_weights(MicroBatches c, sbyte power) =>
        Over.SameBits(Mean(c.Gradients), Mean(c.Gradients, Array.ConvertAll(c.Tokens, _ => Math.ScaleB(1, power))));

    [Rule("GRADIENT-ACCUMULATION-1")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(AccumulationCases)])]
    public bool Scaled_gradients_have_the_scaled_mean(MicroBatches c, sbyte power) =>
        Over.SameBits(
            Array.ConvertAll(Mean(c.Gradients, c.Tokens), t => Array.ConvertAll(t, x => new Real64(Math.ScaleB(x.Value, power)))),
            Mean(Array.ConvertAll(c.Gradients, g => Array.ConvertAll(g, t => Array.ConvertAll(t, x => Math.ScaleB(x, power)))), c.Tokens));

    [Rule("GRADIENT-ACCUMULATION-1")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(AccumulationCases)])]
    public bool One_micro_batch_keeps_its_bits_and_so_do_copies_of_it(MicroBatches c)
    {
        // Sums of two and four equal numbers are exact. A sum that starts at +0 has no negative zero.
        double[][] alone = Array.ConvertAll(c.Gradients[0], t => Array.ConvertAll(t, x => x + 0.0));
        Real64[][] expected = Over.Rows<Real64>(alone);
        return Over.SameBits(expected, Mean([alone])) && Over.SameBits(expected, Mean([alone, alone])) && Over.SameBits(expected, Mean([alone, alone, alone, alone]));
    }

    [Rule("GRADIENT-ACCUMULATION-2")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(AccumulationCases)])]
    public bool A_micro_batch_without_tokens_is_absent(MicroBatches c) =>
        Over.SameBits(Mean(c.Gradients, c.Tokens), Mean([.. c.Gradients, c.Gradients[0]], [.. c.Tokens, 0]));

    [Rule("GRADIENT-ACCUMULATION-4")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(AccumulationCases)])]
    public bool A_used_accumulator_is_a_fresh_one(MicroBatches first, MicroBatches second)
    {
        var window = new GradientAccumulator<Real64>();
        foreach (double[][] g in first.Gradients)
            window.Add(Over.Rows<Real64>(g), 3);
        window.Take();
        for (int k = 0; k < second.Tokens.Length; k++)
            window.Add(Over.Rows<Real64>(second.Gradients[k]), second.Tokens[k]);
        return window.Count == second.Tokens.Length && Over.SameBits(window.Take(), Mean(second.Gradients, second.Tokens)) && window.Count == 0;
    }

    [Rule("GRADIENT-ACCUMULATION-3")]
    [Law(MaxTest = 1800)]
    public bool Windows_share_out_every_micro_batch(ushort count, byte size)
    {
        int k = 1 + size;
        int[] windows = GradientAccumulator.Windows(count, k);
        return windows.Sum() == count && windows.All(w => w >= 1 && w <= k) && windows.SkipLast(1).All(w => w == k);
    }

    [Test]
    [Rule("GRADIENT-ACCUMULATION-1")]
    public void Gradients_are_left_as_they_are_and_what_is_no_number_propagates() => Assert.Multiple(() =>
    {
        Real64[][] first = [[1, double.NaN]], second = [[3, 2]];
        Real64[][] mean = GradientAccumulator.Mean<Real64>([first, second]);
        Assert.That(mean[0].Select(x => x.Value), Is.EqualTo(new[] { 2, double.NaN }));
        Assert.That(first[0].Select(x => x.Value), Is.EqualTo(new[] { 1, double.NaN }));
        Assert.That(GradientAccumulator.Mean<Real64>([[[double.PositiveInfinity]], [[1]]])[0][0].Value, Is.EqualTo(double.PositiveInfinity));
    });

    [Test]
    [Rule("GRADIENT-ACCUMULATION-2")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] one = [[1, 2]];
        Refused(() => GradientAccumulator.Mean<Real64>([]), "micro_grads", "micro_grads = [] is outside");
        Refused(() => GradientAccumulator.Mean<Real64>([[]]), "micro_grads", "micro_grads = [] is outside");
        Refused(() => GradientAccumulator.Mean<Real64>([[[]]]), "micro_grads", "micro_grads[0] = []");
        Refused(() => GradientAccumulator.Mean<Real64>([one, [[1]]]), "micro_grads", "micro_grads[0] has 1 elements, the first micro-batch[0] has 2");
        Refused(() => GradientAccumulator.Mean<Real64>([one, [[1, 2], [3]]]), "micro_grads", "micro_grads has 2 tensors");
        Refused(() => GradientAccumulator.Mean([one], [1, 2]), "weights", "weights has 2 entries, micro_grads has 1");
        Refused(() => GradientAccumulator.Mean([one], [-1]), "weights", "weights = -1 is outside [0, inf)");
        Refused(() => GradientAccumulator.Mean([one], [double.NaN]), "weights", "weights = NaN");
        Refused(() => GradientAccumulator.Mean([one], [0]), "weights", "weights add up to 0, which is outside (0, inf)");
        Refused(() => GradientAccumulator.Windows(-1, 2), "count", "count = -1");
        Refused(() => GradientAccumulator.Windows(1, 0), "size", "size = 0 is outside [1, inf)");
    });

    private static Real64[][] Mean(double[][][] gradients, double[]? weights = null) =>
        GradientAccumulator.Mean(Array.ConvertAll(gradients, Over.Rows<Real64>), weights);

    private static Bounded<Real64> Exact(double x) => Bounded<Real64>.Exact(x);

    private static Bounded<Real64> MeanOf(Bounded<Real64>[] x) => x.Aggregate(Exact(0), (sum, g) => sum + g) / Exact(x.Length);
}
