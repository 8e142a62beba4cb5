using TrainingSpec.Claims.Experiments;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Why Does Loss Sometimes Increase Initially?".</summary>
internal static class LossIncreasesInitially
{
    /// <summary>The printed ends of the increase, and whether the log shows it to be brief.</summary>
    [Claim("D1-019")]
    [Turn("facts/increase", "lasting", Verdict.Confirmed)]
    [Turn("D1-121/printed/loss", "5.4322", Verdict.Confirmed)]
    internal static Finding BriefIncrease(Claim claim, Document document)
    {
        LoggedStep[] log = [.. LoggedStep.All(document)];
        LoggedStep first = log[0], peak = log.First(l => l.Step == document["D1-119"].Facts["step"].Integer);
        LoggedStep highest = log.MaxBy(l => l.Loss.Value)!;
        LoggedStep? back = log.FirstOrDefault(l => l.Step > peak.Step && l.Loss.Value <= first.Loss.Value);
        Working.Value(Say($"highest logged loss, at step {highest.Step}"), highest.Loss.Value);
        Working.Value("first logged step after the peak whose loss is back at the first one; 0 for none", back?.Step ?? 0);
        return Judge.All(
            Judge.Number(claim, "from", first.Loss.Value),
            Judge.Number(claim, "to", peak.Loss.Value),
            Judge.Stated(
                claim, "increase", back is null ? "lasting" : "brief", Say($"highest {highest.Loss} at step {highest.Step}"),
                Say($"the loss rises from {first.Loss} to {peak.Loss} at step {peak.Step} and to {highest.Loss} at step {highest.Step}, and {(back is null ? Say($"is never back by step {log[^1].Step}, the last one printed") : Say($"is back at step {back.Step}"))}")));
    }

    /// <summary>The highest loss in the first steps at the warmup's rate and at higher ones.</summary>
    [Claim("D1-020")]
    [Turn("facts/rise at a very low rate", "higher", Verdict.Erratum)]
    [Turn("facts/rise at a very low rate", "lower", Verdict.Confirmed)]
    internal static Finding LowRateRaisesTheLoss(Claim claim)
    {
        const int Pairs = 8, Steps = 50;
        double low = claim.GivenNumber("lr");
        List<(int Factor, PairedOutcome Outcome)> tried = [];
        Working.Tried(SmallRuns.What);
        foreach (int factor in (int[])[10, 1000, 10_000])
        {
            var runs = new PairedRuns(Say($"does the rate {low} raise the early loss more than {factor} times that rate"), Say($"rise of the held-out loss in {Steps} steps"), Pairs, Least: 0.001);
            tried.Add((factor, runs.Run("at the low rate", "at the higher", seed => (Rise(seed, low), Rise(seed, factor * low)))));
        }

        string found = tried.Any(t => t.Outcome.Direction == "higher") ? "higher" : tried.Any(t => t.Outcome.Direction == "lower") ? "lower" : "no different";
        return Judge.Stated(
            claim, "rise at a very low rate", found, string.Join("; ", tried.Select(t => Say($"{t.Factor} times: {t.Outcome.Direction} in {t.Outcome.Lower}"))),
            Say($"the rise of the held-out loss in {Steps} steps at the rate {low} is {And(tried.Select(t => Say($"{t.Outcome.Direction} than at {t.Factor} times that rate ({t.Outcome.Medians.First:F4} against {t.Outcome.Medians.Second:F4})")))} (medians)"));

        static double Rise(int seed, double rate)
        {
            Measurement[] run = SmallRuns.Of(new TrainingSetting(seed, Steps, rate) { Every = 2 }).Measured;
            return run.Max(m => m.HeldOut) - run[0].HeldOut;
        }
    }

    /// <summary>Single updates that raise the loss on other text, at the document's rate and at higher ones.</summary>
    [Claim("D1-021")]
    [Turn("facts/some early updates", "leave it as it is", Verdict.Erratum)]
    internal static Finding SuboptimalDirections(Claim claim, Document document)
    {
        const int Seeds = 5, Steps = 50;
        Claim schedule = document["D1-047"];
        string stated = claim.Facts["some early updates"].Text;
        Working.Tried(SmallRuns.What);
        (int Factor, Tally Raised)[] tried = [.. ((int[])[1, 30, 300]).Select(factor =>
        {
            var raised = new Tally(Say($"of the first {Steps} updates of {Seeds} runs at {factor} times the document's rate, those after which the held-out loss is higher"));
            for (int seed = 0; seed < Seeds; seed++)
            {
                Measurement[] run = SmallRuns.Of(new TrainingSetting(seed, Steps, factor * schedule.GivenNumber("base")) { Warmup = schedule.GivenInteger("W"), Every = 1 }).Measured;
                raised.AddAll(run.Zip(run.Skip(1)).Select(m => m.Second.HeldOut > m.First.HeldOut));
            }

            return (factor, raised.Shown());
        })];
        string Word(Tally raised) => raised.Never ? "lower it" : "raise it";
        (int Factor, Tally Raised)[] shown = [.. tried.Where(t => Word(t.Raised) == stated)];
        return Judge.Conditional(
            Word(tried[0].Raised) == stated, shown.Length > 0, shown.Length > 0 ? Say($"when the rate is {shown[0].Factor} times the document's") : "",
            string.Join("; ", tried.Select(t => Say($"{t.Factor} times: {t.Raised}"))),
            Say($"of the first {Steps} updates of small GPTs {And(tried.Select(t => Say($"{t.Raised} at {t.Factor} times")))} the document's rate leave a higher loss on held-out text"));
    }

    /// <summary>Batches at frozen weights.</summary>
    [Claim("D1-022")]
    [Turn("facts/some batches", "all the same", Verdict.Erratum)]
    internal static Finding HarderBatches(Claim claim, Document document)
    {
        const int Batches = 200;
        double rise = (document["D1-119"].PrintedNumber("loss").Value - document["D1-117"].PrintedNumber("loss").Value).ToDouble();
        double[] losses = Kept.Of(22, static seed =>
        {
            var gpt = SmallGpt.Fresh(seed, 0.3);
            var draws = new Draws(seed);
            return Enumerable.Range(0, Batches).Select(_ => SkewedText.Of(draws, SmallGpt.Smallest, SmallRuns.Batch)).Select(b => gpt.Loss(b.Inputs, b.Targets).Value).ToArray();
        });
        Working.Tried(Say($"{SmallRuns.What}; weights with deviation 0.3 held fixed"));
        Working.Value("the rise of the log, from its first line to its third", rise);
        var higher = new Tally("batches whose loss is higher than that of the batch before");
        higher.AddAll(losses.Zip(losses.Skip(1)).Select(l => l.Second > l.First)).Shown();
        double range = Working.Value("highest less lowest loss", losses.Max() - losses.Min());
        return Judge.Stated(
            claim, "some batches", higher.Never ? "all the same" : "harder", $"{higher}",
            Say($"at weights that do not change, {higher} batches of a small GPT have a higher loss than the batch before; the losses of {Batches} batches span {range:F2}, and the log's rise is {rise:F4}"));
    }

    /// <summary>How soon the document's own runs are back at their first loss.</summary>
    [Claim("D1-023")]
    [Turn("printed/steps", "50-300", Verdict.Confirmed, AndPlace = "D1-125/printed/loss", AndValue = "5.4579")]
    [Turn("printed/steps", "10-20", Verdict.Conflicts)]
    internal static Finding CorrectsItself(Claim claim, Document document)
    {
        PrintedRange steps = claim.PrintedRange("steps");
        double within = steps.High!.Value.ToDouble();
        (int Step, double Loss)[] exercise = ExerciseLog.Read(document), log = [.. LoggedStep.All(document).Select(l => (l.Step, l.Loss.Value.ToDouble()))];
        int inExercise = Working.Value("step at which the exercise's loss is back at its first one; 0 for never", Back(exercise));
        int inLog = Working.Value("step at which the log's loss is; 0 for never", Back(log));
        return Judge.Agrees(
            inExercise > 0 && inExercise <= within && inLog > 0 && inLog <= within, "D1-112, the log that the sentence speaks of",
            Say($"exercise: step {inExercise}; log: step {inLog} of {log[^1].Step}"),
            Say($"in the exercise the loss is back at its first value by step {inExercise}; in the log, to which the sentence refers, {(inLog == 0 ? Say($"it is not by step {log[^1].Step}, with {log[^1].Loss} against {log[0].Loss}") : Say($"by step {inLog}"))}"));

        static int Back((int Step, double Loss)[] run) => run.Skip(1).SkipWhile(l => l.Loss > run[0].Loss).Select(l => l.Step).FirstOrDefault();
    }
}

/// <summary>A line of the document's training log: its step, and loss and rate as its claim prints them.</summary>
internal sealed record LoggedStep(int Step, string Id, PrintedNumber Loss, PrintedNumber Rate)
{
    /// <summary>All printed lines in order.</summary>
    public static IEnumerable<LoggedStep> All(Document document) =>
        document.Facts["log lines"]["rows"].Rows.Select(r => (Step: r[0].Integer, Id: r[1].Text)).Select(r => new LoggedStep(r.Step, r.Id, document[r.Id].PrintedNumber("loss"), document[r.Id].PrintedNumber("lr")));
}

/// <summary>The training output of the document's first exercise.</summary>
internal static class ExerciseLog
{
    /// <summary>Steps and losses.</summary>
    public static (int Step, double Loss)[] Read(Document document) => [.. document["D1-182"].GivenRow("steps").Zip(document["D1-182"].GivenRow("losses")).Select(r => ((int)r.First, r.Second))];
}
