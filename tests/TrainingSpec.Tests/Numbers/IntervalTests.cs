using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class IntervalTests
{
    // Every member of IReal by name, as one function of three numbers each.
    private static readonly Dictionary<string, (Func<Interval, Interval, Interval, Interval> Box, Func<DoubleDouble, DoubleDouble, DoubleDouble, DoubleDouble> Point)> Members = new()
    {
        ["+"] = ((x, y, z) => x + y, (x, y, z) => x + y),
        ["-"] = ((x, y, z) => x - y, (x, y, z) => x - y),
        ["*"] = ((x, y, z) => x * y, (x, y, z) => x * y),
        ["/"] = ((x, y, z) => x / y, (x, y, z) => x / y),
        ["negative"] = ((x, y, z) => -x, (x, y, z) => -x),
        ["sqrt"] = ((x, y, z) => Interval.Sqrt(x), (x, y, z) => DoubleDouble.Sqrt(x)),
        ["exp"] = ((x, y, z) => Interval.Exp(x), (x, y, z) => DoubleDouble.Exp(x)),
        ["log"] = ((x, y, z) => Interval.Log(x), (x, y, z) => DoubleDouble.Log(x)),
        ["cos"] = ((x, y, z) => Interval.Cos(x), (x, y, z) => DoubleDouble.Cos(x)),
        ["sin"] = ((x, y, z) => Interval.Sin(x), (x, y, z) => DoubleDouble.Sin(x)),
        ["tanh"] = ((x, y, z) => Interval.Tanh(x), (x, y, z) => DoubleDouble.Tanh(x)),
        ["erf"] = ((x, y, z) => Interval.Erf(x), (x, y, z) => DoubleDouble.Erf(x)),
        ["expm1"] = ((x, y, z) => Interval.Expm1(x), (x, y, z) => DoubleDouble.Expm1(x)),
        ["log1p"] = ((x, y, z) => Interval.Log1p(x), (x, y, z) => DoubleDouble.Log1p(x)),
        ["erfc"] = ((x, y, z) => Interval.Erfc(x), (x, y, z) => DoubleDouble.Erfc(x)),
        ["pow"] = ((x, y, z) => Interval.Pow(x, y), (x, y, z) => DoubleDouble.Pow(x, y)),
        ["pow 3"] = ((x, y, z) => Interval.Pow(x, Interval.Of(-3)), (x, y, z) => DoubleDouble.Pow(x, -3)),
        ["power 0"] = ((x, y, z) => Interval.Power(x, Interval.Of(0)), (x, y, z) => DoubleDouble.Power(x, 0)),
        ["power 6"] = ((x, y, z) => Interval.Power(x, Interval.Of(6)), (x, y, z) => DoubleDouble.Power(x, 6)),
        ["power 7"] = ((x, y, z) => Interval.Power(x, Interval.Of(7)), (x, y, z) => DoubleDouble.Power(x, 7)),
        ["powers"] = ((x, y, z) => Interval.Power(x, Interval.Floor(Interval.Abs(y))), (x, y, z) => DoubleDouble.Power(x, DoubleDouble.Floor(DoubleDouble.Abs(y)))),
        ["abs"] = ((x, y, z) => Interval.Abs(x), (x, y, z) => DoubleDouble.Abs(x)),
        ["min"] = ((x, y, z) => Interval.Min(x, y), (x, y, z) => DoubleDouble.Min(x, y)),
        ["max"] = ((x, y, z) => Interval.Max(x, y), (x, y, z) => DoubleDouble.Max(x, y)),
        ["floor"] = ((x, y, z) => Interval.Floor(x), (x, y, z) => DoubleDouble.Floor(x)),
        ["fma"] = ((x, y, z) => Interval.Fma(x, y, z), (x, y, z) => x * y + z),
        ["binary scale"] = ((x, y, z) => Interval.BinaryScale(x), (x, y, z) => DoubleDouble.BinaryScale(x)),
        ["if less"] = ((x, y, z) => Interval.IfLess(x, y, z, x), (x, y, z) => DoubleDouble.IfLess(x, y, z, x)),
        ["if equal"] = ((x, y, z) => Interval.IfEqual(x, y, z, x), (x, y, z) => DoubleDouble.IfEqual(x, y, z, x)),
    };

    private static IEnumerable<string> Names => Members.Keys;

    // The oracle is itself off by up to 2^-96; below 2^-960 its second part is lost.
    private static bool Encloses(Interval box, DoubleDouble exact)
    {
        if (DoubleDouble.IsNaN(exact))
            return box.Partial;
        // Infinite: at a pole, where there is no real value, or beyond the largest double.
        if (!DoubleDouble.IsFinite(exact))
            return box.Partial || (exact.High > 0 ? double.IsPositiveInfinity(box.High) : double.IsNegativeInfinity(box.Low));
        DoubleDouble slack = DoubleDouble.Abs(exact) * Math.ScaleB(1, -94) + (Math.Abs(exact.High) < 1e-288 ? 4 * double.Epsilon : 0);
        return box.Low <= exact + slack && exact - slack <= box.High;
    }

    [TestCaseSource(nameof(Names))]
    public void No_point_of_a_box_leaves_the_enclosure(string name)
    {
        var (f, oracle) = Members[name];
        var random = new Random(20261001);
        int bounded = 0;
        for (int i = 0; i < 3000; i++)
        {
            (Interval x, Interval y, Interval z) = (Draw(random, i), Draw(random, i), Draw(random, i));
            Interval result = f(x, y, z);
            Assert.That(result.Low <= result.High, Is.True, $"{name} of {x}, {y}, {z} = {result}");
            bounded += double.IsFinite(result.Width) && !result.Partial ? 1 : 0;
            for (int point = 0; point < 8; point++)
            {
                double a = Point(random, x, point & 1), b = Point(random, y, point >> 1 & 1), c = Point(random, z, point >> 2);
                DoubleDouble exact = oracle(a, b, c);
                if (!Encloses(result, exact))
                    Assert.Fail($"{name} of {x}, {y}, {z} = {result} leaves out {exact} at {a:R}, {b:R}, {c:R}");
            }
        }
        Assert.That(bounded, Is.GreaterThan(600), "most boxes have a bounded enclosure");
    }

    [Test]
    public void No_point_leaves_the_enclosure_of_a_formula()
    {
        var random = new Random(20261002);
        int useful = 0;
        for (int i = 0; i < 4000; i++)
        {
            double size = Math.Pow(10, -random.Next(1, 14));
            Interval x = Around(4 * random.NextDouble() + 0.01, size), y = i % 5 == 0 ? x : Around(4 * random.NextDouble() + 0.01, size);
            Interval smooth = SampleFormulas.Smooth(x, y), kinked = SampleFormulas.Kinked(x, y);
            useful += smooth.Width < 1 && !smooth.Partial ? 1 : 0;
            for (int point = 0; point < 6; point++)
            {
                double a = Point(random, x, point % 3), b = Point(random, y, point / 3);
                // Some thirty operations of the oracle, the largest partial result about 1e4.
                DoubleDouble s = SampleFormulas.Smooth<DoubleDouble>(a, b), k = SampleFormulas.Kinked<DoubleDouble>(a, b), slack = 30 * 1e4 * Math.ScaleB(1, -96);
                Assert.That(smooth.Low <= s + slack && s - slack <= smooth.High, Is.True, $"smooth of {x}, {y} = {smooth} leaves out {s}");
                Assert.That(kinked.Low <= k + slack && k - slack <= kinked.High, Is.True, $"kinked of {x}, {y} = {kinked} leaves out {k}");
            }
        }
        Assert.That(useful, Is.GreaterThan(2000));
    }

    [Test]
    public void Rounding_to_nearest_would_leave_points_out()
    {
        // 0.1 + 0.2, 0.1·0.1 and 1/3 are not doubles: one of the ends has to move outwards, and no end moves where the result is exact.
        Interval tenth = Interval.Of(0.1), sum = tenth + Interval.Of(0.2), product = tenth * tenth, third = Interval.Of(1) / Interval.Of(3), root = Interval.Sqrt(Interval.Of(2));
        Assert.Multiple(() =>
        {
            foreach (Interval open in new[] { sum, product, third, root })
                Assert.That(open.High, Is.EqualTo(Math.BitIncrement(open.Low)));
            Assert.That(Encloses(Interval.Of(0.1 + 0.2), (DoubleDouble)0.1 + 0.2), Is.False);
            Assert.That(Interval.Of(0.5) + Interval.Of(0.25), Is.EqualTo(Interval.Of(0.75)));
            Assert.That(Interval.Of(3) * Interval.Of(7) / Interval.Of(7), Is.EqualTo(Interval.Of(3)));
            Assert.That(Interval.Sqrt(Interval.Of(9)), Is.EqualTo(Interval.Of(3)));
            Assert.That(Interval.Exp(Interval.Of(0)), Is.EqualTo(Interval.Of(1)));
        });
    }

    [Test]
    public void What_has_no_value_somewhere_is_partial() => Assert.Multiple(() =>
    {
        var around = new Interval(-1, 1);
        Assert.That(Interval.Sqrt(around).Partial, Is.True);
        Assert.That(Interval.Sqrt(around).High, Is.EqualTo(1));
        Assert.That((Interval.Of(1) / around).Partial, Is.True);
        Assert.That((Interval.Of(1) / new Interval(0, 2)).ToString(), Is.EqualTo("[0.5, Infinity]?"));
        Assert.That(Interval.Log(new Interval(0, 1)).Partial, Is.True);
        Assert.That(Interval.Pow(around, Interval.Of(0.5)).Partial, Is.True);
        Assert.That((Interval.Of(double.MaxValue) + Interval.Of(double.MaxValue)).Partial, Is.False);
        Assert.That((Interval.Of(0) * (Interval.Of(1) / around)).Partial, Is.True);
        Assert.That(Interval.IfLess(Interval.Of(double.NaN), Interval.Of(0), Interval.Of(1), Interval.Of(2)), Is.EqualTo(new Interval(1, 2)));
    });

    [Test]
    public void Open_comparisons_give_the_hull() => Assert.Multiple(() =>
    {
        Interval one = Interval.Of(1), two = Interval.Of(2);
        Assert.That(Interval.IfLess(new Interval(0, 2), one, one, two), Is.EqualTo(new Interval(1, 2)));
        Assert.That(Interval.IfLess(new Interval(0, 1), one, one, two), Is.EqualTo(new Interval(1, 2)));
        Assert.That(Interval.IfLess(new Interval(1, 2), one, one, two), Is.EqualTo(two));
        Assert.That(Interval.IfLess(Interval.Of(0), one, one, two), Is.EqualTo(one));
        Assert.That(Interval.IfEqual(one, one, one, two), Is.EqualTo(one));
        Assert.That(Interval.IfEqual(one, two, one, two), Is.EqualTo(two));
        Assert.That(Interval.IfEqual(new Interval(0, 1), one, one, two), Is.EqualTo(new Interval(1, 2)));
    });

    [Test]
    public void Known_bounds_are_not_passed() => Assert.Multiple(() =>
    {
        Assert.That(Interval.Exp(new Interval(-1e-17, 0)).High, Is.EqualTo(1));
        Assert.That(Interval.Exp(Interval.Of(-800)).Low, Is.Zero);
        Assert.That(Interval.Cos(new Interval(-1, 1)), Is.EqualTo(new Interval(Math.BitDecrement(Real64.Cos(1)), 1)));
        Assert.That(Interval.Cos(new Interval(0, 4)).Low, Is.EqualTo(-1));
        Assert.That(Interval.Sin(new Interval(1, 2)).High, Is.EqualTo(1));
        Assert.That(Interval.Sin(new Interval(-2, 8)), Is.EqualTo(new Interval(-1, 1)));
        Assert.That(Interval.Tanh(new Interval(-1e3, 1e3)), Is.EqualTo(new Interval(-1, 1)));
        Assert.That(Interval.Power(new Interval(0, 0.999), new Interval(1, 1e9)), Is.EqualTo(new Interval(0, Math.BitIncrement(0.999))));
        Assert.That(Interval.Power(new Interval(-2, 1), Interval.Of(2)).Low, Is.Zero);
        Assert.That(Interval.Pi.Contains(DoubleDouble.Pi), Is.True);
    });

    [Test]
    public void Halves_meet_and_cover() => Assert.Multiple(() =>
    {
        foreach (Interval whole in new[] { new Interval(-1, 3), new Interval(double.NegativeInfinity, double.PositiveInfinity), new Interval(1, double.MaxValue), new Interval(1, 1) })
        {
            var (lower, upper) = whole.Halves();
            Assert.That((lower.Low, lower.High, upper.High), Is.EqualTo((whole.Low, upper.Low, whole.High)));
        }
        Assert.That(() => new Interval(2, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("low = 2"));
        Assert.That(() => new Interval(double.NaN, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("NaN"));
    });

    [Test]
    public void Dual_numbers_over_intervals_enclose_the_derivative()
    {
        // The logistic function rises everywhere: its derivative over [-3, 3], cut into 64 parts, stays above 0.
        for (int part = 0; part < 64; part++)
        {
            Interval x = new(-3 + part * 6 / 64.0, -3 + (part + 1) * 6 / 64.0);
            Interval slope = TrainingSpec.Formulas.Activations.Sigmoid(Dual<Interval>.Variable(x)).Derivative;
            Assert.That(slope.Low, Is.GreaterThan(0), x.ToString());
            double s = 1 / (1 + Math.Exp(-x.Low));
            Assert.That(slope.Contains(s * (1 - s)), Is.True);
        }
    }

    private static Interval Around(double x, double size) => new(x * (1 - size), x * (1 + size));

    // Points, thin and wide boxes, on either side of 0 and across it; sometimes tiny or huge.
    private static Interval Draw(Random random, int i)
    {
        double scale = i % 10 == 9 ? Math.Pow(10, random.Next(-320, 300)) : i % 10 == 8 ? 1000 : 3;
        double a = (2 * random.NextDouble() - (i % 3 == 0 ? 0 : 1)) * scale;
        double b = (i % 4) switch { 0 => a, 1 => a * (1 + 1e-12), 2 => a * (1 + random.NextDouble()), _ => (2 * random.NextDouble() - (i % 3 == 0 ? 0 : 1)) * scale };
        if (random.Next(20) == 0)
            a = Math.Round(a);
        if (random.Next(20) == 0)
            b = 0;
        return new(Math.Min(a, b), Math.Max(a, b));
    }

    private static double Point(Random random, Interval box, int end) => random.Next(3) switch
    {
        0 => Math.Clamp(box.Low + (box.High - box.Low) * random.NextDouble(), box.Low, box.High),
        _ => end == 0 ? box.Low : box.High,
    };
}
