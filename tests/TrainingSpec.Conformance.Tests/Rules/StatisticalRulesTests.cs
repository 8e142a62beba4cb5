using TrainingSpec.Checking;
using TrainingSpec.Conformance.Rules;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Gauss = MathNet.Numerics.Distributions.Normal;

namespace TrainingSpec.Conformance.Tests.Rules;

/// <summary>The statistical rules refuse right answers of many seeds no more often than their level says, and answers that are wrong by what they promise to find no less often than their power says.</summary>
public sealed class StatisticalRulesTests
{
    private const int Runs = 30;

    [Test]
    [Rule("RANDOM-6")]
    public void Normal_numbers()
    {
        double[][] samples = [.. Enumerable.Range(0, Runs).Select(seed =>
        {
            var z = new Real64[RandomRules.Count];
            RandomStreams.FillNormalPairs<Real64>((ulong)seed + 10, 0, 0, z);
            return Array.ConvertAll(z, x => x.Value);
        })];
        double mean = MomentTest.MeanDetectable(RandomRules.Count, RandomRules.NormalLevel, RandomRules.Power);
        double spread = Math.Sqrt(MomentTest.VarianceDetectable(RandomRules.Count, RandomRules.NormalLevel, RandomRules.Power));
        double distance = KolmogorovSmirnov.Detectable(RandomRules.Count, RandomRules.NormalLevel, RandomRules.Power);
        Holds(samples, z => z + mean, RandomRules.JudgeNormal, RandomRules.Power);
        Holds(samples, z => z * spread, RandomRules.JudgeNormal, RandomRules.Power);
        Holds(samples, z => z / spread, RandomRules.JudgeNormal, RandomRules.Power);

        // Mean and variance kept to within what they can detect, but a gap in the law: numbers of (0, b) with Φ(b) − Φ(0) the distance all lie at b.
        double edge = Gauss.InvCDF(0, 1, 0.5 + distance);
        Holds(samples, z => z > 0 && z < edge ? edge : z, RandomRules.JudgeNormal, RandomRules.Power);
    }

    [Test]
    [Rule("RANDOM-7")]
    public void Uniform_numbers()
    {
        double[][] samples = [.. Enumerable.Range(0, Runs).Select(seed =>
        {
            var u = new Real64[RandomRules.Count];
            RandomStreams.FillUniform<Real64>((ulong)seed + 10, 0, 0, u);
            return Array.ConvertAll(u, x => x.Value);
        })];

        // As above: numbers of [0, d) all lie at d.
        double distance = KolmogorovSmirnov.Detectable(RandomRules.Count, RandomRules.UniformLevel, RandomRules.Power);
        Holds(samples, u => Math.Max(u, distance), RandomRules.JudgeUniform, RandomRules.Power);

        // Every k-th pair holds one number twice, k as large as the power allows.
        int k = Enumerable.Range(1, 1000).Last(n => ChiSquare.Power(RandomRules.Count / 2, RandomRules.CopiedPairs(0), RandomRules.CopiedPairs(1.0 / n), RandomRules.UniformLevel) >= RandomRules.Power);
        SizeAndPower seen = SizeAndPower.Measure(
            Runs, seed => samples[seed], (_, u) => [.. u.Select((x, i) => i % (2 * k) == 2 * k - 1 ? u[i - 1] : x)], Refuses<double[]>(RandomRules.JudgeUniform));
        TestContext.Out.WriteLine($"every {k}th pair one number twice: {seen}");
        Assert.That(seen.Agrees(RandomRules.Level, RandomRules.Power), seen.ToString());
    }

    [Test]
    [Rule("BATCHES-7")]
    public void Orders()
    {
        double power = ShuffleTest.Power(BatchesRules.Shuffles, ShuffleTest.NaiveProbabilities(BatchesRules.Shuffled), BatchesRules.Level);
        SizeAndPower seen = SizeAndPower.Measure(
            Runs,
            seed => Enumerable.Range(0, BatchesRules.Shuffles).Select(k => RandomStreams.Permutation((ulong)k, seed + 1, BatchesRules.Shuffled)).ToArray(),
            (seed, _) => [.. Enumerable.Range(0, BatchesRules.Shuffles).Select(k => Naive(new RandomSequence((ulong)k, seed + 1)))],
            Refuses<int[][]>(BatchesRules.JudgeOrders));
        TestContext.Out.WriteLine($"power {power:0.0000}, {seen}");
        Assert.That(power, Is.GreaterThanOrEqualTo(0.99));
        Assert.That(seen.Agrees(BatchesRules.Level, 0.99), seen.ToString());
    }

    private static int[] Naive(RandomSequence words)
    {
        int[] order = [.. Enumerable.Range(0, BatchesRules.Shuffled)];
        for (int i = 0; i < order.Length; i++)
        {
            int j = words.Below(order.Length);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static void Holds(double[][] samples, Converter<double, double> wrong, Action<double[]> judge, double power)
    {
        SizeAndPower seen = SizeAndPower.Measure(samples.Length, seed => samples[seed], (_, x) => Array.ConvertAll(x, wrong), Refuses(judge));
        TestContext.Out.WriteLine(seen);
        Assert.That(seen.Agrees(RandomRules.Level, power), seen.ToString());
    }

    private static Func<T, bool> Refuses<T>(Action<T> judge) => sample =>
    {
        try
        {
            judge(sample);
            return false;
        }
        catch (RuleBrokenException)
        {
            return true;
        }
    };
}
