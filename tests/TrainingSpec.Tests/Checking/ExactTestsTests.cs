using MathNet.Numerics.Distributions;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;

namespace TrainingSpec.Tests.Checking;

/// <summary>Proportions, moments and shuffles: their laws by hand, their level and power by counting.</summary>
public sealed class ExactTestsTests
{
    private const double Level = 0.02, Power = 0.9;
    private const int Runs = 300;

    [Test]
    [Rule("CHECKING-8")]
    public void Binomial_tails_are_sums_of_binomial_coefficients() => Assert.Multiple(() =>
    {
        foreach ((int n, double p) in new[] { (1, 0.5), (10, 0.5), (30, 0.03), (40, 0.8) })
        {
            double[] mass = [.. Enumerable.Range(0, n + 1).Select(k => Enumerable.Range(0, k).Aggregate(Math.Pow(1 - p, n - k), (c, i) => c * p * (n - i) / (i + 1)))];
            for (int k = 0; k <= n; k++)
                Assert.That(ProportionTest.Test(k, n, p).PValue, Is.EqualTo(Math.Min(1, 2 * Math.Min(mass[..(k + 1)].Sum(), mass[k..].Sum()))).Within(1e-12), $"{k} of {n} at {p}");
            (long fewest, long most) = ProportionTest.Critical(n, p, 0.1);
            for (int k = 0; k <= n; k++)
                Assert.That(ProportionTest.Test(k, n, p).Passed(0.1), Is.EqualTo(k >= fewest && k <= most), $"{k} of {n} at {p}");
            double actual = 0.3, power = Enumerable.Range(0, n + 1).Where(k => k < fewest || k > most).Sum(k => Binomial.PMF(actual, n, k));
            Assert.That(ProportionTest.Power(n, p, actual, 0.1), Is.EqualTo(power).Within(1e-12));
        }
    });

    [Test]
    [Rule("CHECKING-8")]
    [Rule("CHECKING-9")]
    public void Proportions_are_refused_as_often_as_level_and_power_say()
    {
        const int count = 600;
        double delta = ProportionTest.Detectable(count, 0.3, Level, Power);
        foreach (double wrong in new[] { 0.3 + delta, 0.3 - delta })
        {
            SizeAndPower seen = SizeAndPower.Measure(Runs, seed => Successes(seed, count, 0.3), (seed, _) => Successes(seed, count, wrong), k => !ProportionTest.Test(k, count, 0.3).Passed(Level));
            TestContext.Out.WriteLine($"{wrong:0.000} for 0.3: {seen}");
            Assert.That(seen.Agrees(Level, Power), seen.ToString());
        }
    }

    [Test]
    [Rule("CHECKING-8")]
    public void What_is_detectable_is_so_just() => Assert.Multiple(() =>
    {
        double delta = ProportionTest.Detectable(2000, 0.5, 0.01, 0.99), shift = MomentTest.MeanDetectable(2000, 0.01, 0.99), ratio = MomentTest.VarianceDetectable(2000, 0.01, 0.99);
        Assert.That(ProportionTest.Power(2000, 0.5, 0.5 + delta, 0.01), Is.EqualTo(0.99).Within(1e-9));
        Assert.That(MomentTest.MeanPower(2000, shift, 0.01), Is.EqualTo(0.99).Within(1e-9));
        Assert.That(Math.Min(MomentTest.VariancePower(2000, ratio, 0.01), MomentTest.VariancePower(2000, 1 / ratio, 0.01)), Is.EqualTo(0.99).Within(1e-9));

        // Of the sum of a normal quantile at the level and one at the power; for the variance times √(2/n), to the order of 1/n.
        double sum = Normal.InvCDF(0, 1, 0.995) + Normal.InvCDF(0, 1, 0.99);
        Assert.That(shift, Is.EqualTo(sum / Math.Sqrt(2000)).Within(1e-9));
        Assert.That(delta, Is.EqualTo(sum / 2 / Math.Sqrt(2000)).Within(1.0 / 2000));
        Assert.That(Math.Log(ratio), Is.EqualTo(sum * Math.Sqrt(2.0 / 2000)).Within(sum * sum / 2000));
        Assert.That(MomentTest.MeanPower(2000, 0, 0.01), Is.EqualTo(0.01).Within(1e-12));
        Assert.That(MomentTest.VariancePower(2000, 1, 0.01), Is.EqualTo(0.01).Within(1e-12));
    });

    [Test]
    [Rule("CHECKING-8")]
    public void P_values_of_moments_are_those_of_their_laws() => Assert.Multiple(() =>
    {
        // One sample: its square is the chi-square number of one degree of freedom. Two: −2 ln p is one of two.
        Assert.That(MomentTest.Mean([1.5], 0.5, 2).PValue, Is.EqualTo(2 * Normal.CDF(0, 1, -0.5)).Within(1e-14));
        Assert.That(MomentTest.Mean([3, 4, 5, 6], 4, 1).PValue, Is.EqualTo(2 * Normal.CDF(0, 1, -1)).Within(1e-14));
        Assert.That(MomentTest.Variance([3], 0, 1).PValue, Is.EqualTo(4 * Normal.CDF(0, 1, -3)).Within(1e-14));
        Assert.That(MomentTest.Variance([3, -4], 0, 4).PValue, Is.EqualTo(2 * Math.Exp(-25 / 8.0)).Within(1e-14));
        Assert.That(MomentTest.Mean([double.NaN], 0, 1).Passed(1e-9), Is.False);
        Assert.That(MomentTest.Variance([double.NaN], 0, 1).Passed(1e-9), Is.False);
        Assert.That(MomentTest.Variance([double.PositiveInfinity], 0, 1).Passed(1e-9), Is.False);
    });

    [Test]
    [Rule("CHECKING-8")]
    [Rule("CHECKING-9")]
    public void Moments_are_refused_as_often_as_level_and_power_say()
    {
        const int count = 300;
        double shift = MomentTest.MeanDetectable(count, Level, Power), ratio = MomentTest.VarianceDetectable(count, Level, Power);
        double[][] samples = [.. Enumerable.Range(0, Runs).Select(seed => Normals((ulong)seed, count))];
        SizeAndPower mean = Of(x => x - shift, z => MomentTest.Mean(z, 0, 1));
        SizeAndPower wide = Of(x => Math.Sqrt(ratio) * x, z => MomentTest.Variance(z, 0, 1));
        SizeAndPower narrow = Of(x => x / Math.Sqrt(ratio), z => MomentTest.Variance(z, 0, 1));
        TestContext.Out.WriteLine($"mean: {mean}; wide: {wide}; narrow: {narrow}");
        Assert.That(new[] { mean, wide, narrow }.All(s => s.Agrees(Level, Power)), $"{mean}; {wide}; {narrow}");

        SizeAndPower Of(Converter<double, double> distort, Func<double[], MomentResult> test) =>
            SizeAndPower.Measure(Runs, seed => samples[seed], (_, z) => Array.ConvertAll(z, distort), z => !test(z).Passed(Level));
    }

    [Test]
    [Rule("CHECKING-8")]
    [Rule("CHECKING-9")]
    public void Shuffles_are_refused_as_often_as_level_and_power_say()
    {
        // The naive shuffle of five, swapping each place with any of the five: the probabilities of all its 5⁵ ways.
        const int size = 5, count = 700;
        double[,] places = ShuffleTest.NaiveProbabilities(size);
        double power = ShuffleTest.Power(count, places, Level);
        SizeAndPower seen = SizeAndPower.Measure(Runs, seed => Orders(seed, Fair), (seed, _) => Orders(seed, NaiveShuffle.Order), orders => !ShuffleTest.Test(orders).Passed(Level));
        TestContext.Out.WriteLine($"power {power:0.000}, {seen}");
        Assert.Multiple(() =>
        {
            Assert.That(power, Is.InRange(0.8, 0.99));
            Assert.That(seen.Agrees(Level, power), seen.ToString());
            Assert.That(seen.Found, Is.LessThanOrEqualTo(SizeAndPower.MostFalseAlarms(Runs, power)), "the power is told too low");
        });

        static int[][] Orders(ulong seed, Func<SplitMix, int, int[]> shuffle)
        {
            var random = new SplitMix(seed + 1);
            return [.. Enumerable.Range(0, count).Select(_ => shuffle(random, size))];
        }

        static int[] Fair(SplitMix random, int n)
        {
            int[] order = [.. Enumerable.Range(0, n)];
            random.Shuffle<int>(order);
            return order;
        }
    }

    [Test]
    public void The_naive_shuffles_probabilities_are_those_of_all_its_ways() => Assert.Multiple(() =>
    {
        string[] orders = NaiveShuffle.Orders(4);
        double[] ways = NaiveShuffle.OrderProbabilities(4);
        double[,] places = ShuffleTest.NaiveProbabilities(4);
        for (int place = 0; place < 4; place++)
        {
            for (int index = 0; index < 4; index++)
                Assert.That(places[place, index], Is.EqualTo(ways.Where((_, k) => orders[k][place] - '0' == index).Sum()).Within(1e-15), $"{index} at {place}");
        }
    });

    [Test]
    [Rule("CHECKING-8")]
    public void All_orders_once_are_as_even_as_can_be() => Assert.Multiple(() =>
    {
        int[][] two = [.. Enumerable.Repeat(0, 30).SelectMany(_ => new int[][] { [0, 1], [1, 0] })];
        Assert.That(ShuffleTest.Test(two), Is.EqualTo(new ChiSquareResult(60, 1, 0, 1)));

        // Of two indices the place of the first tells all: the binomial variance, 20 against 40 of 60 is (40 − 30)²/15.
        Assert.That(ShuffleTest.Test([.. two[..40], .. Enumerable.Repeat(new[] { 0, 1 }, 20)]).Statistic, Is.EqualTo(100 / 15.0).Within(1e-12));
    });

    [Test]
    [Rule("CHECKING-9")]
    public void Refusals_that_agree_are_told_from_others_that_do_not() => Assert.Multiple(() =>
    {
        // Binomial(200, 0.01): more than 11 has probability 9·10⁻⁷, more than 10 has 5·10⁻⁶.
        Assert.That(SizeAndPower.MostFalseAlarms(200, 0.01), Is.EqualTo(Enumerable.Range(0, 200).First(k => 1 - Binomial.CDF(0.01, 200, k) <= SizeAndPower.Risk)));
        Assert.That(SizeAndPower.SamplesNeeded(0.99, n => MomentTest.MeanPower(n, 0.1, 0.01)), Is.EqualTo(Enumerable.Range(1, 5000).First(n => MomentTest.MeanPower(n, 0.1, 0.01) >= 0.99)));
        Assert.That(SizeAndPower.FewestFound(200, 0.99), Is.EqualTo(200 - SizeAndPower.MostFalseAlarms(200, 0.01)));
        Assert.That(new SizeAndPower(200, 2, 198).Agrees(0.01, 0.99));
        Assert.That(new SizeAndPower(200, 40, 198).Agrees(0.01, 0.99), Is.False);
        Assert.That(new SizeAndPower(200, 2, 160).Agrees(0.01, 0.99), Is.False);

        // A test that always refuses and one that never does.
        Assert.That(SizeAndPower.Measure(100, s => s, (_, s) => s, _ => true).Agrees(0.01, 0.99), Is.False);
        Assert.That(SizeAndPower.Measure(100, s => s, (_, s) => s, _ => false).Agrees(0.01, 0.99), Is.False);
    });

    [Test]
    public void Bad_arguments_are_named()
    {
        static void Refused(string culprit, Action call) => Assert.That(Assert.Catch<ArgumentException>(call)!.Message, Contains.Substring(culprit));
        Refused("successes = 11 is outside [0, 10]", () => ProportionTest.Test(11, 10, 0.5));
        Refused("count = 0 is outside [1, inf)", () => ProportionTest.Test(0, 0, 0.5));
        Refused("proportion = 1 is outside (0, 1)", () => ProportionTest.Test(1, 2, 1));
        Refused("level = 0", () => ProportionTest.Critical(10, 0.5, 0));
        Refused("actual = 1.5 is outside [0, 1]", () => ProportionTest.Power(10, 0.5, 1.5, 0.1));
        Refused("count = 3 is too small", () => ProportionTest.Detectable(3, 0.5, 0.01, 0.9));
        Refused("samples has 0", () => MomentTest.Mean([], 0, 1));
        Refused("deviation = 0 is outside (0, inf)", () => MomentTest.Mean([1], 0, 0));
        Refused("mean = NaN", () => MomentTest.Variance([1], double.NaN, 1));
        Refused("variance = -1", () => MomentTest.Variance([1], 0, -1));
        Refused("ratio = 0", () => MomentTest.VariancePower(10, 0, 0.1));
        Refused("power = 0.01 is outside (0.01, 1)", () => MomentTest.MeanDetectable(10, 0.01, 0.01));
        Refused("orders has 1 orders of 3", () => ShuffleTest.Test([[0, 1, 2]]));
        Refused("orders[9][1] = 1 is outside", () => ShuffleTest.Test([.. Enumerable.Repeat(new[] { 0, 1 }, 9), [1, 1]]));
        Refused("orders[9] has 3", () => ShuffleTest.Test([.. Enumerable.Repeat(new[] { 0, 1 }, 9), [0, 1, 2]]));
        Refused("actual has 1 rows", () => ShuffleTest.Power(10, new double[1, 1], 0.1));
        Refused("size = 1 is outside", () => ShuffleTest.NaiveProbabilities(1));
        Refused("power = 0.9", () => SizeAndPower.SamplesNeeded(0.9, _ => 0.5));
        Refused("runs = 0", () => SizeAndPower.MostFalseAlarms(0, 0.1));
        Refused("runs = 0", () => SizeAndPower.Measure(0, s => s, (_, s) => s, _ => true));
    }

    private static long Successes(ulong seed, int count, double p)
    {
        var random = new SplitMix(seed + 1);
        return Enumerable.Range(0, count).Count(_ => random.Uniform() < p);
    }

    private static double[] Normals(ulong seed, int count)
    {
        var z = new Real64[count];
        RandomStreams.FillNormalPairs<Real64>(seed, 0, 0, z);
        return Array.ConvertAll(z, x => x.Value);
    }
}
