using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, sections "Warmup Phase" and "Cosine Decay Phase".</summary>
internal static class WarmupAndDecay
{
    /// <summary>Linear from 0 to the peak in equal parts.</summary>
    [Claim("D4-059")]
    internal static Finding WarmupIsLinear(Claim claim)
    {
        Precise peak = Exact.Of(Rational.Parse("3e-4"));
        bool linear = true, ends = true;
        double rounding = Math.ScaleB(1, -88);
        int[] lengths = [1, 2, 7, 100, 1000];
        foreach (int warmup in lengths)
        {
            Precise w = Precise.Of(warmup), part = peak / w, before = Schedules.WarmupRate(peak, w, Precise.Of(0));
            ends &= before == Precise.Of(0) && Relative(Schedules.WarmupRate(peak, w, w) - peak) < rounding;
            for (int t = 1; t <= warmup; t++)
            {
                Precise rate = Schedules.WarmupRate(peak, w, Precise.Of(t));
                linear &= Relative(rate - before - part) < rounding;
                before = rate;
            }
        }

        Working.Apply(Schedules.WarmupRate, peak, Precise.Of(100), Precise.Of(50));
        Working.Tried(Say($"warmups of {string.Join(", ", lengths)} steps, to 88 bits"));
        Working.Value("rate at step 0", Schedules.WarmupRate(peak, Precise.Of(100), Precise.Zero));
        Working.Holds("every step adds the peak divided by the warmup", linear);
        Working.Holds("0 at step 0 and the peak at the last", ends);
        return Judge.Holds(
            linear && ends,
            "0 … peak in equal parts",
            Say($"for warmups of {string.Join(", ", lengths)} steps the rate is 0 at step 0, the peak at the last, and every step adds the peak divided by the warmup"),
            Say($"equal parts: {linear}, ends right: {ends}"));

        double Relative(Precise difference) => (double)Precise.Abs(difference / peak);
    }

    /// <summary>The spread of 1/√v̂ under Gaussian gradients falls with the step; the first step is the sign alone.</summary>
    [Claim("D4-062")]
    [Turn("facts/spread of the step sizes", "rises with t", Verdict.Erratum)]
    internal static Finding MomentsNeedTime(Claim claim)
    {
        const int Chains = 100;
        int[] times = [1, 10, 100, 1000];
        double[] spread = Spread(corrected: true), uncorrected = MeanStep(corrected: false), steps = MeanStep(corrected: true);
        bool falls = spread.Zip(spread.Skip(1)).All(p => p.First > p.Second);
        var first = new AdamRun<Real64>(0) { LearningRate = 1 };
        double sign = first.Step(-0.37);
        Working.Uses("adam.bias_correction");
        Working.Tried(Say($"{Chains} chains of standard normal gradients under Adam (seed 462)"));
        for (int i = 0; i < times.Length; i++)
            Working.Value(Say($"relative spread of 1/sqrt(v_hat) at t = {times[i]}"), spread[i]);
        Working.Value("first step for a gradient of -0.37 with rate 1", sign);
        Working.Value("mean step at t = 1 over the rate, with and without bias correction", new[] { steps[0], uncorrected[0] });
        return Judge.OneOf(
            claim,
            "spread of the step sizes",
            [("falls with t", falls && Math.Abs(sign - 1) < 1e-6), ("rises with t", spread.Zip(spread.Skip(1)).All(p => p.First < p.Second))],
            string.Join(", ", spread.Select((s, i) => Say($"t = {times[i]}: {s:G3}"))),
            Say($"the relative spread of 1/sqrt(v_hat) over {Chains} chains of Gaussian gradients falls with t ({string.Join(", ", spread.Select((s, i) => Say($"{s:G3} at {times[i]}")))}), and the first step is the learning rate times the sign"),
            Say($"spreads {string.Join(", ", spread.Select(s => Say($"{s:G3}")))}"))
            .With(Say($"mean step at t = 1 in units of the rate: {steps[0]:F3} with bias correction, {uncorrected[0]:F3} without"));

        double[] Spread(bool corrected)
        {
            double[][] values = Runs(corrected, run => 1 / Real64.Sqrt(run.Corrected.Second));
            return [.. values.Select(v => Math.Sqrt(v.Sum(x => Square(x - v.Average())) / v.Length) / v.Average())];
        }

        double[] MeanStep(bool corrected) => [.. Runs(corrected, run => Math.Abs(run.Corrected.First / Real64.Sqrt(run.Corrected.Second))).Select(v => v.Average())];

        double[][] Runs(bool corrected, Func<AdamRun<Real64>, double> measure)
        {
            var draws = new Draws(462);
            double[][] values = [.. times.Select(_ => new double[Chains])];
            for (int chain = 0; chain < Chains; chain++)
            {
                var run = new AdamRun<Real64>(0) { BiasCorrection = corrected };
                for (int i = 0; i < times.Length; i++)
                {
                    while (run.Steps < times[i])
                        run.Step(draws.Normal());
                    values[i][chain] = measure(run);
                }
            }

            return values;
        }

        static double Square(double x) => x * x;
    }

    /// <summary>Ends, midpoint, symmetry, strict fall and level ends of the cosine decay.</summary>
    [Claim("D4-063")]
    internal static Finding CosineDecay(Claim claim)
    {
        Precise peak = Exact.Of(Rational.Parse("3e-4")), floor = Exact.Of(Rational.Parse("1e-5")), start = Precise.Of(100), total = Precise.Of(1000);
        Precise mean = (peak + floor) / Precise.Of(2);
        bool ends = Same(Rate(100), peak) && Rate(1000) == floor, middle = Same(Rate(550), mean), falls = true, symmetric = true;
        for (int t = 101; t <= 1000; t++)
        {
            falls &= Rate(t) < Rate(t - 1);
            symmetric &= Same(Rate(t) + Rate(1100 - t), peak + floor);
        }

        double slopeStart = Slope(0), slopeMiddle = Slope(0.5), slopeEnd = Slope(1);
        bool level = Math.Abs(slopeStart) < 1e-30 && Math.Abs(slopeEnd) < 1e-30 && slopeMiddle < 0;
        Working.Apply(Schedules.CosineRate, peak, floor, Precise.Of(0.5));
        Working.Value("mean of peak and floor", mean);
        Working.Value("rates at steps 100, 550, 1000", new[] { Rate(100), Rate(550), Rate(1000) });
        Working.Holds("the rate falls at every step from 101 to 1000", falls);
        Working.Holds("rates at t and 1100 - t add up to peak plus floor", symmetric);
        Working.Value("slopes at progress 0, 0.5, 1", new[] { slopeStart, slopeMiddle, slopeEnd });
        return Judge.Holds(
            ends && middle && falls && symmetric && level,
            Say($"midpoint {(double)mean:G4}"),
            Say($"from step 100 to 1000 the rate falls strictly from 3e-4 to exactly 1e-5, through their mean {(double)mean:G4} at step 550, point-symmetric about it, with slope 0 at both ends"),
            Say($"ends: {ends}, midpoint: {middle}, strict fall: {falls}, symmetry: {symmetric}, level ends: {level}"));

        Precise Rate(int t) => Schedules.WarmupCosine(peak, floor, start, total, Precise.Of(t));

        double Slope(double progress) =>
            (double)Schedules.CosineRate(Dual<Precise>.Constant(peak), Dual<Precise>.Constant(floor), Dual<Precise>.Variable(Precise.Of(progress))).Derivative;

        static bool Same(Precise a, Precise b) => (double)Precise.Abs(a - b) <= 1e-29;
    }

    /// <summary>T counts all steps: the decay has T − t_w steps, and none where both are equal.</summary>
    [Claim("D4-064")]
    [Turn("facts/T counts", "the steps after the warmup", Verdict.Erratum)]
    internal static Finding StepsAreCountedFromTheStart(Claim claim)
    {
        bool ends = true;
        (int Warmup, int Total)[] runs = [(0, 10), (100, 1000), (1, 2), (100, 1455)];
        foreach ((int warmup, int total) in runs)
        {
            Real64 step = Schedules.Progress<Real64>(warmup, total, warmup + 1);
            ends &= Schedules.Progress<Real64>(warmup, total, warmup) == 0 && Schedules.Progress<Real64>(warmup, total, total) == 1
                && Math.Abs(1 / step - (total - warmup)) < 1e-9;
        }

        Working.Apply<Real64>(Schedules.Progress, 100, 1000, 101);
        Working.Tried($"warmup and total {string.Join(", ", runs)}");
        Working.Holds("the progress is 0 at the end of the warmup, 1 at step T, and 1/(T - t_w) one step after the warmup", ends);
        return Judge.OneOf(
            claim,
            "T counts",
            [("all steps", ends), ("the steps after the warmup", Schedules.Progress<Real64>(100, 1000, 1000) != 1)],
            "T - t_w steps",
            Say($"in {runs.Length} configurations the progress is 0 at the end of the warmup, 1 at step T, and a step advances it by 1/(T - t_w)"),
            "the progress does not run from 0 at t_w to 1 at T")
            .With(Say($"where T equals t_w the progress is {Schedules.Progress<Real64>(5, 5, 5).Value}: 0/0, undefined"));
    }

    /// <summary>Both floors give a valid schedule; one is the listing's default; how often each is chosen can't be computed.</summary>
    [Claim("D4-065")]
    [Turn("printed/lr_min/0", "1", Verdict.Erratum)]
    internal static Finding Floors(Claim claim, Document document)
    {
        Claim example = document["D4-074"];
        PrintedNumber[] floors = claim.PrintedRow("lr_min");
        Rational listing = document.Facts["defaults"]["get_learning_rate_with_warmup"]["min_lr"].Exact;
        Working.Uses("schedules.warmup_cosine");
        foreach (PrintedNumber f in floors)
            Working.Value($"rate at the example's last shown step with floor {f}", ScheduleExample.Rate(example, example.GivenInteger("step"), f.Value));
        string rates = string.Join(" and ", floors.Select(f => Say($"{(double)ScheduleExample.Rate(example, example.GivenInteger("step"), f.Value):G4}")));
        bool valid = floors.All(f => f.Value >= 0 && f.Value < example.GivenExact("max_lr")
            && ScheduleExample.Rate(example, example.GivenInteger("total_steps"), f.Value) == Exact.Of(f.Value));
        return Judge.All(
            Judge.NotCheckable(Say($"how often a floor is chosen is no matter of computation; with the floors {string.Join(" and ", floors.Select(f => f.Text))} the rate at step {example.GivenInteger("step")} is {rates}")),
            Judge.Holds(valid, rates, "each floor is reached exactly at the last step", "a floor is negative, above the peak or not reached"),
            Judge.Agrees(floors.Any(f => f.Value == listing), "D4-131", "", Say($"the listing's default floor is {listing}")));
    }
}
