using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Checking;

/// <summary>Computed sums and dot products stay within their bounds, and the bounds are not idle.</summary>
public sealed class ErrorBoundTests
{
    [Test]
    [Rule("CHECKING-5")]
    public void Sums_and_dot_products_in_single_stay_within_their_bounds()
    {
        var random = new SplitMix(3);
        double worst = 0;
        for (int run = 0; run < 500; run++)
        {
            int n = 1 + random.Below(300);
            float[] x = new float[n], y = new float[n];
            for (int i = 0; i < n; i++)
            {
                x[i] = (float)(random.Sign() * random.Magnitude(-3, 3));
                y[i] = (float)(random.Sign() * random.Magnitude(-3, 3));
            }

            float sum = 0, dot = 0;
            DoubleDouble exactSum = 0, exactDot = 0;
            for (int i = 0; i < n; i++)
            {
                sum += x[i];
                dot += x[i] * y[i];
                exactSum += x[i];
                exactDot += (DoubleDouble)x[i] * y[i];
            }

            double[] wideX = Array.ConvertAll(x, v => (double)v), wideY = Array.ConvertAll(y, v => (double)v);
            double sumBound = ErrorBound.Sum(wideX, n, Real32.UnitRoundoff), dotBound = ErrorBound.DotProduct(wideX, wideY, n, Real32.UnitRoundoff);
            double sumError = DoubleDouble.Abs(sum - exactSum).High, dotError = DoubleDouble.Abs(dot - exactDot).High;
            Assert.That(sumError, Is.LessThanOrEqualTo(sumBound));
            Assert.That(dotError, Is.LessThanOrEqualTo(dotBound));
            worst = Math.Max(worst, Math.Max(sumError / sumBound, dotError / dotBound));
        }

        TestContext.Out.WriteLine($"at worst {worst:0.000} of the bound");
        Assert.That(worst, Is.GreaterThan(0.05), "a bound that is never approached shows nothing");
    }

    [Test]
    public void Gamma_is_the_closed_form_and_refuses_what_has_no_bound()
    {
        Assert.That(ErrorBound.Gamma(0, Real64.UnitRoundoff), Is.Zero);
        Assert.That(ErrorBound.Gamma(4, 0.125), Is.EqualTo(1));
        Assert.That(() => ErrorBound.Gamma(8, 0.125), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ErrorBound.Gamma(-1, 0.125), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ErrorBound.Gamma(1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ErrorBound.DotProduct([1], [1, 2], 1, 0.1), Throws.ArgumentException);
    }
}
