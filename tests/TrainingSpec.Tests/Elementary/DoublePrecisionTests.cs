using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using static TrainingSpec.Tests.Elementary.Inputs;

namespace TrainingSpec.Tests.Elementary;

internal sealed class DoublePrecisionTests
{
    private static double Exp(double x) => Real64.Exp(x);

    private static double Log(double x) => Real64.Log(x);

    private static double Cos(double x) => Real64.Cos(x);

    [Test]
    public void Exp_on_dense_grids() => Check("exp", Exp, DoubleDouble.Exp, Dense(-708, 709.7, 20000).Concat(Dense(-1, 1, 20000)), 0.501);

    [Test]
    public void Exp_on_hard_inputs() => Check("exp, hard", Exp, DoubleDouble.Exp,
        Around([0, 1, -1, Math.Log(2) / 2, -Math.Log(2) / 2, 709.782712893384, 709.78, -708.3964185322641, 1e-300, 1e-16, -1e-16], 200)
            .Concat(AnyBits(5000, 1)).Concat([double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 0, -0.0]), 0.501);

    [Test]
    public void Exp_with_subnormal_results() => Check("exp, subnormal", Exp, DoubleDouble.Exp,
        Dense(-746, -708, 20000).Concat(Around([-745.1332191019412, -744.4400719213812, -708.3964185322641], 500)), 1);

    [Test]
    public void Log_on_dense_grids() => Check("log", Log, DoubleDouble.Log, Dense(0.1, 4, 20000).Concat(Dense(-700, 700, 10000).Select(Math.Exp)), 0.501);

    [Test]
    public void Log_on_hard_inputs() => Check("log, hard", Log, DoubleDouble.Log,
        Around([1, 2, 0.5, Math.Sqrt(2), Math.Sqrt(0.5), double.MaxValue, double.Epsilon, 2.2250738585072014E-308], 500)
            .Concat(Dense(-1, 1, 2000).Select(x => 1 + x * 1e-4)).Concat(Enumerable.Range(1, 52).SelectMany(i => new[] { 1 + Math.ScaleB(1, -i), 1 - Math.ScaleB(1, -i) }))
            .Concat(AnyBits(5000, 2).Select(Math.Abs)).Concat([0, -0.0, -1, double.PositiveInfinity, double.NegativeInfinity, double.NaN]), 0.501);

    [Test]
    public void Log_of_subnormals() => Check("log, subnormal", Log, DoubleDouble.Log, Enumerable.Range(1, 5000).Select(i => BitConverter.Int64BitsToDouble((long)i * i * i)), 0.501);

    [Test]
    public void Cos_on_dense_grids() => Check("cos", Cos, DoubleDouble.Cos, Dense(-10, 10, 20000).Concat(Dense(-1e6, 1.2e6, 10000)), 0.501);

    [Test]
    public void Cos_near_multiples_of_half_pi() => Check("cos, zeros", Cos, DoubleDouble.Cos,
        Around(Enumerable.Range(1, 2000).Select(i => i * (Math.PI / 2)).Concat(Enumerable.Range(20, 900).Select(i => Math.Round(Math.ScaleB(1, i)) * (Math.PI / 2))), 3)
            // The double nearest to a multiple of π/2 (Muller 2016, §11.3) and its neighbours.
            .Concat(Around([Math.ScaleB(6381956970095103, 797), 1e22, 1048576, -1048576], 20)), 0.501);

    [Test]
    public void Cos_of_any_bits() => Check("cos, any bits", Cos, DoubleDouble.Cos, AnyBits(20000, 3).Concat([0, -0.0, double.MaxValue, double.PositiveInfinity, double.NaN]), 0.501);

    [Test]
    public void Power_within_half_a_unit()
    {
        var random = new Random(20260501);
        double worst = 0;
        for (int i = 0; i < 20000; i++)
        {
            double n = Math.Floor(Math.Exp(random.NextDouble() * (i % 2 == 0 ? 8 : 14)));
            double x = (i % 3 == 0 ? -1 : 1) * Math.Exp((2 * random.NextDouble() - 1) * 740 / n);
            double error = Ulp.Error(Real64.Power(x, n), DoubleDouble.Power(x, n));
            worst = Math.Max(worst, error);
            Assert.That(error, Is.LessThanOrEqualTo(Math.Abs((double)Real64.Power(x, n)) < 2.3e-308 ? 1 : 0.501), $"{x:R}^{n:R}");
        }
        TestContext.Out.WriteLine($"power: at most {worst:F6} ULP");
    }

    [Test]
    public void Power_of_special_values()
    {
        double[] values = [0, -0.0, 1, -1, 2, -2, 0.5, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.Epsilon, double.MaxValue, 1 - 1.0 / (1L << 53)];
        double[] counts = [0, -0.0, 1, 2, 3, 1074, 1e6, 1e15, 1e300, -1, 0.5, double.NaN];
        foreach (double x in values)
            foreach (double n in counts)
            {
                double power = Real64.Power(x, n);
                Assert.That(power, Is.EqualTo(DoubleDouble.Power(x, n).High), $"{x:R}^{n:R}");
                if (!double.IsNaN(power) && n >= 0 && n == Math.Floor(n) && n < 1e300)
                    Assert.That(double.IsNegative(power), Is.EqualTo(double.IsNegative(Math.Pow(x, n))), $"sign of {x:R}^{n:R}");
            }
        Assert.That((double)Real64.Power(2, double.PositiveInfinity), Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void BinaryScale_is_the_power_of_two_below()
    {
        foreach (double x in AnyBits(20000, 4).Concat([0, -0.0, 1, -1, double.Epsilon, 3 * double.Epsilon, 2.2250738585072014E-308, double.MaxValue, double.PositiveInfinity, double.NaN]))
        {
            double expected = x == 0 || !double.IsFinite(x) ? 1 : Math.ScaleB(1, Math.ILogB(x));
            Assert.That((double)Real64.BinaryScale(x), Is.EqualTo(expected), $"{x:R}");
            float single = (float)x;
            Assert.That((float)Real32.BinaryScale(single), Is.EqualTo(single == 0 || !float.IsFinite(single) ? 1 : MathF.ScaleB(1, MathF.ILogB(single))), $"{single:R}");
        }
    }

    [Test]
    public void A_wrong_kernel_is_caught()
    {
        // What the checks above would say of a logarithm that loses the low part of ln 2, and of one off by a rounding.
        Assert.Multiple(() =>
        {
            Assert.That(Worst(x => Log(x) + 1e-16 * Math.ILogB(x), DoubleDouble.Log, Dense(2, 4, 1000)).Worst, Is.GreaterThan(0.501));
            Assert.That(Worst(x => Math.BitIncrement(Exp(x)), DoubleDouble.Exp, Dense(0, 1, 1000)).Worst, Is.GreaterThan(0.501));
        });
    }
}
