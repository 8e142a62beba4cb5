using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "When to Stop Training".</summary>
internal static class WhenToStop
{
    /// <summary>The sign applied to what the document itself calls a plateau.</summary>
    [Claim("D1-130")]
    [Turn("D1-012/printed/window", "900-1000", Verdict.Confirmed)]
    internal static Finding PlateauOf100Steps(Claim claim, Document document)
    {
        LossCurve curve = LossCurve.Read(document);
        PrintedRange plateau = document["D1-012"].PrintedRange("window");
        double stop = Working.Value("step at which the plateau of the drawn curve has lasted so long", plateau.Low!.Value.ToDouble() + claim.GivenNumber("window"));
        double still = Working.Value("fall of the drawn curve after that step", curve.At(stop) - curve.Rows[^1].Loss), halfRow = document["D1-008"].GivenNumber("loss_per_row") / 2;
        return Judge.Agrees(
            still <= halfRow, "D1-012", Say($"stop at step {stop}, {still} still to come"),
            Say($"the document calls its drawn curve a plateau from step {plateau.Low} on; by this sign training is complete at step {stop}, after which the curve still falls by {still}"))
            .With("without a tolerance the sign can't be applied to a curve that still falls");
    }

    /// <summary>Early stopping on validation losses that turn, and on some that don't.</summary>
    [Claim("D1-131")]
    [Turn("facts/stops", "before the minimum", Verdict.Erratum)]
    internal static Finding ValidationLossRises(Claim claim)
    {
        var options = new EarlyStoppingOptions { Patience = 3 };
        var after = new Tally("validation curves with a minimum that are stopped after it, with its loss as the best");
        foreach (int least in (int[])[5, 10, 20])
        {
            EarlyStoppingResult<Real64> result = EarlyStopper<Real64>.Run([.. Enumerable.Range(1, 40).Select(t => new Real64(3 + 0.001 * (t - least) * (t - least)))], options);
            after.Add(result.StopAt > least && result.BestEpoch == least);
        }

        after.Shown();
        bool goesOn = Working.Holds("a curve that only falls is not stopped", EarlyStopper<Real64>.Run([.. Enumerable.Range(1, 40).Select(t => new Real64(3 - 0.01 * t))], options).StopAt is null);
        long? early = Working.Value("epoch at which a falling curve that rises once is stopped with a patience of 1", EarlyStopper<Real64>.Run([3, 2.8, 2.85, 2.5, 2.2], options with { Patience = 1 }).StopAt);
        return Judge.All(
            Judge.Stated(claim, "stops", after.Always ? "after the minimum" : "before the minimum", $"{after}", Say($"{after} curves are stopped after their minimum")),
            Judge.Holds(goesOn, "", "a falling one goes on", "a falling one is stopped"))
            .AndYet(Say($"taken at its word, at the first rise, the sign stops a curve that rises once by chance: at epoch {early} of 5"));
    }

    /// <summary>Nothing says how text is measured.</summary>
    [Claim("D1-132")]
    internal static Finding GeneratedText(Claim claim) => Judge.NotCheckable(claim, "the document names no measure of the quality of generated text, so that no program can tell when it stops improving");

    /// <summary>The gains of the exercise's run, and what remains of them.</summary>
    [Claim("D1-133")]
    [Turn("D1/exercise log/rows/10/1", "3.409", Verdict.Erratum)]
    [Turn("facts/returns", "growing", Verdict.Erratum)]
    internal static Finding DiminishingReturns(Claim claim, Document document)
    {
        (int Step, double Loss)[] log = ExerciseLog.Read(document);
        double[] gains = [.. log.Zip(log.Skip(1)).Where(l => l.Second.Step >= 300).Select(l => Math.Round(l.First.Loss - l.Second.Loss, 6))];
        Working.Value("gains of the exercise's run per 100 steps, from step 300 on", gains);
        double ratio = gains[^1] / gains[^2], remaining = Working.Value("all that remains to gain if each gain is the same part of the one before", gains[^1] * ratio / (1 - ratio));
        return Judge.Stated(
            claim, "returns", gains.Zip(gains.Skip(1)).All(g => g.Second < g.First) ? "diminishing" : "not diminishing", Say($"{gains[^1]:F3} in the last 100 steps, {remaining:F3} to come"),
            Say($"the exercise's run gains {And(gains.Select(g => Say($"{g:F3}")))} per 100 steps; at that pace {remaining:F3} are still to come, however long it runs"));
    }

    /// <summary>The reconstructed total against the printed round number.</summary>
    [Claim("D1-134")]
    [Turn("D1-112/facts/totals", "[4000]", Verdict.Erratum)]
    internal static Finding TwoEpochs(Claim claim, Document document)
    {
        LoggedStep[] log = [.. LoggedStep.All(document)];
        Reconstruction schedule = Reconstruction.Of(document, [.. log.Select(l => (l.Step, l.Rate))]);
        Working.Value("steps of an epoch", schedule.Total / claim.GivenInteger("epochs"));
        return Judge.Number(claim, "steps", (Rational)schedule.Total) with
        {
            Why = Say($"the log's rates are those of a schedule over {schedule.Total} steps, {schedule.Total / claim.GivenInteger("epochs")} per epoch; printed is {claim.PrintedText("steps")}"),
        };
    }

    /// <summary>Where the document's other places end.</summary>
    [Claim("D1-135")]
    [Turn("printed/loss", "2.0-2.5", Verdict.Erratum)]
    internal static Finding LossOfTheTinyModel(Claim claim, Document document)
    {
        CurveRow end = LossCurve.Read(document).Rows[^1];
        (int Step, double Loss) last = ExerciseLog.Read(document)[^1];
        LoggedStep log = LoggedStep.All(document).Last();
        return Judge.Within(
            claim, "loss", (Say($"the drawn curve at step {end.Last}"), Rational.Of(end.Loss)), (Say($"the exercise at step {last.Step}"), Rational.Parse(Say($"{last.Loss}"))), ("the end of phase 3", document["D1-094"].PrintedNumber("to").Value))
            .AndYet(Say($"the log that the document prints as its own is at {log.Loss} by step {log.Step}"));
    }

    /// <summary>What counting bytes reaches, against the losses.</summary>
    [Claim("D1-136")]
    [Turn("given/loss", "[1.0, 2.0]", Verdict.Confirmed)]
    [Turn("given/loss", "[4.5, 5.0]", Verdict.Erratum)]
    internal static Finding LearntSyntax(Claim claim, Document document)
    {
        double[] band = claim.GivenRow("loss");
        (string Text, double Loss)[] counted = [.. document["D1-105"].Facts["byte frequencies alone"].Rows.Select(r => (r[0].Text, Math.Log(r[1].Exact.ToDouble())))];
        Working.Uses("perplexity");
        Working.Value("losses of a model that knows only how frequent each byte is", counted.Select(c => Math.Round(c.Loss, 4)));
        double least = counted.Min(c => c.Loss);
        return Judge.Conditional(
            band.Max() < least, band.Min() < least, Say($"where the loss is below {least:F2}"),
            And(counted.Select(c => Say($"{c.Loss:F2}"))),
            Say($"a model that knows only how frequent each byte is, and nothing of syntax, has a loss of {And(counted.Select(c => Say($"{c.Loss:F2} on {c.Text}")))}, within the range from {band[0]} to {band[1]}"));
    }

    /// <summary>What people do.</summary>
    [Claim("D1-137")]
    internal static Finding ProductionModels(Claim claim) => Judge.NotCheckable(claim, "how long production models are trained, and by what their teams stop them, is a fact about practice; early stopping on a plateau itself is judged in D1-131");
}
