using TrainingSpec.Numbers;
using static TrainingSpec.Tests.Elementary.Inputs;

namespace TrainingSpec.Tests.Elementary;

internal sealed class Log1pTests
{
    private static double Log1p(double x) => Real64.Log1p(x);

    [Test]
    public void Log1p_on_dense_grids() => Check("log1p", Log1p, DoubleDouble.Log1p,
        Dense(-1, 3, 20000).Concat(Dense(-300, 300, 10000).Select(e => Math.Pow(10, e))).Concat(Dense(-300, 0, 5000).Select(e => -Math.Pow(10, e))), 0.501);

    // Where the exponent of 1 + x changes, where 1 + x rounds, and the pole.
    [Test]
    public void Log1p_on_hard_inputs() => Check("log1p, hard", Log1p, DoubleDouble.Log1p,
        Around([.. Enumerable.Range(-52, 260).Select(k => Math.ScaleB(Math.Sqrt(2), k) - 1), .. Enumerable.Range(1, 70).SelectMany(k => new[] { Math.ScaleB(1, -k), -Math.ScaleB(1, -k) })], 20)
            .Concat(Around([-0.5, double.MaxValue, 1e-300], 100)).Where(x => double.IsFinite(x)).Concat(AnyBits(5000, 43)), 0.501);

    [Test]
    public void Log1p_of_tiny_and_special_values()
    {
        Check("log1p, special", Log1p, DoubleDouble.Log1p, Special.Concat(Dense(-323, -290, 5000).Select(e => Math.Pow(10, e))), 0.501);
        Assert.Multiple(() =>
        {
            Assert.That(double.IsNegative(Log1p(-0.0)), Is.True);
            Assert.That((Log1p(-1), Log1p(double.PositiveInfinity)), Is.EqualTo((double.NegativeInfinity, double.PositiveInfinity)));
            Assert.That((Log1p(-1.5), Log1p(double.NegativeInfinity), Log1p(double.NaN)), Is.EqualTo((double.NaN, double.NaN, double.NaN)));
            Assert.That(DoubleDouble.IsNaN(DoubleDouble.Log1p(-2)), Is.True);
        });
    }

    [Test]
    public void A_log1p_that_adds_1_is_caught() =>
        Assert.That(Worst(x => Real64.Log(1 + x), DoubleDouble.Log1p, Dense(0.1, 0.2, 1000)).Worst, Is.GreaterThan(1));


    // Recomputed to 60 digits by an independent arbitrary-precision package.
    [TestCase(1e-300, "1.00000000000000002505909183520875968569614681e-300")]
    [TestCase(1e-25, "1.00000000000000003849486969919183908137198551e-25")]
    [TestCase(-1e-10, "-0.00000000010000000000500000364355306524745446444129966")]
    [TestCase(0.001, "0.000999500333083533187605284746430800804138322242")]
    [TestCase(0.4, "0.336472236621212946364922333433513970388347572")]
    [TestCase(-0.28, "-0.328504066972036094001230225321032667243535066")]
    [TestCase(-0.3, "-0.356674943938732363052309788024662597687152563")]
    [TestCase(1.0, "0.693147180559945309417232121458176568075500134")]
    [TestCase(10000000000.0, "23.0258509300404568401749145468439754093443232")]
    [TestCase(-0.999999999999, "-27.6310432378933585714557033162676284370216543")]
    [TestCase(1e+300, "690.77552789821370525790219666051368115065999")]
    public void The_oracle_has_100_bits(double x, string digits) =>
        Assert.That(DoubleDouble.Abs(DoubleDouble.Log1p(x) / DoubleDouble.Parse(digits) - 1).High, Is.LessThan(Math.ScaleB(1, -100)));
}
