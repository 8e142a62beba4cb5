using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Schedules;

/// <summary>Over a number that says how far a straightforward evaluation may lie off, rates and momenta say that of their own formulas: loops in single precision lie within it, and farther off than one rounding would allow.</summary>
internal sealed class ScheduleDistanceTests
{
    private const double U = 1.0 / (1 << 24);

    [Test]
    public void A_rate_is_as_far_off_as_its_formula() =>
        Covers(40, t => new LinearDecaySchedule(0.3, 41).At<Within<Real32>>(t), t => 0.3f * ((41f - t) / 41f));

    [Test]
    public void A_momentum_is_as_far_off_as_its_formula() =>
        Covers(40, t => new CyclicSchedule(0, 1, 7, 9).MomentumAt<Within<Real32>>(t, 0.1, 0.7), t => (t % 16 < 7 ? t % 16 / 7f : (16 - t % 16) / 9f) is var height ? (1 - height) * 0.7f + height * 0.1f : 0);

    [Test]
    public void Layers_are_as_far_off_as_their_powers()
    {
        Within<Real32>[] rates = LayerRates.Decayed<Within<Real32>>(0.3, 0.7, 40);
        Covers(40, l => rates[l], l => Enumerable.Repeat(0.7f, 39 - l).Aggregate(0.3f, (rate, decay) => rate * decay));
    }

    [Test]
    public void A_plateau_is_as_far_off_as_its_products()
    {
        var schedule = new PlateauSchedule(0.3, Enumerable.Repeat(1.0, 41).ToArray(), new PlateauOptions { Factor = 0.7, Patience = 0, Epsilon = 0 });
        Covers(40, t => schedule.At<Within<Real32>>(t + 1), t => Enumerable.Repeat(0.7f, t).Aggregate(0.3f, (rate, factor) => rate * factor));
    }

    // Single precision counts 2⁵³ and 2⁵³ + 1 alike, and divides them without a rounding.
    [Test]
    public void A_count_is_what_the_format_makes_of_it() =>
        Assert.That(new LinearDecaySchedule(0.5, (1L << 53) + 1).At<Within<Real32>>(0).Distance, Is.Zero);

    private static void Covers(int count, Func<int, Within<Real32>> schedule, Func<int, float> loop)
    {
        Within<Real32>[] said = [.. Enumerable.Range(0, count).Select(schedule)];
        double[] off = [.. said.Select((s, t) => Math.Abs(loop(t) - s.Value))];
        Assert.That(off.Zip(said, (o, s) => o - s.Distance), Is.All.LessThanOrEqualTo(0));
        Assert.That(off.Zip(said, (o, s) => o > U * Math.Abs(s.Value)), Has.Some.True);
    }
}
