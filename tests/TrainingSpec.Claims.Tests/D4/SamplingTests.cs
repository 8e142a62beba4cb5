using MathNet.Numerics.Distributions;
using TrainingSpec.Checking;
using TrainingSpec.Claims.D4;

namespace TrainingSpec.Claims.Tests.D4;

/// <summary>Where a verdict rests on a sample, other seeds reach it too, and a claim that is wrong by what the sample can tell does not.</summary>
public sealed class SamplingTests
{
    [Test]
    public void The_variance_of_a_moving_average()
    {
        const double beta = 0.9, power = 0.99;
        const int runs = 15;
        double error = WhyNotPlainSgd.AverageError(beta), critical = -Normal.InvCDF(0, 1, WhyNotPlainSgd.AverageLevel / 2), expected = (1 - beta) / (1 + beta);

        // A variance r times the right one is found where both quantiles lie between: r − 1 = c·e + q·e·r.
        double ratio = (1 + critical * error) / (1 - Normal.InvCDF(0, 1, power) * error);
        SizeAndPower seen = SizeAndPower.Measure(
            runs,
            seed => WhyNotPlainSgd.AverageVariance(beta, (int)seed) / expected,
            (_, right) => ratio * right,
            variance => !(Math.Abs(variance - 1) < critical * error));
        TestContext.Out.WriteLine($"{ratio:0.000} times the variance: {seen}");
        Assert.Multiple(() =>
        {
            Assert.That(seen.Agrees(WhyNotPlainSgd.AverageLevel, power), seen.ToString());

            // (1 − β)² and 1 − β are what one who forgets the correlation would expect.
            Assert.That(Math.Max(1 - beta, (1 - beta) * (1 - beta)) / expected, Is.Not.InRange(1 / ratio, ratio));
        });
    }
}
