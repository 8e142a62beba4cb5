using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;

namespace TrainingSpec.Tests.RandomNumbers;

/// <summary>Normal numbers of many seeds against their law, by tests that are seen to find what they promise to find.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class NormalLawTests(bool pairs)
{
    private const double Level = 1e-3, Power = 0.99;
    private const int Count = 4000, Runs = 50;
    private const double Far = 2.5;
    private const int Side = 4;

    private static readonly double[] Quartile = [.. Enumerable.Range(1, Side - 1).Select(k => Normal.InvCDF(0, 1, (double)k / Side))];

    // Both ways of drawing: the cosine of each pair of uniform numbers, or cosine and sine.
    private readonly double[][] _samples = [.. Enumerable.Range(0, Runs).Select(seed =>
    {
        var z = new Real64[Count];
        if (pairs)
            RandomStreams.FillNormalPairs<Real64>((ulong)seed, 3, 0, z);
        else
            RandomStreams.FillNormal<Real64>((ulong)seed, 3, 0, z);
        return Array.ConvertAll(z, x => x.Value);
    })];

    [Test]
    [Rule("RANDOM-6")]
    public void The_distribution_function_is_the_normal_laws()
    {
        // Φ(x) and Φ(x − d) are farthest apart at d/2: 2Φ(d/2) − 1.
        double shift = 2 * Normal.InvCDF(0, 1, (1 + KolmogorovSmirnov.Detectable(Count, Level, Power)) / 2);
        Check((_, z) => Array.ConvertAll(z, x => x + shift), z => KolmogorovSmirnov.Test(z, x => Normal.CDF(0, 1, x)).Passed(Level), $"shifted by {shift:0.000}");
    }

    [Test]
    [Rule("RANDOM-6")]
    public void The_mean_is_0()
    {
        double shift = MomentTest.MeanDetectable(Count, Level, Power);
        Check((_, z) => Array.ConvertAll(z, x => x - shift), z => MomentTest.Mean(z, 0, 1).Passed(Level), $"mean off by {shift:0.000}");
    }

    [Test]
    [Rule("RANDOM-6")]
    public void The_variance_is_1([Values] bool larger)
    {
        double ratio = MomentTest.VarianceDetectable(Count, Level, Power), factor = larger ? Math.Sqrt(ratio) : 1 / Math.Sqrt(ratio);
        Check((_, z) => Array.ConvertAll(z, x => factor * x), z => MomentTest.Variance(z, 0, 1).Passed(Level), $"{factor:0.000} times as wide");
    }

    [Test]
    [Rule("RANDOM-6")]
    public void The_tails_have_their_share()
    {
        double share = 2 * Normal.CDF(0, 1, -Far), delta = ProportionTest.Detectable(Count, share, Level, Power);
        bool Passes(double[] z) => ProportionTest.Test(z.Count(x => Math.Abs(x) > Far), Count, share).Passed(Level);
        Check((seed, z) => [.. z.Zip(Chances(seed), (x, u) => Math.Abs(x) > Far && u < delta / share ? x / 2 : x)], Passes, $"{share:0.0000} of the numbers beyond {Far}, {share - delta:0.0000} for them");
        Check((seed, z) => [.. z.Zip(Chances(seed), (x, u) => Math.Abs(x) <= Far && u < delta / (1 - share) ? Far + 1 : x)], Passes, $"{share + delta:0.0000} for them");
    }

    [Test]
    [Rule("RANDOM-6")]
    public void A_law_cut_off_at_two_deviations_is_found_by_the_tails_and_by_the_variance()
    {
        // Drawn anew until it lies inside: the variance falls to 1 − 4φ(2)/(2Φ(2) − 1) = 0.774.
        double kept = 1 - 4 * Normal.PDF(0, 1, 2) / (2 * Normal.CDF(0, 1, 2) - 1), share = 2 * Normal.CDF(0, 1, -Far);
        Assert.That(MomentTest.VariancePower(Count, kept, Level), Is.GreaterThan(1 - 1e-9));
        Assert.That(ProportionTest.Power(Count, share, 0, Level), Is.EqualTo(1));
        foreach (double[] z in _samples)
        {
            double[] cut = [.. z.Where(x => Math.Abs(x) <= 2)];
            Assert.That(MomentTest.Variance(cut, 0, 1).Passed(Level), Is.False);
            Assert.That(ProportionTest.Test(cut.Count(x => Math.Abs(x) > Far), cut.Length, share).Passed(Level), Is.False);
        }
    }

    [Test]
    [Rule("RANDOM-5")]
    [Rule("RANDOM-6")]
    public void Neighbours_are_independent()
    {
        // For pairs these are the cosine and the sine of one angle.
        double[] even = [.. Enumerable.Repeat(1.0 / (Side * Side), Side * Side)];
        double rho = LawCheck.Detectable(Power, r => ChiSquare.Power(Count / 2, even, Correlated(r), Level)), rest = Math.Sqrt(1 - rho * rho);
        Check(
            (_, z) => [.. z.Select((x, i) => i % 2 == 0 ? x : rho * z[i - 1] + rest * x)],
            z =>
            {
                var counts = new long[Side * Side];
                for (int i = 0; i < Count; i += 2)
                    counts[Cell(z[i]) * Side + Cell(z[i + 1])]++;
                return ChiSquare.Test(counts, even).Passed(Level);
            },
            $"correlation {rho:0.000}");

        static int Cell(double z) => z < Quartile[0] ? 0 : z < Quartile[1] ? 1 : z < Quartile[2] ? 2 : 3;
    }

    // The probabilities of the cells between quartiles: given x, the other is normal about ρx with variance 1 − ρ².
    private static double[] Correlated(double rho)
    {
        double rest = Math.Sqrt(1 - rho * rho);
        double[] edges = [-8, .. Quartile, 8];
        double[] p = [.. Enumerable.Range(0, Side * Side).Select(c => GaussLegendreRule.Integrate(
            x => Normal.PDF(0, 1, x) * (Upto(c % Side + 1, x) - Upto(c % Side, x)), edges[c / Side], edges[c / Side + 1], 32))];
        return [.. p.Select(x => x / p.Sum())];

        double Upto(int edge, double x) => edge == 0 ? 0 : edge == Side ? 1 : Normal.CDF(rho * x, rest, edges[edge]);
    }

    private static double[] Chances(ulong seed)
    {
        var u = new Real64[Count];
        RandomStreams.FillUniform<Real64>(seed, 99, 0, u);
        return Array.ConvertAll(u, x => x.Value);
    }

    private void Check(Func<ulong, double[], double[]> wrong, Func<double[], bool> passes, string what) =>
        LawCheck.Holds(Runs, Level, Power, seed => _samples[seed], wrong, passes, what);
}
