using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.ScheduleShapes;

/// <summary>The further schedules against others that they are special cases of, and against loops that go step by step.</summary>
internal sealed class ScheduleShapesTests
{
    private static readonly int[] Steps = [.. Enumerable.Range(0, 60), 100, 1000, 12345];

    [Test]
    [Rule("SCHEDULE-SHAPES-1")]
    [Rule("SCHEDULE-SHAPES-2")]
    public void Falls_by_a_factor_agree_where_their_steps_do()
    {
        var steps = new StepDecaySchedule(0.3, 0.7, 10);
        var milestones = new MultiStepSchedule(0.3, [.. Enumerable.Range(1, 2000).Select(k => 10L * k)], 0.7);
        var exponential = new ExponentialSchedule(0.3, 0.7, 10);
        foreach (int t in Steps)
        {
            Assert.That(milestones.At(t), Is.EqualTo(steps.At(t)));
            Assert.That(exponential.At(t - t % 10), Is.EqualTo(steps.At(t)).Within(1).Ulps);
            Assert.That(exponential.At(t), Is.LessThanOrEqualTo(steps.At(t)));
        }
    }

    // 2⁻¹⁰⁷⁴·2²⁰⁰⁰, of which neither the power nor its half is a double; no rate of 0 grows.
    [Test]
    [Rule("SCHEDULE-SHAPES-17")]
    public void Growth_is_exact_by_powers_of_two_and_ends_in_infinity() => Assert.Multiple(() =>
    {
        double large = Math.ScaleB(1, 400);
        Assert.That(new ExponentialSchedule(double.Epsilon, 2).At(2000), Is.EqualTo(Math.ScaleB(1, 926)));
        Assert.That(new StepDecaySchedule(double.Epsilon, 2, 3).At(6001), Is.EqualTo(Math.ScaleB(1, 926)));
        Assert.That(new StepDecaySchedule(3 * double.Epsilon, large, 1).At(5), Is.EqualTo(3 * Math.ScaleB(1, 926)));
        Assert.That(new MultiStepSchedule(double.Epsilon, [1, 2, 2, 9, 10], large).At(9), Is.EqualTo(Math.ScaleB(1, 526)));
        Assert.That(new ExponentialSchedule(double.Epsilon, 2).At(2098), Is.EqualTo(double.PositiveInfinity));
        Assert.That(new ExponentialSchedule(0.5, 2).At<Real32>(128).Value, Is.EqualTo(MathF.ScaleB(1, 127)));
        Assert.That(new ExponentialSchedule(0.5, 2).At<Real32>(129).Value, Is.EqualTo(float.PositiveInfinity));
        Assert.That(new StepDecaySchedule(0.5, 2, 1).At<Real32>(9000).Value, Is.EqualTo(float.PositiveInfinity));
        foreach (Schedule none in new Schedule[] { new ExponentialSchedule(0, 1e300), new StepDecaySchedule(0, 1e300, 1), new MultiStepSchedule(0, [1, 1, 1, 1], 1e300) })
            Assert.That((none.At(1_000_000), none.At<Real32>(1_000_000).Value), Is.EqualTo((0.0, 0.0f)));
    });

    [Test]
    [Rule("SCHEDULE-SHAPES-20")]
    [Rule("SCHEDULE-SHAPES-21")]
    public void Ends_are_held_and_powers_are_those_of_shares()
    {
        Schedule free = new ExponentialSchedule(0.5, 0.9), bound = new ExponentialSchedule(0.5, 0.9, 1, 0.1), grown = new StepDecaySchedule(0.5, 1.5, 4, 3), growing = new StepDecaySchedule(0.5, 1.5, 4);
        Schedule cosine = new CosineSchedule(0.75, 0.25, 50), square = new CosineSchedule(0.75, 0.25, 50, 2);
        foreach (int t in Steps)
        {
            Assert.That(bound.At(t), Is.EqualTo(Math.Max(0.1, free.At(t))));
            Assert.That(grown.At(t), Is.EqualTo(Math.Min(3, growing.At(t))));

            // (r − ¼)²/½ + ¼ of the plain cosine's rate r, which half a last place of 0.75 counts up to twice in.
            double height = cosine.At(t) - 0.25;
            Assert.That(square.At(t), Is.EqualTo(0.25 + 2 * height * height).Within(8 * 0.75 * Real64.UnitRoundoff), $"step {t}");
        }

        Assert.That(grown.At<Real32>(9000).Value, Is.EqualTo(3));
        Refused(() => new StepDecaySchedule(0.5, 2, 4, 1e39).At<Real32>(9000), "lr_end", "lr_end = 1E+39");
        Refused(() => new ExponentialSchedule(1e39, 0.5, 1, 1).At<Real32>(0), "lr", "lr = 1E+39");
    }

    [TestCase(1)]
    [TestCase(2.5)]
    [TestCase(0.25)]
    [TestCase(1e-5)]
    [Rule("SCHEDULE-SHAPES-18")]
    public void A_rise_is_a_fall_upside_down(double power)
    {
        var rise = new PolynomialSchedule(0.25, 0.75, 50, power);
        var fall = new PolynomialSchedule(0.75, 0.25, 50, power);

        // Both from shares of 1/2 of up to 1: four roundings each of numbers of at most 0.75, and p times that of the share.
        foreach (int t in Steps)
            Assert.That(rise.At(t), Is.EqualTo(1 - fall.At(t)).Within((9 + power) * 0.75 * Real64.UnitRoundoff), $"step {t}");

        // What little has been gained from 0 keeps its digits: η·p·t/T and half of its square's share less.
        Assert.That(new PolynomialSchedule(0, 1, 1L << 60).At(3), Is.EqualTo(3 * Math.ScaleB(1, -60)));
        Assert.That(new PolynomialSchedule(0, 1, 1L << 60, 2).At(1), Is.EqualTo(Math.ScaleB(2, -60)));
    }

    [Test]
    [Rule("SCHEDULE-SHAPES-19")]
    public void A_product_is_that_of_what_it_is_made_of()
    {
        Schedule warm = new LinearFactorSchedule(1, 0.25, 1, 8), root = new InverseSqrtSchedule(0.5, 4), parts = new SequenceSchedule([warm, root], [9]);
        var product = new ProductSchedule([parts, new ProductSchedule([root, warm])]);
        foreach (int t in Steps)
        {
            Assert.That(product.At(t), Is.EqualTo(parts.At(t) * (root.At(t) * warm.At(t))).Within(3).Ulps);
            Assert.That(new ProductSchedule([parts]).At(t), Is.EqualTo(parts.At(t)));
        }

        // Factors of half a last place each, and two products; in the schedule itself nothing is rounded before the end.
        Assert.That(new ProductSchedule([new ConstantSchedule(1e39), new ConstantSchedule(1e-39)]).At<Real32>(0).Value, Is.EqualTo(1));
        Assert.That(new ProductSchedule([new ConstantSchedule(1e30), new ConstantSchedule(1e30)]).At<Real32>(0).Value, Is.EqualTo(float.PositiveInfinity));
        Assert.That((product.RatesPerStep, parts.RatesPerStep, new SequenceSchedule([warm, product], [3]).RatesPerStep), Is.EqualTo((3L, 1L, 3L)));
    }

    [Test]
    [Rule("SCHEDULE-SHAPES-16")]
    public void A_momentum_goes_down_the_line_that_its_rate_goes_up()
    {
        // A rate between the two momenta, upside down, is the momentum.
        var cycle = new CyclicSchedule(0.25, 0.75, 7, 4, CycleMode.Halved);
        var once = new OneCycleSchedule(0.75, 50, DivFactor: 3, FinalDivFactor: 1, Cosine: false);

        // Four roundings on each side of numbers of at most 0.75, and one of the difference.
        double within = 9 * 0.75 * Real64.UnitRoundoff;
        foreach (int t in Steps)
        {
            Assert.That(cycle.MomentumAt<Real64>(t, 0.25, 0.75).Value, Is.EqualTo(1 - cycle.At(t)).Within(within));
            Assert.That(once.MomentumAt<Real64>(t, 0.25, 0.75).Value, Is.EqualTo(1 - once.At(t)).Within(within));
        }
    }

    [Test]
    [Rule("SCHEDULE-SHAPES-3")]
    [Rule("SCHEDULE-SHAPES-9")]
    public void Lines_are_one_line()
    {
        var line = new LinearDecaySchedule(0.3, 50);
        foreach (int t in Steps)
        {
            Assert.That(new PolynomialSchedule(0.3, 0, 50).At(t), Is.EqualTo(line.At(t)));
            Assert.That(new LinearFactorSchedule(0.3, 1, 0, 50).At(t), Is.EqualTo(line.At(t)));
            Assert.That(new ConstantFactorSchedule(0.3, 1, 50).At(t), Is.EqualTo(0.3));
        }
    }

    [Test]
    [Rule("SCHEDULE-SHAPES-10")]
    [Rule("SCHEDULE-SHAPES-11")]
    public void A_warmup_from_0_before_a_cosine_is_the_formula_of_its_own()
    {
        SequenceSchedule composed = SequenceSchedule.Warmed(new CosineSchedule(0.3, 0.01, 40), 0, 10);
        var whole = new WarmupCosineSchedule(0.3, 0.01, 10, 50);
        foreach (int t in Steps)
            Assert.That(composed.At(t), Is.EqualTo(whole.At(t)).Within(1).Ulps, $"step {t}");
    }

    [Test]
    [Rule("SCHEDULE-SHAPES-5")]
    [Rule("SCHEDULE-SHAPES-7")]
    [Rule("SCHEDULE-SHAPES-8")]
    public void Cycles_are_those_of_a_loop_that_counts()
    {
        long period = 3, at = 0;
        int up = 0, cycle = 0;
        var restarts = new CosineRestartsSchedule(0.3, 0.1, 3, 2);
        var cyclic = new CyclicSchedule(0.1, 0.3, 4, 3, CycleMode.Halved);
        for (int t = 0; t < 500; t++)
        {
            Assert.That(restarts.At(t), Is.EqualTo(0.1 + 0.1 * (1 + Math.Cos(Math.PI * at / period))).Within(1e-15), $"step {t}");
            double height = up <= 4 ? up / 4.0 : (7 - up) / 3.0;
            Assert.That(cyclic.At(t), Is.EqualTo(0.1 + 0.2 * height / Math.Pow(2, cycle)).Within(1e-15), $"step {t}");
            if (++at == period)
                (at, period) = (0, 2 * period);
            if (++up == 7)
                (up, cycle) = (0, cycle + 1);
        }
    }

    [TestCase(0.3, false)]
    [TestCase(0.4, true)]
    [TestCase(0, false)]
    [TestCase(1, false)]
    [Rule("SCHEDULE-SHAPES-6")]
    public void One_cycle_stays_between_its_last_rate_and_its_peak(double share, bool three)
    {
        foreach (bool cosine in new[] { true, false })
        {
            var schedule = new OneCycleSchedule(0.3, 40, share, Cosine: cosine, ThreePhases: three);
            double[] rates = [.. Steps.Select(t => schedule.At(t))];
            Assert.That(rates, Has.All.InRange(0.3 / 25e4 * (1 - 1e-15), 0.3));
            Assert.That(schedule.At(39), Is.EqualTo(share == 1 ? 0.3 : 0.3 / 25e4).Within(1).Ulps);
            Assert.That(schedule.At(1000), Is.EqualTo(schedule.At(39)));
        }
    }

    [Test]
    [Rule("SCHEDULE-SHAPES-4")]
    public void An_inverse_root_is_quartered_by_sixteen_times_the_steps()
    {
        var schedule = new InverseSqrtSchedule(0.25, 7);
        foreach (long steps in new[] { 7L, 70, 7 << 20 })
            Assert.That(schedule.At(16 * steps - 7), Is.EqualTo(schedule.At(steps - 7) / 4));
    }

    [Test]
    [Rule("SCHEDULE-SHAPES-12")]
    [Rule("SCHEDULE-SHAPES-13")]
    [Rule("SCHEDULE-SHAPES-14")]
    [Rule("SCHEDULE-SHAPES-15")]
    public void A_plateau_of_mirrored_or_scaled_metrics_is_the_same_plateau()
    {
        var random = new SplitMix(7);
        double[] metrics = [.. Enumerable.Range(0, 400).Select(_ => random.Sign() * random.Magnitude(-1, 1))];
        var options = new PlateauOptions { Patience = 2, Cooldown = 1, Factor = 0.75, Threshold = 0.125 };
        var plain = new PlateauSchedule(0.3, metrics, options);
        var mirrored = new PlateauSchedule(0.3, [.. metrics.Select(m => -m)], options with { Maximize = true });
        var scaled = new PlateauSchedule(0.3, [.. metrics.Select(m => 8 * m)], options);
        for (int t = 0; t <= metrics.Length; t++)
        {
            Assert.That(mirrored.At(t), Is.EqualTo(plain.At(t)));
            Assert.That(scaled.At(t), Is.EqualTo(plain.At(t)));
            Assert.That(new PlateauSchedule(0.3, metrics[..t], options).At(10_000), Is.EqualTo(plain.At(t)), "a history that ends is the same up to its end");
        }

        Assert.That(plain.At(400), Is.LessThan(plain.At(0)).And.GreaterThan(0));
    }

    [Test]
    [Rule("SCHEDULE-SHAPES-11")]
    [Rule("SCHEDULE-SHAPES-12")]
    public void What_lies_on_a_bound_is_inside_it() => Assert.Multiple(() =>
    {
        // A schedule between two equal milestones has no step of its own.
        var sequence = new SequenceSchedule([new ConstantSchedule(1), new ConstantSchedule(2), new ConstantSchedule(3)], [4, 4]);
        Assert.That(new[] { 3, 4 }.Select(t => sequence.At(t)), Is.EqualTo(new double[] { 1, 3 }));

        // A fall by no more than eps is none.
        double[] flat = [1, 1, 1];
        Assert.That(new PlateauSchedule(1, flat, new PlateauOptions { Factor = 0.5, Patience = 0, Epsilon = 0.5 }).At(3), Is.EqualTo(1));
        Assert.That(new PlateauSchedule(1, flat, new PlateauOptions { Factor = 0.5, Patience = 0, Epsilon = 0.49 }).At(3), Is.EqualTo(0.5));
    });

    [Test]
    [Rule("SCHEDULE-SHAPES-11")]
    public void Sequences_at_odds_are_refused_by_name()
    {
        Schedule one = new ConstantSchedule(1);
        Refused(() => _ = new SequenceSchedule([], []), "schedules", "schedules = []");
        Refused(() => _ = new SequenceSchedule([one], [1]), "milestones", "milestones has 1 steps, 0 are needed");
        Refused(() => _ = new SequenceSchedule([one, one, one], [4, 3]), "milestones", "milestones[1] = 3");
        Refused(() => _ = new SequenceSchedule([one, one], [-1]), "milestones", "milestones = -1");
        Refused(() => _ = new MultiStepSchedule(1, [3, -1]), "milestones", "milestones = -1");
        Refused(() => _ = new ProductSchedule([]), "schedules", "schedules = []");
        Refused(() => new ExponentialSchedule(1e39, 2).At<Real32>(3), "lr", "lr = 1E+39");
        Refused(() => new PolynomialSchedule(1, 1e39, 3).At<Real32>(3), "lr_min", "lr_min = 1E+39");
        Refused(() => new SequenceSchedule([one, new ConstantSchedule(1e39)], [2]).At<Real32>(3), "lr", "lr = 1E+39");
        Refused(() => _ = new CyclicSchedule(0, 1, Mode: (CycleMode)7), "mode", "mode = 7");
    }
}
