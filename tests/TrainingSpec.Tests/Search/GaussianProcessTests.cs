using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.HyperparameterSearch;

internal sealed class GaussianProcessTests
{
    [Rule("SEARCH-6")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SearchCases)])]
    public bool Without_noise_the_mean_goes_through_the_observations_and_nothing_is_uncertain_there(ObservationCase c)
    {
        GaussianProcess process = Condition(c);
        var exact = new ExactProcess(c.Points, c.LengthScale);
        double allowed = ExactProcess.MeanAllowance(process.Weights);
        return Enumerable.Range(0, c.Points.Length).All(i =>
        {
            Prediction at = process.At(c.Points[i]);

            // K's own row leaves a variance of 0 in exact arithmetic.
            return Math.Abs(at.Mean - c.Values[i]) <= allowed && at.Variance <= exact.At(c.Points[i]).Allowance;
        });
    }

    [Rule("SEARCH-6")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SearchCases)])]
    public bool The_variance_is_that_in_double_double_within_the_bound_of_its_roundings(ObservationCase c)
    {
        (double variance, double allowance) = new ExactProcess(c.Points, c.LengthScale).At(c.At);

        // A bound that hides a thousandth of the prior would say nothing.
        return Math.Abs(Condition(c).At(c.At).Variance - variance) <= allowance && allowance < 1e-3;
    }

    [Rule("SEARCH-6")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SearchCases)])]
    public bool The_variance_is_never_above_the_prior_and_no_observation_raises_it(ObservationCase c)
    {
        double all = Condition(c).At(c.At).Variance;
        if (all is not (>= 0 and <= 1) || c.Points.Length == 1)
            return all is >= 0 and <= 1;
        double fewer = Condition(c with { Points = c.Points[..^1], Values = c.Values[..^1] }).At(c.At).Variance;

        // In exact arithmetic the difference is a square; each of the two has its roundings.
        return all <= fewer + new ExactProcess(c.Points, c.LengthScale).At(c.At).Allowance + new ExactProcess(c.Points[..^1], c.LengthScale).At(c.At).Allowance;
    }

    [Rule("SEARCH-6")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SearchCases)])]
    public bool The_mean_is_linear_in_the_observations_and_far_away_the_prior_is_back(ObservationCase c, sbyte power)
    {
        double factor = Math.ScaleB(1, power % 20);
        double[] far = [.. c.At.Select(_ => 1e3)];
        double scaled = Condition(c with { Values = Array.ConvertAll(c.Values, v => factor * v) }).At(c.At).Mean;

        // A power of two changes no digit, but for products that underflow.
        return Math.Abs(scaled - factor * Condition(c).At(c.At).Mean) <= Math.ScaleB(1 + factor, -1022)
            && Condition(c).At(far) == new Prediction(0, 1);
    }

    [Rule("SEARCH-6")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(SearchCases)])]
    public bool The_covariance_is_positive_definite_also_where_points_repeat_under_noise(ObservationCase c)
    {
        // The exact matrix of all points twice has no eigenvalue below 0. Rounding lowers them by at most n times the error of an entry, and raised by that it is positive definite: e^(−a)
        // is off by a·e^(−a) ≤ 1/e times the relative error of a, of d squares of differences, their sum and the division, and by a unit in the last place, 2u, of its own.
        const double noise = 1e-6;
        double[][] twice = [.. c.Points, .. c.Points];
        double entry = ErrorBound.Gamma(c.At.Length + 6, Real64.UnitRoundoff) / Math.E + 2 * Real64.UnitRoundoff;
        GaussianProcess process = new(twice, [.. c.Values, .. c.Values], new GaussianProcessOptions { LengthScale = c.LengthScale, Noise = noise });
        return new ExactProcess(twice, c.LengthScale, twice.Length * entry).IsPositiveDefinite
            && double.IsFinite(process.LogLikelihood) && process.At(c.At).Variance is >= 0 and <= 1;
    }

    [Test]
    [Rule("SEARCH-6")]
    public void One_and_two_observations_by_hand() => Assert.Multiple(() =>
    {
        // k = e^(−1/2) at a distance of one length scale.
        double k = Math.Exp(-0.5);
        var one = new GaussianProcess([[0.0]], [2], new GaussianProcessOptions { LengthScale = 0.5, Noise = 0.25 });
        Assert.That(one.At([0.5]).Mean, Is.EqualTo(k * 2 / 1.25).Within(1e-14));
        Assert.That(one.At([0.5]).Variance, Is.EqualTo(1 - k * k / 1.25).Within(1e-14));
        Assert.That(one.LogLikelihood, Is.EqualTo(Normal.PDFLn(0, Math.Sqrt(1.25), 2)).Within(1e-14));

        // ((1, k), (k, 1))⁻¹ = ((1, −k), (−k, 1))/(1 − k²); halfway both kernels are e^(−1/8).
        double half = Math.Exp(-0.125);
        var two = new GaussianProcess([[0.0], [0.5]], [1, 3], new GaussianProcessOptions { LengthScale = 0.5, Variance = 4 });
        Assert.That(two.At([0.25]).Mean, Is.EqualTo(half * 4 / (1 + k)).Within(1e-14));
        Assert.That(two.At([0.25]).Variance, Is.EqualTo(4 * (1 - 2 * half * half / (1 + k))).Within(1e-13));
    });

    [Test]
    [Rule("SEARCH-7")]
    public void Expected_improvement_is_the_integral_of_the_improvement() => Assert.Multiple(() =>
    {
        foreach (double z in new[] { -6, -3, -1, -0.25, 0, 0.5, 2, 5 })
        {
            foreach (double deviation in new[] { 0.01, 1, 30 })
            {
                // E max(0, z − t)·σ for standard normal t; below −12 there is nothing.
                double integral = deviation * GaussLegendreRule.Integrate(t => (z - t) * Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI), -12, z, 64);
                Assert.That(Search.ExpectedImprovement<Real64>(z, deviation).Value, Is.EqualTo(integral).Within(1e-12 * deviation), $"z = {z}, σ = {deviation}");
            }
        }
    });

    [Rule("SEARCH-7")]
    [Law(MaxTest = 6000)]
    public bool Expected_improvement_is_never_negative_and_0_without_uncertainty(short numerator, ushort size)
    {
        double z = Math.Max(-8, numerator / 512.0), deviation = size / 256.0;
        double improvement = Search.ExpectedImprovement<Real64>(z, deviation);

        // Never less than the improvement of the mean itself, as the loss may turn out either way.
        return improvement >= 0 && improvement >= z * deviation - 1e-13 * deviation && Search.ExpectedImprovement<Real64>(z, 0) == 0
            && Search.ExpectedImprovement<Real64>(z + 0.125, deviation) >= improvement - 1e-14 * deviation;
    }

    [Rule("SEARCH-7")]
    [Law(MaxTest = 3000)]
    public bool The_normal_law_is_symmetric_and_its_density_is_its_slope(short numerator)
    {
        double z = numerator / 4096.0, h = 1e-4;
        double slope = (Search.NormalCdf<Real64>(z + h) - Search.NormalCdf<Real64>(z - h)) / (2 * h);

        // The third derivative of Φ is at most 0.4; each Φ is off by 2u.
        return Math.Abs(slope - Search.NormalDensity<Real64>(z)) <= 0.4 * h * h / 6 + 4 * Real64.UnitRoundoff / h
            && Math.Abs(Search.NormalCdf<Real64>(z) + Search.NormalCdf<Real64>(-z) - 1) <= 4 * Real64.UnitRoundoff;
    }

    [Test]
    [Rule("SEARCH-6")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => _ = new GaussianProcessOptions { LengthScale = 0 }, "length_scale", "length_scale = 0 is outside (0, inf)");
        Refused(() => _ = new GaussianProcessOptions { Variance = double.NaN }, "variance", "variance = NaN");
        Refused(() => _ = new GaussianProcessOptions { Noise = -1 }, "noise", "noise = -1 is outside [0, inf)");
        var options = new GaussianProcessOptions();
        Refused(() => _ = new GaussianProcess([], [], options), "points", "points = []");
        Refused(() => _ = new GaussianProcess([[0]], [1, 2], options), "values", "values has 2 elements, points has 1");
        Refused(() => _ = new GaussianProcess([[0], [0, 1]], [1, 2], options), "points", "points has 2 elements, points[0] has 1");
        Refused(() => _ = new GaussianProcess([[0]], [double.NaN], options), "values", "values = NaN");
        Refused(() => _ = new GaussianProcess([[0.5], [0.5]], [1, 2], options), "noise", "noise = 0 is too little");
        Refused(() => new GaussianProcess([[0]], [1], options).At([0, 1]), "point", "point has 2 elements");
    });

    private static GaussianProcess Condition(ObservationCase c) => new(c.Points, c.Values, new GaussianProcessOptions { LengthScale = c.LengthScale });
}
