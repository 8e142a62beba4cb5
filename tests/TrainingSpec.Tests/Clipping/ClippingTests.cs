using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Clipping;

internal sealed class ClippingTests
{
    [Test]
    [Rule("CLIPPING-2")]
    public void Gradients_that_keep_their_bits_are_copies_all_the_same()
    {
        Real64[][] grads = [[3, 4]];
        Real64[][][] kept = [GradientClipping.ByGlobalNorm(grads, 9).Gradients, GradientClipping.ByTensorNorm(grads, 9).Gradients, GradientClipping.ByValue(grads, 9)];
        foreach (Real64[][] clipped in kept)
            clipped[0][0] = 7;
        Assert.That(grads[0][0].Value, Is.EqualTo(3));
    }

    [Test]
    [Rule("CLIPPING-2")]
    public void Without_a_limit_even_an_infinite_norm_clips_nothing() => Assert.Multiple(() =>
    {
        Real64[][] grads = [[3, double.PositiveInfinity]];
        GlobalNormClip<Real64> whole = GradientClipping.ByGlobalNorm(grads, double.PositiveInfinity, NonFinitePolicy.Propagate);
        PerTensorNormClip<Real64> each = GradientClipping.ByTensorNorm(grads, double.PositiveInfinity, NonFinitePolicy.Propagate);
        Assert.That((whole.Scale.Value, each.Scales[0].Value), Is.EqualTo((1.0, 1.0)));
        Assert.That(Over.SameBits(whole.Gradients, grads) && Over.SameBits(each.Gradients, grads));
    });

    [Rule("CLIPPING-9")]
    [Rule("CLIPPING-10")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool Adaptive_clipping_is_clipping_by_each_units_own_threshold(Clip clip)
    {
        Real64[][] grads = Over.Rows<Real64>(clip.Gradients), weights = Array.ConvertAll(grads, g => Array.ConvertAll(g, x => (Real64)(x.Value / 8)));
        PerTensorNormClip<Real64> adaptive = GradientClipping.Adaptive(weights, grads, 0.5, clip.Limit);
        return Enumerable.Range(0, grads.Length).All(i =>
        {
            double threshold = 0.5 * Math.Max(Formulas.Norms.L2<Real64>(weights[i]).Value, clip.Limit);
            return Over.SameBits(GradientClipping.ByTensorNorm([grads[i]], threshold).Gradients, [adaptive.Gradients[i]]);
        });
    }

    [Rule("NORMS-3")]
    [Rule("CLIPPING-8")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool Norms_fall_as_their_order_rises_and_bound_each_other(Clip clip)
    {
        // ‖x‖_q ≤ ‖x‖_p ≤ n^(1/p − 1/q)·‖x‖_q for p < q, each within the roundings of n terms and of the root.
        Real64[][] grads = Over.Rows<Real64>(clip.Gradients);
        int n = grads.Sum(g => g.Length);
        double[] orders = [1, 1.5, 2, 3, 40, double.PositiveInfinity], norms = Array.ConvertAll(orders, p => Formulas.Norms.P(grads, p).Value);
        double slack = 1 + (n + 32) * Real64.UnitRoundoff;
        return Enumerable.Range(0, orders.Length - 1).All(i => norms[i + 1] <= slack * norms[i] && norms[i] <= slack * slack * norms[i + 1] * Math.Pow(n, 1 / orders[i] - 1 / orders[i + 1]))
            && Over.SameBits(GradientClipping.ByGlobalNorm(grads, clip.Limit, order: 3).TotalNorm.Value, norms[3]);
    }

    // At 1e-40 the factor has lost digits as a float, and what it would give is not asked of the device.
    [TestCase(8, 0, 0)]
    [TestCase(1, 2, 0)]
    [TestCase(1e-40, 0, 2)]
    [Rule("CLIPPING-1")]
    [Rule("CLIPPING-2")]
    public void A_device_scales_each_tensor_once_or_is_told_what_was_written(double maxNorm, int scaled, int written)
    {
        Real32[][] grads = [[3, 4], [0, -1.5f]], expected = GradientClipping.ByGlobalNorm(grads, maxNorm).Gradients;
        var operations = new Counted(new ReferenceOperations<Real32>());
        Real32[][] clipped = GradientClipping.ByGlobalNorm(grads, maxNorm, operations).Gradients;
        Assert.That(clipped, Is.EqualTo(expected));
        Assert.That((operations.Scaled, operations.WrittenTo), Is.EqualTo((scaled, written)));
    }

    [Test]
    [Rule("NORMS-3")]
    public void Sums_of_whole_magnitudes_are_exact_and_the_largest_is_found_wherever_it_is() => Assert.Multiple(() =>
    {
        var random = new SplitMix(19);
        for (int n = 1; n < 45; n++)
        {
            // Whole numbers below 2⁴⁶, so that no sum of them leaves 53 bits.
            long[] x = [.. Enumerable.Range(0, n).Select(_ => (long)(random.Next() >> 18))];
            Assert.That(Formulas.Norms.P([Array.ConvertAll(x, v => (Real64)(v % 2 == 0 ? v : -v))], 1).Value, Is.EqualTo((double)x.Sum()));
            for (int at = 0; at < n; at++)
            {
                var one = new Real64[n];
                one[at] = -7;
                Assert.That(Formulas.Norms.P([one], double.PositiveInfinity).Value, Is.EqualTo(7), $"place {at} of {n}");
            }
        }
    });

    [Rule("CLIPPING-1")]
    [Law(MaxTest = 11_400, Arbitrary = [typeof(TensorCases)])]
    public bool Every_element_is_multiplied_by_the_one_factor(Clip clip)
    {
        GlobalNormClip<Real64> clipped = GradientClipping.ByGlobalNorm(Over.Rows<Real64>(clip.Gradients), clip.Limit);
        double scale = clipped.TotalNorm.Value <= clip.Limit ? 1 : clip.Limit / clipped.TotalNorm.Value;
        return Over.SameBits(scale, clipped.Scale)
            && Over.SameBits(clipped.Gradients, Array.ConvertAll(Over.Rows<Real64>(clip.Gradients), g => Array.ConvertAll(g, x => new Real64(scale * x.Value))));
    }

    [Rule("CLIPPING-1")]
    [Law(MaxTest = 10_800, Arbitrary = [typeof(TensorCases)])]
    public bool The_direction_is_kept(Clip clip)
    {
        // Each element carries the rounding of one product, so a cross product of two can be off by those two and its own.
        double[] before = [.. clip.Gradients.SelectMany(g => g)];
        double[] after = [.. GradientClipping.ByGlobalNorm(Over.Rows<Real64>(clip.Gradients), clip.Limit).Gradients.SelectMany(g => g).Select(x => x.Value)];
        return Enumerable.Range(0, before.Length).All(i => Enumerable.Range(0, before.Length).All(j =>
            Math.Abs(before[i] * after[j] - before[j] * after[i]) <= 5 * Real64.UnitRoundoff * Math.Abs(before[i] * after[j])));
    }

    [Rule("CLIPPING-2")]
    [Law(MaxTest = 3600, Arbitrary = [typeof(TensorCases)])]
    public bool At_or_below_the_threshold_no_bit_changes(Clip clip)
    {
        Real64[][] grads = [.. Over.Rows<Real64>(clip.Gradients), [-0.0]];
        double norm = Formulas.Norms.Global<Real64>(grads);
        double threshold = norm == 0 ? clip.Limit : norm;
        return Over.SameBits(grads, GradientClipping.ByGlobalNorm(grads, threshold).Gradients)
            && GradientClipping.ByGlobalNorm(grads, threshold).Scale.Value == 1
            && Over.SameBits(grads, GradientClipping.ByGlobalNorm(grads, double.PositiveInfinity).Gradients)
            && Over.SameBits(grads, GradientClipping.ByTensorNorm(grads, threshold).Gradients);
    }

    [Rule("CLIPPING-3")]
    [Law(MaxTest = 12_000, Arbitrary = [typeof(TensorCases)])]
    public bool Clipping_again_changes_nothing_beyond_the_rounding_of_the_norm(Clip clip)
    {
        GlobalNormClip<Real64> once = GradientClipping.ByGlobalNorm(Over.Rows<Real64>(clip.Gradients), clip.Limit);
        GlobalNormClip<Real64> twice = GradientClipping.ByGlobalNorm(once.Gradients, clip.Limit);

        // Both norms err by half the depth of their sums and two roundings, elements and factor by one each.
        int count = clip.Gradients.Sum(g => g.Length);
        double gamma = (Reduction.Depth(count) + clip.Gradients.Length + 8) * Real64.UnitRoundoff;
        return once.Scale.Value == 1 ? Over.SameBits(once.Gradients, twice.Gradients)
            : twice.TotalNorm.Value <= clip.Limit * (1 + gamma) && twice.TotalNorm.Value >= clip.Limit * (1 - gamma) && twice.Scale.Value >= 1 - gamma;
    }

    [Rule("CLIPPING-6")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(TensorCases)])]
    public bool Value_clipping_bounds_each_element_and_leaves_those_inside(Clip clip)
    {
        Real64[][] clipped = GradientClipping.ByValue(Over.Rows<Real64>(clip.Gradients), clip.Limit);
        return Over.SameBits(clipped, GradientClipping.ByValue(clipped, clip.Limit))
            && clip.Gradients.SelectMany(g => g).Zip(clipped.SelectMany(g => g)).All(p =>
                Over.SameBits(p.Second, Math.Abs(p.First) <= clip.Limit ? p.First : Math.CopySign(clip.Limit, p.First)));
    }

    [Rule("CLIPPING-5")]
    [Law(MaxTest = 8400, Arbitrary = [typeof(TensorCases)])]
    public bool A_tensor_clipped_by_its_own_norm_is_as_if_alone(Clip clip)
    {
        Real64[][] grads = Over.Rows<Real64>(clip.Gradients);
        PerTensorNormClip<Real64> all = GradientClipping.ByTensorNorm(grads, clip.Limit);
        return Enumerable.Range(0, grads.Length).All(i =>
        {
            GlobalNormClip<Real64> alone = GradientClipping.ByGlobalNorm([grads[i]], clip.Limit);
            return Over.SameBits([all.Gradients[i]], alone.Gradients) && Over.SameBits(all.Norms[i], alone.TotalNorm) && Over.SameBits(all.Scales[i], alone.Scale);
        });
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NegativeInfinity)]
    [Rule("CLIPPING-4")]
    public void A_norm_that_is_no_number_is_an_error_unless_asked_for(double bad) => Assert.Multiple(() =>
    {
        Real64[][] grads = [[3, 4], [bad, 1]];
        Assert.That(() => GradientClipping.ByGlobalNorm(grads, 1), Throws.TypeOf<NonFiniteException>().With.Property("Argument").EqualTo("grads"));
        Assert.That(() => GradientClipping.ByTensorNorm(grads, 1), Throws.TypeOf<NonFiniteException>().With.Message.Contains("grads[1]"));

        GlobalNormClip<Real64> skipped = GradientClipping.ByGlobalNorm(grads, 1, NonFinitePolicy.Skip);
        Assert.That(skipped.Scale.Value, Is.Zero);
        Assert.That(Over.Bits(skipped.Gradients), Is.All.Zero);
        PerTensorNormClip<Real64> perTensor = GradientClipping.ByTensorNorm(grads, 1, NonFinitePolicy.Skip);
        Assert.That(perTensor.Scales.Select(s => s.Value), Is.EqualTo(new[] { 0.2, 0 }));
        Assert.That(perTensor.Gradients[1].Select(g => g.Value), Is.All.Zero);
        Assert.That(perTensor.Gradients[0][0].Value, Is.EqualTo(0.2 * 3));

        double scale = double.IsNaN(bad) ? double.NaN : 0;
        GlobalNormClip<Real64> propagated = GradientClipping.ByGlobalNorm(grads, 1, NonFinitePolicy.Propagate);
        Assert.That(propagated.Scale.Value, Is.EqualTo(scale));
        Assert.That(propagated.Gradients[0][0].Value, Is.EqualTo(scale * 3));
        Assert.That(propagated.Gradients[1][0].Value, Is.NaN);
    });

    [Test]
    [Rule("CLIPPING-7")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] grads = [[3, 4]];
        Refused(() => GradientClipping.ByGlobalNorm(grads, 0), "max_norm", "max_norm = 0 is outside (0, inf]");
        Refused(() => GradientClipping.ByGlobalNorm(grads, -1), "max_norm", "max_norm = -1");
        Refused(() => GradientClipping.ByTensorNorm(grads, double.NaN), "max_norm", "max_norm = NaN");
        Refused(() => GradientClipping.ByValue(grads, 0), "limit", "limit = 0 is outside (0, inf)");
        Refused(() => GradientClipping.ByValue(grads, double.PositiveInfinity), "limit", "Infinity");
        Refused(() => GradientClipping.ByGlobalNorm<Real64>([], 1), "grads", "grads = []");
        Refused(() => GradientClipping.ByGlobalNorm<Real64>([[1], []], 1), "grads", "grads[1] = []");
        Refused(() => GradientClipping.ByGlobalNorm(grads, 1, (NonFinitePolicy)7), "if_nonfinite", "7");
        Assert.That(GradientClipping.ByGlobalNorm<Real64>([[0, 0]], 1e-9).Scale.Value, Is.EqualTo(1));
    });

    private sealed class Counted(ITensorOperations<Real32> inner) : WrappedOperations<Real32>(inner)
    {
        public int Scaled { get; private set; }

        public int WrittenTo { get; private set; }

        public override void Scale(Real32[] x, Real32 scale)
        {
            Scaled++;
            base.Scale(x, scale);
        }

        public override void Written(Real32[] tensor)
        {
            WrittenTo++;
            base.Written(tensor);
        }
    }
}
