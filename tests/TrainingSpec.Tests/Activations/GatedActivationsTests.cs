using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using Formula = TrainingSpec.Formulas.Activations;

namespace TrainingSpec.Tests.Activations;

/// <summary>SiLU, ELU and softplus: slopes by dual numbers, values that are known, and what is left at the ends of a format.</summary>
internal sealed class GatedActivationsTests
{
    [Test]
    [Rule("ACTIVATIONS-8")]
    [Rule("ACTIVATIONS-9")]
    [Rule("ACTIVATIONS-10")]
    public void Slopes_are_derivatives()
    {
        foreach (double x in new[] { -700, -40, -1.2784645427610738, -1, -1e-9, 0, 1e-9, 0.5, 3, 40, 1e4 })
        {
            var dual = Dual<DoubleDouble>.Variable(x);
            DoubleDouble silu = Formula.Silu(dual).Derivative, softplus = Formula.Softplus(dual).Derivative, elu = Formula.Elu<Dual<DoubleDouble>>(dual, Dual<DoubleDouble>.Of(0.75)).Derivative;
            Assert.That((double)(Formula.SiluDerivative<DoubleDouble>(x) - silu), Is.Zero.Within(1e-27 * Math.Max(1, Math.Abs(x))), $"silu at {x:R}");
            Assert.That((double)(Formula.Sigmoid<DoubleDouble>(x) - softplus), Is.Zero.Within(1e-28), $"softplus at {x:R}");
            Assert.That((double)(Formula.EluDerivative<DoubleDouble>(x, 0.75) - elu), Is.Zero.Within(1e-28), $"elu at {x:R}");
        }
    }

    // e⁻⁷⁴⁰ is a subnormal double with a few digits; 740·e⁻⁷⁴⁰ and 1e30·e⁻⁷⁴⁰ have more, from 40 digits each.
    [Test]
    [Rule("ACTIVATIONS-8")]
    [Rule("ACTIVATIONS-9")]
    [Rule("ACTIVATIONS-10")]
    public void Nothing_is_lost_where_the_exponential_is_subnormal() => Assert.Multiple(() =>
    {
        Assert.That(Formula.Silu<Real64>(-740).Value / double.Epsilon, Is.EqualTo(-740 * 4.2e-322 / double.Epsilon).Within(1).Percent);
        Assert.That(Formula.EluDerivative<Real64>(-740, 1e30).Value, Is.EqualTo(1e30 * Math.Exp(-370) * Math.Exp(-370)).Within(4).Ulps);
        Assert.That(Formula.Softplus<Real64>(-740).Value, Is.EqualTo(Math.Exp(-740)));
        Assert.That(Formula.Softplus<Real64>(1e300).Value, Is.EqualTo(1e300));
        Assert.That(Formula.Silu<Real64>(-1e300).Value, Is.Zero);
        Assert.That(Formula.SiluDerivative<Real64>(1e300).Value, Is.EqualTo(1));
    });

    [Test]
    [Rule("ACTIVATIONS-11")]
    [Rule("ACTIVATIONS-12")]
    [Rule("ACTIVATIONS-13")]
    [Rule("ACTIVATIONS-14")]
    public void Slopes_of_what_has_kinks_are_derivatives_beside_them()
    {
        foreach (double x in new[] { -700, -40, -6.5, -0.75, -1e-9, 1e-9, 0.5, 3, 7, 1e4 })
        {
            var dual = Dual<DoubleDouble>.Variable(x);
            Dual<DoubleDouble> Of(double value) => Dual<DoubleDouble>.Of(value);
            (DoubleDouble Slope, Dual<DoubleDouble> Value)[] pairs =
            [
                (Formula.LeakyReluDerivative<DoubleDouble>(x, 0.25), Formula.LeakyRelu(dual, Of(0.25))),
                (Formula.SeluDerivative<DoubleDouble>(x), Formula.Selu(dual)),
                (Formula.ClampedDerivative<DoubleDouble>(x, 0, 6), Formula.Clamped(dual, Of(0), Of(6))),
                (Formula.SoftsignDerivative<DoubleDouble>(x), Formula.Softsign(dual)),
            ];
            foreach ((int i, (DoubleDouble slope, Dual<DoubleDouble> value)) in pairs.Index())
                Assert.That((double)(slope - value.Derivative), Is.Zero.Within(1e-27), $"activation {i} at {x:R}");
        }
    }

    // Its constants are those for which a standard normal number has mean 0 and mean square 1 behind it: Simpson's sums on a grid of 1/667, whose error is h⁴/180 of a third derivative of about 5.
    [Test]
    [Rule("ACTIVATIONS-12")]
    public void Selu_keeps_mean_0_and_variance_1()
    {
        const int Steps = 8000;
        const double Width = 12.0 / Steps;
        double mean = 0, square = 0;
        for (int i = -Steps; i <= Steps; i++)
        {
            // Simpson's weights on each side of 0, which both sides share.
            double weight = (i is -Steps or Steps ? 1 : i == 0 ? 2 : i % 2 == 0 ? 2 : 4) * Width / 3, x = i * Width, y = Formula.Selu<Real64>(x).Value, density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
            mean += weight * density * y;
            square += weight * density * y * y;
        }

        Assert.That(mean, Is.Zero.Within(1e-12));
        Assert.That(square, Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    [Rule("ACTIVATIONS-9")]
    public void The_slope_of_elu_at_0_is_alpha() => Assert.Multiple(() =>
    {
        Assert.That(EluLayer.Slopes<Real64>([0, -0.0, 1e-300], 0.5).Select(s => s.Value), Is.EqualTo(new[] { 0.5, 0.5, 1 }));
        Assert.That(EluLayer.Values<Real64>([-1e-300, -1000, 2], 2).Select(y => y.Value), Is.EqualTo(new[] { -2e-300, -2, 2 }));
        Assert.That(EluLayer.Values<Real64>([-1, 2], 0).Select(y => y.Value), Is.EqualTo(new double[] { 0, 2 }));
    });
}
