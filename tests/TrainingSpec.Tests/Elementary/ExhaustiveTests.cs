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
    [TestCase("normal-below")]
    [TestCase("normal-bell")]
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
    [TestCase("normal-below", 1e-3f)]
    [TestCase("normal-below", -0.6f)]
    [TestCase("normal-below", -12.9f)]
    [TestCase("normal-bell", 0.9f)]
    [TestCase("normal-bell", -12.9f)]
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
        Exhaustive.Report report = Exhaustive.Compare(x => Real32.Exp(x), _ => double.NaN, BigReal.Exp, 2, first: first, last: first + 9999);
        Assert.That((report.AskedOracle, report.Misrounded), Is.EqualTo((10_000L, 0L)));
        Assert.That(report.WorstUlp, Is.InRange(0.4, 0.5));
    }

    [Test]
    public void Wrong_results_are_counted_and_the_first_is_named()
    {
        uint first = BitConverter.SingleToUInt32Bits(1f);
        float Wrong(float x) => BitConverter.SingleToUInt32Bits(x) % 1000 == 7 ? MathF.BitIncrement(Real32.Exp(x)) : Real32.Exp(x);
        Exhaustive.Report report = Exhaustive.Compare(Wrong, Math.Exp, BigReal.Exp, 2, first: first, last: first + 99_999);
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
        Exhaustive.Report one = Exhaustive.Compare(Wrong, Math.Exp, BigReal.Exp, 1, first: 0x3F000000, last: 0x3F400000, stride: 3);
        Exhaustive.Report three = Exhaustive.Compare(Wrong, Math.Exp, BigReal.Exp, 3, first: 0x3F000000, last: 0x3F400000, stride: 3);
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

    // The inputs whose values come nearest to the middle between two floats, to so many bits beyond it; the doubles nearest to some of them lie in the middle itself.
    [TestCase("expm1", 0x3DC252DDu, 52)]
    [TestCase("expm1", 0x34CA62C1u, 52)]
    [TestCase("expm1", 0xB675CBFCu, 52)]
    [TestCase("log1p", 0x35400003u, 66)]
    [TestCase("log1p", 0xB53FFFFDu, 66)]
    [TestCase("log1p", 0x65D890D3u, 57)]
    [TestCase("log1p", 0x3EFD81ADu, 56)]
    [TestCase("erfc", 0xB76C9F62u, 55)]
    [TestCase("erfc", 0x344683CCu, 51)]
    [TestCase("erfc", 0xBB6C9B37u, 51)]
    public void The_hardest_inputs_are_correctly_rounded(string function, uint bits, int near)
    {
        Exhaustive.Report report = Exhaustive.Run(function, 1, first: bits, last: bits);
        double x = BitConverter.UInt32BitsToSingle(bits);
        var (rounded, value) = SingleRounding.Of(() => function switch { "expm1" => BigReal.Expm1(x), "log1p" => BigReal.Log1p(x), _ => BigReal.Erfc(x) });
        double step = Math.CopySign(Ulp.Of(rounded), (value - rounded).High), fromMiddle = Math.Abs(((value - rounded - step / 2) / value).High);
        Assert.Multiple(() =>
        {
            Assert.That((report.AskedOracle, report.Misrounded), Is.EqualTo((1L, 0L)));
            Assert.That(-Math.Log2(fromMiddle), Is.InRange(near, near + 1.0), "the case is as hard as it is said to be");
        });
    }

    [Test]
    public void A_value_in_the_very_middle_is_rounded_to_even_where_it_is_exact_and_refused_where_it_is_not()
    {
        BigReal middle = 1 + BigReal.PowerOfTwo(-24);
        Assert.Multiple(() =>
        {
            Assert.That(SingleRounding.Of(() => middle).Rounded, Is.EqualTo(1f));
            Assert.That(SingleRounding.Of(() => middle + BigReal.PowerOfTwo(-400)).Rounded, Is.EqualTo(MathF.BitIncrement(1)));
            Assert.That(SingleRounding.Of(() => -middle - BigReal.PowerOfTwo(-400)).Rounded, Is.EqualTo(-MathF.BitIncrement(1)));
            Assert.That(() => SingleRounding.Of(() => middle * BigReal.Exp(BigReal.Log(3)) / 3), Throws.TypeOf<ArithmeticException>().With.Message.Contains("bits don't tell"));
        });
    }

    // Against the arbitrary-precision values: the margin by which inputs are sorted out must hold with much to spare.
    [Test]
    public void What_sorts_the_inputs_is_far_more_accurate_than_it_is_trusted_to_be()
    {
        (Func<double, double> Sorting, Func<BigReal, BigReal> Exact, double From, double To)[] functions =
        [
            (Math.Exp, BigReal.Exp, -104, 89), (x => Math.Log(Math.Abs(x)), x => BigReal.Log(BigReal.Abs(x)), -1e30, 1e30), (Math.Cos, BigReal.Cos, -1e6, 1e6), (Math.Sin, BigReal.Sin, -1e6, 1e6), (Math.Tanh, BigReal.Tanh, -10, 10),
            (SortingFunctions.Erf, BigReal.Erf, -5, 5), (SortingFunctions.Erfc, BigReal.Erfc, -5, 10.5), (SortingFunctions.NormalTwiceBelow, x => BigReal.Erfc(-x / BigReal.Sqrt(2)), -14.4, 7), (SortingFunctions.NormalBell, x => BigReal.Exp(-x * x / 2), -14.4, 14.4), (SortingFunctions.Expm1, BigReal.Expm1, -20, 89), (x => SortingFunctions.Log1p(x), BigReal.Log1p, -0.999, 1e30),
        ];
        var random = new Random(20261201);
        foreach (var (sorting, exact, from, to) in functions)
            for (int i = 0; i < 1500; i++)
            {
                // Both ends, the middle, and every magnitude towards 0.
                double part = i % 2 == 0 ? random.NextDouble() : Math.Exp(-40 * random.NextDouble());
                float x = (float)(i % 4 < 2 ? to * part : from * part);
                BigReal right = exact(x);
                Assert.That((double)(BigReal.Abs((BigReal)sorting(x) - right) / BigReal.Abs(right)), Is.LessThan(Math.ScaleB(1, -47)), $"{exact.Method.Name} at {x:R}");
            }
    }

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
