using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "The Three-Phase Schedule": what the prose says of rates against what the snippets compute.</summary>
internal static class ThreePhaseSchedule
{
    /// <summary>The phases that the snippets run through.</summary>
    [Claim("D1-029")]
    [Turn("printed/phases", "2", Verdict.Confirmed)]
    internal static Finding Phases(Claim claim, Document document)
    {
        string[] phases = Found(document);
        return Judge.Number(claim, "phases", Working.Value("number of phases", (Rational)phases.Length)) with
        {
            Why = Say($"the printed code has {phases.Length} phases, {And(phases)}, the text {claim.PrintedText("phases")}: over {document["D1-047"].GivenInteger("T")} steps no two rates in a row are equal"),
        };
    }

    /// <summary>The warmup as the log shows it.</summary>
    [Claim("D1-030")]
    [Turn("printed/warmup", "0-20", Verdict.Erratum)]
    [Turn("D1-117/printed/lr", "0.000050", Verdict.Erratum)]
    internal static Finding TenSteps(Claim claim, Document document)
    {
        PrintedRange printed = claim.PrintedRange("warmup");
        Rational fromLog = Working.Value("peak over the first logged rate, in steps", document["D1-047"].GivenExact("base") / document["D1-117"].PrintedNumber("lr").Value);
        Rational share = Working.Value("of the total, in percent", fromLog * 100 / claim.GivenInteger("total"));
        Rational elsewhere = Working.Value("of D4-066, in percent", document["D4-066"].GivenExact("warmup_steps") * 100 / document["D4-066"].GivenExact("total_steps"));
        return Judge.Holds(
            printed.High!.Value == fromLog && printed.Low!.Value == 0,
            Say($"{fromLog} steps, {share} %"),
            Say($"the log's first rate is a {fromLog}th of the peak, as after one of {fromLog} steps of a linear warmup; that is {share} % of the run"),
            Say($"the log's first rate is that of a warmup over {fromLog} steps, not of {printed}"))
            .With(Say($"D4 warms up over {elsewhere} % of its run"));
    }

    /// <summary>The ends of the warmup, by the first snippet.</summary>
    [Claim("D1-031")]
    [Turn("printed/from", "0.0000", Verdict.Confirmed)]
    internal static Finding WarmupEnds(Claim claim)
    {
        (Precise peak, int warmup) = (Exact.Of(claim.GivenExact("base_lr")), claim.GivenInteger("warmup_steps"));
        Precise first = Working.Apply(Schedules.WarmupRate, peak, Precise.Of(warmup), Precise.Zero);
        Precise second = Working.Apply(Schedules.WarmupRate, peak, Precise.Of(warmup), Precise.Of(1));
        return Judge.All(
            Judge.Number(claim, "from", Exact.Value(first)),
            Judge.Number(claim, "to", Exact.Value(Working.Apply(Schedules.WarmupRate, peak, Precise.Of(warmup), Precise.Of(warmup)))))
            .With(Say($"the snippet gives {first} at step 0 and {(double)second} at step 1: the printed range of steps begins at 0, the printed range of rates at step 1, where the log begins"));
    }

    /// <summary>The first snippet.</summary>
    [Claim("D1-035")]
    [Turn("facts/formula", "base * (step + 1) / warmup", Verdict.Erratum)]
    [Turn("facts/while", "step <= warmup", Verdict.Confirmed)]
    [Turn("facts/while", "step < warmup - 1", Verdict.Erratum)]
    internal static Finding WarmupSnippet(Claim claim)
    {
        (double peak, int warmup) = (claim.GivenNumber("baseLR"), claim.GivenInteger("warmupSteps"));
        string condition = claim.Facts["while"].Text;
        bool Warms(int step) => condition switch
        {
            "step < warmup" => step < warmup,
            "step <= warmup" => step <= warmup,
            "step < warmup - 1" => step < warmup - 1,
            _ => throw claim.Bad("facts.while"),
        };
        double[] rates = [.. Enumerable.Range(0, warmup + 1).Select(s => Warms(s) ? peak * s / warmup : Schedules.CosineRate<Real64>(peak, peak / 10, Schedules.Progress<Real64>(warmup, 100 * warmup, s)).Value)];
        Working.Value("rates from step 0 on", rates);
        var even = new Tally("steps of the warmup whose rate is one regular part of the peak higher");
        even.AddAll(rates.Zip(rates.Skip(1)).Select(r => Closeness.Near(r.Second - r.First, peak / warmup, 32))).Shown();
        return Judge.All(
            Judge.Formula(claim, "formula", x => Schedules.WarmupRate(x["base"], x.Whole("warmup", 10, 20), x.Whole("step", 0, 9))),
            Judge.Holds(
                even.Always, $"{even}",
                Say($"from 0 at step 0 the rate rises in {even} equal parts to {rates[^1]:G3} at step {warmup}, which the strict comparison leaves to the cosine"),
                Say($"the rate rises by an equal part in {even} steps")));
    }

    /// <summary>The two snippets one after the other.</summary>
    [Claim("D1-036")]
    [Turn("facts/between the snippets", "else", Verdict.Confirmed)]
    internal static Finding NoElse(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        (int total, int warmup, double peak, double floor) = (claim.GivenInteger("T"), schedule.GivenInteger("W"), schedule.GivenNumber("base"), schedule.GivenNumber("min"));
        bool apart = claim.Facts["between the snippets"].Text == "else";
        int[] steps = [.. Enumerable.Range(0, warmup)];
        double[] warm = [.. steps.Select(s => ScheduleListing.At(peak, s, warmup, total, floor))];
        // Without an else the cosine runs at every step, with a negative progress in the warmup.
        double[] kept = [.. steps.Select(s => apart ? warm[s] : Schedules.CosineRate<Real64>(peak, floor, Schedules.Progress<Real64>(warmup, total, s)).Value)];
        Working.Value("rates of the first snippet", warm);
        Working.Value("rates after both", kept);
        var stand = new Tally("steps of the warmup whose rate is still the warmup's at the end");
        stand.AddAll(warm.Zip(kept).Select(r => Closeness.Near(r.First, r.Second, 4))).Shown();
        return Judge.Holds(
            stand.Always, $"{stand}",
            $"{stand} steps of the warmup keep their rate",
            Say($"the snippets stand without an else; run as they are printed, the second overwrites the first, {stand} steps of the warmup keep their rate, and step 0 has {kept[0]:G7} instead of the {document["D1-031"].PrintedNumber("from")} that the text says"));
    }

    /// <summary>A warmup of 0 steps.</summary>
    [Claim("D1-037")]
    [Turn("facts/comparison", "<=", Verdict.Erratum)]
    internal static Finding NoWarmup(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        (int warmup, int total, double peak) = (claim.GivenInteger("warmupSteps"), schedule.GivenInteger("T"), schedule.GivenNumber("base"));
        bool strict = claim.Facts["comparison"].Text == "<";
        double rate = Working.Value("rate at step 0 without a warmup", strict || warmup > 0 ? ScheduleListing.At(peak, 0, warmup, total, schedule.GivenNumber("min")) : peak * 0 / warmup);
        return Judge.Holds(
            double.IsFinite(rate) && Closeness.Near(rate, peak, 4), Say($"{rate}"),
            Say($"step 0 is not below a warmup of {warmup}, so the cosine runs, with progress 0 and the rate {rate}"),
            Say($"at step 0 the rate is {rate}: 0 over {warmup}"));
    }

    /// <summary>The first update of a loop that counts from 0.</summary>
    [Claim("D1-038")]
    [Turn("given/step", "1", Verdict.Erratum)]
    internal static Finding FirstBatchIsWasted(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        double rate = Working.Value("rate of the first update", ScheduleListing.At(schedule.GivenNumber("base"), claim.GivenInteger("step"), schedule.GivenInteger("W"), schedule.GivenInteger("T"), schedule.GivenNumber("min")));
        var run = new Experiments.AdamRun<Real64>(1) { LearningRate = rate };
        run.Step(0.5);
        Working.Value("weight after an update with gradient 0.5, from 1", run.Theta);
        Working.Value("first moment", run.M);
        return Judge.Holds(
            rate == 0 && run.Theta == 1 && run.M != 0,
            Say($"rate {rate}, weight {run.Theta}"),
            Say($"counted from 0 the first update has rate {rate}: the weight stays {run.Theta}, while the moments and the step count of Adam move on"),
            Say($"the first update has rate {rate} and moves the weight to {run.Theta}"))
            .AndYet("a loop that counts from 0, as the one of the document's second exercise, spends its first batch on nothing; its log counts from 1");
    }

    /// <summary>Rates of the second phase.</summary>
    [Claim("D1-039")]
    [Turn("facts/rate", "falling", Verdict.Confirmed)]
    internal static Finding ConstantPhase(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        (int warmup, int total, double peak) = (schedule.GivenInteger("W"), schedule.GivenInteger("T"), schedule.GivenNumber("base"));
        int end = (claim.PrintedRange("range").High!.Value * total / 100 is var e) ? (int)e.ToDouble() : 0;
        double[] rates = [.. Enumerable.Range(warmup, end - warmup + 1).Select(s => ScheduleListing.At(peak, s, warmup, total, schedule.GivenNumber("min")))];
        Working.Value("last step of the phase", end);
        var constant = new Tally("steps of the phase at which the snippets give the printed rate");
        constant.AddAll(rates.Select(r => Rational.Of(r) == Rational.Of(claim.GivenNumber("base_lr")))).Shown();
        Precise last = Working.Apply(Schedules.CosineRate, Exact.Of(schedule.GivenExact("base")), Exact.Of(schedule.GivenExact("min")), Schedules.Progress(Precise.Of(warmup), Precise.Of(total), Precise.Of(end)));
        string found = constant.Always ? "constant" : rates.Zip(rates.Skip(1)).All(r => r.Second < r.First) ? "falling" : "changing";
        return Judge.Stated(
            claim, "rate", found, Say($"{(double)last:F6} at step {end}"),
            Say($"the snippets give {claim.PrintedText("lr")} at {constant} steps from {warmup} to {end}; their cosine begins at step {warmup}, and at step {end} the rate is {(double)last:F6}"));
    }

    /// <summary>Where the decay begins, and where it ends.</summary>
    [Claim("D1-041")]
    [Turn("given/start", "1%", Verdict.Confirmed)]
    [Turn("printed/from", "0.002", Verdict.Erratum)]
    internal static Finding DecayPhase(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        (int warmup, int total) = (schedule.GivenInteger("W"), schedule.GivenInteger("T"));
        Rational stated = claim.GivenPrinted("start").Value, start = Working.Value("the snippets' decay begins at, in percent of the steps", (Rational)warmup * 100 / total);
        Precise At(Rational percent) => Working.Apply(
            Schedules.CosineRate, Exact.Of(claim.GivenExact("base_lr")), Exact.Of(claim.GivenExact("min_lr")), Schedules.Progress(Precise.Of(warmup), Precise.Of(total), Exact.Of(percent * total / 100)));
        (Precise from, Precise to) = (At(stated), At(100));
        return Judge.All(
            Judge.Number(claim, "to", Exact.Value(to)),
            Judge.Holds(
                claim.PrintedNumber("from").IsRounded(Exact.Value(from)) && stated == start, Say($"{(double)from:F6} at {stated} %"),
                Say($"the decay begins at {start} % with {(double)from:F6} and ends with {(double)to:F4}"),
                Say($"by the snippets the decay begins at {start} % of the steps; at {stated} %, where the text begins it, the rate is {(double)from:F6}, not {claim.PrintedText("from")}")));
    }

    /// <summary>The second snippet.</summary>
    [Claim("D1-043")]
    [Turn("facts/formula", "floor + (base - floor) * 0.5 * (1 + cos(pi * step / total))", Verdict.Erratum)]
    [Turn("facts/formula", "floor + (base - floor) * (1 + cos(pi * (step - warmup) / (total - warmup)))", Verdict.Erratum)]
    internal static Finding CosineSnippet(Claim claim)
    {
        Working.Uses("schedules.cosine_rate");
        return Judge.Formula(claim, "formula", x => Schedules.CosineRate(
            x["base"], x["floor"], Schedules.Progress(x.Whole("warmup", 1, 10), x.Whole("total", 100, 200), x.Whole("step", 10, 100))));
    }

    /// <summary>The second snippet at the begin of the third phase.</summary>
    [Claim("D1-044")]
    [Turn("facts/at the begin of phase 3", "a jump", Verdict.Confirmed)]
    internal static Finding JumpAtPhaseThree(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        (double peak, double floor) = (schedule.GivenNumber("base"), schedule.GivenNumber("min"));
        int step = claim.GivenInteger("step");
        double before = Working.Value(Say($"rate of the constant phase before step {step}"), peak);
        double after = Working.Value(Say($"rate of the formula at step {step}"), ScheduleListing.At(peak, step, claim.GivenInteger("warmup"), claim.GivenInteger("T"), floor));
        double steepest = Working.Value("largest change in one step of a cosine over the last fifth", Math.PI / 2 * (peak - floor) / (claim.GivenInteger("T") - step));
        return Judge.Stated(
            claim, "at the begin of phase 3", Math.Abs(after - before) > steepest ? "a jump" : "no jump", Say($"{before} to {after:F6}"),
            Say($"the printed formula counts its progress from the end of the warmup; used for the last fifth it makes the rate jump from {before} to {after:F6} at step {step}, where the text says smooth"));
    }

    /// <summary>No decay steps at all, and steps past the end.</summary>
    [Claim("D1-045")]
    [Turn("facts/progress is clamped", "true", Verdict.Erratum)]
    internal static Finding EdgesOfTheProgress(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        (int total, int warmup, double peak, double floor) = (claim.GivenInteger("T"), schedule.GivenInteger("W"), schedule.GivenNumber("base"), schedule.GivenNumber("min"));
        bool clamped = claim.Facts["progress is clamped"].Holds;
        double At(int step, int w)
        {
            double progress = (double)(step - w) / (total - w);
            return floor + (peak - floor) * 0.5 * (1 + Math.Cos((clamped ? Math.Clamp(progress, 0, 1) : progress) * Math.PI));
        }

        double empty = Working.Value("rate where warmup and total are the same", At(total, total));
        double end = Working.Value("rate at the end", At(total, warmup)), past = Working.Value("rate 100 steps past it", At(total + 100, warmup));
        return Judge.Holds(
            double.IsNaN(empty) && past > end, Say($"{past:F6} past the end, {empty} for no decay"),
            Say($"with as many warmup steps as steps the rate is 0/0, {empty}; 100 steps past the end it is {past:F6} after {end:F6}"),
            Say($"100 steps past the end the rate is {past:F6} after {end:F6}"))
            .AndYet("nothing clamps the progress, so that a run that goes on past its total raises the rate again");
    }

    /// <summary>The ends of the cosine.</summary>
    [Claim("D1-046")]
    [Turn("printed/from", "minLR", Verdict.Erratum)]
    [Turn("printed/to", "baseLR", Verdict.Erratum)]
    internal static Finding SmoothCurve(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        int total = schedule.GivenInteger("T"), warmup = schedule.GivenInteger("W");
        (Rational peak, Rational floor) = (claim.GivenExact("base"), claim.GivenExact("min"));
        Rational At(int step) => Exact.Value(Working.Apply(Schedules.CosineRate, Exact.Of(peak), Exact.Of(floor), Schedules.Progress(Precise.Of(warmup), Precise.Of(total), Precise.Of(step))));
        string Name(Rational rate) => Closeness.Near(rate.ToDouble(), peak.ToDouble(), 4) ? "baseLR" : Closeness.Near(rate.ToDouble(), floor.ToDouble(), 4) ? "minLR" : "neither";
        (Rational from, Rational to, Rational last) = (At(warmup), At(total), At(total - 1));
        return Judge.All(
            Judge.Printed(claim, "from", Name(from), Say($"{from.ToDouble()}"), Say($"the cosine begins with {from.ToDouble()} at step {warmup}")),
            Judge.Printed(claim, "to", Name(to), Say($"{to.ToDouble()}"), Say($"it ends with {to.ToDouble()} at step {total}")))
            .With(Say($"the last step of a loop from 0 is {total - 1}, with the rate {last.ToDouble():G7}: the end is approached and not reached"));
    }

    /// <summary>The phases that the snippets run through, by the sign of the change from step to step.</summary>
    internal static string[] Found(Document document)
    {
        Claim schedule = document["D1-047"];
        int total = schedule.GivenInteger("T");
        double[] rates = [.. Enumerable.Range(0, total + 1).Select(s => ScheduleListing.At(schedule.GivenNumber("base"), s, schedule.GivenInteger("W"), total, schedule.GivenNumber("min")))];
        List<string> phases = [];
        foreach ((double before, double after) in rates.Zip(rates.Skip(1)))
        {
            string phase = after > before ? "warmup" : after < before ? "decay" : "constant";
            if (phases.Count == 0 || phases[^1] != phase)
                phases.Add(phase);
        }

        Working.Value("phases of the snippets' rate", string.Join(" -> ", phases));
        return [.. phases];
    }
}
