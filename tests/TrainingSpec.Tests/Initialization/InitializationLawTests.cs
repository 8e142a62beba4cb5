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

    private static readonly double Detectable = KolmogorovSmirnov.Detectable(Count, Risk, 1 - Risk);

    private static readonly Initializer[] Laws =
    [
        .. Enum.GetValues<InitializationScheme>().Select(s => new Initializer { Scheme = s, FanIn = 300, FanOut = 100, Layers = 12 }),
    ];

    [TestCaseSource(nameof(Laws))]
    [Rule("INITIALIZATION-6")]
    [Rule("INITIALIZATION-7")]
    public void The_distribution_function_is_the_laws(Initializer law)
    {
        KolmogorovSmirnovResult result = KolmogorovSmirnov.Test(Sample(law), Cdf(law, 1));
        TestContext.Out.WriteLine(FormattableString.Invariant($"{result}; a law at a distance of {Detectable:F5} is missed with probability {Risk}"));
        Assert.That(result.Passed(Risk), result.ToString());
    }

    [TestCaseSource(nameof(Laws))]
    [Rule("INITIALIZATION-6")]
    [Rule("INITIALIZATION-7")]
    public void A_law_at_the_distance_that_is_promised_is_found(Initializer law)
    {
        // The spread is raised until its distribution function is just so far away from the right one.
        double spread = 1;
        while (Farthest(Cdf(law, 1), Cdf(law, spread), Reach(law)) < Detectable)
            spread *= 1.001;
        double[] wrong = [.. Sample(law).Select(x => spread * x)];
        TestContext.Out.WriteLine(FormattableString.Invariant($"spread wrong by {100 * (spread - 1):F1} per cent"));
        Assert.That(KolmogorovSmirnov.Test(wrong, Cdf(law, 1)).Passed(Risk), Is.False);
    }

    [Test]
    [Rule("INITIALIZATION-7")]
    public void A_normal_law_with_the_uniform_ones_variance_is_found()
    {
        // LBANN's "uniform" was of this kind.
        var law = new Initializer { Scheme = InitializationScheme.HeUniform, FanIn = 300, FanOut = 100 };
        double[] normal = Sample(law with { Scheme = InitializationScheme.HeNormal });
        Assert.That(KolmogorovSmirnov.Test(normal, Cdf(law, 1)).Passed(Risk), Is.False);
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
        double[] even = [.. Enumerable.Repeat(1.0 / Bins, Bins)];
        double delta = 0.001;
        while (ChiSquare.Power(Count, even, Shares(Bins, delta), Risk) < 1 - 1e-6)
            delta += 0.001;
        double[] p = [.. Sample(law).Select(cdf)];
        ChiSquareResult right = ChiSquare.Test(Counts(p, Bins), even), wrong = ChiSquare.Test(Counts([.. p.Select(x => Uneven(x, Bins, delta))], Bins), even);
        TestContext.Out.WriteLine(FormattableString.Invariant($"{right}; with bins uneven by {100 * delta:F1} per cent {wrong}"));
        Assert.Multiple(() =>
        {
            Assert.That(right.Passed(Risk));
            Assert.That(wrong.Passed(Risk), Is.False);
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

    private static double Farthest(Func<double, double> a, Func<double, double> b, double reach) =>
        Enumerable.Range(-1000, 2001).Max(i => Math.Abs(a(i * reach / 1000) - b(i * reach / 1000)));

    private static long[] Counts(double[] p, int bins)
    {
        var counts = new long[bins];
        foreach (double x in p)
            counts[Math.Min(bins - 1, (int)(x * bins))]++;
        return counts;
    }

    private static double[] Shares(int bins, double delta) => [.. Enumerable.Range(0, bins).Select(i => (1 + (i % 2 == 0 ? delta : -delta)) / bins)];

    // Moves probability inside each pair of bins so that the first has 1 + δ of its share and the second 1 − δ.
    private static double Uneven(double x, int bins, double delta)
    {
        double pair = Math.Min(bins / 2 - 1, Math.Floor(x * bins / 2)), inside = x * bins / 2 - pair;
        double edge = (1 + delta) / 2;
        double moved = inside < edge ? 0.5 * inside / edge : 0.5 + 0.5 * (inside - edge) / (1 - edge);
        return (pair + moved) * 2 / bins;
    }
}
