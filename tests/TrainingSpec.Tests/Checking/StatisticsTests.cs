using MathNet.Numerics.Distributions;
using TrainingSpec.Checking;

namespace TrainingSpec.Tests.Checking;

/// <summary>The tests of distributions refuse right samples as often as their level says, and wrong ones as often as their power says.</summary>
public sealed class StatisticsTests
{
    private const double Level = 0.01, Power = 0.99;
    private const int Runs = 400;

    [Test]
    [Rule("CHECKING-7")]
    [Rule("CHECKING-9")]
    public void Kolmogorov_and_Smirnov_refuse_a_distribution_that_is_wrong_by_what_they_can_detect()
    {
        const int count = 1000;
        double detectable = KolmogorovSmirnov.Detectable(count, Level, Power);

        // A uniform law on [shift, 1 + shift] lies sup|G − F| = shift away.
        SizeAndPower seen = SizeAndPower.Measure(
            Runs,
            seed => Uniform(seed, count),
            (_, sample) => Array.ConvertAll(sample, x => x + detectable),
            sample => !KolmogorovSmirnov.Test(sample, x => Math.Clamp(x, 0, 1)).Passed(Level));
        TestContext.Out.WriteLine(seen);
        Assert.That(seen.Agrees(Level, Power), seen.ToString());
        Assert.That(detectable, Is.LessThan(0.11), "a test that detects only gross errors shows little");
    }

    [Test]
    public void The_critical_distance_is_that_of_the_tables() =>

        // Stephens (1974): K at 5 % is 1.358, at 1 % 1.628.
        Assert.Multiple(() =>
        {
            Assert.That(KolmogorovSmirnov.Critical(100, 0.05) * (10 + 0.12 + 0.011), Is.EqualTo(1.358).Within(5e-4));
            Assert.That(KolmogorovSmirnov.Critical(100, 0.01) * (10 + 0.12 + 0.011), Is.EqualTo(1.628).Within(5e-4));
        });

    [Test]
    [Rule("CHECKING-7")]
    [Rule("CHECKING-9")]
    public void Chi_square_refuses_as_often_as_level_and_power_say()
    {
        double[] shares = [0.1, 0.2, 0.3, 0.4], wrong = [0.13, 0.2, 0.3, 0.37];
        const int count = 1500;
        double power = ChiSquare.Power(count, shares, wrong, 0.05);
        SizeAndPower seen = SizeAndPower.Measure(
            Runs, seed => Cells(seed, count, shares), (seed, _) => Cells(seed, count, wrong), cells => !ChiSquare.Test(cells, shares).Passed(0.05));
        TestContext.Out.WriteLine($"power {power:0.000}, {seen}");
        Assert.Multiple(() =>
        {
            Assert.That(seen.Agrees(0.05, power), seen.ToString());
            Assert.That(power, Is.InRange(0.8, 0.99));

            // No stronger than computed either: a power that is told too low asks for too many samples.
            Assert.That(seen.Found, Is.LessThanOrEqualTo(SizeAndPower.MostFalseAlarms(Runs, power)));
        });
    }

    [Test]
    public void P_values_of_right_samples_are_uniform() => Assert.Multiple(() =>
    {
        // A law of p-values that is Detectable away from the uniform one is found: level for level, that many more or fewer refusals than the level says.
        const int samples = 1000;
        double detectable = KolmogorovSmirnov.Detectable(samples, Level, Power);
        double[] even = [.. Enumerable.Repeat(0.05, 20)];
        double[] distances = [.. Enumerable.Range(0, samples).Select(seed => KolmogorovSmirnov.Test(Uniform((ulong)seed, 300), x => Math.Clamp(x, 0, 1)).PValue)];
        double[] cells = [.. Enumerable.Range(0, samples).Select(seed => ChiSquare.Test(Cells((ulong)seed, 400, even), even).PValue)];
        foreach (double[] p in new[] { distances, cells })
        {
            KolmogorovSmirnovResult right = KolmogorovSmirnov.Test(p, x => Math.Clamp(x, 0, 1)), wrong = KolmogorovSmirnov.Test(Array.ConvertAll(p, x => x - detectable), x => Math.Clamp(x, 0, 1));
            TestContext.Out.WriteLine($"{right}; off by {detectable:0.000} {wrong}");
            Assert.That(right.Passed(Level), right.ToString());
            Assert.That(wrong.Passed(Level), Is.False, wrong.ToString());
        }
    });

    [Test]
    public void Without_a_difference_the_power_is_the_level() =>
        Assert.That(ChiSquare.Power(1000, [0.5, 0.5], [0.5, 0.5], 0.05), Is.EqualTo(0.05).Within(1e-9));

    [Test]
    public void The_p_value_is_that_of_the_chi_square_law() =>
        Assert.That(ChiSquare.Test([60, 40], [0.5, 0.5]).PValue, Is.EqualTo(2 * (1 - Normal.CDF(0, 1, 2))).Within(1e-12));

    [Test]
    public void Bad_arguments_are_named()
    {
        static void Refused(string culprit, Action call) => Assert.That(Assert.Catch<ArgumentException>(call)!.Message, Contains.Substring(culprit));
        Refused("samples has 4", () => KolmogorovSmirnov.Test([1, 2, 3, 4], x => 0));
        Refused("cumulative(1) = 2", () => KolmogorovSmirnov.Test([1, 2, 3, 4, 5], x => 2));
        Refused("level = 1", () => KolmogorovSmirnov.Critical(10, 1));
        Refused("power = 0", () => KolmogorovSmirnov.Detectable(10, 0.1, 0));
        Refused("counts has 1 cells", () => ChiSquare.Test([100], [0.5, 0.5]));
        Refused("cell 0 expects", () => ChiSquare.Test([1, 1], [0.5, 0.5]));
        Refused("holds -1", () => ChiSquare.Test([-1, 100], [0.5, 0.5]));
        Refused("add up to", () => ChiSquare.Test([50, 50], [0.5, 0.6]));
        Refused("count = 0", () => ChiSquare.Power(0, [0.5, 0.5], [0.5, 0.5], 0.1));
    }

    private static double[] Uniform(ulong seed, int count)
    {
        var random = new SplitMix(seed + 1);
        return [.. Enumerable.Range(0, count).Select(_ => random.Uniform())];
    }

    private static long[] Cells(ulong seed, int count, double[] shares)
    {
        var random = new SplitMix(seed + 1);
        var cells = new long[shares.Length];
        for (int i = 0; i < count; i++)
        {
            double u = random.Uniform();
            int cell = 0;
            while (cell < shares.Length - 1 && u >= shares[cell])
                u -= shares[cell++];
            cells[cell]++;
        }

        return cells;
    }
}
