using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Checking;

/// <summary>The error bar of extrapolated differences holds the derivative, beside a kink too.</summary>
public sealed class RiddersTests
{
    private const double FirstStep = 0.25;
    private const double Unit = Real64.UnitRoundoff;

    [Law(MaxTest = 12_000)]
    [Rule("CHECKING-10")]
    public bool Beside_a_kink_the_bar_holds_the_derivative(ulong seed)
    {
        // A smooth part, and two slopes that meet anywhere from far outside the first step to far inside the last.
        var random = new SplitMix(seed);
        double distance = FirstStep * Math.Pow(10, 1 - 9 * random.Uniform()) * (random.Uniform() < 0.5 ? -1 : 1);
        double left = 4 * random.Uniform() - 2, right = 4 * random.Uniform() - 2, bend = 2 * random.Uniform() - 1, x = 2 * random.Uniform() - 1;
        double kink = x + distance;
        double F(double t) => (t < kink ? left : right) * (t - kink) + bend * Math.Sin(t);
        double exact = (x < kink ? left : right) + bend * Math.Cos(x);
        Ridders.Estimate estimate = Ridders.DerivativeFrom(F, x, FirstStep, 16 * Unit);
        return Math.Abs(estimate.Value - exact) <= estimate.Error;
    }

    [Law(MaxTest = 3000)]
    public bool Without_a_kink_the_bar_stays_narrow(ulong seed)
    {
        var random = new SplitMix(seed);
        double x = 4 * random.Uniform() - 2, frequency = 0.25 + 4 * random.Uniform(), phase = 6 * random.Uniform();
        double exact = frequency * Math.Cos(frequency * x + phase) + 3 * x * x;
        Ridders.Estimate estimate = Ridders.DerivativeFrom(t => Math.Sin(frequency * t + phase) + t * t * t, x, FirstStep, 16 * Unit);
        return Math.Abs(estimate.Value - exact) <= estimate.Error && estimate.Error <= 1e-9;
    }

    [Test]
    [Rule("CHECKING-10")]
    public void A_right_gradient_beside_a_kink_is_undecided_and_not_wrong([Values(1e-2, 1e-3, 1e-6, 1e-9, 1e-12, 0)] double distance)
    {
        Real64[] theta = [distance, 1];
        GradientCheckResult found = GradientCheck.Run([new CheckedTensor<Real64>("theta", theta, [1, 2])], () => Math.Max(theta[0], 0) + theta[1] * theta[1]);
        Assert.That(found.Failed, Is.Zero, found.ToString());
        Assert.That(found.Undecided, Is.LessThanOrEqualTo(1), found.ToString());
        Assert.That(found.Worst.Single(entry => entry.Index == 1).Decided, found.ToString());
    }

    [Test]
    public void A_wrong_gradient_a_step_away_from_a_kink_is_found_still()
    {
        Real64[] theta = [0.1];
        GradientCheckResult found = GradientCheck.Run([new CheckedTensor<Real64>("theta", theta, [0.999])], () => Math.Max(theta[0], 0));
        Assert.That(found.Failed, Is.EqualTo(1), found.ToString());
    }
}
