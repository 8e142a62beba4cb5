using TrainingSpec.Numbers;
using static TrainingSpec.Tests.Elementary.Inputs;

namespace TrainingSpec.Tests.Elementary;

internal sealed class Expm1Tests
{
    private static double Expm1(double x) => Real64.Expm1(x);

    [Test]
    public void Expm1_on_dense_grids() => Check("expm1", Expm1, DoubleDouble.Expm1,
        Dense(-62, 709.7, 20000).Concat(Dense(-1, 1, 20000)).Concat(Dense(-300, 0, 5000).Select(e => Math.Pow(10, e))).Concat(Dense(-300, 0, 5000).Select(e => -Math.Pow(10, e))), 0.501);

    // Where the reduction by ln 2 changes its k, where 1 falls out of sight on either side, and where the largest double is passed.
    [Test]
    public void Expm1_on_hard_inputs() => Check("expm1, hard", Expm1, DoubleDouble.Expm1,
        Around([.. Enumerable.Range(-60, 120).Select(k => (k + 0.5) * Math.Log(2)), 709.782712893384, -37.42994775023705, -60, 38.1230949296, 1e-300, 1e-16, -1e-16], 40)
            .Concat(AnyBits(5000, 41)), 0.501);

    [Test]
    public void Expm1_of_tiny_and_special_values()
    {
        Check("expm1, special", Expm1, DoubleDouble.Expm1, Special.Concat(Dense(-323, -290, 5000).Select(e => Math.Pow(10, e))), 0.501);
        Assert.Multiple(() =>
        {
            Assert.That(double.IsNegative(Expm1(-0.0)), Is.True);
            Assert.That((Expm1(double.PositiveInfinity), Expm1(double.NegativeInfinity), Expm1(double.MinValue)), Is.EqualTo((double.PositiveInfinity, -1.0, -1.0)));
        });
    }

    [Test]
    public void An_expm1_that_subtracts_1_is_caught() =>
        Assert.That(Worst(x => Real64.Exp(x) - 1, DoubleDouble.Expm1, Dense(0.1, 0.2, 1000)).Worst, Is.GreaterThan(1));


    // Recomputed to 60 digits by an independent arbitrary-precision package.
    [TestCase(1e-300, "1.00000000000000002505909183520875968569614681e-300")]
    [TestCase(1e-30, "1.00000000000000008333642060758648535093133603e-30")]
    [TestCase(-1e-10, "-0.0000000000999999999950000036433863978521146847797934661")]
    [TestCase(0.001, "0.0010005001667083416888932627983028887294045542")]
    [TestCase(0.3, "0.349858807576003088997301031688634032141752798")]
    [TestCase(-0.34, "-0.288229677237390302304970101913438272914102168")]
    [TestCase(0.35, "0.419067548593257216760766343007625432850401292")]
    [TestCase(1.0, "1.71828182845904523536028747135266249775724709")]
    [TestCase(-1.5, "-0.776869839851570171066719529235987478657828371")]
    [TestCase(20.5, "799902176.475505406704598837283990083454400835")]
    [TestCase(-50.25, "-0.999999999999999999999849788810805684774606671")]
    [TestCase(100.0, "26881171418161354484126255515800135873611117.8")]
    [TestCase(700.5, "1.67218596206749855724103607930212031114494226e+304")]
    public void The_oracle_has_100_bits(double x, string digits) =>
        Assert.That(DoubleDouble.Abs(DoubleDouble.Expm1(x) / DoubleDouble.Parse(digits) - 1).High, Is.LessThan(Math.ScaleB(1, -100)));
}
