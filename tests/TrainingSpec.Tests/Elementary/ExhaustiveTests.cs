using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Elementary;

internal sealed class ExhaustiveTests
{
    // A prime stride meets every binade and both signs.
    [TestCase("exp")]
    [TestCase("log")]
    [TestCase("cos")]
    [TestCase("sin")]
    [TestCase("tanh")]
    [TestCase("erf")]
    [TestCase("expm1")]
    [TestCase("log1p")]
    [TestCase("erfc")]
    public void A_stride_through_all_floats_is_correctly_rounded(string function)
    {
        Exhaustive.Report report = Exhaustive.Run(function, 2, stride: 4099);
        Assert.Multiple(() =>
        {
            Assert.That(report.Inputs, Is.EqualTo(uint.MaxValue / 4099 + 1));
            Assert.That(report.Misrounded, Is.Zero, $"for example {report.Example:R}, worst {report.WorstUlp} ULP");
        });
    }

    [TestCase("exp", 0.25f)]
    [TestCase("exp", 64f)]
    [TestCase("exp", -103f)]
    [TestCase("log", 1f)]
    [TestCase("log", 0.99f)]
    [TestCase("cos", 1.5f)]
    [TestCase("cos", 3e38f)]
    [TestCase("sin", 1.5f)]
    [TestCase("sin", 1e-4f)]
    [TestCase("tanh", 1e-4f)]
    [TestCase("tanh", 0.5f)]
    [TestCase("tanh", -8.5f)]
    [TestCase("erf", 1e-4f)]
    [TestCase("erf", 0.99f)]
    [TestCase("erf", -3.8f)]
    [TestCase("expm1", 1e-4f)]
    [TestCase("expm1", 0.3f)]
    [TestCase("expm1", -17.25f)]
    [TestCase("log1p", 1e-4f)]
    [TestCase("log1p", -0.7f)]
    [TestCase("log1p", 3e20f)]
    [TestCase("erfc", -1e-3f)]
    [TestCase("erfc", 0.45f)]
    [TestCase("erfc", 9.15f)]
    public void Every_float_of_a_range_is_correctly_rounded(string function, float from)
    {
        uint first = BitConverter.SingleToUInt32Bits(from);
        Exhaustive.Report report = Exhaustive.Run(function, 2, first: first, last: first + 200_000);
        Assert.That(report.Misrounded, Is.Zero, $"for example {report.Example:R}, worst {report.WorstUlp} ULP");
    }

    [Test]
    public void The_oracle_decides_what_double_precision_leaves_open()
    {
        // Sorting by nothing at all sends every input to the oracle: same verdicts.
        uint first = BitConverter.SingleToUInt32Bits(0.7f);
        Exhaustive.Report report = Exhaustive.Compare(x => Real32.Exp(x), _ => double.NaN, DoubleDouble.Exp, 2, first: first, last: first + 9999);
        Assert.That((report.AskedOracle, report.Misrounded), Is.EqualTo((10_000L, 0L)));
        Assert.That(report.WorstUlp, Is.InRange(0.4, 0.5));
    }

    [Test]
    public void Wrong_results_are_counted_and_the_first_is_named()
    {
        uint first = BitConverter.SingleToUInt32Bits(1f);
        float Wrong(float x) => BitConverter.SingleToUInt32Bits(x) % 1000 == 7 ? MathF.BitIncrement(Real32.Exp(x)) : Real32.Exp(x);
        Exhaustive.Report report = Exhaustive.Compare(Wrong, Math.Exp, DoubleDouble.Exp, 2, first: first, last: first + 99_999);
        Assert.Multiple(() =>
        {
            Assert.That(report.Misrounded, Is.EqualTo(100));
            Assert.That(report.WorstUlp, Is.InRange(0.5, 1.5));
            Assert.That(BitConverter.SingleToUInt32Bits(report.Example!.Value) % 1000, Is.EqualTo(7));
            Assert.That(report.Example!.Value, Is.LessThan(1.001f));
        });
    }

    [Test]
    public void The_report_does_not_depend_on_the_threads()
    {
        float Wrong(float x) => MathF.Exp(x);
        Exhaustive.Report one = Exhaustive.Compare(Wrong, Math.Exp, DoubleDouble.Exp, 1, first: 0x3F000000, last: 0x3F400000, stride: 3);
        Exhaustive.Report three = Exhaustive.Compare(Wrong, Math.Exp, DoubleDouble.Exp, 3, first: 0x3F000000, last: 0x3F400000, stride: 3);
        Assert.That(three, Is.EqualTo(one));
    }

    [Test]
    public void Progress_ends_at_one()
    {
        double last = 0;
        Exhaustive.Run("log", 2, part => last = part, stride: 65537);
        Assert.That(last, Is.EqualTo(1));
    }

    [Test]
    public void Bad_arguments_are_named() => Assert.Multiple(() =>
    {
        Assert.That(() => Exhaustive.Run("tan", 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("tan"));
        Assert.That(() => Exhaustive.Run("exp", 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("threads"));
        Assert.That(() => Exhaustive.Run("exp", 1, stride: 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("stride"));
        Assert.That(() => Exhaustive.Run("exp", 1, first: 2, last: 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("last"));
    });

    [Test]
    public void Single_powers_are_correctly_rounded()
    {
        var random = new Random(20260701);
        for (int i = 0; i < 20_000; i++)
        {
            float n = MathF.Floor((float)Math.Exp(random.NextDouble() * 16));
            float x = (float)Math.Exp((2 * random.NextDouble() - 1) * 104 / n) * (i % 3 == 0 ? -1 : 1);
            float power = Real32.Power(x, n);
            Assert.That(power, Is.EqualTo((float)DoubleDouble.Power(x, n)), $"{x:R}^{n:R}");
        }
    }
}
