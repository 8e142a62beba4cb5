using TrainingSpec.Checking;

namespace TrainingSpec.Tests.Checking;

/// <summary>The estimated noise is the planted one within the factor that the method promises.</summary>
public sealed class FunctionNoiseTests
{
    [TestCase(1e-3)]
    [TestCase(1e-6)]
    [TestCase(1e-10)]
    [TestCase(1e-14)]
    [Rule("CHECKING-2")]
    public void Planted_noise_is_found_within_a_factor_of_four(double deviation)
    {
        var random = new SplitMix(7);

        // Uniform on ±√3·σ has standard deviation σ.
        double F(double x) => 1 + Math.Sin(x) + Math.Sqrt(3) * deviation * (2 * random.Uniform() - 1);
        double noise = FunctionNoise.Estimate(F, 0.3, 1) ?? double.NaN;
        TestContext.Out.WriteLine(noise);
        Assert.That(noise, Is.InRange(deviation / 4, deviation * 4));
    }

    [Test]
    public void Values_rounded_to_float_have_the_noise_of_float()
    {
        double noise = FunctionNoise.Estimate(x => (float)(1 + x * x), 0.3, 1) ?? double.NaN;
        double step = Math.Pow(2, -23);
        Assert.That(noise, Is.InRange(step / Math.Sqrt(12) / 4, step * 4));
    }

    [Test]
    public void A_constant_has_none() => Assert.That(FunctionNoise.Estimate(_ => 5, 0, 1), Is.Zero);

    [Test]
    public void A_pole_has_no_estimate() => Assert.That(FunctionNoise.Estimate(x => 1 / (x - x), 0, 1), Is.Null);

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => FunctionNoise.Estimate(x => x, double.NaN, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => FunctionNoise.Estimate(x => x, 0, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
