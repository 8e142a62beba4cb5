using TrainingSpec.Checking;
using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Key Metrics": the good and bad signs, as rules over runs in which their cause is planted.</summary>
internal static class KeyMetrics
{
    private const int Length = 60, Series = 40;
    private const double Significance = 0.01;

    /// <summary>Losses of runs that learn, of runs whose updates write nothing and of runs whose updates have the wrong sign, and what the slope test calls them.</summary>
    [Claim("D4-141")]
    [Turn("facts/good sign", "increasing", Verdict.Erratum)]
    internal static Finding TrainingLoss(Claim claim)
    {
        (double Rate, Trend Label)[] causes = [(0.1, Trend.Decreasing), (0, Trend.Flat), (-0.005, Trend.Increasing)];
        int[] right = [.. causes.Select(c => Enumerable.Range(0, Series).Count(seed => RunCurves.TrendOf(Losses(seed, c.Rate), Significance) == c.Label))];

        Working.Tried(Say($"{Series} runs of a character model each: at rate 0.1, with updates that write nothing, with updates of the wrong sign; the slope test at level {Significance} on the losses of the first {Length} batches"));
        Working.Counted("runs that learn called decreasing", right[0], Series);
        Working.Counted("runs without updates called flat", right[1], Series);
        Working.Counted("runs with updates of the wrong sign called increasing", right[2], Series);
        // Losses without a trend are called one with probability 0.01.
        return Judge.OneOf(
            claim,
            "good sign",
            [("decreasing", right[0] == Series && Series - right[1] <= SizeAndPower.MostFalseAlarms(Series, Significance) && right[2] == Series), ("increasing", right[0] == 0 && right[2] == 0)],
            Say($"{string.Join(", ", right)} of {Series} each"),
            Say($"a slope test on the losses of {Length} batches tells the three signs apart: of {Series} runs each, {right[0]} that learn are falling, {right[1]} without updates are stuck, {right[2]} with updates of the wrong sign are rising"),
            Say($"labelled rightly of {Series} runs each: {right[0]} that learn, {right[1]} without updates, {right[2]} with updates of the wrong sign"));

        static double[] Losses(int seed, double rate) => new CharRun { Seed = seed, Rate = rate, Epochs = 4, Validates = false }.Run().BatchLosses[..Length];
    }

    /// <summary>Validation losses of runs on little text and of runs whose updates have the wrong sign, and what the curves are told to be.</summary>
    [Claim("D4-142")]
    [Turn("facts/a rising validation loss means", "overfitting or divergence", Verdict.Confirmed)]
    [Turn("facts/a rising validation loss means", "divergence", Verdict.Imprecise)]
    internal static Finding ValidationLoss(Claim claim)
    {
        const int Runs = 20;
        string[] said = claim.Facts["a rising validation loss means"].Text.Split(" or ");
        Tally falling = new("runs on 64 examples at rate 1 whose validation loss rises and which are called overfitting"), rising = new("runs with updates of the wrong sign whose validation loss rises and which are called diverging");
        for (int seed = 0; seed < Runs; seed++)
        {
            falling.Add(Called(seed, 1, 100) == LossDiagnosis.Overfitting);
            rising.Add(Called(seed, -0.002, Length) == LossDiagnosis.Divergence);
        }

        Working.Tried(Say($"{Runs} runs of a character model each, all examples in one batch; the slope tests at level {Significance} on the last {Length} training and validation losses"));
        bool overfitting = falling.Shown().Always, divergence = rising.Shown().Always;
        return Judge.Conditional(
            said.Contains("overfitting") == overfitting && said.Contains("divergence") == divergence,
            (overfitting && said.Contains("overfitting")) || (divergence && said.Contains("divergence")),
            said.Contains("overfitting") ? "when the training loss falls at the same time" : "when the training loss rises at the same time",
            Say($"{falling} overfit with falling, {rising} diverge with rising training loss"),
            Say($"{falling} runs on too little text have a rising validation loss and overfit, their training loss falling; {rising} with updates of the wrong sign have one and diverge, both losses rising: the validation loss alone can't tell"));

        // Both trends must be there: a level validation loss is no case of the claim.
        static LossDiagnosis Called(int seed, double rate, int epochs)
        {
            IReadOnlyList<EpochLog> log = new CharRun { Seed = seed, Rate = rate, Epochs = epochs, BatchSize = 64, Examples = 64 }.Run().Log;
            double[] train = [.. log.TakeLast(Length).Select(l => l.Train)], validation = [.. log.TakeLast(Length).Select(l => l.Validation)];
            return RunCurves.TrendOf(validation, Significance) == Trend.Increasing ? RunCurves.Diagnose(train, validation, Significance) : LossDiagnosis.Stuck;
        }
    }

    /// <summary>Norms before and after clipping against the band.</summary>
    [Claim("D4-143")]
    [Turn("printed/good", "~0.1-2000", Verdict.Erratum)]
    [Turn("D4-077/given/normal", "5", Verdict.Erratum)]
    internal static Finding GradientNorm(Claim claim, Document document)
    {
        double[] band = [.. claim.PrintedText("good").TrimStart('~').Split('-').Select(t => Rational.Parse(t).ToDouble())];
        double threshold = document["D4-087"].PrintedNumber("max_norm").Value.ToDouble();
        double[] exploding = [.. Norms(10, 1).TakeWhile(n => n < 1e6)], stable = [document["D4-077"].GivenNumber("normal")], learning = Norms(0.1, 40)[^200..];
        double[] clipped = [.. exploding.Select(n => (double)Clipping.Scaled<Real64>(n, Clipping.Scale<Real64>(n, threshold)))];
        NormSign before = RunCurves.JudgeNorms(exploding, band[0], band[1]), after = RunCurves.JudgeNorms(clipped, band[0], band[1]);
        NormSign broken = RunCurves.JudgeNorms(Norms(10, 1), band[0], band[1]), good = RunCurves.JudgeNorms(stable, band[0], band[1]);
        Working.Uses("clipping.scale");
        Working.Tried("runs of a character model in batches of 32 (seed 0): 40 epochs at rate 0.1, of which the last 200 norms count, and an epoch at rate 10, whose norms end as no number");
        Working.Value("least and largest norm of the first run", new[] { learning.Min(), learning.Max() });
        Working.Value("norms of the exploding run up to a million", exploding);
        Working.Value("the same after clipping", clipped);
        Working.Value("judged before clipping", before);
        Working.Value("judged after it", after);
        Working.Value(Say($"a norm of {stable[0]}, which D4-077 calls normal, is judged"), good);
        Working.Value("all norms of the exploding run are judged", broken);
        bool rule = good == NormSign.Stable && before == NormSign.VeryLarge && broken == NormSign.NonFinite;
        return Judge.Conditional(
            rule && after == NormSign.VeryLarge,
            rule,
            "for norms taken before clipping",
            Say($"before clipping {Word(before)}, after it {Word(after)}"),
            Say($"an exploding series is {Word(before)} before clipping and {Word(after)} after it, since a norm clipped at {threshold} never leaves the band [{band[0]}, {band[1]}] upwards; the norm {stable[0]}, which D4-077 calls normal, is {Word(good)}, and the whole exploding series is {Word(broken)}"))
            .With(Say($"a character model that learns has norms from {learning.Min():G2} to {learning.Max():G2}: how wide the band is depends on the model"));

        static double[] Norms(double rate, int epochs) => new CharRun { Rate = rate, Epochs = epochs }.Run().Norms;
    }

    /// <summary>The document's own log against the schedule that it should follow.</summary>
    [Claim("D4-144")]
    [Turn("D4/log lines/2/6", "2.99e-04", Verdict.Confirmed)]
    internal static Finding FollowsSchedule(Document document)
    {
        (double peak, int warmup, int total) = LogRates.Configuration(document["D4-163"]);
        IReadOnlyList<long> off = RunCurves.OffSchedule(
            LoggedLine.All(document).Select(l => ((long)l.Step, l.Rate.Value.ToDouble(), l.Rate.Unit.ToDouble() / 2)),
            step => ScheduleListing.At(peak, step, warmup, total));
        foreach (LoggedLine line in LoggedLine.All(document))
            Working.Value(Say($"step {line.Step}: the schedule's rate (the log prints {line.Rate})"), ScheduleListing.At(peak, line.Step, warmup, total));
        Working.Value("steps off the schedule by more than the log's rounding", off);
        return Judge.Agrees(
            off.Count == 0,
            "D4-163",
            off.Count == 0 ? "follows" : Say($"off at step {string.Join(", ", off)}"),
            off.Count == 0
                ? "the document's own log follows its schedule"
                : Say($"the rule has a bad sign after all: the document's own log leaves its schedule at step {string.Join(", ", off)}, where the rate should be {PythonFormat.Exponent(ScheduleListing.At(peak, off[0], warmup, total), 2)}"));
    }

    private static string Word(NormSign sign) => sign switch
    {
        NormSign.Stable => "stable",
        NormSign.OutsideBand => "outside the band",
        NormSign.VeryLarge => "very large",
        _ => "not finite",
    };
}
