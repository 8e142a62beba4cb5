using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using Formula = TrainingSpec.Formulas.Activations;

namespace TrainingSpec.Tests.Activations;

public class ActivationsTests
{
    private static readonly double[] Arguments = [0, -0.0, 1e-300, 0.3, 1, 5, 36, 37, 300, 709, 710, 745, 746, 1e5, 1e200, double.MaxValue, double.PositiveInfinity];

    private static IEnumerable<double> Both => Arguments.Concat(Arguments.Select(x => -x));

    [TestCase(1)]
    [TestCase(3)]
    public void Lengths_at_odds_are_refused(int length) => Assert.Multiple(() =>
    {
        foreach (Formulas.Activation activation in Enum.GetValues<Formulas.Activation>())
        {
            Assert.That(() => Formula.Forward<Real64>(activation, [1, 2], new Real64[length]), Throws.ArgumentException.With.Message.Contains($"y has {length} elements, x has 2"));
            Assert.That(() => Formula.InputGradient<Real64>(activation, [1, 2], [1, 2], new Real64[length]), Throws.ArgumentException.With.Message.Contains($"y has {length} elements, x has 2"));
            Assert.That(() => Formula.InputGradient<Real64>(activation, new Real64[length], [1, 2], new Real64[2]), Throws.ArgumentException.With.Message.Contains($"dy has {length} elements, x has 2"));
        }
    });

    [Test]
    [Rule("ACTIVATIONS-3")]
    public void The_logistic_function_and_its_derivative_overflow_nowhere() => Assert.Multiple(() =>
    {
        foreach (double x in Both)
        {
            Dual<Real64> y = Formula.Sigmoid(Dual<Real64>.Variable(x));
            double s = y.Value.Value;
            Assert.That(s, Is.InRange(0.0, 1.0), $"σ({x:R})");

            // s(1 − s) loses nothing but roundings below 0 and the same absolutely above; at the infinities the slope has no exact value.
            if (double.IsFinite(x))
                Assert.That(y.Derivative.Value, Is.EqualTo(s * (1 - s)).Within(16 * Real64.UnitRoundoff * s), $"σ'({x:R})");
        }
    });

    [Test]
    [Rule("ACTIVATIONS-3")]
    public void The_logistic_function_far_below_0_is_the_exponential_itself()
    {
        foreach (double x in new[] { -40.0, -300, -700, -744 })
            Assert.That(Formula.Sigmoid<Real64>(x), Is.EqualTo(Real64.Exp(x)), $"{x}");
        Assert.That(Formula.Sigmoid(Real32.Of(-100)).Value, Is.GreaterThan(0f), "1/(1 + e¹⁰⁰) underflows in single precision but for its subnormals");
    }

    [Test]
    [Rule("ACTIVATIONS-6")]
    public void The_slope_of_gelu_is_its_derivative_over_dual_numbers_wherever_that_is_finite() => Assert.Multiple(() =>
    {
        foreach (double x in Both.Where(double.IsFinite))
        {
            double slope = Formula.GeluTanhDerivative<Real64>(x).Value;
            Assert.That(slope, Is.InRange(-0.2, 1.2), $"gelu'({x:R})");
            // Beyond, the rounding of the exponent is as large as the bound could say.
            if (Math.Abs(x) > 40)
                continue;
            Dual<DoubleDouble> exact = Formula.GeluTanh(Dual<DoubleDouble>.Variable(x));
            Bounded<Real64> bounded = Formula.GeluTanhDerivative(Bounded<Real64>.Exact(x));
            Assert.That(slope, Is.EqualTo((double)exact.Derivative).Within(bounded.Bound), $"gelu'({x:R})");
            Assert.That(bounded.Bound, Is.LessThan(1e-9), $"the bound says nothing at {x:R}");
        }

        Assert.That(Formula.GeluTanhDerivative<Real64>(double.MaxValue).Value, Is.EqualTo(1));
        Assert.That(Formula.GeluTanhDerivative<Real64>(double.MinValue).Value, Is.EqualTo(0));
        Assert.That(Formula.GeluTanhDerivative<Real64>(double.NaN).Value, Is.NaN);
    });

    [Test]
    [Rule("ACTIVATIONS-6")]
    public void A_second_derivative_is_right_where_the_two_forms_meet()
    {
        // σ'(0) = 1/4 and σ''(0) = 0: a choice made with |x| would lose them, since |x| has no derivative at 0.
        var x = new Dual<Dual<Real64>>(Dual<Real64>.Variable(0), Dual<Real64>.Constant(1));
        Dual<Dual<Real64>> y = Formula.Sigmoid(x);
        Assert.That(y.Derivative.Value.Value, Is.EqualTo(0.25));
        Assert.That(y.Derivative.Derivative.Value, Is.EqualTo(0));
    }
}
