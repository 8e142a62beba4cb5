using TrainingSpec.Claims.D2;
using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.Tests.Experiments;

/// <summary>Numbers of experiments that are known another way.</summary>
public class ExperimentNumbersTests
{
    private static readonly double Rounding = Math.ScaleB(1, -53);

    // The printed losses fall by 667, 444, 234, 133, 67, 44, 24 and 12 thousandths from step 100 on.
    [Test]
    public void Gains_of_the_printed_log()
    {
        ExperimentTable table = Of("loss-curve").Table;

        // Two losses below 5.9 are rounded, and their difference is 0.012 at least; a quotient of differences has that twice, and four of them one after the other no more than three roundings besides.
        double apart = 2 * (2 * 5.9 * Rounding / 0.012) + 3 * Rounding;
        Assert.Multiple(() =>
        {
            Assert.That(table.Rows.Take(2).Select(r => r.Values[0]), Is.EqualTo(new[] { 50.0, 100 }));
            Assert.That(table.Rows[2].Values[0], Is.EqualTo((444 / 667.0 + 234 / 444.0 + 133 / 234.0 + 67 / 133.0) / 4).Within(apart));
            Assert.That(table.Rows[3].Values[0], Is.EqualTo((44 / 67.0 + 24 / 44.0 + 12 / 24.0) / 3).Within(apart));
            Assert.That(table.Rows[4].Values[0], Is.EqualTo(0.036).Within(3 * 3.645 * Rounding));

            // 0.012 + 0.006 + 0.003 + … beyond 3.609 − 0.012; a ratio of one half enters with a slope of 0.012/(1 − ½)².
            Assert.That(table.Rows[5].Values[0], Is.EqualTo(3.597).Within(0.048 * apart + 2 * 5.9 * Rounding));
        });
    }

    [Test]
    public void Updates_are_batches_of_512_examples_an_epoch() => Assert.That(
        Of("batch-sizes").Table.Rows.Select(r => (r.Values[1], r.Values[2])),
        Is.EqualTo(Of("batch-sizes").Table.Rows.Zip((int[])[512, 32, 8, 2], (r, perEpoch) => (r.Values[0] * perEpoch, r.Values[0] * 512))));

    // A step multiplies the distance by |1 − 0.9·(1 ± 2)| at the sharp minimum and by 1 − 0.09·(1 ± 2) at the flat one.
    [TestCase(0, 1.7, 1.9)]
    [TestCase(1, 0.73, 1.09)]
    public void Single_examples_multiply_the_distance_by_one_of_two_factors(int line, double one, double other)
    {
        IReadOnlyList<double> distances = Of("flat-minima").Charts[0].Lines[line].Y;
        double[] factors = [.. distances.Zip(distances.Skip(1), (a, b) => b / a)];

        // Of rate·curvature, 2.7 at most, four roundings make an error, and of the factor three: its own, that of the distance and that of the quotient.
        double within = (4 * 2.7 + 3 * 1.9) * Rounding;
        Assert.That(factors, Has.Length.GreaterThan(5).And.All.EqualTo(one).Within(within).Or.EqualTo(other).Within(within));
        Assert.That(factors.Select(f => Math.Round(f, 9)).Distinct().Count(), Is.EqualTo(2));
    }

    // Zero weights leave the last layer's biases, which can do no better than each unit's mean target.
    [Test]
    public void From_zeros_what_is_left_is_half_the_variance_of_the_targets()
    {
        double left = Enumerable.Range(330, ((StatisticalDesign)ExperimentCatalog.Find("initializations").Design).Runs).Average(seed =>
        {
            double[][] inputs = DeepStack.Rows(new Draws(seed), 16, 12);
            return Enumerable.Range(0, 12).Average(unit =>
            {
                double[] targets = [.. inputs.Select(x => Math.Clamp(x[(unit + 1) % 12], -1, 1) / 2)];
                return targets.Average(t => (t - targets.Average()) * (t - targets.Average())) / 2;
            });
        });
        // Two hundred steps come as near as numbers do: two means of 16·12 squares are rounded.
        Assert.That(Of("initializations").Table.Rows[0].Values[2], Is.EqualTo(left).Within(2 * (16 * 12 + 3) * Rounding * left));
    }

    [Test]
    public void A_histogram_counts_five_gradients_of_each_of_a_hundred_examples() =>
        Assert.That(Of("gradient-histogram").Charts[0].Lines.Select(l => l.Y.Sum()), Is.EqualTo(new[] { 500.0, 500 }));

    // A hundred rates from 1e-7 to 10 are a factor of 10^(8/99) apart.
    [Test]
    public void Rates_read_off_a_sweep_are_rates_of_it()
    {
        double[] places = [.. Of("rate-finder").Table.Rows.Skip(1).Select(r => Math.Log10(r.Values[0] / 1e-7) * 99 / 8)];

        // A rate of a sweep is off by 200 roundings at most (the protocol's row of lr_finder.sweep), and a place has 99/8 of its logarithm, which is below 8.
        Assert.That(places, Is.EqualTo(places.Select(p => Math.Round(p))).Within(99 / 8.0 * (200 / Math.Log(10) + 3 * 8) * Rounding));
        Assert.That(places, Is.Unique);
    }

    [Test]
    public void Without_a_penalty_all_strengths_end_alike_and_without_a_scale_both_arms()
    {
        IReadOnlyList<ExperimentRow> strengths = Planted("forgetting").Table.Rows, arms = Planted("mixed-precision").Table.Rows;
        Assert.That(strengths.Skip(2).Select(r => r.Values), Is.All.EqualTo(strengths[1].Values));
        Assert.That(arms[2].Values, Is.EqualTo(arms[1].Values));
        Assert.That(Of("forgetting").Table.Rows[1].Values, Is.EqualTo(strengths[1].Values));
    }

    private static ExperimentResult Of(string name) => ExperimentCatalog.Find(name).Run();

    private static ExperimentResult Planted(string name) => ExperimentCatalog.Find(name).Run(planted: true);
}
