using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Elementary;

internal sealed class UlpTests
{
    [Test]
    [Rule("CHECKING-6")]
    public void Distance_counts_the_steps_between() => Assert.Multiple(() =>
    {
        Assert.That(Ulp.Distance(1.0, 1.0), Is.Zero);
        Assert.That(Ulp.Distance(0.0, -0.0), Is.Zero);
        Assert.That(Ulp.Distance(-double.Epsilon, double.Epsilon), Is.EqualTo(2));
        Assert.That(Ulp.Distance(1.0, Math.BitDecrement(1.0)), Is.EqualTo(1));
        Assert.That(Ulp.Distance(double.MaxValue, double.PositiveInfinity), Is.EqualTo(1));
        Assert.That(Ulp.Distance(double.NegativeInfinity, double.PositiveInfinity), Is.EqualTo(2 * 0x7FF0_0000_0000_0000UL));
        Assert.That(Ulp.Distance(double.NaN, double.NaN), Is.Zero);
        Assert.That(Ulp.Distance(double.NaN, 0.0), Is.EqualTo(ulong.MaxValue));
        Assert.That(Ulp.Distance(1f, 2f), Is.EqualTo(1 << 23));
        Assert.That(Ulp.Distance(-1f, 1f), Is.EqualTo(2 * 0x3F80_0000UL));
        Assert.That(Ulp.Distance(float.NaN, 1f), Is.EqualTo(ulong.MaxValue));
    });

    [Law]
    public bool Distance_is_symmetric_and_steps_add_up(double x, byte steps)
    {
        if (!double.IsFinite(x) || Math.Abs(x) > 1e300)
            return true;
        double y = x;
        for (int i = 0; i < steps; i++)
            y = Math.BitIncrement(y);
        // Stepping up from −ε passes both zeros: Math.BitIncrement(−ε) is −0, and of −0 it is ε.
        return Ulp.Distance(x, y) == steps && Ulp.Distance(y, x) == steps;
    }

    [Test]
    public void Error_is_measured_in_units_of_the_rounded_exact_value() => Assert.Multiple(() =>
    {
        Assert.That(Ulp.Error(0.1, DoubleDouble.Parse("0.1")), Is.EqualTo((double)((DoubleDouble.Of(0.1) - DoubleDouble.Parse("0.1")) * Math.ScaleB(1, 56))));
        Assert.That(Ulp.Error(1.0, DoubleDouble.Sum(1, Math.ScaleB(1, -54))), Is.EqualTo(0.25));
        Assert.That(Ulp.Error(2.0, 1.0), Is.EqualTo(Math.ScaleB(1, 52)));
        Assert.That(Ulp.Error(1f, 1 + Math.ScaleB(1, -24)), Is.EqualTo(0.5));
        Assert.That(Ulp.Error(double.NaN, DoubleDouble.NaN), Is.Zero);
        Assert.That(Ulp.Error(double.PositiveInfinity, 1), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Ulp.Error(float.PositiveInfinity, 1e39), Is.Zero);
        Assert.That(Ulp.Of(1.0), Is.EqualTo(Math.ScaleB(1, -52)));
        Assert.That(Ulp.Of(double.MaxValue), Is.EqualTo(Math.ScaleB(1, 971)));
        Assert.That(Ulp.Of(0f), Is.EqualTo(float.Epsilon));
    });
}
