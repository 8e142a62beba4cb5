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
