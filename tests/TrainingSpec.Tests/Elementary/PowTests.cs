using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Elementary;

internal sealed class PowTests
{
    private static double Pow(double x, double y) => Real64.Pow(x, y);

    private static IEnumerable<(double X, double Y)> Points(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            // The logarithm of the result is drawn, so that every binade of results comes up.
            double x = i % 3 == 0 ? 1 + Math.ScaleB(random.NextDouble() - 0.5, -random.Next(50)) : Math.Exp(1400 * (random.NextDouble() - 0.5));
            double y = i % 5 == 0 ? 8 * (random.NextDouble() - 0.5) : x == 1 ? random.NextDouble() : 1416 * (random.NextDouble() - 0.5) / Math.Log(x);
            yield return (x, y);
        }
    }

    [Test]
    public void Pow_within_half_a_unit()
    {
        double worst = 0;
        foreach (var (x, y) in Points(40000, 20260801))
        {
            double power = Pow(x, y), error = Ulp.Error(power, DoubleDouble.Pow(x, y));
            worst = Math.Max(worst, power >= 2.3e-308 ? error : 0);
            Assert.That(error, Is.LessThanOrEqualTo(power < 2.3e-308 ? 1 : 0.501), $"{x:R}^{y:R}");
        }
        TestContext.Out.WriteLine($"pow: at most {worst:F6} ULP");
    }

    [Test]
    public void Pow_of_whole_exponents_is_Power_to_half_a_unit()
    {
        var random = new Random(20260802);
        for (int i = 0; i < 5000; i++)
        {
            double n = random.Next(1, 400), x = (1 - 2 * random.Next(2)) * Math.Exp(3 * random.NextDouble() - 1.5);
            Assert.That(Ulp.Error(Pow(x, n), DoubleDouble.Power(x, n)), Is.LessThanOrEqualTo(0.501), $"{x:R}^{n}");
            Assert.That(Ulp.Error(Pow(x, -n), 1 / DoubleDouble.Power(x, n)), Is.LessThanOrEqualTo(0.501), $"{x:R}^-{n}");
        }
    }

    [Test]
    public void Pow_of_special_values_is_that_of_IEEE_754()
    {
        double[] values = [0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.Epsilon, -double.Epsilon, double.MaxValue, 1 - 1.0 / (1L << 53)];
        double[] exponents = [0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1e-300, 1e300, -1e300, 4503599627370497, 9007199254740991, -9007199254740991, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        Assert.Multiple(() =>
        {
            foreach (double x in values)
                foreach (double y in exponents)
                {
                    // System.Math.Pow follows the C standard's list of special values; ordinary results of it may be a unit off.
                    double expected = Math.Pow(x, y), power = Pow(x, y), oracle = DoubleDouble.Pow(x, y).High;
                    Assert.That(Ulp.Distance(power, expected), Is.LessThanOrEqualTo(1), $"{x:R}^{y:R} = {expected:R}, not {power:R}");
                    Assert.That(Ulp.Distance(oracle, expected), Is.LessThanOrEqualTo(1), $"the oracle's {x:R}^{y:R} = {expected:R}, not {oracle:R}");
                    Assert.That(double.IsNaN(power) || double.IsNegative(power) == double.IsNegative(expected), Is.True, $"sign of {x:R}^{y:R}");
                }
        });
    }

    [Test]
    public void Single_powers_are_correctly_rounded()
    {
        int ties = 0;
        foreach (var (x, y) in Points(40000, 20260803).Select(p => ((float)Math.Pow(p.X, 0.1), (float)p.Y)).Concat(Exact()))
        {
            if (!(x > 0) || !float.IsFinite(x))
                continue;
            DoubleDouble exact = DoubleDouble.Pow(x, y);
            ties += exact.Low == 0 && BitConverter.DoubleToInt64Bits(exact.High) << 35 == long.MinValue ? 1 : 0;
            float power = Real32.Pow(x, y);
            Assert.That(power, Is.EqualTo((float)exact), $"{x:R}^{y:R}");
        }
        TestContext.Out.WriteLine($"{ties} results midway between two floats");
        Assert.That(ties, Is.GreaterThan(100));
    }

    // Powers with few bits: squares, cubes, three halves; among them results midway between two floats.
    private static IEnumerable<(float, float)> Exact()
    {
        for (int m = 1; m < 4096; m++)
        {
            yield return (m, 2);
            yield return (4096 + m, 2);
            yield return (m, 3);
            yield return (m * m, 1.5f);
            yield return (m * m, 0.5f);
            yield return (m, -1);
        }
    }

    [Test]
    public void A_pow_by_rounded_logarithm_is_caught()
    {
        double worst = Points(1000, 20260804).Max(p => Ulp.Error(Math.Exp(p.Y * Math.Log(p.X)), DoubleDouble.Pow(p.X, p.Y)));
        Assert.That(worst, Is.GreaterThan(100));
    }
}
