using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against known derivatives, a softmax gradient in plain loops, and the tables of both tests of distributions.</summary>
public class CheckingExamplesTests
{
    private const double Unit = 1.0 / (1L << 53), SingleUnit = 1.0 / (1 << 24);

    private static readonly WorkedDocument Differences = WorkedDocument.Of("checking/Differences"), Reports = WorkedDocument.Of("checking/GradientReports"), Laws = WorkedDocument.Of("checking/Distributions");

    [TestCase("e^x", Math.E, 1e-12)]
    [TestCase("e^x in single precision", Math.E, 1e-4)]
    [TestCase("x^3", 12, 1e-12)]
    [TestCase("|x| at 1/8", 1, 1e-12)]
    public void Derivatives_lie_within_their_bars_and_the_bars_are_narrow(string name, double derivative, double widest)
    {
        Assert.That(Math.Abs(Differences[name + ".derivative"] - derivative), Is.LessThanOrEqualTo(Differences[name + ".error bar"]));
        Assert.That(Differences[name + ".error bar"], Is.LessThan(widest));
    }

    [Test]
    public void Noise_that_was_not_told_looks_like_a_jump_of_the_slope_and_a_kink_within_all_steps_is_in_the_bar() => Assert.Multiple(() =>
    {
        const string Single = "e^x in single precision";
        Assert.That(Differences[Single + ".error bar, told of no noise"], Is.GreaterThan(10 * Differences[Single + ".error bar"]));

        // A value near e is rounded by a half unit of 2⁻²² at most, evenly: 2⁻²²/√12. Estimates from nine values are within a factor of 2.
        double noise = Math.ScaleB(1, -22) / Math.Sqrt(12);
        Assert.That(Differences[Single + ".noise"], Is.GreaterThan(noise / 2).And.LessThan(2 * noise));

        // A kink nearer than the smallest step, 0.25/1.4¹³: no difference sees the slope 1, and the bar says so by most of the jump, 2.
        Assert.That(Differences["|x| at 1/1000.derivative"], Is.LessThan(0.1));
        Assert.That(Differences["|x| at 1/1000.error bar"], Is.GreaterThan(1).And.LessThan(2.1));
    });

    [TestCase(1)]
    [TestCase(64)]
    [TestCase(1000000)]
    public void Gamma_is_the_fraction(int n)
    {
        Assert.That(Differences[$"gamma of {n} in double precision"], Is.EqualTo(new Rational(n, (1L << 53) - n).ToDouble()).Within(2).Ulps);
        Assert.That(Differences[$"gamma of {n} in single precision"], Is.EqualTo(new Rational(n, (1L << 24) - n).ToDouble()).Within(2).Ulps);
    }

    [TestCase("double precision", Unit)]
    [TestCase("single precision", SingleUnit)]
    public void The_right_gradient_is_that_of_plain_loops(string format, double unit)
    {
        double[] w = Reports.Row(format + ".weights"), x = [1, -0.5, 0.25, 2], gradient = new double[6];
        int[] targets = [2, 0];
        double loss = 0;
        for (int row = 0; row < 2; row++)
        {
            double[] exponentials = [.. Enumerable.Range(0, 3).Select(c => Math.Exp(w[2 * c] * x[2 * row] + w[2 * c + 1] * x[2 * row + 1]))];
            loss -= Math.Log(exponentials[targets[row]] / exponentials.Sum()) / 2;
            for (int c = 0; c < 3; c++)
            {
                double d = (exponentials[c] / exponentials.Sum() - (c == targets[row] ? 1 : 0)) / 2;
                gradient[2 * c] += d * x[2 * row];
                gradient[2 * c + 1] += d * x[2 * row + 1];
            }
        }

        Assert.That(Reports[format + ".loss"], Is.EqualTo(loss).Within(32 * unit));
        Assert.That(Reports.Row(format + ".gradient"), Is.EqualTo(gradient).Within(32 * unit));
    }

    // How many entries fail, which one is the worst, and whether D2's check passes.
    [TestCase("double precision.right", 0, -1, true)]
    [TestCase("double precision.one entry off by 1%", 1, 2, false)]
    [TestCase("double precision.one sign wrong", 1, 3, false)]
    [TestCase("double precision.not divided by the rows", 6, -1, false)]
    [TestCase("double precision.one entry off by 0.01%", 1, 2, true)]
    [TestCase("single precision.right", 0, -1, false)]
    [TestCase("single precision.one entry off by 1%", 1, 2, false)]
    [TestCase("single precision.one sign wrong", 1, 3, false)]
    [TestCase("single precision.not divided by the rows", 6, -1, false)]
    public void Wrong_entries_are_named_and_right_ones_are_not(string key, int failed, int worst, bool fixedStepPasses) => Assert.Multiple(() =>
    {
        Assert.That(Reports[key + ".tried"], Is.EqualTo(6));
        Assert.That(Reports[key + ".failed"], Is.EqualTo(failed));
        Assert.That(Reports[key + ".undecided"], Is.Zero);
        Assert.That(Reports.Truth(key + ".passed"), Is.EqualTo(failed == 0));
        if (worst >= 0)
            Assert.That(Reports[key + ".worst.index"], Is.EqualTo(worst));

        // D2's check fails a right gradient in single precision, and passes one that is wrong by 10⁻⁴ in double.
        Assert.That(Reports.Truth(key + ".D2's check.passed"), Is.EqualTo(fixedStepPasses));
        Assert.That(Reports.Row(key + ".D2's check.bits restored"), Has.Some.Zero);
        string format = key[..key.IndexOf('.', StringComparison.Ordinal)];
        double right = Reports.Row(format + ".gradient")[(int)Reports[key + ".worst.index"]];
        Assert.That(Math.Abs(Reports[key + ".worst.numeric"] - right), Is.LessThanOrEqualTo(Reports[key + ".worst.allowed"]), "the numeric entry is right, whatever the analytic one is");
    });

    [TestCase("one entry off by 1%", 0.01 / 2.01, 2)]
    [TestCase("one sign wrong", 1, 3)]
    [TestCase("not divided by the rows", 1 / 3.0, 0)]
    [TestCase("one entry off by 0.01%", 0.0001 / 2.0001, 2)]
    public void D2s_relative_errors_are_the_planted_ones(string mistake, double error, int index)
    {
        string key = $"double precision.{mistake}.D2's check.";
        int at = Array.IndexOf(Reports.Row(key + "probed"), index);
        Assert.That(at, Is.GreaterThanOrEqualTo(0), "not probed");

        // Beside 10⁻⁸ in the denominator and the differences' own error of 10⁻¹⁰ or so.
        Assert.That(Reports.Row(key + "relative errors")[at], Is.EqualTo(error).Within(1e-7));
    }

    [TestCase("double precision", Unit)]
    [TestCase("single precision", SingleUnit)]
    public void The_first_step_follows_from_the_noise(string format, double unit)
    {
        foreach (string mistake in new[] { "right", "one entry off by 1%", "one sign wrong", "not divided by the rows" })
        {
            string key = $"{format}.{mistake}.worst.";
            double scale = Math.Max(0.1, Math.Abs(Reports.Row(format + ".weights")[(int)Reports[key + "index"]])), relative = Math.Max(Unit, Reports[key + "noise"] / Reports[format + ".loss"]);
            Assert.That(Reports[key + "first step"], Is.EqualTo(scale * Math.Min(0.25, 16 * 79.4 * Math.Cbrt(relative))).Within(1e-9).Percent, mistake);

            // A loss of 1.8 jitters by a few roundings.
            Assert.That(Reports[key + "noise"], Is.GreaterThan(unit / 8).And.LessThan(8 * unit), mistake);
        }
    }

    [TestCase("uniform", 1, 1.0, true)]
    [TestCase("uniform to the power 4/3", 1, 4 / 3.0, false)]
    public void Distances_are_those_of_counting(string name, double width, double power, bool passed)
    {
        double[] sorted = [.. Enumerable.Range(0, 1000).Select(i => width * Math.Pow(RandomStreams.Uniform<Real64>(1, 0, (ulong)i).Value, power)).Order()];
        double distance = sorted.Select((x, i) => Math.Max((i + 1) / 1000.0 - x, x - i / 1000.0)).Max();
        Assert.That(Laws[name + ".distance"], Is.EqualTo(distance).Within(1e-11));
        Assert.That(Laws.Truth(name + ".passed"), Is.EqualTo(passed));

        // The series of Kolmogorov's law at Stephens' stretched distance.
        double stretched = (Math.Sqrt(1000) + 0.12 + 0.11 / Math.Sqrt(1000)) * distance;
        double p = 2 * Enumerable.Range(1, 50).Sum(k => Math.Pow(-1, k - 1) * Math.Exp(-2 * k * k * stretched * stretched));
        Assert.That(Laws[name + ".p"], Is.EqualTo(p).Within(1e-7).Percent);
    }

    [Test]
    public void Laws_that_lie_beyond_the_stated_distance_are_refused() => Assert.Multiple(() =>
    {
        double critical = 1.62762 / (Math.Sqrt(1000) + 0.12 + 0.11 / Math.Sqrt(1000)), detectable = Laws["distance refused with that power"];
        Assert.That(Laws["critical distance"], Is.EqualTo(critical).Within(1e-3).Percent, "the table's 1.62762 at level 0.01");
        Assert.That(detectable, Is.EqualTo(critical + Math.Sqrt(Math.Log(100) / 2000)).Within(1e-3).Percent);

        // u^(4/3) lies below x with probability x^(3/4), at most 27/64 − 81/256 = 27/256 above x; twice the width is farther still, 10% nearer than the test can tell.
        Assert.That(detectable, Is.LessThan(27 / 256.0));
        Assert.That(Laws.Truth("uniform to the power 4/3.passed"), Is.False);
        Assert.That(Laws.Truth("normal.passed"), Is.True);
        Assert.That(Laws.Truth("normal, twice too wide.passed"), Is.False);
        Assert.That(Laws.Truth("normal, 10% too wide.passed"), Is.True);
        Assert.That(Laws["normal, 10% too wide.distance"], Is.LessThan(detectable));
    });

    [TestCase("fair die", true)]
    [TestCase("loaded die", false)]
    public void Dice_are_judged_by_the_sum_of_squares(string name, bool passed)
    {
        double[] counts = Laws.Row(name + ".counts");
        Rational statistic = counts.Aggregate((Rational)0, (sum, c) => sum + (6 * (long)c - 1000) * (6 * (long)c - 1000) / (Rational)6000);
        Assert.Multiple(() =>
        {
            Assert.That(counts.Sum(), Is.EqualTo(1000));
            Assert.That(Laws[name + ".statistic"], Is.EqualTo(statistic.ToDouble()).Within(1e-9));

            // The table's 0.99 quantile for five degrees of freedom.
            Assert.That(Laws[name + ".statistic"] < 15.0863, Is.EqualTo(passed));
            Assert.That(Laws.Truth(name + ".passed"), Is.EqualTo(passed));
        });
    }

    [Test]
    public void Power_grows_with_the_throws_and_is_the_share_of_simulated_dice_refused()
    {
        double[] powers = [.. new[] { 100, 500, 1000, 6000 }.Select(n => Laws[$"loaded die.power with {n} throws"])];
        Assert.That(powers, Is.Ordered.Ascending);
        const int Runs = 400, Throws = 500;
        int refused = 0;
        for (int run = 0; run < Runs; run++)
        {
            var draws = new RandomSequence(5, (ulong)run);
            var counts = new int[6];
            for (int i = 0; i < Throws; i++)
                counts[Math.Min(draws.Below(13) / 2, 5)]++;
            if (counts.Sum(c => (c - Throws / 6.0) * (c - Throws / 6.0) / (Throws / 6.0)) > 15.0863)
                refused++;
        }

        // Four standard deviations of a share of 400 runs.
        Assert.That((double)refused / Runs, Is.EqualTo(powers[1]).Within(4 * Math.Sqrt(powers[1] * (1 - powers[1]) / Runs)));
    }
}
