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
    [Rule("ACTIVATIONS-9")]
    public void The_slope_of_elu_at_0_is_alpha() => Assert.Multiple(() =>
    {
        Assert.That(EluLayer.Slopes<Real64>([0, -0.0, 1e-300], 0.5).Select(s => s.Value), Is.EqualTo(new[] { 0.5, 0.5, 1 }));
        Assert.That(EluLayer.Values<Real64>([-1e-300, -1000, 2], 2).Select(y => y.Value), Is.EqualTo(new[] { -2e-300, -2, 2 }));
        Assert.That(EluLayer.Values<Real64>([-1, 2], 0).Select(y => y.Value), Is.EqualTo(new double[] { 0, 2 }));
    });
}
