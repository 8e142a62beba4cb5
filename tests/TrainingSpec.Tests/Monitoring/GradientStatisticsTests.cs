using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Monitoring;

internal sealed class GradientStatisticsTests
{
    [Rule("MONITORING-1")]
    [Rule("MONITORING-5")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(GradientCases)])]
    public bool What_is_not_finite_counts_and_changes_nothing_else(Gradients g)
    {
        double[] finite = [.. g.Entries.Where(double.IsFinite)];
        GradientStatistics<Real64> all = Of(g.Tensors);
        if (all.NonFinite != g.Entries.Count() - finite.Length)
            return false;
        if (finite.Length == 0)
            return all.Norm.Value == 0 && double.IsNaN(all.MaxAbs.Value) && double.IsNaN(all.ZeroFraction.Value);
        double norm = Formulas.Norms.Global(Over.Rows<Real64>(Array.ConvertAll(g.Tensors, t => Array.ConvertAll(t, x => double.IsFinite(x) ? x : 0)))).Value;
        GradientStatistics<Real64> alone = Of([finite]);
        return all.Norm.Value == norm && alone with { Norm = all.Norm, NonFinite = all.NonFinite } == all;
    }

    [Rule("MONITORING-2")]
    [Rule("MONITORING-3")]
    [Rule("MONITORING-4")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(GradientCases)])]
    public bool Extremes_and_zeros_are_those_of_the_sorted_entries(Gradients g)
    {
        double[] finite = [.. g.Entries.Where(double.IsFinite).Order()];
        if (finite.Length == 0)
            return true;
        double[] sizes = [.. finite.Select(Math.Abs).Order()];
        GradientStatistics<Real64> s = Of(g.Tensors);
        return s.Max.Value == finite[^1] && s.Min.Value == finite[0] && s.MaxAbs.Value == sizes[^1] && s.MinAbs.Value == sizes[0]
            && s.ZeroFraction.Value == (double)finite.Count(x => x == 0) / finite.Length;
    }

    [Rule("MONITORING-2")]
    [Rule("MONITORING-3")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(GradientCases)])]
    public bool Turning_all_signs_swaps_maximum_and_minimum(Gradients g)
    {
        GradientStatistics<Real64> s = Of(g.Tensors), turned = Of(Array.ConvertAll(g.Tensors, t => Array.ConvertAll(t, x => -x)));
        return turned.Norm == s.Norm && Same(turned.MaxAbs, s.MaxAbs) && Same(turned.MinAbs, s.MinAbs)
            && Same(turned.Max, -s.Min) && Same(turned.Min, -s.Max) && Same(turned.ZeroFraction, s.ZeroFraction);
    }

    [Rule("MONITORING-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(GradientCases)])]
    public bool A_power_of_two_passes_through_exactly(Gradients g, sbyte power)
    {
        GradientStatistics<Real64> s = Of(g.Tensors), scaled = Of(Array.ConvertAll(g.Tensors, t => Array.ConvertAll(t, x => Math.ScaleB(x, power))));
        return Same(scaled.Norm, Math.ScaleB(s.Norm.Value, power)) && Same(scaled.Max, Math.ScaleB(s.Max.Value, power))
            && Same(scaled.MinAbs, Math.ScaleB(s.MinAbs.Value, power)) && Same(scaled.ZeroFraction, s.ZeroFraction) && scaled.NonFinite == s.NonFinite;
    }

    [Test]
    [Rule("MONITORING-1")]
    public void Each_tensor_has_its_own() => Assert.Multiple(() =>
    {
        GradientStatistics<Real64>[] each = GradientStatistics.PerTensor<Real64>([[3, 4], [double.NaN, -2]]);
        Assert.That(each.Select(s => s.Norm.Value), Is.EqualTo(new[] { 5.0, 2 }));
        Assert.That(each.Select(s => s.NonFinite), Is.EqualTo(new[] { 0L, 1 }));
    });

    [Test]
    [Rule("MONITORING-6")]
    public void A_dead_unit_is_zero_on_every_example() => Assert.Multiple(() =>
    {
        // Unit 1 is zero throughout; units 0 and 2 each on one example. Half of all activations are zero, yet one unit of three is dead.
        ActivationStatistics<Real64> s = ActivationStatistics.Of<Real64>([0, 0, 5, 2, 0, 0, 1, -0.0, 4, 0, 0, 3], units: 3);
        Assert.That(s.DeadUnits, Is.EqualTo(new[] { 1 }));
        Assert.That(s.ZeroFraction.Value, Is.EqualTo(7.0 / 12));
        Assert.That(s.Mean.Value, Is.EqualTo(15.0 / 12));
        Assert.That(ActivationStatistics.Of<Real64>([0, 1, 1, 0], units: 2).DeadUnits, Is.Empty);
        Assert.That(ActivationStatistics.Of<Real64>([0, 1e-300], units: 2).DeadUnits, Is.EqualTo(new[] { 0 }));
    });

    [Test]
    [Rule("MONITORING-6")]
    public void Units_with_very_negative_biases_are_exactly_the_dead_ones()
    {
        // ReLU of standard normal sums of 16 inputs, with a bias of −20 for every fourth unit: 20 standard deviations are never reached.
        const int Units = 32, Inputs = 16, Examples = 64;
        var x = new Real64[Examples * Inputs];
        var w = new Real64[Units * Inputs];
        RandomStreams.FillNormal<Real64>(1, 0, 0, x);
        RandomStreams.FillNormal<Real64>(1, 1, 0, w);
        var y = new Real64[Examples * Units];
        int negative = 0;
        for (int e = 0; e < Examples; e++)
        {
            for (int u = 0; u < Units; u++)
            {
                double sum = u % 4 == 0 ? -20 : 0;
                for (int i = 0; i < Inputs; i++)
                    sum += x[e * Inputs + i].Value * w[u * Inputs + i].Value / 4;
                y[e * Units + u] = Formulas.Activations.Relu<Real64>(sum);
                negative += sum <= 0 ? 1 : 0;
            }
        }

        ActivationStatistics<Real64> s = ActivationStatistics.Of<Real64>(y, Units);
        Assert.That(s.DeadUnits, Is.EqualTo(Enumerable.Range(0, Units / 4).Select(k => 4 * k)));

        // No statistics: the sums are counted. A quarter of the units are dead, and the others' sums negative for about half of the examples.
        Assert.That(s.ZeroFraction.Value, Is.EqualTo(negative / (double)(Examples * Units)));
        Assert.That(negative, Is.InRange(Examples * Units / 2, 3 * Examples * Units / 4));
    }

    [TestCase(0.98, 0.0)]
    [TestCase(0.99, 0.0)]
    [TestCase(0.991, 0.5)]
    [TestCase(-0.991, 0.5)]
    [Rule("MONITORING-7")]
    public void Saturated_are_magnitudes_above_the_threshold(double y, double fraction) =>
        Assert.That(ActivationStatistics.Of<Real64>([y, 0.1], units: 2).SaturatedFraction.Value, Is.EqualTo(fraction));

    [Rule("MONITORING-7")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool Shifting_moves_the_mean_and_leaves_the_spread(Run run)
    {
        double[] x = run.Parameters[0];
        Bounded<Real64>[] here = Over.Row<Bounded<Real64>>(x), there = Over.Row<Bounded<Real64>>(Array.ConvertAll(x, v => v + 8));
        // v + 8 is rounded by at most half an ULP of 1032, and a variance of numbers below 1032 moves by at most 4·1032 times what they do.
        double moved = 1032 * Real64.UnitRoundoff, squares = 4 * 1032 * moved;
        Bounded<Real64> mean = Formulas.Monitoring.Mean<Bounded<Real64>>(here), shifted = Formulas.Monitoring.Mean<Bounded<Real64>>(there);
        Bounded<Real64> spread = Formulas.Monitoring.Variance<Bounded<Real64>>(here), same = Formulas.Monitoring.Variance<Bounded<Real64>>(there);
        return Math.Abs(shifted.Value.Value - mean.Value.Value - 8) <= mean.Bound + shifted.Bound + moved
            && (double.IsInfinity(spread.Bound + same.Bound) || Math.Abs(spread.Value.Value - same.Value.Value) <= spread.Bound + same.Bound + squares);
    }

    [Test]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => GradientStatistics.Of<Real64>([]), "grads", "grads = []");
        Refused(() => GradientStatistics.PerTensor<Real64>([[1], []]), "grads", "grads[1] = []");
        Refused(() => ActivationStatistics.Of<Real64>([], 1), "activations", "activations = []");
        Refused(() => ActivationStatistics.Of<Real64>([1, 2, 3], 2), "activations", "3 elements, which is no multiple of units = 2");
        Refused(() => ActivationStatistics.Of<Real64>([1], 0), "units", "units = 0 is outside [1, inf)");
        Refused(() => ActivationStatistics.Of<Real64>([1], 1, -1), "saturation", "saturation = -1 is outside [0, inf)");
    });

    private static GradientStatistics<Real64> Of(double[][] tensors) => GradientStatistics.Of(Over.Rows<Real64>(tensors));

    private static bool Same(Real64 x, Real64 y) => x.Value == y.Value || (double.IsNaN(x.Value) && double.IsNaN(y.Value));
}
