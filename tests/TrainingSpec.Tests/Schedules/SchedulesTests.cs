using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;
using Formula = TrainingSpec.Formulas.Schedules;

namespace TrainingSpec.Tests.Schedules;

internal sealed class SchedulesTests
{
    // What shows in one case of a thousand escapes all of them with a probability below 5·10⁻⁵.
    private const int Cases = 10_000;

    // Rates are at most lr_max, and no formula here has more than eight roundings, each of at most u·lr_max.
    private static double Rounding(double maximum) => 8 * Real64.UnitRoundoff * maximum;

    [Test]
    [Rule("SCHEDULES-9")]
    public void A_decay_to_its_own_maximum_is_constant() => Assert.Multiple(() =>
    {
        foreach (Schedule schedule in new Schedule[] { new CosineSchedule(0.3, 0.3, 10), new WarmupCosineSchedule(0.3, 0.3, 0, 10), new WarmupHoldCosineSchedule(0.3, 0.3, 0, 0, 10) })
        {
            for (int step = 0; step < 12; step++)
                Assert.That(schedule.At(step), Is.EqualTo(0.3), $"{schedule} at {step}");
        }
    });

    [Rule("SCHEDULES-1")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool The_rate_is_a_pure_function_of_the_step(AnyScheduleCase c)
    {
        double[] inOrder = [.. c.Steps.Select(c.Schedule.At)];
        double[] turned = [.. c.Steps.Reverse().Select(c.Schedule.At).Reverse()];
        return inOrder.Zip(turned).All(p => Over.SameBits(p.First, p.Second));
    }

    [Rule("SCHEDULES-9")]
    [Rule("SCHEDULES-11")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool The_rate_stays_within_its_bounds(AnyScheduleCase c) =>
        c.Steps.Select(c.Schedule.At).All(rate => rate >= c.Least && rate <= c.Largest);

    [Rule("SCHEDULES-9")]
    [Rule("SCHEDULES-11")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool The_rate_stays_within_its_bounds_in_single_precision(AnyScheduleCase c) =>
        c.Steps.Select(s => c.Schedule.At<Real32>(s).Value).All(rate => rate >= (float)c.Least && rate <= (float)c.Largest);

    [Rule("SCHEDULES-4")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool Past_the_end_the_last_value_is_held(AnyScheduleCase c, uint beyond) =>
        c.End == long.MaxValue || Over.SameBits(c.Schedule.At(c.End), c.Schedule.At(c.End + beyond));

    [Rule("SCHEDULES-4")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool Warmup_and_cosine_end_at_the_least_rate(WarmupCosineCase c) => Over.SameBits(c.Schedule.At(c.Total), c.Minimum);

    [Rule("SCHEDULES-5")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool No_step_changes_the_rate_by_more_than_the_slopes_allow(WarmupCosineCase c)
    {
        // The two pieces have slopes of at most lr_max/w and (π/2)(lr_max − lr_min)/(T − w), joints included; a step onto T where w = T jumps by design.
        double warmup = c.Warmup > 0 ? c.Maximum / c.Warmup : 0;
        double cosine = c.Total > c.Warmup ? Math.PI / 2 * (c.Maximum - c.Minimum) / (c.Total - c.Warmup) : c.Maximum - c.Minimum;
        double step = Math.Abs(c.Schedule.At(c.Step + 1) - c.Schedule.At(c.Step));
        return step <= Math.Max(warmup, cosine) * (1 + 8 * Real64.UnitRoundoff) + 2 * Rounding(c.Maximum);
    }

    [Rule("SCHEDULES-5")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool Warmup_and_cosine_meet_at_the_largest_rate(WarmupCosineCase c) =>
        c.Warmup == c.Total || Math.Abs(c.Schedule.At(c.Warmup) - c.Maximum) <= Rounding(c.Maximum);

    [Rule("SCHEDULES-2")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool Warmup_is_linear_from_zero(WarmupCosineCase c)
    {
        if (c.Warmup == 0)
            return new WarmupSchedule(c.Maximum, 0).At(c.Step) == c.Maximum;
        long t = c.Step % (c.Warmup + 1);
        DoubleDouble exact = (DoubleDouble)c.Maximum * t / c.Warmup;
        var schedule = new WarmupSchedule(c.Maximum, c.Warmup);

        // One rounding of the exact value, 2⁻¹⁰⁰ of which the double-double may be off.
        return DoubleDouble.Abs(schedule.At(t) - exact) <= exact * (Real64.UnitRoundoff * (1 + Math.ScaleB(1, -40)))
            && schedule.At(0) == 0 && schedule.At(c.Warmup) == c.Maximum
            && (t == c.Warmup || Over.SameBits(schedule.At(t), c.Schedule.At(t)));
    }

    [Rule("SCHEDULES-3")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool A_cosine_is_symmetric_about_half_time(WarmupCosineCase c)
    {
        var cosine = new CosineSchedule(c.Maximum, c.Minimum, 2 * c.Total);
        long t = c.Step % (c.Total + 1);
        double middle = c.Maximum / 2 + c.Minimum / 2;
        return Math.Abs(cosine.At(c.Total - t) + cosine.At(c.Total + t) - 2 * middle) <= 4 * Rounding(c.Maximum)
            && Math.Abs(cosine.At(c.Total) - middle) <= 2 * Rounding(c.Maximum);
    }

    [Rule("SCHEDULES-3")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool A_cosine_never_rises(WarmupCosineCase c)
    {
        var cosine = new CosineSchedule(c.Maximum, c.Minimum, c.Total);
        return cosine.At(c.Step + 1) <= cosine.At(c.Step) + Rounding(c.Maximum);
    }

    [Rule("SCHEDULES-6")]
    [Law(MaxTest = Cases, Arbitrary = [typeof(ScheduleCases)])]
    public bool Step_decay_falls_at_multiples_alone(WarmupCosineCase c)
    {
        long every = c.Warmup + 1, t = c.Step;
        double gamma = c.Minimum == 0 ? 0.5 : c.Minimum / c.Maximum;
        var schedule = new StepDecaySchedule(c.Maximum, gamma, every);
        if ((t + 1) % every != 0)
            return Over.SameBits(schedule.At(t + 1), schedule.At(t));
        DoubleDouble exact = c.Maximum;
        for (long k = 0; k < (t + 1) / every && k < 2000; k++)
            exact *= gamma;

        // One rounding of the product, one elementary function; far down the powers underflow.
        return (t + 1) / every >= 2000 || DoubleDouble.Abs(exact - schedule.At(t + 1)).High <= PowerError<Real64>() * exact.High + double.Epsilon * 2;
    }

    private static double PowerError<T>()
        where T : IBinaryFormat<T> => 2 * (T.ElementaryError + T.UnitRoundoff);

    [Test]
    [Rule("SCHEDULES-2")]
    public void The_first_three_rates_of_a_warmup_are_those_of_the_line() => Assert.Multiple(() =>
    {
        var schedule = new WarmupCosineSchedule(1, 0.125, 4, 8);
        Assert.That(Enumerable.Range(0, 5).Select(t => schedule.At(t)), Is.EqualTo(new[] { 0, 0.25, 0.5, 0.75, 1 }));
        Assert.That(schedule.At(6), Is.EqualTo(0.5625).Within(Rounding(1)));
        Assert.That(schedule.At(8), Is.EqualTo(0.125));
        Assert.That(new LinearDecaySchedule(2, 4).At(3), Is.EqualTo(0.5));
        Assert.That(new ConstantSchedule(0.3).At(long.MaxValue), Is.EqualTo(0.3));
    });

    [TestCase((1L << 24) - 1)]
    [TestCase(1L << 24)]
    [TestCase((1L << 24) + 1)]
    [TestCase(980_010_694_886)]
    [Rule("SCHEDULES-10")]
    public void A_narrow_number_finds_the_fenceposts_of_a_long_run(long end) => Assert.Multiple(() =>
    {
        var schedule = new WarmupHoldCosineSchedule(0.25, 0.125, 3, end, end);
        Assert.That(schedule.At<Real32>(end - 1).Value, Is.EqualTo(0.25f));
        Assert.That(schedule.At<Real32>(end).Value, Is.EqualTo(0.125f));
        Assert.That(schedule.At<Float16>(end - 1).Value, Is.EqualTo(0.25));
        Assert.That(schedule.At<BFloat16>(end).Value, Is.EqualTo(0.125));
        Assert.That(new StepDecaySchedule(1, 0.5, 100_000).At<Float16>(99_999).Value, Is.EqualTo(1));
    });

    [Test]
    [Rule("SCHEDULES-8")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => _ = new WarmupCosineSchedule(1, 0, 11, 10), "warmup", "warmup = 11 is outside [0, total = 10]");
        Refused(() => _ = new WarmupCosineSchedule(1, 0, -1, 10), "warmup", "warmup = -1");
        Refused(() => _ = new WarmupCosineSchedule(1, 2, 1, 10), "lr_min", "lr_min = 2 is outside [0, lr_max]");
        Refused(() => _ = new WarmupHoldCosineSchedule(1, 0, 6, 5, 10), "warmup", "warmup = 6 is outside [0, decay_start = 5]");
        Refused(() => _ = new WarmupHoldCosineSchedule(1, 0, 0, 11, 10), "decay_start", "decay_start = 11 is outside [0, total = 10]");
        Refused(() => _ = new WarmupHoldCosineSchedule(1, 2, 0, 1, 10), "lr_min", "lr_min = 2");
        Refused(() => _ = new CosineSchedule(1, double.NaN, 10), "lr_min", "lr_min = NaN");
        Refused(() => _ = new CosineSchedule(-1, -2, 10), "lr_max", "lr_max = -1");
        Refused(() => _ = new CosineSchedule(1, 0, 0), "total", "total = 0 is outside [1, inf)");
        Refused(() => _ = new ConstantSchedule(-0.1), "lr", "lr = -0.1 is outside [0, inf)");
        Refused(() => _ = new ConstantSchedule(double.PositiveInfinity), "lr", "lr = Infinity");
        Refused(() => _ = new StepDecaySchedule(1, 0, 3), "gamma", "gamma = 0 is outside (0, inf)");
        Refused(() => _ = new StepDecaySchedule(1, 0.5, 0), "every", "every = 0");
        Refused(() => _ = new LinearDecaySchedule(1, 0), "total", "total = 0");
        Refused(() => _ = new WarmupSchedule(1, -1), "warmup", "warmup = -1");
        Refused(() => new ConstantSchedule(1).At(-1), "steps", "steps = -1");
    });

    [Test]
    [Rule("SCHEDULES-9")]
    public void Rounding_never_lifts_a_cosine_above_its_largest_rate() =>
        Assert.That(Enumerable.Range(1, 20000).Select(i => Formula.Cosine<Real64>(i / 7.0, i / 11.0, 0, 1000, 0).Value <= i / 7.0), Is.All.True);

    [Rule("SCHEDULES-10")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(ScheduleCases)])]
    public bool With_nothing_held_three_phases_are_two(WarmupCosineCase c) => Over.SameBits(
        new WarmupHoldCosineSchedule(c.Maximum, c.Minimum, c.Warmup, c.Warmup, c.Total).At(c.Step), c.Schedule.At(c.Step));

    [Rule("SCHEDULES-10")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(ScheduleCases)])]
    public bool Holding_longer_only_moves_the_decay(WarmupCosineCase c, byte held)
    {
        // The step counted from the start of the decay is the same whole number.
        var longer = new WarmupHoldCosineSchedule(c.Maximum, c.Minimum, c.Warmup, c.Warmup + held, c.Total + held);
        return c.Step < c.Warmup
            ? Over.SameBits(longer.At(c.Step), c.Schedule.At(c.Step))
            : Over.SameBits(longer.At(c.Step + held), c.Schedule.At(c.Step)) && (held == 0 || Over.SameBits(longer.At(c.Warmup + held - 1), c.Maximum));
    }
}
