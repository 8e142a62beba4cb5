using TrainingSpec.Numbers;
using static TrainingSpec.Tests.Elementary.Inputs;

namespace TrainingSpec.Tests.Elementary;

internal sealed class TanhTests
{
    private static double Tanh(double x) => Real64.Tanh(x);

    [Test]
    public void Tanh_on_dense_grids() => Check("tanh", Tanh, DoubleDouble.Tanh, Dense(-20, 20, 30000).Concat(Dense(-1, 1, 30000)).Concat(Dense(-50, 400, 2000)), 0.501);

    // Where k of the reduction by ln 2 changes, and where tanh x becomes 1.
    [Test]
    public void Tanh_on_hard_inputs() => Check("tanh, hard", Tanh, DoubleDouble.Tanh,
        Around([.. Enumerable.Range(0, 30).Select(i => (i + 0.5) * Math.Log(2) / 2), 19.061547465398498, 18.714973875118524, 40, 22, 1e-8, 1e-16], 200)
            .Concat(AnyBits(5000, 21)), 0.501);

    [Test]
    public void Tanh_of_tiny_and_special_values()
    {
        Check("tanh, special", Tanh, DoubleDouble.Tanh, Special.Concat(Dense(-323, 1, 20000).Select(e => Math.Pow(10, e))), 0.501);
        Assert.Multiple(() =>
        {
            Assert.That(double.IsNegative(Tanh(-0.0)), Is.True);
            Assert.That((Tanh(double.PositiveInfinity), Tanh(double.NegativeInfinity)), Is.EqualTo((1.0, -1.0)));
        });
    }

    [Test]
    public void A_tanh_that_cancels_near_zero_is_caught() =>
        Assert.That(Worst(x => 1 - 2 / (Math.Exp(2 * x) + 1), DoubleDouble.Tanh, Dense(0, 0.1, 1000)).Worst, Is.GreaterThan(10));
}
