using TrainingSpec.Battery;
using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Checking;

/// <summary>A check that compared nothing, or that nothing could fail, has not passed.</summary>
public sealed class CannotFailTests
{
    [Test]
    public void Nothing_compared_is_nothing_shown() => Assert.Multiple(() =>
    {
        Assert.That(new WholeDomainResult(10, 10, 0, 1, 0, 0, null).Passed, Is.False);
        Assert.That(new DeviceCheckResult(3, 0, 0, null).Passed, Is.False);
        Assert.That(new DeviceCheckResult(3, 1, 0, null).Passed, Is.True);
        Assert.That(new GradientCheckResult(0, 0, 0, []).Passed, Is.False);
        Assert.That(FixedStepGradientCheck.Passed([]), Is.False);
        Assert.That(FixedStepGradientCheck.Passed([new FixedStepEntry("w", 0, 1, 1, 0, true)]), Is.True);
        Assert.That(FixedStepGradientCheck.Passed([new FixedStepEntry("w", 0, 1, 1, double.NaN, true)]), Is.False);
    });

    [Test]
    public void An_infinite_gradient_is_within_no_bar() => Assert.Multiple(() =>
    {
        Assert.That(new GradientEntry("w", 0, double.PositiveInfinity, 1, double.PositiveInfinity, false).Passed, Is.False);
        Assert.That(new GradientEntry("w", 0, double.NaN, 1, double.PositiveInfinity, false).Passed, Is.False);
        Assert.That(new GradientEntry("w", 0, 2, 1, 1, true).Passed, Is.True);

        // One entry of two is decided and right, so the check is decided by half.
        double[] slopes = [3, 1];
        Real64[] x = [1, 1], gradient = [3, double.PositiveInfinity];
        GradientCheckResult found = GradientCheck.Run([new CheckedTensor<Real64>("w", x, gradient)], () => slopes[0] * x[0].Value + slopes[1] * Math.Sqrt(Math.Abs(x[1].Value - 1)));
        Assert.That(found.Passed, Is.False, found.ToString());
    });

    [TestCase(0)]
    [TestCase(-0.5)]
    [TestCase(1)]
    [TestCase(double.NaN)]
    public void A_level_at_which_nothing_is_refused_is_refused(double level) => Assert.Multiple(() =>
    {
        void Refused(Func<bool> passed) => Assert.That(() => passed(), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("level = "));
        Refused(() => new ChiSquareResult(10, 1, 1e9, 0).Passed(level));
        Refused(() => new KolmogorovSmirnovResult(10, 1, 0).Passed(level));
        Refused(() => new MomentResult(10, 1, 0).Passed(level));
        Refused(() => new ProportionResult(10, 1, 0).Passed(level));
    });

    [Test]
    public void No_probability_is_not_enough_for_any_level() => Assert.Multiple(() =>
    {
        Assert.That(default(ChiSquareResult).Passed(1e-300), Is.False);
        Assert.That(new KolmogorovSmirnovResult(10, 1, double.NaN).Passed(0.01), Is.False);
        Assert.That(MomentTest.Mean([double.NaN, 1], 0, 1).Passed(0.01), Is.False);
        Assert.That(MomentTest.Variance([double.PositiveInfinity, 1], 0, 1).Passed(0.01), Is.False);
        Assert.That(() => KolmogorovSmirnov.Test([1, 2, 3, 4, double.NaN], _ => 0.5), Throws.ArgumentException);
    });

    [Test]
    public void Too_few_runs_show_no_size_and_no_power() => Assert.Multiple(() =>
    {
        // Three alarms of three at level 0.01 have probability 10⁻⁶, the risk itself; of two runs no number is too many.
        foreach (int runs in new[] { 1, 2 })
        {
            Assert.That(new SizeAndPower(runs, 0, runs).Agrees(0.01, 0.99), Is.False, $"{runs}");
            Assert.That(new SizeAndPower(runs, runs, 0).Agrees(0.01, 0.99), Is.False, $"{runs}");
        }

        Assert.That(new SizeAndPower(10, 0, 10).Agrees(0.01, 0.99), Is.True);
        Assert.That(new SizeAndPower(10, 10, 10).Agrees(0.01, 0.99), Is.False);
        Assert.That(new SizeAndPower(10, 0, 0).Agrees(0.01, 0.99), Is.False);
    });

    [Test]
    public void A_bound_that_holds_for_any_error_is_none() => Assert.Multiple(() =>
    {
        Assert.That(() => ErrorBound.Sum([1, double.PositiveInfinity], 1, Real32.UnitRoundoff), Throws.ArgumentException.With.Message.Contains("terms leads to the bound"));
        Assert.That(() => ErrorBound.Sum([1, double.NaN], 1, Real32.UnitRoundoff), Throws.ArgumentException);
        Assert.That(() => ErrorBound.Sum([1.7e308, 1.7e308], 1, Real32.UnitRoundoff), Throws.ArgumentException);
        Assert.That(() => ErrorBound.DotProduct([1e200], [1e200], 1, Real32.UnitRoundoff), Throws.ArgumentException.With.Message.Contains("x leads to the bound"));
        Assert.That(ErrorBound.Sum([], 0, Real32.UnitRoundoff), Is.Zero);
    });
}
