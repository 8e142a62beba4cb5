using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class DualTests
{
    private static double Derivative(Func<Dual<Real64>, Dual<Real64>> f, double x) => f(Dual<Real64>.Variable(x)).Derivative;

    [Test]
    public void Every_operation_agrees_with_Ridders()
    {
        var random = new Random(20260201);
        var operations = new (string Name, Func<Dual<Real64>, Dual<Real64>> F, Func<double, double> Plain, Func<Bounded<Real64>, Bounded<Real64>> Noise)[]
        {
            ("smooth", x => SampleFormulas.Smooth(x, Dual<Real64>.Of(1.5)), x => SampleFormulas.Smooth<Real64>(x, 1.5), x => SampleFormulas.Smooth(x, Bounded<Real64>.Of(1.5))),
            ("quotient", x => x / (x * x + Dual<Real64>.Of(1)), x => x / (x * x + 1), x => x / (x * x + Bounded<Real64>.Of(1))),
            ("kinked", x => SampleFormulas.Kinked(x, Dual<Real64>.Of(5)), x => SampleFormulas.Kinked<Real64>(x, 5), x => SampleFormulas.Kinked(x, Bounded<Real64>.Of(5))),
            ("exp", Dual<Real64>.Exp, Math.Exp, Bounded<Real64>.Exp),
            ("log", Dual<Real64>.Log, Math.Log, Bounded<Real64>.Log),
            ("sqrt", Dual<Real64>.Sqrt, Math.Sqrt, Bounded<Real64>.Sqrt),
            ("cos", Dual<Real64>.Cos, Math.Cos, Bounded<Real64>.Cos),
            ("sin", Dual<Real64>.Sin, Math.Sin, Bounded<Real64>.Sin),
            ("tanh", Dual<Real64>.Tanh, x => Real64.Tanh(x), Bounded<Real64>.Tanh),
            ("erf", Dual<Real64>.Erf, x => Real64.Erf(x), Bounded<Real64>.Erf),
            ("expm1", Dual<Real64>.Expm1, x => Real64.Expm1(x), Bounded<Real64>.Expm1),
            ("log1p", Dual<Real64>.Log1p, x => Real64.Log1p(x), Bounded<Real64>.Log1p),
            ("erfc", Dual<Real64>.Erfc, x => Real64.Erfc(x), Bounded<Real64>.Erfc),
            ("normal, below", Dual<Real64>.NormalTwiceBelow, x => SampleFormulas.NormalTwiceBelow<Real64>(x), Bounded<Real64>.NormalTwiceBelow),
            ("normal, bell", Dual<Real64>.NormalBell, x => SampleFormulas.NormalBell<Real64>(x), Bounded<Real64>.NormalBell),
            ("pow, base", x => Dual<Real64>.Pow(x, Dual<Real64>.Of(-2.5)), x => Real64.Pow(x, -2.5), x => Bounded<Real64>.Pow(x, Bounded<Real64>.Of(-2.5))),
            ("pow, exponent", x => Dual<Real64>.Pow(Dual<Real64>.Of(0.7), x), x => Real64.Pow(0.7, x), x => Bounded<Real64>.Pow(Bounded<Real64>.Of(0.7), x)),
            ("pow, both", x => Dual<Real64>.Pow(x, x), x => Real64.Pow(x, x), x => Bounded<Real64>.Pow(x, x)),
            ("abs", x => Dual<Real64>.Abs(-x), x => Math.Abs(-x), Bounded<Real64>.Abs),
            ("power", x => Dual<Real64>.Power(x, Dual<Real64>.Of(7)), x => Math.Pow(x, 7), x => Bounded<Real64>.Power(x, Bounded<Real64>.Of(7))),
        };
        foreach (var (name, f, plain, noise) in operations)
            for (int i = 0; i < 200; i++)
            {
                // Away from the jumps of floor at whole numbers.
                double x = 1 + random.Next(3) + 0.3 + 0.4 * random.NextDouble();
                Ridders.Estimate expected = Ridders.DerivativeFrom(plain, x, 0.25, 2 * noise(Bounded<Real64>.Exact(x)).Bound);
                double dual = Derivative(f, x);
                Assert.That(Math.Abs(dual - expected.Value), Is.LessThanOrEqualTo(expected.Error), $"{name} at {x}");
                Assert.That(expected.Error, Is.LessThan(1e-6 * (1 + Math.Abs(dual))), $"{name} at {x}: the error bar says nothing");
            }
    }

    [Test]
    public void Ridders_error_bar_covers_the_true_error()
    {
        // Known derivatives: of e^x, ln x, x^3, sin x.
        var random = new Random(20260202);
        int outside = 0;
        for (int i = 0; i < 500; i++)
        {
            double x = 0.5 + 3 * random.NextDouble();
            outside += Outside(Math.Exp, x, Math.Exp(x)) + Outside(Math.Log, x, 1 / x) + Outside(t => t * t * t, x, 3 * x * x) + Outside(Math.Sin, x, Math.Cos(x));
        }
        Assert.That(outside, Is.Zero);

        static int Outside(Func<double, double> f, double x, double derivative)
        {
            Ridders.Estimate estimate = Ridders.Derivative(f, x);
            return Math.Abs(estimate.Value - derivative) > estimate.Error || estimate.Error > 1e-8 * (1 + Math.Abs(derivative)) ? 1 : 0;
        }
    }

    [Test]
    public void A_wrong_derivative_is_outside_the_error_bar()
    {
        Ridders.Estimate estimate = Ridders.Derivative(Math.Exp, 1);
        Assert.That(Math.Abs(Math.E * (1 + 1e-8) - estimate.Value), Is.GreaterThan(estimate.Error));
    }

    [Test]
    public void Points_without_a_derivative_follow_the_stated_conventions() => Assert.Multiple(() =>
    {
        Assert.That(Derivative(Dual<Real64>.Abs, 0), Is.Zero);
        Assert.That(Derivative(x => Dual<Real64>.Max(x, Dual<Real64>.Of(2)), 2), Is.EqualTo(1));
        Assert.That(Derivative(x => Dual<Real64>.Min(Dual<Real64>.Of(2), x), 2), Is.Zero);
        Assert.That(Derivative(Dual<Real64>.Floor, 2), Is.Zero);
        Assert.That(Derivative(Dual<Real64>.Sqrt, 0), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Derivative(x => Dual<Real64>.Power(x, Dual<Real64>.Of(0)), 0), Is.Zero);
        Assert.That(Derivative(x => Dual<Real64>.Power(x, Dual<Real64>.Of(1)), 0), Is.EqualTo(1));
        Assert.That(Derivative(x => Dual<Real64>.Pow(x, Dual<Real64>.Of(0)), 0), Is.Zero);
        Assert.That(Derivative(x => Dual<Real64>.Pow(Dual<Real64>.Of(0), x), 2), Is.Zero);
        Assert.That(Derivative(x => Dual<Real64>.Pow(x, Dual<Real64>.Of(2)), -3), Is.EqualTo(-6));
    });

    [Test]
    public void Duals_over_double_doubles_agree_with_duals_over_doubles()
    {
        var wide = SampleFormulas.Smooth(Dual<DoubleDouble>.Variable(1.25), Dual<DoubleDouble>.Of(1.5));
        var narrow = SampleFormulas.Smooth(Dual<Real64>.Variable(1.25), Dual<Real64>.Of(1.5));
        // About thirty roundings, none amplified by more than the largest partial result, 10.
        Assert.That((double)narrow.Derivative, Is.EqualTo(wide.Derivative.High).Within(30 * 10 * Real64.UnitRoundoff));
    }

    [TestCase(double.NaN, 1.0)]
    [TestCase(1.0, 0.0)]
    [TestCase(1.0, double.NaN)]
    public void Ridders_refuses_bad_arguments(double x, double step) =>
        Assert.That(() => Ridders.DerivativeFrom(Math.Exp, x, step), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
