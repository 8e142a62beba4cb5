using MathNet.Numerics.Distributions;
using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.Tests.Experiments;

/// <summary>Each experiment states what it is to find, at which level and with which power, runs as often as these take, and finds by a test at that level.</summary>
public class ExperimentDesignTests
{
    // Below it a stated deviation is refuted by that of the runs.
    private const double Refuted = 1e-3;

    // What chance has no part in: read off what is printed, planted or given, or an equality of bits.
    private static readonly string[] Deterministic = ["broken-trainings", "gradient-monitor", "loss-curve", "loss-logging", "stopping-loop"];

    [Test]
    public void All_but_five_are_statistical() =>
        Assert.That(ExperimentCatalog.All.Where(e => e.Design is DeterministicDesign).Select(e => e.Name).Order(StringComparer.Ordinal), Is.EqualTo(Deterministic));

    [TestCaseSource(nameof(Names))]
    public void The_tests_have_the_design_s_runs_and_level(string name)
    {
        Experiment experiment = ExperimentCatalog.Find(name);
        IReadOnlyList<ExperimentTest> tests = experiment.Run().Tests;
        if (experiment.Design is not StatisticalDesign design)
        {
            Assert.That(tests, Is.Empty);
            Assert.That(experiment.Design.ToString(), Does.StartWith("deterministic: "));
            return;
        }

        int findings = design switch { PairedDesign paired => paired.Findings, ShareDesign shares => shares.Findings, _ => 0 };
        Assert.Multiple(() =>
        {
            Assert.That(tests, Has.Count.EqualTo(findings));
            Assert.That(tests.Select(t => t.Runs), Is.All.EqualTo(design.Runs));
            Assert.That(tests.Select(t => t.Level), Is.All.EqualTo(0.01 / findings).Within(1e-15));
            Assert.That(experiment.Design.ToString(), Does.StartWith("effect").Or.StartWith("an effect").And.Contain("level 0.01").And.Contain("power 0.9").And.Contain($"{design.Runs} "));
            Assert.That(experiment.Full, Does.Contain($"{design.FullRuns} runs in place of {design.Runs}"));
            Assert.That(tests.Any(t => t.Direction != 0), "nothing is found");
        });
    }

    // The power once more: a normal mean for each deviation s of the differences over the stated one.
    [TestCaseSource(nameof(Paired))]
    public void So_many_seeds_have_the_power_and_one_less_has_it_not(string name)
    {
        var design = (PairedDesign)ExperimentCatalog.Find(name).Design;
        double level = 0.01 / design.Findings;
        double PowerOf(int seeds, double share) => design.Measures.Min(m => Power(seeds, share * m.Effect / m.Deviation, level));
        Assert.Multiple(() =>
        {
            Assert.That(PowerOf(design.Runs, 1), Is.GreaterThanOrEqualTo(0.9));
            Assert.That(PowerOf(design.Runs - 1, 1), Is.LessThan(0.9));
            Assert.That(PowerOf(design.FullRuns, 0.5), Is.GreaterThanOrEqualTo(0.9));
            Assert.That(PowerOf(design.FullRuns - 1, 0.5), Is.LessThan(0.9));
        });
    }

    // All counts of a binomial number by their probabilities.
    [Test]
    public void So_many_runs_have_the_power_to_find_a_share()
    {
        var design = (ShareDesign)ExperimentCatalog.Find("flat-minima").Design;
        double PowerOf(int n, double share) => Enumerable.Range(0, n + 1).Where(k => 2 * Math.Min(Binomial.CDF(0.5, n, k), Binomial.CDF(0.5, n, n - k)) < 0.01 / design.Findings).Sum(k => Binomial.PMF(share, n, k));
        Assert.That(Enumerable.Range(1, 1000).First(n => PowerOf(n, design.Share) >= 0.9), Is.EqualTo(design.Runs));
        Assert.That(Enumerable.Range(1, 1000).First(n => PowerOf(n, (design.Share + 0.5) / 2) >= 0.9), Is.EqualTo(design.FullRuns));
    }

    // (n − 1)·s²/σ² is a chi-square number where σ is the deviation.
    [TestCaseSource(nameof(Paired))]
    public void The_runs_do_not_refute_the_stated_deviation(string name)
    {
        foreach (ExperimentTest test in ExperimentCatalog.Find(name).Run().Tests)
        {
            double ratio = test.Deviation / test.StatedDeviation;
            Assert.That(1 - ChiSquared.CDF(test.Runs - 1, (test.Runs - 1) * ratio * ratio), Is.GreaterThan(Refuted), test.ToString());
        }
    }

    [Test]
    public void A_difference_that_may_be_chance_has_no_direction_and_what_is_no_number_is_refused()
    {
        var design = new PairedDesign(new PairedMeasure("loss", Effect: 1, Deviation: 0.5, "nats"));
        Assert.Multiple(() =>
        {
            // t = 10·√3 with two degrees of freedom has p = 1 − t/√(2 + t²) = 0.0033, and t = 5·√3 has 0.013.
            Assert.That(design.Test("a less b", [0.9, 1, 1.1]).Direction, Is.EqualTo(1));
            Assert.That(design.Test("a less b", [-0.9, -1, -1.1]).Direction, Is.EqualTo(-1));
            Assert.That(design.Test("a less b", [0.8, 1, 1.2]).Direction, Is.Zero);
            Assert.That(design.Test("a less b", [0.8, 1, 1.2]).ToString(), Is.EqualTo("loss, a less b (nats): 1 in 3, deviation 0.2, p = 0.013, level 0.01: undecided"));
            Assert.That(() => design.Test("a less b", [1, double.NaN, 1]), Throws.ArgumentException.With.Message.Contain("differences hold NaN"));

            // The least arm is tested against the one that leaves the most doubt, not against the one that is farthest.
            (int least, ExperimentTest test) = design.Least(["a", "b", "c"], [[2, 2.1, 1.9], [1, 1.1, 0.9], [1.2, 1, 1.2]]);
            Assert.That((least, test.Direction), Is.EqualTo((1, 0)));
            Assert.That(test.Of, Is.EqualTo("loss, b less c (nats)"));
        });
    }

    private static double Power(int count, double shift, double level)
    {
        const double Step = 1 / 1000.0;
        double critical = StudentT.InvCDF(0, 1, count - 1, 1 - level / 2), off = Math.Sqrt(count) * shift, power = 0;
        for (double s = Step / 2; s < 8; s += Step)
            power += Step * (Normal.CDF(0, 1, off - critical * s) + Normal.CDF(0, 1, -off - critical * s)) * 2 * s * (count - 1) * ChiSquared.PDF(count - 1, s * s * (count - 1));
        return power;
    }

    private static IEnumerable<string> Names() => ExperimentCatalog.All.Select(e => e.Name);

    private static IEnumerable<string> Paired() => ExperimentCatalog.All.Where(e => e.Design is PairedDesign).Select(e => e.Name);
}
