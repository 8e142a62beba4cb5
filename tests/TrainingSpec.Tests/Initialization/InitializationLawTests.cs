using MathNet.Numerics.Distributions;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Initialization;

/// <summary>Samples against their laws. Seeds are fixed; each test states what it misses with what probability, and is seen to find just that.</summary>
internal sealed class InitializationLawTests
{
    private const int Count = 100_000;

    // False alarms, and misses of what a test promises to find, have at most this probability.
    private const double Risk = 1e-9;

    private static readonly Initializer[] Laws =
    [
        .. Enum.GetValues<InitializationScheme>().Select(s => new Initializer { Scheme = s, FanIn = 300, FanOut = 100, Layers = 12 }),
    ];

    // Dvoretzky, Kiefer, Wolfowitz with Massart's constant: P(sup|F_n − F| > ε) ≤ 2e^(−2nε²) for every law.
    private static double Allowed => Math.Sqrt(Math.Log(2 / Risk) / (2 * Count));

    [TestCaseSource(nameof(Laws))]
    [Rule("INITIALIZATION-6")]
    [Rule("INITIALIZATION-7")]
    public void The_distribution_function_is_the_laws(Initializer law)
    {
        double distance = Distance(Sample(law), Cdf(law, 1));
        TestContext.Out.WriteLine(FormattableString.Invariant($"sup distance {distance:F5}, allowed {Allowed:F5}; a law at {2 * Allowed:F5} is missed with probability {Risk}"));
        Assert.That(distance, Is.LessThanOrEqualTo(Allowed));
    }

    [TestCaseSource(nameof(Laws))]
    [Rule("INITIALIZATION-6")]
    [Rule("INITIALIZATION-7")]
    public void A_law_at_twice_the_allowed_distance_is_found(Initializer law)
    {
        // The spread is raised until its distribution function is just 2ε away from the right one.
        double spread = 1;
        while (Farthest(Cdf(law, 1), Cdf(law, spread), Reach(law)) < 2 * Allowed)
            spread *= 1.001;
        double[] wrong = [.. Sample(law).Select(x => spread * x)];
        TestContext.Out.WriteLine(FormattableString.Invariant($"spread wrong by {100 * (spread - 1):F1} per cent"));
        Assert.That(Distance(wrong, Cdf(law, 1)), Is.GreaterThan(Allowed));
    }

    [Test]
    [Rule("INITIALIZATION-7")]
    public void A_normal_law_with_the_uniform_ones_variance_is_found()
    {
        // LBANN's "uniform" was of this kind.
        var law = new Initializer { Scheme = InitializationScheme.HeUniform, FanIn = 300, FanOut = 100 };
        double[] normal = Sample(law with { Scheme = InitializationScheme.HeNormal });
        Assert.That(Distance(normal, Cdf(law, 1)), Is.GreaterThan(Allowed));
    }

    [TestCaseSource(nameof(Laws))]
    [Rule("INITIALIZATION-1")]
    [Rule("INITIALIZATION-2")]
    [Rule("INITIALIZATION-4")]
    [Rule("INITIALIZATION-5")]
    public void The_sample_variance_is_the_laws_and_one_just_too_large_is_found(Initializer law)
    {
        // Σx²/(nσ²) has the standard error √(2/n) for a normal law and √(0.8/n) for a uniform one; six of them either way, twelve are found.
        InitializationMoments<Real64> m = law.Moments<Real64>();
        double error = Math.Sqrt((m.Limit is null ? 2 : 0.8) / Count);
        double bound = Normal.InvCDF(0, 1, 1 - Risk / 2) * error;
        double[] sample = Sample(law);
        double ratio = sample.Sum(x => x * x) / Count / m.Variance.Value;
        double planted = 1 + 2 * bound / (1 - bound);
        TestContext.Out.WriteLine(FormattableString.Invariant($"variance {ratio:F5} of the law's, allowed ±{bound:F5}; one wrong by {100 * (planted - 1):F1} per cent is found"));
        Assert.Multiple(() =>
        {
            Assert.That(ratio, Is.EqualTo(1).Within(bound));
            Assert.That(planted * ratio, Is.Not.EqualTo(1).Within(bound));
        });
    }

    [TestCase(InitializationScheme.XavierUniform)]
    [TestCase(InitializationScheme.HeNormal)]
    [Rule("INITIALIZATION-6")]
    [Rule("INITIALIZATION-7")]
    public void Bins_of_equal_probability_are_filled_alike_by_chi_square(InitializationScheme scheme)
    {
        const int Bins = 100;
        var law = new Initializer { Scheme = scheme, FanIn = 300, FanOut = 100 };
        Func<double, double> cdf = Cdf(law, 1);
        double critical = ChiSquared.InvCDF(Bins - 1, 1 - Risk);

        // Power by the normal approximation of the noncentral law: bins that are by turns 1 ± δ too full have the noncentrality n·δ².
        double z = Normal.InvCDF(0, 1, 1 - Risk), noncentrality = 0;
        while (Bins - 1 + noncentrality - z * Math.Sqrt(2 * (Bins - 1 + 2 * noncentrality)) < critical)
            noncentrality++;
        double delta = Math.Sqrt(noncentrality / Count);
        double[] p = [.. Sample(law).Select(cdf)];
        double right = Statistic(p, Bins), wrong = Statistic([.. p.Select(x => Uneven(x, Bins, delta))], Bins);
        TestContext.Out.WriteLine(FormattableString.Invariant($"χ² {right:F1}, critical {critical:F1}; with bins uneven by {100 * delta:F1} per cent {wrong:F1}"));
        Assert.Multiple(() =>
        {
            Assert.That(right, Is.LessThan(critical));
            Assert.That(wrong, Is.GreaterThan(critical));
        });
    }

    private static double[] Sample(Initializer law) => Array.ConvertAll(law.Sample<Real64>(2024, Count), x => x.Value);

    private static double Reach(Initializer law) => law.Moments<Real64>() is { Limit: { } limit } ? limit.Value : 6 * law.Moments<Real64>().Deviation.Value;

    private static Func<double, double> Cdf(Initializer law, double spread)
    {
        InitializationMoments<Real64> m = law.Moments<Real64>();
        double deviation = spread * m.Deviation.Value;
        return m.Limit is { } limit
            ? x => Math.Clamp((x / (spread * limit.Value) + 1) / 2, 0, 1)
            : x => Normal.CDF(0, deviation, x);
    }

    private static double Distance(double[] sample, Func<double, double> cdf)
    {
        double[] sorted = [.. sample.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double p = cdf(sorted[i]);
            distance = Math.Max(distance, Math.Max((i + 1.0) / sorted.Length - p, p - (double)i / sorted.Length));
        }

        return distance;
    }

    private static double Farthest(Func<double, double> a, Func<double, double> b, double reach) =>
        Enumerable.Range(-1000, 2001).Max(i => Math.Abs(a(i * reach / 1000) - b(i * reach / 1000)));

    private static double Statistic(double[] p, int bins)
    {
        var counts = new double[bins];
        foreach (double x in p)
            counts[Math.Min(bins - 1, (int)(x * bins))]++;
        double expected = (double)p.Length / bins;
        return counts.Sum(c => (c - expected) * (c - expected) / expected);
    }

    // Moves probability inside each pair of bins so that the first has 1 + δ of its share and the second 1 − δ.
    private static double Uneven(double x, int bins, double delta)
    {
        double pair = Math.Min(bins / 2 - 1, Math.Floor(x * bins / 2)), inside = x * bins / 2 - pair;
        double edge = (1 + delta) / 2;
        double moved = inside < edge ? 0.5 * inside / edge : 0.5 + 0.5 * (inside - edge) / (1 - edge);
        return (pair + moved) * 2 / bins;
    }
}
