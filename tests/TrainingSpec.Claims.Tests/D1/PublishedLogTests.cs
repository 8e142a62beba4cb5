using TrainingSpec.Claims.D1;
using TrainingSpec.Devices;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.Tests.D1;

/// <summary>D1's published log as data, and the fault that is planted to explain it.</summary>
public sealed class PublishedLogTests
{
    private static readonly PublishedLog Log = PublishedLog.Of(DocumentLibrary.Open());

    [Test]
    public void The_log_has_its_lines_and_its_schedule_prints_their_rates()
    {
        Assert.That(Log.Lines.Select(l => (l.Step, l.Loss)), Is.EqualTo(new[] { (1, 5.4727), (11, 5.5216), (21, 5.6214), (231, 5.6322), (241, 5.5906), (251, 5.5779) }));
        Assert.That(Log.Lines.Select(l => Math.Round(Log.RateAt(l.Step), 6)), Is.EqualTo(Log.Lines.Select(l => l.Rate)));
        Assert.That((Log.Vocabulary, Log.Total), Is.EqualTo((259, 1146)));
    }

    [Test]
    public void What_falls_below_the_logs_lowest_loss_in_its_later_half_learns()
    {
        double[] own = [.. Log.Lines.Select(l => l.Loss)];
        Assert.That((Log.Learns(own), Log.DistanceOf(own)), Is.EqualTo((false, 0.0)));
        Assert.That(Log.Learns([5.5, 5.4, 5.3, 5.6, 5.6, 5.6]), Is.False, "a dip of the first half");
        Assert.That(Log.Learns([5.5, 5.5, 5.5, 5.5, 5.5, 5.4726]));

        // One of six is off by 0.6: the root of 0.36 / 6. The loss of 5.6 is rounded at 2⁻⁵¹, which is all that counts beside 0.6.
        own[2] += 0.6;
        Assert.That(Log.DistanceOf(own), Is.EqualTo(Math.Sqrt(0.06)).Within(2 * Math.ScaleB(1, -51)));
        Assert.That(() => Log.Learns([5.5]), Throws.ArgumentException.With.Message.StartsWith("losses has 1 elements, the log has 6 lines"));
    }

    [TestCase(Fault.None)]
    [TestCase(Fault.OneElement)]
    [TestCase(Fault.NoUpdate)]
    public void A_fault_leaves_the_moments_right_and_writes_the_updates_elsewhere(Fault fault)
    {
        Real64[][] start = [[1, 2, 3], [4, 5, 6]], gradients = [[1, -2, 0.5], [0.25, 3, 1]];
        (Real64[][] right, Real64[][] rightMoments) = Step(new ReferenceOperations<Real64>());
        (Real64[][] found, Real64[][] moments) = Step(new FaultyAdamOperations<Real64>(new ReferenceOperations<Real64>(), fault));
        Assert.That(moments, Is.EqualTo(rightMoments));
        if (fault == Fault.None)
        {
            Assert.That(found, Is.EqualTo(right));
            return;
        }

        // Tensor number n has all its updates in its element n, and nowhere else.
        for (int n = 0; n < start.Length; n++)
        {
            double[] expected = [.. start[n].Select(x => x.Value)];
            if (fault == Fault.OneElement)
                expected[n] += right[n].Zip(start[n], (after, before) => after.Value - before.Value).Sum();

            // A weight of at most 6 takes two steps of three roundings each, and here one more for each update.
            Assert.That(found[n].Select(x => x.Value), Is.EqualTo(expected).Within((2 * 3 + 3) * 6 * Math.ScaleB(1, -53)));
        }

        (Real64[][] Weights, Real64[][] Moments) Step(ITensorOperations<Real64> operations)
        {
            Real64[][] weights = [.. start.Select(t => (Real64[])t.Clone())], first = [new Real64[3], new Real64[3]], second = [new Real64[3], new Real64[3]];
            AdamOptimizer.StepInPlace(weights, gradients, first, second, 1, AdamOptions.Adam(0.001), operations);
            AdamOptimizer.StepInPlace(weights, gradients, first, second, 2, AdamOptions.Adam(0.002), operations);
            return (weights, [.. first, .. second]);
        }
    }
}
