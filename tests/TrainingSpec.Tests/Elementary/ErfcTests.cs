using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using static TrainingSpec.Numbers.ScaledErfcConstants;
using static TrainingSpec.Tests.Elementary.Inputs;

namespace TrainingSpec.Tests.Elementary;

internal sealed class ErfcTests
{
    private static double Erfc(double x) => Real64.Erfc(x);

    [Test]
    public void Erfc_on_dense_grids() => Check("erfc", Erfc, DoubleDouble.Erfc,
        Dense(-6.5, 0, 10000).Concat(Dense(0, 26.5, 20000)).Concat(Dense(-30, 0, 2000).Select(e => Math.Pow(10, e))), 0.501);

    // Where the reduction of −x² by ln 2 changes, where the polynomial's argument is 0, where erfc x becomes 1 and 2, and where the oracle changes its rule.
    [Test]
    public void Erfc_on_hard_inputs() => Check("erfc, hard", Erfc, DoubleDouble.Erfc,
        Around([0.5, 4, -5.863584748755168, 8.936, -1e-16, 1e-16, 26.5, .. Enumerable.Range(1, 100).Select(i => Math.Sqrt((i + 0.5) * Math.Log(2)))], 60)
            .Concat(AnyBits(5000, 47)), 0.501);

    // Where double-double has lost its second part, numbers of any precision judge; of 52 bits a result may be rounded from 53, so that ½ more is lost.
    [Test]
    public void Erfc_with_subnormal_results()
    {
        foreach (double x in Dense(26.5, 27.4, 2000).Concat(Around([26.543258, 27.226017, 27.23], 100)))
        {
            BigReal right = BigReal.Erfc(x);
            double step = Math.Max(double.Epsilon, Ulp.Of((double)right));
            Assert.That((double)(BigReal.Abs(BigReal.Of(Erfc(x)) - right) / step), Is.LessThan(1), $"{x:R}");
        }
    }

    [Test]
    public void Erfc_of_special_values()
    {
        Check("erfc, special", Erfc, DoubleDouble.Erfc, Special, 0.501);
        Assert.Multiple(() =>
        {
            Assert.That((Erfc(0), Erfc(-0.0), Erfc(double.PositiveInfinity), Erfc(double.NegativeInfinity)), Is.EqualTo((1.0, 1.0, 0.0, 2.0)));
            Assert.That(Erfc(double.NaN), Is.NaN);
            Assert.That(double.IsNegative(Erfc(1e300)), Is.False);
        });
    }

    [Test]
    public void An_erfc_that_subtracts_from_1_is_caught() =>
        Assert.That(Worst(x => 1 - Real64.Erf(x), DoubleDouble.Erfc, Dense(1, 2, 1000)).Worst, Is.GreaterThan(1));

    // (x + 4)·e^(x²)·erfc x by the continued fraction from ½ on and by the series of erf below.
    [Test]
    public void The_polynomial_is_what_its_remarks_say()
    {
        DoubleDouble[] coefficients =
        [
            DoubleDouble.Sum(Scaled0, Scaled0Low), DoubleDouble.Sum(Scaled1, Scaled1Low), DoubleDouble.Sum(Scaled2, Scaled2Low), DoubleDouble.Sum(Scaled3, Scaled3Low), DoubleDouble.Sum(Scaled4, Scaled4Low),
            DoubleDouble.Sum(Scaled5, Scaled5Low), DoubleDouble.Sum(Scaled6, Scaled6Low), DoubleDouble.Sum(Scaled7, Scaled7Low), DoubleDouble.Sum(Scaled8, Scaled8Low),
            Scaled9, Scaled10, Scaled11, Scaled12, Scaled13, Scaled14, Scaled15, Scaled16, Scaled17, Scaled18, Scaled19, Scaled20, Scaled21, Scaled22, Scaled23, Scaled24, Scaled25, Scaled26, Scaled27,
        ];
        double worst = 0;
        foreach (double x in Dense(0, 1, 200).Concat(Dense(1, 28, 600)).Concat([0, 0.5, 28]))
        {
            DoubleDouble exact = x < 0.5 ? (1 - DoubleDouble.Erf(x)) * DoubleDouble.Exp((DoubleDouble)x * x) : Fraction(x);
            DoubleDouble w = (x - DoubleDouble.Of(4)) / (x + DoubleDouble.Of(4)), sum = 0;
            for (int n = coefficients.Length - 1; n >= 0; n--)
                sum = sum * w + coefficients[n];
            worst = Math.Max(worst, DoubleDouble.Abs(sum / (exact * (x + DoubleDouble.Of(4))) - 1).High);
        }
        TestContext.Out.WriteLine($"2^{Math.Log2(worst):F2}");
        Assert.That(worst, Is.LessThan(Math.ScaleB(1, -67)));
    }

    // The oracle where its argument has a second part: against the continued fraction.
    [Test]
    public void The_oracle_sees_the_second_part_of_its_argument()
    {
        foreach (double x in Dense(2.5, 26, 200))
        {
            DoubleDouble argument = DoubleDouble.Sum(x, x * 1e-17), square = argument * argument;
            DoubleDouble exact = Fraction(argument) * DoubleDouble.Exp(-square);
            // The square's 106th bit moves e^(−x²) by up to x² units.
            Assert.That(DoubleDouble.Abs(DoubleDouble.Erfc(argument) / exact - 1).High, Is.LessThan(Math.ScaleB(1, -92)), $"{x:R}");
            Assert.That(DoubleDouble.Abs(DoubleDouble.Erfc(x) / exact - 1).High, Is.GreaterThan(1e-17 * x * x), $"{x:R}");
        }
    }

    // e^(x²)·erfc x = 1/√π·1/(x + ½/(x + 1/(x + 3/2/(x + …)))).
    private static DoubleDouble Fraction(DoubleDouble x)
    {
        DoubleDouble fraction = x;
        for (int n = 3000; n >= 1; n--)
            fraction = x + n / (2 * fraction);
        return 1 / (fraction * DoubleDouble.Sqrt(DoubleDouble.Pi));
    }


    // Recomputed to 60 digits by an independent arbitrary-precision package.
    [TestCase(1e-20, "0.99999999999999999998871620832904487487991747")]
    [TestCase(0.001, "0.998871621209030763596562435860628510358176501")]
    [TestCase(0.49, "0.488331738811476908671115327385008305562990704")]
    [TestCase(0.51, "0.470756380158829563263207788371818423658791417")]
    [TestCase(1.0, "0.157299207050285130658779364917390740703933002")]
    [TestCase(2.5, "0.000406952017444958939564215739974912720348677404")]
    [TestCase(5.75, "4.23213661742573762594671985271897163243982657e-16")]
    [TestCase(8.9, "2.50535749803383566555490749471537443239520927e-36")]
    [TestCase(9.0, "4.13703174651381023805390346736252459571019199e-37")]
    [TestCase(12.25, "3.09412674054020985423702961446831265081108682e-67")]
    [TestCase(20.0, "5.39586561160790092893499916790534560408827267e-176")]
    [TestCase(26.0, "5.66319240885614284647572789692609258032877756e-296")]
    [TestCase(-0.75, "1.71115563365351513159893783459141077737420595")]
    [TestCase(-3.0, "1.99997790950300141455862722387041767962015229")]
    public void The_oracle_has_100_bits(double x, string digits) =>
        Assert.That(DoubleDouble.Abs(DoubleDouble.Erfc(x) / DoubleDouble.Parse(digits) - 1).High, Is.LessThan(Math.ScaleB(1, -100)));
}
