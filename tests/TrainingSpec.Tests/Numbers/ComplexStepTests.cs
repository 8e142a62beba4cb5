using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class ComplexStepTests
{
    private static double Derivative(Func<ComplexStep<Real64>, ComplexStep<Real64>> f, double x) => f(ComplexStep<Real64>.Variable(x)).Derivative;

    [Test]
    public void Every_operation_agrees_with_dual_numbers_and_with_Ridders()
    {
        var random = new Random(20261101);
        (string Name, Func<ComplexStep<Real64>, ComplexStep<Real64>> Step, Func<Dual<DoubleDouble>, Dual<DoubleDouble>> Dual, Func<double, double> Plain)[] operations =
        [
            ("smooth", x => SampleFormulas.Smooth(x, ComplexStep<Real64>.Of(1.5)), x => SampleFormulas.Smooth(x, Dual<DoubleDouble>.Of(1.5)), x => SampleFormulas.Smooth<Real64>(x, 1.5)),
            ("kinked", x => SampleFormulas.Kinked(x, ComplexStep<Real64>.Of(5)), x => SampleFormulas.Kinked(x, Dual<DoubleDouble>.Of(5)), x => SampleFormulas.Kinked<Real64>(x, 5)),
            ("quotient", x => x / (x * x + ComplexStep<Real64>.Of(1)), x => x / (x * x + Dual<DoubleDouble>.Of(1)), x => x / (x * x + 1)),
            ("sqrt", ComplexStep<Real64>.Sqrt, Dual<DoubleDouble>.Sqrt, Math.Sqrt),
            ("exp", ComplexStep<Real64>.Exp, Dual<DoubleDouble>.Exp, Math.Exp),
            ("log", ComplexStep<Real64>.Log, Dual<DoubleDouble>.Log, Math.Log),
            ("cos", ComplexStep<Real64>.Cos, Dual<DoubleDouble>.Cos, Math.Cos),
            ("sin", ComplexStep<Real64>.Sin, Dual<DoubleDouble>.Sin, Math.Sin),
            ("tanh", ComplexStep<Real64>.Tanh, Dual<DoubleDouble>.Tanh, Math.Tanh),
            ("erf", ComplexStep<Real64>.Erf, Dual<DoubleDouble>.Erf, x => Real64.Erf(x)),
            ("expm1", ComplexStep<Real64>.Expm1, Dual<DoubleDouble>.Expm1, x => Real64.Expm1(x)),
            ("log1p", ComplexStep<Real64>.Log1p, Dual<DoubleDouble>.Log1p, x => Real64.Log1p(x)),
            ("erfc", ComplexStep<Real64>.Erfc, Dual<DoubleDouble>.Erfc, x => Real64.Erfc(x)),
            ("normal, below", ComplexStep<Real64>.NormalTwiceBelow, Dual<DoubleDouble>.NormalTwiceBelow, x => SampleFormulas.NormalTwiceBelow<Real64>(x)),
            ("normal, bell", ComplexStep<Real64>.NormalBell, Dual<DoubleDouble>.NormalBell, x => SampleFormulas.NormalBell<Real64>(x)),
            ("pow", x => ComplexStep<Real64>.Pow(x, x), x => Dual<DoubleDouble>.Pow(x, x), x => Math.Pow(x, x)),
            ("power", x => ComplexStep<Real64>.Power(-x, ComplexStep<Real64>.Of(7)), x => Dual<DoubleDouble>.Power(-x, Dual<DoubleDouble>.Of(7)), x => Math.Pow(-x, 7)),
            ("abs", x => ComplexStep<Real64>.Abs(-x), x => Dual<DoubleDouble>.Abs(-x), x => Math.Abs(-x)),
        ];
        foreach (var (name, step, dual, plain) in operations)
            for (int i = 0; i < 200; i++)
            {
                // Away from the jumps of floor at whole numbers.
                double x = 1 + random.Next(3) + 0.3 + 0.4 * random.NextDouble();
                ComplexStep<Real64> result = step(ComplexStep<Real64>.Variable(x));
                Dual<DoubleDouble> exact = dual(Dual<DoubleDouble>.Variable(x));
                Ridders.Estimate difference = Ridders.DerivativeFrom(plain, x, 0.25, 64 * Real64.UnitRoundoff * Math.Abs(plain(x)));
                // Some thirty roundings in double, of partial results up to 500 or the result itself; the difference is good to its own bar only.
                double rounding = 30 * Math.Max(500, Math.Max(Math.Abs(exact.Derivative.High), Math.Abs(exact.Value.High))) * Real64.UnitRoundoff;
                Assert.That(Math.Abs(result.Derivative - exact.Derivative.High), Is.LessThanOrEqualTo(rounding), $"{name} at {x:R}");
                Assert.That(Math.Abs(result.Derivative - difference.Value), Is.LessThanOrEqualTo(difference.Error + rounding), $"{name} at {x:R}");
                Assert.That((double)result.Real, Is.EqualTo(plain(x)).Within(rounding), $"{name} at {x:R}");
            }
    }

    // (e^x)/√(sin³x + cos³x) of Squire and Trapp at 1.5, whose derivative is known to be 4.053427893898621.
    [Test]
    public void The_example_of_Squire_and_Trapp()
    {
        static T Example<T>(T x) where T : IReal<T> => T.Exp(x) / T.Sqrt(T.Power(T.Sin(x), T.Of(3)) + T.Power(T.Cos(x), T.Of(3)));
        double exact = Example(Dual<DoubleDouble>.Variable(1.5)).Derivative.High;
        Assert.Multiple(() =>
        {
            Assert.That(exact, Is.EqualTo(4.053427893898621).Within(1e-15));
            Assert.That(Derivative(Example, 1.5), Is.EqualTo(exact).Within(16 * 4 * Real64.UnitRoundoff));
            // What a forward difference with its best step loses, half of the digits.
            double h = Math.ScaleB(1, -26), forward = (Example<Real64>(1.5 + h) - Example<Real64>(1.5)) / h;
            Assert.That(Math.Abs(forward - exact), Is.GreaterThan(1e-9));
        });
    }

    [Test]
    public void Points_without_a_derivative_follow_dual_numbers() => Assert.Multiple(() =>
    {
        Assert.That(Derivative(ComplexStep<Real64>.Abs, 0), Is.Zero);
        Assert.That(Derivative(x => ComplexStep<Real64>.Max(x, ComplexStep<Real64>.Of(2)), 2), Is.EqualTo(1));
        Assert.That(Derivative(x => ComplexStep<Real64>.Min(ComplexStep<Real64>.Of(2), x), 2), Is.Zero);
        Assert.That(Derivative(ComplexStep<Real64>.Floor, 2), Is.Zero);
        Assert.That(Derivative(ComplexStep<Real64>.Sqrt, 0), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Derivative(x => ComplexStep<Real64>.Pow(x, ComplexStep<Real64>.Of(2)), 0), Is.Zero);
        Assert.That(Derivative(x => ComplexStep<Real64>.Pow(x, ComplexStep<Real64>.Of(3)), -2), Is.EqualTo(12));
        Assert.That(Derivative(x => ComplexStep<Real64>.Power(x, ComplexStep<Real64>.Of(0)), 0), Is.Zero);
    });

    [Test]
    public void Nothing_cancels_where_a_difference_is_all_cancellation()
    {
        // 1 + x at 1e-9, and x³ at 1e-60.
        Assert.Multiple(() =>
        {
            Assert.That(Derivative(x => ComplexStep<Real64>.Log(ComplexStep<Real64>.Of(1) + x), 1e-9), Is.EqualTo(1 / (1 + 1e-9)).Within(2 * Real64.UnitRoundoff));
            Assert.That(Derivative(x => x * x * x, 1e-60) / 3e-120, Is.EqualTo(1).Within(4 * Real64.UnitRoundoff));
        });
    }
}
