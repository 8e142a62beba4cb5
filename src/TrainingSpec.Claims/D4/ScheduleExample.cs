using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Numeric Example" of the learning-rate section: three steps of warmup and cosine decay.</summary>
internal static class ScheduleExample
{
    /// <summary>The example's configuration is a valid one: 0 &lt; warmup &lt; total, with the peak at the end of the warmup.</summary>
    [Claim("D4-066")]
    [Turn("given/warmup_steps", "1000", Verdict.Erratum)]
    internal static Finding Configuration(Claim claim, Document document)
    {
        int warmup = claim.GivenInteger("warmup_steps"), total = claim.GivenInteger("total_steps");
        Rational peak = claim.GivenExact("max_lr");
        int highest = Enumerable.Range(0, total).MaxBy(t => Rate(claim, t, 0));
        bool valid = warmup > 0 && warmup < total && highest == warmup && Exact.Value(Rate(claim, warmup, 0)) == Exact.Value(Exact.Of(peak));
        Claim other = document["D1-030"];
        Working.Value("step with the highest rate, of all from 0 to the last", highest);
        Working.Apply(Schedules.WarmupCosine, Exact.Of(peak), Precise.Zero, Precise.Of(warmup), Precise.Of(total), Precise.Of(highest));
        double share = 100.0 * warmup / total, otherShare = 100 * other.GivenNumber("warmup") / other.GivenNumber("total");
        Working.Value("warmup as a part of the run, in percent", share);
        Working.Value("of D1-030", otherShare);
        return Judge.Holds(
            valid,
            Say($"{warmup} of {total} steps: {share:G3} %"),
            Say($"{warmup} of {total} steps are {share:G3} % of the run, and the rate is highest at step {highest} with {peak.ToDouble():G3}"),
            Say($"warmup {warmup}, total {total}, highest rate at step {highest}"))
            .With(Say($"D1-030 warms up over {otherShare:G3} % of its run"));
    }

    /// <summary>The rate at a step, from the configuration or from the printed intermediate values.</summary>
    [Claim("D4-067")]
    [Claim("D4-071")]
    [Claim("D4-074")]
    [Turn("printed/lr", "1.6e-4", Verdict.Erratum, Claim = "D4-067")]
    [Turn("printed/lr", "1.76e-4", Verdict.Confirmed, Claim = "D4-071")]
    [Turn("D4-070/printed/cos", "0.18", Verdict.Erratum, Claim = "D4-071")]
    [Turn("printed/lr", "9.0e-6", Verdict.Confirmed, Claim = "D4-074")]
    internal static Finding LearningRate(Claim claim, Document document)
    {
        Rational exact = Exact.Value(Working.Apply(
            Schedules.WarmupCosine, Exact.Of(claim.GivenExact("max_lr")), Precise.Zero, Precise.Of(claim.GivenInteger("warmup_steps")), Precise.Of(claim.GivenInteger("total_steps")), Precise.Of(claim.GivenInteger("step"))));
        string? cosineClaim = claim.Id switch
        {
            "D4-071" => "D4-070",
            "D4-074" => "D4-073",
            _ => null,
        };
        if (cosineClaim is null)
            return Judge.Number(claim, "lr", exact);
        PrintedNumber cosine = document[cosineClaim].PrintedNumber("cos");
        Rational fromCosine = Working.Value($"max_lr/2 (1 + {cosine}), with the printed cosine", claim.GivenExact("max_lr") / 2 * (cosine.Value + 1));
        string how = Say($"from the printed cosine {cosine}, which gives {fromCosine.ToDouble():G4}");
        // A wrong cosine explains a wrong rate, but does not make it a rounded one.
        bool rounded = Working.Holds($"the printed cosine {cosine} is the rounded one", cosine.IsRounded(Exact.Value(Cosine(Progress(claim)))));
        Finding finding = rounded
            ? Judge.Number(claim, "lr", exact, new Reading(how, fromCosine), new Reading($"{how}, cut off", fromCosine, truncated: true))
            : Judge.Number(claim, "lr", exact);
        PrintedNumber printed = claim.PrintedNumber("lr");
        double error = Working.Value("the printed rate is off by, in percent", 100 * Rational.Abs((printed.Value - exact) / exact).ToDouble());
        return finding with
        {
            Why = Say($"{finding.Why} ({error:F1} % off)"),
            Evidence = [.. finding.Evidence, rounded ? how : $"{how}, but that cosine is itself wrong ({cosineClaim})"],
        };
    }

    /// <summary>Of the two floors that the text names, 0 is the one that the printed rates follow.</summary>
    [Claim("D4-068")]
    [Turn("D4/defaults/get_learning_rate_with_warmup/min_lr", "1e-5", Verdict.Erratum)]
    internal static Finding FloorIsZero(Document document)
    {
        Rational assumed = document.Facts["defaults"]["get_learning_rate_with_warmup"]["min_lr"].Exact;
        Rational[] floors = [.. document["D4-065"].PrintedRow("lr_min").Select(p => p.Value)];
        Claim[] steps = [document["D4-067"], document["D4-071"], document["D4-074"]];
        var distances = floors.Select(floor => steps.Aggregate((Rational)0, (sum, step) =>
            sum + Rational.Abs(step.PrintedNumber("lr").Value - Exact.Value(Rate(step, step.GivenInteger("step"), floor))))).ToArray();
        Working.Uses("schedules.warmup_cosine");
        foreach ((Rational floor, Rational distance) in floors.Zip(distances))
        {
            Working.Value($"rates of the three steps with floor {floor}", steps.Select(step => Rate(step, step.GivenInteger("step"), floor)));
            Working.Value("their distances from the printed ones, added up", distance);
        }

        Rational nearest = floors[Array.IndexOf(distances, distances.Min())];
        string last = string.Join(" or ", floors.Select(floor => Say($"{(double)Rate(steps[^1], steps[^1].GivenInteger("step"), floor):G4}")));
        Working.Value("floor of the nearest schedule", nearest);
        return Judge.Holds(
            nearest == assumed,
            Say($"floor {nearest}"),
            Say($"the three printed rates lie nearest to the schedule with floor {nearest}, the listing's default; the floors {string.Join(" and ", floors.Select(f => Say($"{f.ToDouble()}")))} give {last} at the last step"),
            Say($"the three printed rates lie nearest to the schedule with floor {nearest}"));
    }

    /// <summary>How far a step lies in the decay.</summary>
    [Claim("D4-069")]
    [Claim("D4-072")]
    [Turn("printed/progress", "0.45", Verdict.Erratum, Claim = "D4-069")]
    [Turn("printed/progress", "0.88", Verdict.Erratum, Claim = "D4-072")]
    internal static Finding DecayProgress(Claim claim) => Judge.Number(claim, "progress", Exact.Value(Progress(claim)));

    /// <summary>The cosine at step 500: of the unrounded progress, and of the argument as it is written.</summary>
    [Claim("D4-070")]
    [Turn("printed/cos", "0.18", Verdict.Erratum)]
    internal static Finding CosineAtStep500(Claim claim, Document document)
    {
        PrintedNumber printed = claim.PrintedNumber("cos");
        string written = claim.GivenText("written argument");
        Rational exact = Exact.Value(Cosine(Progress(document["D4-069"])));
        Rational asWritten = Exact.Value(Cosine(Exact.Of(Rational.Parse(written.Split('*')[0]))));
        return Judge.TwoReadings(
            printed.IsRounded(exact),
            printed.IsRounded(asWritten),
            $"{printed.Like(exact)} or {printed.Like(asWritten)}",
            Say($"the cosine of the unrounded progress is {exact.ToDouble():F6}, that of the written {written} is {asWritten.ToDouble():F6}; printed is {printed}"));
    }

    /// <summary>The cosine at step 900, from the exact or from the printed progress.</summary>
    [Claim("D4-073")]
    [Turn("printed/cos", "-0.94", Verdict.Confirmed)]
    internal static Finding CosineAtStep900(Claim claim, Document document)
    {
        Rational progress = Exact.Value(Progress(claim)), exact = Exact.Value(Cosine(Exact.Of(progress)));
        PrintedNumber printedProgress = document["D4-072"].PrintedNumber("progress");
        Rational fromPrinted = Exact.Value(Cosine(Exact.Of(printedProgress.Value)));
        List<Reading> readings = [new($"from the printed progress {printedProgress}", fromPrinted)];
        // Cutting off is a way only for an author who cuts off: the progress in the same line tells.
        if (printedProgress.IsTruncated(progress))
            readings.Add(new("cutting off", exact, truncated: true));
        return Judge.Number(claim, "cos", exact, readings)
            .With(Say($"cos of the printed progress {printedProgress} times pi is {fromPrinted.ToDouble():F6}"));
    }

    /// <summary>The reference schedule at a step of the claim's configuration.</summary>
    internal static Precise Rate(Claim claim, int step, Rational floor) => Schedules.WarmupCosine(
        Exact.Of(claim.GivenExact("max_lr")), Exact.Of(floor), Precise.Of(claim.GivenInteger("warmup_steps")), Precise.Of(claim.GivenInteger("total_steps")), Precise.Of(step));

    private static Precise Progress(Claim claim) => Working.Apply(
        Schedules.Progress, Precise.Of(claim.GivenInteger("warmup_steps")), Precise.Of(claim.GivenInteger("total_steps")), Precise.Of(claim.GivenInteger("step")));

    // A cosine decay from 1 to -1 is the cosine itself.
    private static Precise Cosine(Precise progress) => Working.Apply(Schedules.CosineRate, Precise.Of(1), Precise.Of(-1), progress);
}
