using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class DoubleDoubleTests
{
    // 2^-100: what is promised of every elementary function.
    private static readonly double HundredBits = Math.ScaleB(1, -100);

    private static double RelativeError(DoubleDouble actual, DoubleDouble expected) =>
        expected.High == 0 ? Math.Abs(actual.High) : Math.Abs(((actual - expected) / expected).High);

    // Expected digits are from the published tables of these constants (OEIS A000796, A001113, A002162, A002193, A002392, A049470 and kin).
    private static readonly object[] Constants =
    [
        new object[] { "pi", DoubleDouble.Pi, "3.14159265358979323846264338327950288419716939937510582097" },
        new object[] { "e", DoubleDouble.Exp(1), "2.71828182845904523536028747135266249775724709369995957497" },
        new object[] { "1/e", DoubleDouble.Exp(-1), "0.36787944117144232159552377016146086744581113103176783451" },
        new object[] { "e^2", DoubleDouble.Exp(2), "7.38905609893065022723042746057500781318031557055184732409" },
        new object[] { "sqrt e", DoubleDouble.Exp(0.5), "1.64872127070012814684865078781416357165377610071014801158" },
        new object[] { "ln 2", DoubleDouble.Log(2), "0.69314718055994530941723212145817656807550013436025525412" },
        new object[] { "ln 3", DoubleDouble.Log(3), "1.09861228866810969139524523692252570464749055782274945173" },
        new object[] { "ln 10", DoubleDouble.Log(10), "2.30258509299404568401799145468436420760110148862877297603" },
        new object[] { "sqrt 2", DoubleDouble.Sqrt(2), "1.41421356237309504880168872420969807856967187537694807318" },
        new object[] { "sqrt 3", DoubleDouble.Sqrt(3), "1.73205080756887729352744634150587236694280525381038062806" },
        new object[] { "cos 1", DoubleDouble.Cos(1), "0.54030230586813971740093660744297660373231042061792222767" },
        new object[] { "cos 2", DoubleDouble.Cos(2), "-0.41614683654714238699756822950076218976600077107554489076" },
        new object[] { "sin 1", DoubleDouble.Sin(1), "0.84147098480789650665250232163029899962256306079837106567" },
        new object[] { "tanh 1", DoubleDouble.Tanh(1), "0.76159415595576488811945828260479359041276859725793655159" },
        new object[] { "tanh 1/8", DoubleDouble.Tanh(0.125), "0.12435300177159620805464727580589271221076452705665862733" },
        new object[] { "2^0.5", DoubleDouble.Pow(2, 0.5), "1.41421356237309504880168872420969807856967187537694807318" },
        new object[] { "3^-7", DoubleDouble.Pow(3, -7), "0.00045724737082761774119798811156835848193872885230909922268" },
        new object[] { "1/3", (DoubleDouble)1 / 3, "0.33333333333333333333333333333333333333333333333333333333" },
        new object[] { "1/7", (DoubleDouble)1 / 7, "0.14285714285714285714285714285714285714285714285714285714" },
    ];

    [TestCaseSource(nameof(Constants))]
    public void Constant_has_a_hundred_bits(string name, DoubleDouble actual, string digits) =>
        Assert.That(RelativeError(actual, DoubleDouble.Parse(digits)), Is.LessThan(HundredBits), name);

    [Test]
    public void Cosine_of_ten_to_the_22_needs_the_long_reduction()
    {
        // The classic test of argument reduction (Ng 1992): sin 10^22 = -0.8522008497671888017727...
        Assert.That(RelativeError(DoubleDouble.Sin(1e22), DoubleDouble.Parse("-0.8522008497671888017727058937530293682618")), Is.LessThan(HundredBits));
    }

    [Test]
    public void Identities_hold_to_a_hundred_bits()
    {
        var random = new Random(20260101);
        double exponentials = 0, logarithms = 0, cosines = 0, circles = 0, powers = 0;
        for (int i = 0; i < 2000; i++)
        {
            DoubleDouble a = Wide(random, 300), b = Wide(random, 300);
            exponentials = Math.Max(exponentials, RelativeError(DoubleDouble.Exp(a + b), DoubleDouble.Exp(a) * DoubleDouble.Exp(b)) / (1 + DoubleDouble.Abs(a + b).High));
            DoubleDouble positive = DoubleDouble.Exp(Wide(random, 40));
            logarithms = Math.Max(logarithms, RelativeError(DoubleDouble.Exp(DoubleDouble.Log(positive)), positive) / (1 + DoubleDouble.Abs(DoubleDouble.Log(positive)).High));
            DoubleDouble angle = Wide(random, Math.ScaleB(1, i % 60 - 20));
            DoubleDouble cos = DoubleDouble.Cos(angle), sin = DoubleDouble.Sin(angle);
            cosines = Math.Max(cosines, DoubleDouble.Abs(DoubleDouble.Cos(angle + angle) - (cos * cos - sin * sin)).High);
            circles = Math.Max(circles, DoubleDouble.Abs(cos * cos + sin * sin - 1).High);
            DoubleDouble x = Wide(random, 3);
            powers = Math.Max(powers, RelativeError(DoubleDouble.Power(x, 5), x * x * x * x * x));
        }
        // The argument's own 106th bit moves e^x by |x| units: those errors are divided by 1 + |x|. The last one carries four products' errors.
        Assert.Multiple(() =>
        {
            Assert.That(exponentials, Is.LessThan(HundredBits));
            Assert.That(logarithms, Is.LessThan(HundredBits));
            Assert.That(cosines, Is.LessThan(HundredBits));
            Assert.That(circles, Is.LessThan(HundredBits));
            Assert.That(powers, Is.LessThan(HundredBits));
        });
    }

    [Test]
    public void Arithmetic_is_within_its_proven_bounds_of_the_exact_rationals()
    {
        var random = new Random(20260102);
        double u2 = Math.ScaleB(1, -106);
        for (int i = 0; i < 5000; i++)
        {
            DoubleDouble x = Wide(random, 1e6), y = i % 3 == 0 ? -x + DoubleDouble.Of(random.NextDouble() * 1e-9) : Wide(random, 1e-3);
            var (mx, ex) = Dyadic.Exact(x);
            var (my, ey) = Dyadic.Exact(y);
            int e = Math.Min(ex, ey);
            Assert.That(RelativeError(x + y, DoubleDouble.FromDyadic((mx << (ex - e)) + (my << (ey - e)), e)), Is.LessThan(4 * u2));
            Assert.That(RelativeError(x * y, DoubleDouble.FromDyadic(mx * my, ex + ey)), Is.LessThan(6 * u2));
            DoubleDouble quotient = x / y;
            var ratio = DoubleDouble.Ratio(mx << Math.Max(ex - ey, 0), my << Math.Max(ey - ex, 0));
            Assert.That(RelativeError(quotient, ratio), Is.LessThan(6 * u2));
            DoubleDouble root = DoubleDouble.Sqrt(DoubleDouble.Abs(x));
            Assert.That(RelativeError(root * root, DoubleDouble.Abs(x)), Is.LessThan(14 * u2));
        }
    }

    [TestCase("0.125", 2, "0.12", "0.13")]
    [TestCase("0.375", 2, "0.38", "0.38")]
    [TestCase("-0.125", 2, "-0.12", "-0.13")]
    [TestCase("2.5", 0, "2", "3")]
    [TestCase("0.045", 2, "0.04", "0.04")]
    [TestCase("1e22", 1, "10000000000000000000000.0", "10000000000000000000000.0")]
    public void Fixed_digits_are_correctly_rounded(string text, int decimals, string even, string away)
    {
        // 0.045 has no exact binary value; the pair lies below the tie.
        DoubleDouble value = DoubleDouble.Parse(text);
        Assert.Multiple(() =>
        {
            Assert.That(value.ToFixed(decimals), Is.EqualTo(even));
            Assert.That(value.ToFixed(decimals, MidpointRounding.AwayFromZero), Is.EqualTo(away));
        });
    }

    [TestCase("0.1", "0.1")]
    [TestCase("-12.5e-3", "-0.0125")]
    [TestCase("6.02214076e23", "6.02214076E+23")]
    [TestCase("1e-250", "1E-250")]
    [TestCase("99999999999999999999", "99999999999999999999")]
    [TestCase("3.1415926535897932384626433832795", "3.1415926535897932384626433832795")]
    [TestCase("NaN", "NaN")]
    [TestCase("-Infinity", "-Infinity")]
    [TestCase("0", "0")]
    public void Text_goes_in_and_comes_out(string text, string expected) =>
        Assert.That(DoubleDouble.Parse(text).ToString(), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("1,5")]
    [TestCase("1e")]
    [TestCase("0x10")]
    [TestCase("1e999999999")]
    public void Text_that_is_no_number_is_refused(string text) =>
        Assert.That(() => DoubleDouble.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(text));

    [Test]
    public void Doubles_and_decimals_convert_exactly()
    {
        var random = new Random(20260103);
        for (int i = 0; i < 5000; i++)
        {
            double x = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(x))
                continue;
            Assert.That(DoubleDouble.Parse(x.ToString("R", System.Globalization.CultureInfo.InvariantCulture)).High, Is.EqualTo(x));
            var (mantissa, exponent) = Dyadic.Exact(x);
            Assert.That(Dyadic.ToDouble(mantissa, exponent), Is.EqualTo(x));
        }
        Assert.That(DoubleDouble.FromDecimal(-0.1m), Is.EqualTo(DoubleDouble.Parse("-0.1")));
        Assert.That(DoubleDouble.FromDecimal(decimal.MaxValue).ToString(), Is.EqualTo("7.9228162514264337593543950335E+28"));
    }

    [Test]
    public void A_float_is_rounded_once()
    {
        // 1 + 2^-24 is a tie in float; what lies beyond double precision decides it.
        double tie = 1 + Math.ScaleB(1, -24);
        Assert.Multiple(() =>
        {
            Assert.That((float)DoubleDouble.Sum(tie, 1e-25), Is.EqualTo(MathF.BitIncrement(1)));
            Assert.That((float)DoubleDouble.Sum(tie, -1e-25), Is.EqualTo(1f));
            Assert.That((float)DoubleDouble.Of(tie), Is.EqualTo(1f));
        });
    }

    [Test]
    public void Special_values_behave_as_in_IEEE_754()
    {
        DoubleDouble infinity = double.PositiveInfinity, zero = 0, negativeZero = -0.0;
        Assert.Multiple(() =>
        {
            Assert.That((infinity + 1).High, Is.EqualTo(double.PositiveInfinity));
            Assert.That((infinity - infinity).High, Is.NaN);
            Assert.That((1 / zero).High, Is.EqualTo(double.PositiveInfinity));
            Assert.That((1 / infinity).High, Is.Zero);
            Assert.That((zero / zero).High, Is.NaN);
            Assert.That(double.IsNegative((negativeZero + negativeZero).High), Is.True);
            Assert.That(double.IsNegative(DoubleDouble.Min(zero, negativeZero).High), Is.True);
            Assert.That(double.IsNegative(DoubleDouble.Max(zero, negativeZero).High), Is.False);
            Assert.That(DoubleDouble.Min(1, DoubleDouble.NaN).High, Is.NaN);
            Assert.That(DoubleDouble.Log(0).High, Is.EqualTo(double.NegativeInfinity));
            Assert.That(DoubleDouble.Log(-1).High, Is.NaN);
            Assert.That(DoubleDouble.Exp(double.NegativeInfinity).High, Is.Zero);
            Assert.That(DoubleDouble.Exp(infinity).High, Is.EqualTo(double.PositiveInfinity));
            Assert.That(DoubleDouble.Cos(infinity).High, Is.NaN);
            Assert.That(DoubleDouble.Sqrt(-1).High, Is.NaN);
            Assert.That(DoubleDouble.Power(0.5, 1e300).High, Is.Zero);

            // What is known without squaring ends where the range does, of factors far from 1 and near it.
            foreach (double x in new[] { 2, 4, 1.5, 1.0009765625 })
            {
                // The last power within the range is that of logarithms in decimals: ⌊1024·ln 2/ln x⌋, or one less where that power is 2¹⁰²⁴ itself.
                int last = (int)Math.Ceiling(1024 * Math.Log(2) / Math.Log(x) - 1e-9) - 1;
                Assert.That(DoubleDouble.Power(x, last).High, Is.InRange(double.MaxValue / 4, double.MaxValue), $"{x}");
                Assert.That(DoubleDouble.Power(x, last + 1).High, Is.EqualTo(double.PositiveInfinity), $"{x}");
                int least = (int)Math.Floor(1074 * Math.Log(2) / Math.Log(x) + 1e-9);
                Assert.That(DoubleDouble.Power(1 / x, least).High, x is 2 or 4 ? Is.EqualTo(double.Epsilon) : Is.InRange(double.Epsilon, 2 * double.Epsilon), $"1/{x}");
            }

            Assert.That(DoubleDouble.Power(-2, 1025).High, Is.EqualTo(double.NegativeInfinity));
            Assert.That(DoubleDouble.Power(-1, 9007199254740991).High, Is.EqualTo(-1));
            Assert.That(DoubleDouble.Power(2, 0.5).High, Is.NaN);
            Assert.That(DoubleDouble.Floor(DoubleDouble.Sum(3, -1e-20)).High, Is.EqualTo(2));
            Assert.That(DoubleDouble.BinaryScale(DoubleDouble.Sum(8, -1e-20)).High, Is.EqualTo(4));
        });
    }

    private static DoubleDouble Wide(Random random, double size)
    {
        double high = (2 * random.NextDouble() - 1) * size;
        return DoubleDouble.Sum(high, high * (random.NextDouble() - 0.5) * Math.ScaleB(1, -53));
    }
}
