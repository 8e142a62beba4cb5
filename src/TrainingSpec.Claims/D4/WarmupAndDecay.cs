using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, sections "Warmup Phase" and "Cosine Decay Phase".</summary>
internal static class WarmupAndDecay
{
    /// <summary>The stated formula: linear from 0 to the peak in equal parts.</summary>
    [Claim("D4-059")]
    [Turn("facts/formula", "lr_max * (t + 1) / warmup", Verdict.Erratum)]
    [Turn("facts/formula", "lr_max * (t / warmup)^2", Verdict.Erratum)]
    internal static Finding WarmupIsLinear(Claim claim, Document document)
    {
        StatedFormula stated = claim.Facts["formula"].Formula;
        Precise peak = Exact.Of(document["D4-066"].GivenExact("max_lr"));
        int[] lengths = [1, 2, 7, 100, 1000];
        Tally parts = new("steps that add the peak divided by the warmup, to 88 bits"), ends = new("warmups that are 0 at step 0 and the peak at their last step");
        foreach (int warmup in lengths)
        {
            ends.Add(Rate(0) == Precise.Zero && Near(Rate(warmup) / peak, Precise.One));
            for (int t = 1; t <= warmup; t++)
                parts.Add(Near((Rate(t) - Rate(t - 1)) * Precise.Of(warmup) / peak, Precise.One));

            Precise Rate(int t) => stated.At(("lr_max", peak), ("warmup", Precise.Of(warmup)), ("t", Precise.Of(t)));
        }

        Working.Uses("schedules.warmup_rate");
        Working.Tried(Say($"{stated} for warmups of {string.Join(", ", lengths)} steps"));
        return Judge.Holds(
            parts.Shown().Always && ends.Shown().Always,
            Say($"{ends} warmups from 0 to the peak in equal parts"),
            Say($"for {ends} warmups of {And(lengths.Select(n => Say($"{n}")))} steps the rate is 0 at step 0 and the peak at the last, and {parts} steps add the peak divided by the warmup"),
            Say($"{stated} is 0 at step 0 and the peak at the last in {ends} warmups, and rises by equal parts at {parts} steps"));
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

    /// <summary>The stated formula: ends, midpoint, symmetry and strict fall of the decay, and ours at random points.</summary>
    [Claim("D4-063")]
    [Turn("facts/formula", "lr_min + 1/2 * (lr_max - lr_min) * (1 + cos((t - t_w) / T * pi))", Verdict.Erratum)]
    [Turn("facts/formula", "lr_min + (lr_max - lr_min) * cos((t - t_w) / (T - t_w) * pi / 2)", Verdict.Erratum)]
    internal static Finding CosineDecay(Claim claim, Document document)
    {
        StatedFormula stated = claim.Facts["formula"].Formula;
        Claim example = document["D4-066"];
        Precise peak = Exact.Of(example.GivenExact("max_lr")), floor = Exact.Of(document["D4-065"].PrintedRow("lr_min")[1].Value);
        int start = example.GivenInteger("warmup_steps"), end = example.GivenInteger("total_steps");
        Tally falls = new("steps of the decay by which the rate falls"), symmetric = new("steps whose rate and that of their mirror image add up to peak plus floor");
        bool ends = Near(Rate(start) / peak, Precise.One) && Near(Rate(end) / peak, floor / peak);
        for (int t = start + 1; t <= end; t++)
        {
            falls.Add(Rate(t) < Rate(t - 1));
            symmetric.Add(Near((Rate(t) + Rate(start + end - t)) / peak, (peak + floor) / peak));
        }

        Precise middle = Working.Apply(Schedules.CosineRate, peak, floor, Precise.Of(0.5));
        Working.Holds("the decay begins at the peak and ends at the floor", ends);
        return Judge.All(
            Judge.Holds(
                ends && falls.Shown().Always && symmetric.Shown().Always,
                Say($"midpoint {(double)middle:G4}"),
                Say($"from step {start} to {end} the rate falls from the peak to the floor at {falls} steps, point-symmetric about {(double)middle:G4}"),
                Say($"{stated} runs from peak to floor: {ends}; it falls at {falls} steps and is symmetric at {symmetric}")),
            Judge.Formula(claim, "formula", x => Schedules.CosineRate(x["lr_max"], x["lr_min"], (x["t"] - x["t_w"]) / (x["T"] - x["t_w"]))));

        Precise Rate(int t) => stated.At(("lr_max", peak), ("lr_min", floor), ("t_w", Precise.Of(start)), ("T", Precise.Of(end)), ("t", Precise.Of(t)));
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

        double[] steps = [.. runs.Select(r => Math.Round(1 / Schedules.Progress<Real64>(r.Warmup, r.Total, r.Warmup + 1).Value))];
        Working.Value("steps from the end of the warmup to step T, one over the progress of one", steps);
        Working.Apply<Real64>(Schedules.Progress, 100, 1000, 101);
        Working.Tried($"warmup and total {string.Join(", ", runs)}");
        Working.Holds("the progress is 0 at the end of the warmup, 1 at step T, and 1/(T - t_w) one step after the warmup", ends);
        return Judge.OneOf(
            claim,
            "T counts",
            [("all steps", ends), ("the steps after the warmup", Schedules.Progress<Real64>(100, 1000, 1000) != 1)],
            Say($"{And(steps.Select(s => Say($"{s}")))} steps from t_w to T"),
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
