using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class BoundedTests
{
    [Test]
    public void The_bound_covers_the_distance_to_the_oracle_in_double()
    {
        double worst = 0;
        foreach (var (x, y) in Points(4000))
            worst = Math.Max(worst, Math.Max(
                Used<Real64>(Bounded<Real64>.Exact(x), Bounded<Real64>.Exact(y), x, y, value => value),
                0));
        // A bound that is never used to a tenth would be no analysis but a guess.
        Assert.That(worst, Is.InRange(0.1, 1));
    }

    [Test]
    public void The_bound_covers_the_distance_to_the_oracle_in_single()
    {
        double worst = 0;
        foreach (var (x, y) in Points(4000))
            worst = Math.Max(worst, Used<Real32>(Bounded<Real32>.Exact((float)x), Bounded<Real32>.Exact((float)y), (float)x, (float)y, value => value));
        Assert.That(worst, Is.InRange(0.1, 1));
    }

    [Test]
    public void Subnormal_products_stay_covered()
    {
        var random = new Random(20260402);
        for (int i = 0; i < 4000; i++)
        {
            float x = (float)Math.ScaleB(random.NextDouble() + 1, -75 - random.Next(10)), y = (float)Math.ScaleB(random.NextDouble() + 1, -62 - random.Next(10));
            var product = Bounded<Real32>.Exact(x) * Bounded<Real32>.Exact(y);
            Assert.That(Math.Abs(product.Value - (double)x * y), Is.LessThanOrEqualTo(product.Bound));
            var quotient = product / Bounded<Real32>.Exact(x);
            Assert.That(Math.Abs(quotient.Value - y), Is.LessThanOrEqualTo(quotient.Bound));
        }
    }

    [Test]
    public void Constants_carry_their_rounding() => Assert.Multiple(() =>
    {
        Assert.That(Bounded<Real64>.Of(0.1).Bound, Is.Zero);
        Assert.That(Bounded<Real32>.Of(0.5).Bound, Is.Zero);
        Assert.That(Bounded<Real32>.Of(0.1).Bound, Is.GreaterThanOrEqualTo(Math.Abs(0.1f - 0.1)));
        Assert.That(Bounded<Real32>.Of(0.1).Bound, Is.LessThan(0.1 * Real32.UnitRoundoff));
    });

    [Test]
    public void Poles_and_overflow_give_an_infinite_bound()
    {
        var third = Bounded<Real64>.Of(1) / Bounded<Real64>.Of(3);
        var nothing = third - third;
        Assert.Multiple(() =>
        {
            Assert.That((Bounded<Real64>.Of(1) / nothing).Bound, Is.EqualTo(double.PositiveInfinity));
            Assert.That(Bounded<Real64>.Log(nothing).Bound, Is.EqualTo(double.PositiveInfinity));
            Assert.That((Bounded<Real64>.Of(1e308) * Bounded<Real64>.Of(1e308)).Bound, Is.EqualTo(double.PositiveInfinity));
        });
    }

    [Test]
    public void An_open_comparison_covers_both_branches()
    {
        var third = Bounded<Real64>.Of(1) / Bounded<Real64>.Of(3);
        var open = Bounded<Real64>.IfLess(third, Bounded<Real64>.Of(1.0 / 3), Bounded<Real64>.Of(10), Bounded<Real64>.Of(20));
        var settled = Bounded<Real64>.IfLess(third, Bounded<Real64>.Of(0.5), Bounded<Real64>.Of(10), Bounded<Real64>.Of(20));
        var step = Bounded<Real64>.Floor(third * Bounded<Real64>.Of(3));
        Assert.Multiple(() =>
        {
            Assert.That(open.Bound, Is.GreaterThanOrEqualTo(10));
            Assert.That(settled.Bound, Is.Zero);
            Assert.That(step.Bound, Is.GreaterThanOrEqualTo(1));
        });
    }

    // The largest part of its bound that either formula's error takes; above 1 is a violation.
    private static double Used<T>(Bounded<T> x, Bounded<T> y, double exactX, double exactY, Func<T, double> toDouble) where T : IBinaryFormat<T>
    {
        double worst = 0;
        var smooth = SampleFormulas.Smooth(x, y);
        worst = Math.Max(worst, Share(smooth, SampleFormulas.Smooth<DoubleDouble>(exactX, exactY)));
        var kinked = SampleFormulas.Kinked(x, y);
        return Math.Max(worst, Share(kinked, SampleFormulas.Kinked<DoubleDouble>(exactX, exactY)));

        double Share(Bounded<T> value, DoubleDouble exact) => DoubleDouble.Abs(toDouble(value.Value) - exact).High / value.Bound;
    }

    private static IEnumerable<(double X, double Y)> Points(int count)
    {
        var random = new Random(20260401);
        for (int i = 0; i < count; i++)
        {
            double x = Math.Exp(6 * random.NextDouble() - 3), y = i % 7 == 0 ? x : Math.Exp(6 * random.NextDouble() - 3);
            yield return (x, y);
        }
    }
}
