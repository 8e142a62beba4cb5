using MathNet.Numerics.Distributions;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Checking;

/// <summary>A mean of unknown deviation: its law in closed form, its power by another integral, its level and power by counting.</summary>
public sealed class StudentTestTests
{
    private const double Level = 0.02;
    private const int Runs = 300;

    // With one degree of freedom t is a Cauchy number, with two P(|T| ≥ t) = 1 − t/√(2 + t²).
    [Test]
    [Rule("CHECKING-8")]
    public void P_values_of_one_and_two_degrees_of_freedom_are_those_of_their_closed_forms() => Assert.Multiple(() =>
    {
        // Mean 2 and deviation √2: t = 2. Mean 2 and deviation 1: t = 2·√3.
        Assert.That(StudentTest.Test([1, 3]).PValue, Is.EqualTo(1 - 2 / Math.PI * Math.Atan(2)).Within(1e-13));
        Assert.That(StudentTest.Test([1, 2, 3]).PValue, Is.EqualTo(1 - 2 * Math.Sqrt(3) / Math.Sqrt(14)).Within(1e-13));
        Assert.That(StudentTest.Test([-1, -2, -3]).PValue, Is.EqualTo(StudentTest.Test([1, 2, 3]).PValue));
        Assert.That(StudentTest.Test([6, 7, 8], 5).PValue, Is.EqualTo(StudentTest.Test([1, 2, 3]).PValue));
        Assert.That((StudentTest.Test([6, 7, 8], 5).Mean, StudentTest.Test([6, 7, 8], 5).Deviation), Is.EqualTo((7d, 1d)));
    });

    [Test]
    [Rule("CHECKING-8")]
    public void Samples_that_are_all_alike_leave_no_doubt_and_NaN_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(StudentTest.Test([0, 0, 0]), Is.EqualTo(new StudentResult(3, 0, 0, 1)));
        Assert.That(StudentTest.Test([2, 2, 2]), Is.EqualTo(new StudentResult(3, 2, 0, 0)));
        Assert.That(StudentTest.Test([2, double.NaN]).Passed(1e-9), Is.False);
        Assert.That(StudentTest.Test([2, double.PositiveInfinity]).Passed(1e-9), Is.False);
    });

    // Given the deviation s of the samples over the right one, the mean is normal: an integral over the density of s, in steps of a five-thousandth.
    [TestCase(2, 3.0, 0.05)]
    [TestCase(5, 1.5, 0.01)]
    [TestCase(8, 2.0, 0.01)]
    [TestCase(20, -0.7, 0.1)]
    [TestCase(20, 0.0, 0.03)]
    [Rule("CHECKING-8")]
    public void The_power_is_that_of_a_normal_mean_for_each_deviation(int count, double shift, double level)
    {
        const double Step = 1 / 5000.0;
        double critical = StudentT.InvCDF(0, 1, count - 1, 1 - level / 2), off = Math.Sqrt(count) * shift, power = 0;
        for (double s = Step / 2; s < 8; s += Step)
        {
            double refused = Normal.CDF(0, 1, off - critical * s) + Normal.CDF(0, 1, -off - critical * s);
            power += Step * refused * 2 * s * (count - 1) * ChiSquared.PDF(count - 1, s * s * (count - 1));
        }

        Assert.That(StudentTest.Power(count, shift, level), Is.EqualTo(power).Within(1e-6));
    }

    // The powers to six digits: scipy.stats.nct, 1.10.1.
    [TestCase(5, 2.0, 0.05, 0.908885)]
    [TestCase(8, 2.0, 0.01, 0.950920)]
    [TestCase(19, 1.0, 0.01, 0.914718)]
    [Rule("CHECKING-8")]
    public void The_power_is_that_of_another_library(int count, double shift, double level, double power) =>
        Assert.That(StudentTest.Power(count, shift, level), Is.EqualTo(power).Within(5e-7));

    [Test]
    [Rule("CHECKING-8")]
    public void As_many_samples_as_are_needed_have_the_power_and_one_less_has_it_not() => Assert.Multiple(() =>
    {
        foreach ((double shift, double level, double power) in new[] { (2, 0.01, 0.9), (-1, 0.05, 0.8), (5, 0.01, 0.9), (0.3, 0.001, 0.99) })
        {
            int needed = StudentTest.SamplesNeeded(shift, level, power);
            Assert.That(StudentTest.Power(needed, shift, level), Is.GreaterThanOrEqualTo(power));
            Assert.That(needed == 2 ? 0 : StudentTest.Power(needed - 1, shift, level), Is.LessThan(power));
        }
    });

    [Test]
    [Rule("CHECKING-8")]
    [Rule("CHECKING-9")]
    public void Means_are_refused_as_often_as_level_and_power_say()
    {
        const int count = 8;
        const double shift = 1.5;
        double power = StudentTest.Power(count, shift, Level);
        SizeAndPower seen = SizeAndPower.Measure(Runs, seed => Normals(seed, count), (_, z) => Array.ConvertAll(z, x => x + 3 * shift), z => !StudentTest.Test(z).Passed(Level));
        TestContext.Out.WriteLine($"power {power:0.000}, {seen}");
        Assert.Multiple(() =>
        {
            Assert.That(seen.Agrees(Level, power), seen.ToString());
            Assert.That(seen.Found, Is.LessThanOrEqualTo(SizeAndPower.MostFalseAlarms(Runs, power)), "the power is told too low");
        });
    }

    [TestCase(-1000)]
    [TestCase(-700)]
    [TestCase(700)]
    [TestCase(1000)]
    public void Samples_of_any_size_have_the_p_of_the_same_ones_scaled(int exponent)
    {
        double[] samples = [1.5, -0.25, 2, 0.75, -1];
        StudentResult plain = StudentTest.Test(samples), scaled = StudentTest.Test(Array.ConvertAll(samples, x => Math.ScaleB(x, exponent)));
        Assert.That((scaled.PValue, scaled.Mean, scaled.Deviation), Is.EqualTo((plain.PValue, Math.ScaleB(plain.Mean, exponent), Math.ScaleB(plain.Deviation, exponent))));
        Assert.That(plain.PValue, Is.InRange(0.01, 0.99));
    }

    // At two samples and level 1e-300 the critical t is far beyond what is summed.
    [TestCase(1e5, 0.01, 1)]
    [TestCase(1e10, 0.01, 1)]
    [TestCase(-1e300, 0.01, 1)]
    [TestCase(1e10, 1e-300, 0)]
    public void The_power_of_a_mean_that_is_far_off_ends(double shift, double level, double power) =>
        Assert.That(StudentTest.Power(2, shift, level), Is.EqualTo(power).Within(1e-2));

    [Test]
    public void Bad_arguments_are_named()
    {
        static void Refused(string culprit, Action call) => Assert.That(Assert.Catch<ArgumentException>(call)!.Message, Contains.Substring(culprit));
        Refused("samples has 1 elements", () => StudentTest.Test([1]));
        Refused("mean = NaN", () => StudentTest.Test([1, 2], double.NaN));
        Refused("count = 1 is outside [2, inf)", () => StudentTest.Power(1, 1, 0.1));
        Refused("shift = Infinity is outside (-inf, inf)", () => StudentTest.Power(2, double.PositiveInfinity, 0.1));
        Refused("level = 0", () => StudentTest.Power(2, 1, 0));
        Refused("shift = 0", () => StudentTest.SamplesNeeded(0, 0.1, 0.9));
        Refused("power = 1", () => StudentTest.SamplesNeeded(1, 0.1, 1));
    }

    // Of deviation 3, which the test does not know.
    private static double[] Normals(ulong seed, int count)
    {
        var z = new Real64[count];
        RandomStreams.FillNormalPairs<Real64>(seed, 0, 0, z);
        return Array.ConvertAll(z, x => 3 * x.Value);
    }
}
