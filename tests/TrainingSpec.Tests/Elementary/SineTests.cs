using TrainingSpec.Numbers;
using static TrainingSpec.Tests.Elementary.Inputs;

namespace TrainingSpec.Tests.Elementary;

internal sealed class SineTests
{
    private static double Sin(double x) => Real64.Sin(x);

    [Test]
    public void Sin_on_dense_grids() => Check("sin", Sin, DoubleDouble.Sin, Dense(-10, 10, 20000).Concat(Dense(-1e6, 1.2e6, 10000)), 0.501);

    [Test]
    public void Sin_near_multiples_of_half_pi() => Check("sin, zeros", Sin, DoubleDouble.Sin,
        Around(Enumerable.Range(1, 2000).Select(i => i * (Math.PI / 2)).Concat(Enumerable.Range(20, 900).Select(i => Math.Round(Math.ScaleB(1, i)) * (Math.PI / 2))), 3)
            // The double nearest to a multiple of π/2 (Muller 2016, §11.3) and its neighbours.
            .Concat(Around([Math.ScaleB(6381956970095103, 797), 1e22, 1048576, -1048576], 20)), 0.501);

    [Test]
    public void Sin_of_tiny_and_special_values()
    {
        Check("sin, special", Sin, DoubleDouble.Sin, Special.Concat(Dense(-300, 0, 5000).Select(e => Math.Pow(10, e))), 0.501);
        Assert.That(double.IsNegative(Sin(-0.0)) && !double.IsNegative(Sin(0)), Is.True);
    }

    [Test]
    public void Sin_of_any_bits() => Check("sin, any bits", Sin, DoubleDouble.Sin, AnyBits(20000, 13), 0.501);

    [Test]
    public void A_sine_that_forgets_its_quadrant_is_caught() =>
        Assert.That(Worst(x => Real64.Cos(x - Math.PI / 2), DoubleDouble.Sin, Dense(-10, 10, 1000)).Worst, Is.GreaterThan(0.501));
}
