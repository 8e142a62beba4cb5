using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Monitoring;

[TestFixture]
public class MonitoringTests
{
    // Alternating noise of size 1: no trend of its own for an even length.
    private static double[] Curve(double slope, int length = 40) =>
        [.. Enumerable.Range(0, length).Select(i => 5 + slope * i + (i % 2 == 0 ? 1 : -1))];

    [TestCase(0.1, Trend.Increasing)]
    [TestCase(-0.1, Trend.Decreasing)]
    [TestCase(0.0, Trend.Flat)]
    // The slope's standard error is about 0.0139 and the level's quantile 2.71: 0.03 is narrowly hidden by the noise, 0.05 narrowly not.
    [TestCase(0.03, Trend.Flat)]
    [TestCase(0.05, Trend.Increasing)]
    [TestCase(-0.03, Trend.Flat)]
    [TestCase(-0.05, Trend.Decreasing)]
    public void Slopes_are_told_from_noise(double slope, Trend label) =>
        Assert.That(RunCurves.TrendOf(Curve(slope)), Is.EqualTo(label));

    [TestCase(0.01)]
    [TestCase(0.2)]
    public void Noise_is_called_a_trend_as_often_as_the_significance_says_and_a_slope_as_often_as_its_power_says(double significance)
    {
        // The slope's t is noncentral: P(|Z + δ| > c·√(χ²/ν)), over the law of χ² with ν = n − 2; δ = slope·√(n(n² − 1)/12) in deviations of the noise.
        const int length = 40, runs = 300;
        const double power = 0.9;
        double spread = Math.Sqrt(length * (length * length - 1) / 12.0), critical = -StudentT.InvCDF(0, 1, length - 2, significance / 2);
        double Found(double slope) => GaussLegendreRule.Integrate(
            w => ChiSquared.PDF(length - 2, w) * (Normal.CDF(0, 1, slope * spread - critical * Math.Sqrt(w / (length - 2))) + Normal.CDF(0, 1, -slope * spread - critical * Math.Sqrt(w / (length - 2)))), 0, 200, 128);
        double slope = LawCheck.Detectable(power, Found);
        Assert.That(Found(0), Is.EqualTo(significance).Within(1e-9));
        LawCheck.Holds(
            runs,
            significance,
            power,
            seed =>
            {
                var z = new Real64[length];
                RandomStreams.FillNormalPairs<Real64>(seed, 0, 0, z);
                return Array.ConvertAll(z, x => x.Value);
            },
            (_, z) => [.. z.Select((x, i) => x + slope * i)],
            z => RunCurves.TrendOf(z, significance) == Trend.Flat,
            $"a slope of {slope} under noise of 1");
    }

    [TestCase(0.1, Trend.Flat)]
    [TestCase(0.0, Trend.Flat)]
    public void A_level_line_is_flat(double level, Trend label) =>
        Assert.That(RunCurves.TrendOf([level, level, level, level, level]), Is.EqualTo(label));

    [Test]
    public void A_line_without_noise_has_its_trend() =>
        Assert.That(RunCurves.TrendOf([3, 2, 1, 0]), Is.EqualTo(Trend.Decreasing));

    [TestCase(-0.1, -0.1, LossDiagnosis.Learning)]
    [TestCase(-0.1, 0.1, LossDiagnosis.Overfitting)]
    [TestCase(-0.1, 0.03, LossDiagnosis.Saturating)]
    [TestCase(0.1, 0.1, LossDiagnosis.Divergence)]
    [TestCase(0.03, 0.1, LossDiagnosis.Stuck)]
    public void Curves_are_read_together(double training, double validation, LossDiagnosis diagnosis) =>
        Assert.That(RunCurves.Diagnose(Curve(training), Curve(validation)), Is.EqualTo(diagnosis));

    [TestCase(1.0, NormSign.Stable)]
    [TestCase(1.01, NormSign.OutsideBand)]
    [TestCase(0.09, NormSign.OutsideBand)]
    [TestCase(10.0, NormSign.OutsideBand)]
    [TestCase(10.01, NormSign.VeryLarge)]
    [TestCase(double.NaN, NormSign.NonFinite)]
    [TestCase(double.PositiveInfinity, NormSign.NonFinite)]
    public void The_worst_norm_decides(double norm, NormSign sign) =>
        Assert.That(RunCurves.JudgeNorms([0.5, norm, 0.5], 0.1, 1), Is.EqualTo(sign));

    [Test]
    public void Rates_are_compared_to_their_printed_precision() =>
        Assert.That(RunCurves.OffSchedule([(1, 1.00, 0.005), (2, 2.00, 0.005)], step => step * 1.004), Is.EqualTo(new[] { 2L }));

    [Test]
    public void Bad_arguments_are_named() =>
        Assert.Multiple(() =>
        {
            Assert.That(() => RunCurves.TrendOf([1, 2]), Throws.ArgumentException.With.Message.Contains("values"));
            Assert.That(() => RunCurves.TrendOf([1, 2, double.NaN]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("values = NaN"));
            Assert.That(() => RunCurves.TrendOf([1, 2, 3], 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("significance = 1"));
            Assert.That(() => RunCurves.JudgeNorms([1], -1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("low = -1"));
        });
}
