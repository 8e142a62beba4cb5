using MathNet.Numerics.Distributions;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Initialization;

/// <summary>Samples against their laws: over fixed seeds, by tests that are seen to find what they promise to find.</summary>
internal sealed class InitializationLawTests
{
    private const double Level = 1e-3, Power = 0.99;
    private const int Count = 4000, Runs = 60, Bins = 20;

    private static readonly double Distance = KolmogorovSmirnov.Detectable(Count, Level, Power);

    // Seed s tests law s mod 11.
    private static readonly Initializer[] Laws =
    [
        .. Enum.GetValues<InitializationScheme>().Select(s => new Initializer { Scheme = s, FanIn = 300, FanOut = 100, Layers = 12 }),
    ];

    private static readonly Sample[] Samples = [.. Enumerable.Range(0, Runs).Select(seed => Draw(Laws[seed % Laws.Length], (ulong)seed))];

    [Test]
    [Rule("INITIALIZATION-6")]
    [Rule("INITIALIZATION-7")]
    public void The_distribution_function_is_the_laws()
    {
        // The spread is raised until its distribution function is just so far away from the right one as can be told.
        double[] spreads = [.. Laws.Select(law =>
        {
            double spread = 1;
            while (Farthest(Cdf(law, 1), Cdf(law, spread), Reach(law)) < Distance)
                spread *= 1.001;
            return spread;
        })];
        Check(s => s.Scaled(spreads[Array.IndexOf(Laws, s.Law)]), s => KolmogorovSmirnov.Test(s.Values, Cdf(s.Law, 1)).Passed(Level), $"spreads {spreads.Max():0.000} times too large at the most");
    }

    [Test]
    [Rule("INITIALIZATION-7")]
    public void A_normal_law_with_the_uniform_ones_variance_is_found()
    {
        // LBANN's "uniform" was of this kind.
        var law = new Initializer { Scheme = InitializationScheme.HeUniform, FanIn = 300, FanOut = 100 };
        Initializer normal = law with { Scheme = InitializationScheme.HeNormal };
        Assert.That(Farthest(Cdf(law, 1), Cdf(normal, 1), Reach(law)), Is.GreaterThan(Distance));
        LawCheck.Holds(
            Runs, Level, Power, seed => Draw(law, seed), (seed, _) => Draw(normal, seed), s => KolmogorovSmirnov.Test(s.Values, Cdf(law, 1)).Passed(Level), "a normal law of the variance");
    }

    [Test]
    [Rule("INITIALIZATION-1")]
    [Rule("INITIALIZATION-2")]
    [Rule("INITIALIZATION-4")]
    [Rule("INITIALIZATION-5")]
    [Rule("INITIALIZATION-10")]
    [Rule("INITIALIZATION-11")]
    public void The_variance_is_the_laws()
    {
        // The squares of a cut law spread less than those of a whole one, so that its test is refused less often than its level says, and finds as much.
        // Squares of uniform numbers have the deviation √0.8·σ², and r times as large ones r times that: r·σ² lies both quantiles away where r = (1 + c·e)/(1 − q·e), e = √(0.8/n).
        double error = Math.Sqrt(0.8 / Count), critical = Normal.InvCDF(0, 1, 1 - Level / 2), power = Normal.InvCDF(0, 1, Power);
        double normal = MomentTest.VarianceDetectable(Count, Level, Power), uniform = (1 + critical * error) / (1 - power * error);
        Check(
            s => s.Scaled(Math.Sqrt(s.Uniform ? uniform : normal)),
            s =>
            {
                double variance = s.Law.Moments<Real64>().Variance.Value;
                return (s.Uniform ? MomentTest.Mean(Array.ConvertAll(s.Values, x => x * x), variance, Math.Sqrt(0.8) * variance) : MomentTest.Variance(s.Values, 0, variance)).Passed(Level);
            },
            $"variance {normal:0.000} (normal) and {uniform:0.000} (uniform) times too large");
    }

    [Test]
    [Rule("INITIALIZATION-6")]
    [Rule("INITIALIZATION-7")]
    public void Bins_of_equal_probability_are_filled_alike_by_chi_square()
    {
        double[] even = [.. Enumerable.Repeat(1.0 / Bins, Bins)];
        double delta = LawCheck.Detectable(Power, d => ChiSquare.Power(Count, even, Shares(d), Level));
        LawCheck.Holds(
            Runs,
            Level,
            Power,
            seed => Array.ConvertAll(Samples[seed].Values, Cdf(Samples[seed].Law, 1).Invoke),
            (_, p) => Array.ConvertAll(p, x => Uneven(x, delta)),
            p => ChiSquare.Test(LawCheck.Counts(p.Select(x => Math.Min(Bins - 1, (int)(x * Bins))), Bins), even).Passed(Level),
            $"bins uneven by {100 * delta:0.0} per cent");
    }

    [Test]
    [Rule("INITIALIZATION-13")]
    public void A_law_cut_unevenly_has_its_distribution_function()
    {
        var law = new TruncatedNormal { Deviation = 0.5, Lower = -0.75, Upper = 1.5 };
        double[] Values(TruncatedNormal from, ulong seed) => Array.ConvertAll(from.Sample<Real64>(seed, Count), x => x.Value);
        Func<double, double> cdf = Cut(0.5, law.Lower, law.Upper);

        // Clamped numbers are set to a cut with the share of the law that lies beyond it, a fifth below and a fifteenth above.
        LawCheck.Holds(
            8, Level, Power, seed => Values(law, seed), (seed, _) => Array.ConvertAll(Values(new() { Deviation = 0.5, Lower = -12, Upper = 12 }, seed), x => Math.Clamp(x, -0.375, 0.75)),
            values => KolmogorovSmirnov.Test(values, cdf).Passed(Level), "clamped");
        double wider = 0.5;
        while (Farthest(cdf, Cut(wider, law.Lower * 0.5 / wider, law.Upper * 0.5 / wider), 1) < Distance)
            wider *= 1.001;
        LawCheck.Holds(
            8, Level, Power, seed => Values(law, seed), (seed, _) => Values(new() { Deviation = wider, Lower = law.Lower * 0.5 / wider, Upper = law.Upper * 0.5 / wider }, seed),
            values => KolmogorovSmirnov.Test(values, cdf).Passed(Level), $"a law {wider / 0.5:0.000} times as wide between the same cuts");
    }

    // Above a cut at −3/4 the mean is h = φ(3/4)/Φ(3/4), the variance 1 − 3h/4 − h².
    [Test]
    [Rule("INITIALIZATION-12")]
    [Rule("INITIALIZATION-13")]
    public void A_law_may_be_cut_on_one_side_or_none() => Assert.Multiple(() =>
    {
        double h = Normal.PDF(0, 1, 0.75) / Normal.CDF(0, 1, 0.75);
        var open = new TruncatedNormal { Lower = -0.75, Upper = double.PositiveInfinity };
        Assert.That(open.Moments<Real64>().Mean.Value, Is.EqualTo(h).Within(1e-14));
        Assert.That(open.Moments<Real64>().Variance.Value, Is.EqualTo(1 - 0.75 * h - h * h).Within(1e-14));
        Assert.That((open with { Lower = double.NegativeInfinity, Upper = 0.75 }).Moments<Real32>().Mean.Value, Is.EqualTo((float)-h));
        Assert.That((open with { Lower = double.NegativeInfinity }).Moments<Real64>(), Is.EqualTo(((Real64)0, (Real64)1, (Real64)1)));
        Assert.That(open.Sample<Real64>(3, 64), Is.EqualTo((open with { Upper = 40 }).Sample<Real64>(3, 64)));
    });

    private static Func<double, double> Cut(double deviation, double lower, double upper)
    {
        double below = Normal.CDF(0, 1, lower), inside = Normal.CDF(0, 1, upper) - below;
        return x => Math.Clamp((Normal.CDF(0, deviation, x) - below) / inside, 0, 1);
    }

    private static void Check(Func<Sample, Sample> wrong, Func<Sample, bool> passes, string what) =>
        LawCheck.Holds(Runs, Level, Power, seed => Samples[seed], (_, s) => wrong(s), passes, what);

    private static Sample Draw(Initializer law, ulong seed) => new(law, Array.ConvertAll(law.Sample<Real64>(seed, Count), x => x.Value));

    private static double Reach(Initializer law) => law.Moments<Real64>() is { Limit: { } limit } ? limit.Value : 6 * law.Moments<Real64>().Deviation.Value;

    private static Func<double, double> Cdf(Initializer law, double spread)
    {
        InitializationMoments<Real64> m = law.Moments<Real64>();
        double deviation = spread * m.Deviation.Value;
        if (law.Scheme is InitializationScheme.XavierTruncated or InitializationScheme.HeTruncated or InitializationScheme.LeCunTruncated)
            return Cut(spread * m.Limit!.Value.Value / 2, -2, 2);
        return m.Limit is { } limit
            ? x => Math.Clamp((x / (spread * limit.Value) + 1) / 2, 0, 1)
            : x => Normal.CDF(0, deviation, x);
    }

    private static double Farthest(Func<double, double> a, Func<double, double> b, double reach) =>
        Enumerable.Range(-1000, 2001).Max(i => Math.Abs(a(i * reach / 1000) - b(i * reach / 1000)));

    private static double[] Shares(double delta) => [.. Enumerable.Range(0, Bins).Select(i => (1 + (i % 2 == 0 ? delta : -delta)) / Bins)];

    // Moves probability inside each pair of bins so that the first has 1 + δ of its share and the second 1 − δ.
    private static double Uneven(double x, double delta)
    {
        double pair = Math.Min(Bins / 2 - 1, Math.Floor(x * Bins / 2)), inside = x * Bins / 2 - pair;
        double edge = (1 + delta) / 2;
        double moved = inside < edge ? 0.5 * inside / edge : 0.5 + 0.5 * (inside - edge) / (1 - edge);
        return (pair + moved) * 2 / Bins;
    }

    private sealed record Sample(Initializer Law, double[] Values)
    {
        public bool Uniform => Law.Scheme is InitializationScheme.XavierUniform or InitializationScheme.HeUniform or InitializationScheme.LeCunUniform;

        public Sample Scaled(double spread) => this with { Values = Array.ConvertAll(Values, x => spread * x) };
    }
}
