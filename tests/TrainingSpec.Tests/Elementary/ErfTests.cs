using TrainingSpec.Numbers;
using static TrainingSpec.Numbers.ErfcConstants;
using static TrainingSpec.Tests.Elementary.Inputs;

namespace TrainingSpec.Tests.Elementary;

internal sealed class ErfTests
{
    private static double Erf(double x) => Real64.Erf(x);

    [Test]
    public void Erf_on_dense_grids() => Check("erf", Erf, DoubleDouble.Erf, Dense(-1, 1, 20000).Concat(Dense(1, 6.2, 20000)).Concat(Dense(-10, 0, 2000)), 0.501);

    // Where the series gives way to the polynomial, where erf x becomes 1, and where the reduction of −x² by ln 2 changes.
    [Test]
    public void Erf_on_hard_inputs() => Check("erf, hard", Erf, DoubleDouble.Erf,
        Around([1, -1, 5.921587195794507, 5.863584748755168, 6, 9, 2.5, .. Enumerable.Range(1, 50).Select(i => Math.Sqrt((i + 0.5) * Math.Log(2)))], 100)
            .Concat(AnyBits(5000, 31)), 0.501);

    // A subnormal result has lost the digits that one rounding needs: 2/√π·x there is within 1 ULP.
    [Test]
    public void Erf_of_tiny_and_special_values()
    {
        Check("erf, tiny", Erf, DoubleDouble.Erf, Dense(-290, 1, 20000).Select(e => Math.Pow(10, e)), 0.501);
        Check("erf, special", Erf, DoubleDouble.Erf, Special.Concat(Dense(-323, -290, 5000).Select(e => Math.Pow(10, e))), 1);
        Assert.Multiple(() =>
        {
            Assert.That(double.IsNegative(Erf(-0.0)), Is.True);
            Assert.That((Erf(double.PositiveInfinity), Erf(double.NegativeInfinity)), Is.EqualTo((1.0, -1.0)));
        });
    }

    // Digits from the table of Abramowitz and Stegun, 7.1, and OEIS A262002 ff., recomputed to 50 digits by an independent arbitrary-precision package.
    [TestCase(0.5, "0.52049987781304653768274665389196452873645157575796")]
    [TestCase(1.0, "0.84270079294971486934122063508260925929606699796630")]
    [TestCase(2.0, "0.99532226501895273416206925636725292861089179704006")]
    [TestCase(3.0, "0.99997790950300141455862722387041767962015229291260")]
    public void The_oracle_has_100_bits(double x, string digits) =>
        Assert.That(DoubleDouble.Abs(DoubleDouble.Erf(x) / DoubleDouble.Parse(digits) - 1).High, Is.LessThan(Math.ScaleB(1, -100)));

    // e^(x²)·erfc x by its continued fraction, which shares nothing with kernel or oracle: 1/√π·1/(x + ½/(x + 1/(x + 3/2/(x + …)))).
    [Test]
    public void The_polynomial_of_erfc_is_what_its_remarks_say()
    {
        DoubleDouble[] coefficients =
        [
            DoubleDouble.Sum(Erfc0, Erfc0Low), DoubleDouble.Sum(Erfc1, Erfc1Low), DoubleDouble.Sum(Erfc2, Erfc2Low), DoubleDouble.Sum(Erfc3, Erfc3Low),
            DoubleDouble.Sum(Erfc4, Erfc4Low), DoubleDouble.Sum(Erfc5, Erfc5Low), Erfc6, Erfc7, Erfc8, Erfc9, Erfc10, Erfc11, Erfc12, Erfc13, Erfc14, Erfc15, Erfc16, Erfc17, Erfc18, Erfc19, Erfc20,
        ];
        double worst = 0;
        foreach (double x in Dense(1, 6, 400).Concat([1, 6]))
        {
            DoubleDouble fraction = x;
            for (int n = 3000; n >= 1; n--)
                fraction = x + n / (2 * fraction);
            DoubleDouble exact = 1 / (fraction * DoubleDouble.Sqrt(DoubleDouble.Pi));
            DoubleDouble w = (x - DoubleDouble.Of(2.5)) / (x + DoubleDouble.Of(3)), sum = 0;
            for (int n = coefficients.Length - 1; n >= 0; n--)
                sum = sum * w + coefficients[n];
            worst = Math.Max(worst, DoubleDouble.Abs((sum - exact) * DoubleDouble.Exp(-(DoubleDouble)x * x)).High);
        }
        TestContext.Out.WriteLine($"2^{Math.Log2(worst):F2}");
        Assert.That(worst, Is.LessThan(Math.ScaleB(1, -69)));
    }

    [Test]
    public void An_erf_without_the_low_parts_is_caught() =>
        Assert.That(Worst(x => 1 - (1 - Erf(x)) * (1 + 4e-16), DoubleDouble.Erf, Dense(1, 2, 2000)).Worst, Is.GreaterThan(0.501));
}
