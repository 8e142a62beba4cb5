using System.Numerics;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class BigRealTests
{
    // 70 digits; the last ones of a rounded text are worth 2^-230.
    private static readonly BigReal Digits = BigReal.PowerOfTwo(-229);

    // Computed by mpmath 1.3 with 4000 bits.
    private static readonly object[] Values =
    [
        new object[] { "Exp", new[] { -745.0 }, "2.822350730471937076353440082059782620824363062910177902634050635325161e-324" },
        new object[] { "Exp", new[] { 1e-300 }, "1.0" },
        new object[] { "Exp", new[] { 11356.5 }, "1.162207662070283274314222369026804075663221964869496510299060342997805e+4932" },
        new object[] { "Expm1", new[] { -1e-20 }, "-9.999999999999999451482714542095716522779876549119633822135268667335064e-21" },
        new object[] { "Expm1", new[] { 37.0 }, "1.171914237280261030877293979119019452167536369446182238348091143590968e+16" },
        new object[] { "Log", new[] { 5e-324 }, "-7.444400719213812623141072984460816341130871443029141429256103301959047e+2" },
        new object[] { "Log", new[] { 1.0000000000000002 }, "2.220446049250312834328230454615487925982331807901114702556934266544035e-16" },
        new object[] { "Log", new[] { 1.7976931348623157e+308 }, "7.097827128933839967322233899106571455039731487366641630386030577147061e+2" },
        new object[] { "Log1p", new[] { 1e-300 }, "1.000000000000000025059091835208759685696146807703705249925342319900466e-300" },
        new object[] { "Log1p", new[] { -0.9999999999999999 }, "-3.673680056967710139911330243728335810800150712109352846839604050314986e+1" },
        new object[] { "Log1p", new[] { 1e+300 }, "6.907755278982137052579021966605136811506599904414932315503943764831713e+2" },
        new object[] { "Sin", new[] { 1e+300 }, "-8.17881912115908597045885282755426212011428303890384046463739586101666e-1" },
        new object[] { "Cos", new[] { 1e+22 }, "5.232147853951389454975944733847094921409199724393879535272113921042982e-1" },
        new object[] { "Sin", new[] { 3.141592653589793 }, "1.22464679914735317722606593227499799708305390129979194948825771626087e-16" },
        new object[] { "Cos", new[] { 1.5707963267948966 }, "6.123233995736765886130329661375001464640377798836283052096054982772486e-17" },
        new object[] { "Tanh", new[] { 1e-30 }, "1.000000000000000083336420607585985350931336026868654502364509450215529e-30" },
        new object[] { "Tanh", new[] { 44.0 }, "9.999999999999999999999999999999999999878907962091976282309362789323788e-1" },
        new object[] { "Erf", new[] { 1e-40 }, "1.128379167095512494111717052636344007953600557577234265239371417922475e-40" },
        new object[] { "Erf", new[] { 5.5 }, "9.99999999999992642152082025601936931637601429909791776915030548123937e-1" },
        new object[] { "Erfc", new[] { 26.5 }, "2.21090766426373427592923902291582603907541815430160257164446815639362e-307" },
        new object[] { "Erfc", new[] { -3.25 }, "1.999995697220536324878169524104869763402432864930353962822872606987866" },
        new object[] { "Erfc", new[] { 14.0 }, "3.037229847750311665115172806783328447911896669343422595150070601995958e-87" },
        new object[] { "Erfc", new[] { 100.0 }, "6.405961424921732039021339148586394148214414399460338057767107650248903e-4346" },
        new object[] { "Pow", new[] { 1.0000000000000002, 1e+18 }, "2.708611108976671739370687095936670524848534549172794818022195178323281e+96" },
        new object[] { "Pow", new[] { 0.1, -300.5 }, "3.162277660168326581726028179941428024475197178267968322138900560727659e+300" },
        new object[] { "Pow", new[] { 5e-324, 0.001 }, "4.750001914374429955322858559356524906015222916356827770169791371548297e-1" },
    ];

    // Published digits (OEIS A000796, A001113, A002162, A002193).
    private static readonly object[] Constants =
    [
        new object[] { BigReal.Pi, "3.1415926535897932384626433832795028841971693993751058209749445923078164" },
        new object[] { BigReal.Exp(1), "2.7182818284590452353602874713526624977572470936999595749669676277240766" },
        new object[] { BigReal.Log(2), "0.69314718055994530941723212145817656807550013436025525412068000949339362" },
        new object[] { BigReal.Sqrt(2), "1.4142135623730950488016887242096980785696718753769480731766797379907324" },
    ];

    [TestCaseSource(nameof(Values))]
    public void Functions_have_the_digits_of_another_library(string name, double[] x, string digits)
    {
        BigReal actual = name switch
        {
            "Exp" => BigReal.Exp(x[0]),
            "Expm1" => BigReal.Expm1(x[0]),
            "Log" => BigReal.Log(x[0]),
            "Log1p" => BigReal.Log1p(x[0]),
            "Sin" => BigReal.Sin(x[0]),
            "Cos" => BigReal.Cos(x[0]),
            "Tanh" => BigReal.Tanh(x[0]),
            "Erf" => BigReal.Erf(x[0]),
            "Erfc" => BigReal.Erfc(x[0]),
            _ => BigReal.Pow(x[0], x[1]),
        };
        Assert.That(RelativeError(actual, digits), Is.LessThan(Digits), name);
    }

    [TestCaseSource(nameof(Constants))]
    public void Constants_have_the_published_digits(BigReal actual, string digits) => Assert.That(RelativeError(actual, digits), Is.LessThan(Digits));

    [Test]
    public void Sums_and_products_that_fit_are_exact_and_others_rounded_to_nearest()
    {
        var random = new Random(11);
        for (int i = 0; i < 500; i++)
        {
            var (a, b) = (Any(random), Any(random));
            (BigInteger M, int E) x = Exact(a), y = Exact(b);
            int low = Math.Min(x.E, y.E);
            BigInteger sum = (x.M << (x.E - low)) + (y.M << (y.E - low));
            Assert.That(BigReal.WithPrecision(2200, () => (BigReal)a + b == BigReal.Ratio(sum, 1) * BigReal.PowerOfTwo(low)), Is.True, $"{a} + {b}");
            Assert.That((BigReal)a * b, Is.EqualTo(BigReal.Ratio(x.M * y.M, 1) * BigReal.PowerOfTwo(x.E + y.E)), $"{a} * {b}");

            // a/b·b − a is below half a unit in the last place of a, from fractions: |q·y − x| ≤ |x|/2^p.
            BigReal rest = BigReal.WithPrecision(700, () => BigReal.Abs((BigReal)a / b * b - a));
            BigReal quotient = (BigReal)a / b;
            BigReal off = BigReal.WithPrecision(700, () => BigReal.Abs(quotient * b - a));
            Assert.That(off, Is.LessThanOrEqualTo(BigReal.Abs(a) * BigReal.PowerOfTwo(-BigReal.UsualPrecision)), $"{a} / {b}");
            Assert.That(rest, Is.LessThan(off + BigReal.Abs(a) * BigReal.PowerOfTwo(-690)));
        }
    }

    [Test]
    public void Nothing_overflows_underflows_or_is_lost_that_a_double_loses() => Assert.Multiple(() =>
    {
        BigReal huge = 1.7976931348623157e308, tiny = 5e-324;
        Assert.That(huge * huge / huge, Is.EqualTo(huge));
        Assert.That(tiny * tiny / tiny, Is.EqualTo(tiny));
        Assert.That(BigReal.Log(BigReal.Exp(huge)) / huge - 1, Is.LessThan(BigReal.PowerOfTwo(-200)));
        Assert.That(BigReal.Exp(-huge) * BigReal.Exp(huge) - 1, Is.LessThan(BigReal.PowerOfTwo(-200)));
        Assert.That((double)BigReal.Settled(() => [(1 + tiny - 1) * 1e300])[0], Is.EqualTo((double)(tiny * 1e300)));
        Assert.That((double)BigReal.Settled(() => [BigReal.One - BigReal.Tanh(300)])[0], Is.EqualTo((double)(2 * BigReal.Exp(-600))));
        Assert.That((double)BigReal.Settled(() => [BigReal.Sin(BigReal.Pi)])[0], Is.Zero);
        Assert.That((double)BigReal.Settled(() => [1 / BigReal.Log(1 + (BigReal)1e-300)])[0], Is.EqualTo(1e300).Within(1).Ulps);
        Assert.That(BigReal.Settled(() => [BigReal.IfLess(1, 1 + (BigReal)1e-300, 2, 3)])[0], Is.EqualTo((BigReal)2));
        Assert.That((double)BigReal.Settled(() => [BigReal.Floor(BigReal.Of(3) / 7 * 7)])[0], Is.EqualTo(3), "a floor that no precision decides counts as the value says");
        Assert.That(() => BigReal.Settled(() => [BigReal.Sin(BigReal.Pi) * BigReal.PowerOfTwo(20_000)]), Throws.TypeOf<ArithmeticException>());
    });

    [Test]
    public void The_exact_value_lies_within_the_radius()
    {
        // At 64 bits each radius must reach the value at 500 bits; it may not be so wide that nothing could fail either.
        var random = new Random(13);
        int narrow = 0, cases = 0;
        for (int i = 0; i < 400; i++)
        {
            int seed = random.Next();
            BigReal near = BigReal.WithPrecision(64, () => Expression(new Random(seed), 4));
            BigReal exact = BigReal.WithPrecision(500, () => Expression(new Random(seed), 4));
            if (!BigReal.IsFinite(exact) || !BigReal.IsFinite(near))
                continue;
            cases++;
            BigReal off = BigReal.WithPrecision(500, () => BigReal.Abs(near - exact));
            Assert.That(off, Is.LessThanOrEqualTo(near.Radius), $"seed {seed}: {near} ± {near.Radius}, exact {exact}");
            narrow += near.Radius <= BigReal.Abs(near) * BigReal.PowerOfTwo(-40) ? 1 : 0;
        }

        Assert.That(cases, Is.GreaterThan(200));
        Assert.That(narrow, Is.GreaterThan(cases / 2));
    }

    [TestCase(24, 1000)]
    [TestCase(25, 1000)]
    [TestCase(32, 1000)]
    [TestCase(53, 500)]
    [TestCase(64, 100)]
    [TestCase(160, 25)]
    [TestCase(256, 25)]
    [TestCase(900, 25)]
    [TestCase(5120, 5)]
    [TestCase(5120, 50, Category = Deep.Category)]
    public void Exponentials_and_logarithms_are_right_to_two_units_of_any_last_bit(int bits, int count)
    {
        // The worst is expm1 just above ln 2: half of 2^(2 − bits) by the rounding of a power of 2 or more, and a quarter by that of the difference, which is 1 or more. Others lie beside the places where the ways to compute them part: 1, √½, √2 and multiples of ln 2.
        Func<BigReal, BigReal>[] functions =
        [
            BigReal.Exp, BigReal.Expm1, BigReal.Log1p, x => BigReal.Log(BigReal.Abs(x)), x => BigReal.Log(Beside(1, x)), x => BigReal.Log(Beside(Math.Sqrt(2), x)), x => BigReal.Log1p(Beside(Math.Sqrt(0.5) - 1, x)),
            x => BigReal.Log1p(Beside(0.25, x)), x => BigReal.Log1p(Beside(-0.25, x)), x => BigReal.Expm1(Beside(0.5, x)), x => BigReal.Expm1(Beside(-0.5, x)),
            x => BigReal.Expm1(Beside(Math.Log(2), x)), x => BigReal.Exp(Beside(-17.5 * Math.Log(2), x)), x => BigReal.Log(BigReal.Abs(x) * BigReal.PowerOfTwo(-40000)),
        ];

        static BigReal Beside(double place, BigReal x) => BigReal.WithPrecision(500, () => place + x / 128);

        var random = new Random(bits);
        for (int i = 0; i < count; i++)
        {
            BigReal x = Math.ScaleB(random.NextDouble() - 0.5, random.Next(-70, 5));
            x = BigReal.Max(x, -0.99);
            for (int f = 0; f < functions.Length; f++)
            {
                BigReal near = BigReal.WithPrecision(bits, () => functions[f](x)), exact = BigReal.WithPrecision(bits + 200, () => functions[f](x));
                BigReal off = BigReal.WithPrecision(bits + 200, () => BigReal.Abs(near - exact) / BigReal.Abs(exact));
                Assert.That(off, Is.LessThanOrEqualTo(BigReal.PowerOfTwo(2 - bits)), $"function {f} of {x}");
            }
        }
    }

    // A random expression; comparisons are left out, since an open one may go either way.
    private static BigReal Expression(Random random, int depth)
    {
        if (depth == 0)
            return random.Next(3) == 0 ? BigReal.Pi : Math.ScaleB(random.NextDouble() + 0.1, random.Next(-6, 6)) * (random.Next(3) == 0 ? -1 : 1);
        BigReal x = Expression(random, depth - 1), y = Expression(random, depth - 1);
        return random.Next(18) switch
        {
            0 or 1 => x + y,
            2 => x - y,
            3 or 4 => x * y,
            5 => x / (BigReal.Abs(y) + 1),
            6 => BigReal.Sqrt(BigReal.Abs(x)),
            7 => BigReal.Exp(BigReal.Min(x, 40)),
            8 => BigReal.Log(BigReal.Abs(x) + 0.25),
            9 => BigReal.Expm1(BigReal.Min(x, 40)),
            10 => BigReal.Log1p(BigReal.Abs(x)),
            11 => BigReal.Sin(x),
            12 => BigReal.Cos(x),
            13 => BigReal.Tanh(x),
            14 => BigReal.Erf(x),
            15 => BigReal.Erfc(BigReal.Min(x, 20)),
            16 => BigReal.Pow(BigReal.Abs(x) + 0.5, BigReal.Min(BigReal.Max(y, -20), 20)),
            _ => BigReal.Fma(x, y, x),
        };
    }

    [Test]
    public void Special_values_are_those_of_IEEE_754() => Assert.Multiple(() =>
    {
        BigReal inf = BigReal.PositiveInfinity;
        Assert.That(BigReal.IsNaN(inf - inf) && BigReal.IsNaN(0 * inf) && BigReal.IsNaN(inf / inf) && BigReal.IsNaN(BigReal.Zero / 0) && BigReal.IsNaN(BigReal.Sqrt(-1)) && BigReal.IsNaN(BigReal.Log(-1)), Is.True);
        Assert.That(1 / BigReal.Zero == inf && -1 / BigReal.Zero == -inf && BigReal.Log(0) == -inf && BigReal.Exp(-inf) == 0 && BigReal.Exp(inf) == inf && BigReal.Log(inf) == inf, Is.True);
        Assert.That(BigReal.IsNaN(BigReal.Min(BigReal.NaN, 1)) && BigReal.IsNaN(BigReal.Max(1, BigReal.NaN)), Is.True);
        Assert.That(BigReal.NaN < 1 || BigReal.NaN > 1 || BigReal.NaN == BigReal.NaN, Is.False);
        Assert.That(BigReal.IfLess(BigReal.NaN, 1, 2, 3), Is.EqualTo((BigReal)3));
        Assert.That(BigReal.Erfc(-inf), Is.EqualTo((BigReal)2));
        double[] grid = [double.NegativeInfinity, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 2.5, double.PositiveInfinity, double.NaN];
        foreach (double x in grid)
        {
            foreach (double y in grid)
                Assert.That((double)BigReal.Pow(x, y), Is.EqualTo(Math.Pow(x, y)).Within(4).Ulps, $"{x}^{y}");
        }
    });

    [Test]
    public void Comparing_flooring_scaling_and_converting_agree_with_doubles()
    {
        var random = new Random(12);
        for (int i = 0; i < 1000; i++)
        {
            var (a, b) = (Any(random), Any(random));
            BigReal x = a, y = b;
            Assert.That((x < y, x <= y, x == y, (double)x), Is.EqualTo((a < b, a <= b, a == b, a)));
            Assert.That((double)BigReal.Floor(x), Is.EqualTo(Math.Floor(a)));
            Assert.That((double)BigReal.BinaryScale(x), Is.EqualTo(Real64.BinaryScale(a).Value));
            Assert.That((double)(x + y), Is.EqualTo(a + b));
            Assert.That((double)(x * y), Is.EqualTo(a * b));
            Assert.That((double)BigReal.Parse(a.ToString("R", System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(a));
        }
    }

    [Test]
    public void Text_has_the_digits_of_the_value() => Assert.Multiple(() =>
    {
        Assert.That(BigReal.Parse("-0.00123e5").ToString(), Is.EqualTo("-1.23e2"));
        Assert.That(BigReal.Pi.ToString(), Is.EqualTo("3.141592653589793238462643e0"));
        Assert.That(((BigReal)5e-324).ToString(), Is.EqualTo("4.940656458412465441765688e-324"));
        Assert.That(BigReal.PowerOfTwo(1_000_000).ToString(), Is.EqualTo("1 * 2^1000000"));
        Assert.That(() => BigReal.Parse("1.2.3"), Throws.TypeOf<FormatException>());
    });

    private static BigReal RelativeError(BigReal actual, string digits) => BigReal.WithPrecision(400, () =>
    {
        BigReal expected = BigReal.Parse(digits);
        return BigReal.Abs((actual - expected) / expected);
    });

    private static (BigInteger M, int E) Exact(double x)
    {
        int e = Math.ILogB(x) - 52;
        return (new BigInteger(Math.ScaleB(x, -e)), e);
    }

    // Normal doubles whose products and quotients are, too.
    private static double Any(Random random) => Math.ScaleB(random.NextDouble() + 0.5, random.Next(-400, 400)) * (random.Next(2) * 2 - 1);
}
