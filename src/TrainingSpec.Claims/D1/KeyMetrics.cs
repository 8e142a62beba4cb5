using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Key Metrics to Track".</summary>
internal static class KeyMetrics
{
    private const int Seeds = 8;

    /// <summary>Trends of training runs that learn and of one that can't, and of the document's logs.</summary>
    [Claim("D1-107")]
    [Turn("facts/healthy loss", "increases", Verdict.Erratum)]
    internal static Finding TrainingLoss(Claim claim, Document document)
    {
        double[][] healthy = [.. Enumerable.Range(0, Seeds).Select(seed => SmallRuns.Of(PhaseRuns.Setting(seed, document["D1-047"])).Loss)];
        double[][] stalled = [.. Enumerable.Range(0, Seeds).Select(seed => SmallRuns.Of(new TrainingSetting(seed, 200, 0)).Loss)];
        var decreasing = new Tally("healthy runs whose loss has a significant downward trend");
        decreasing.AddAll(healthy.Select(l => RunCurves.TrendOf(l) == Trend.Decreasing)).Shown();
        var told = new Tally("runs with a rate of 0, and a diverging one, that have none");
        told.AddAll(stalled.Select(l => RunCurves.TrendOf(l) != Trend.Decreasing)).Add(Diverging.Run().Loss.Any(l => !double.IsFinite(l)));
        told.Shown();
        Trend exercise = Working.Value("trend of the exercise's losses", RunCurves.TrendOf([.. ExerciseLog.Read(document).Select(e => e.Loss)]));
        Trend log = Working.Value("trend of the log's losses", RunCurves.TrendOf([.. LoggedStep.All(document).Select(l => l.Loss.Value.ToDouble())]));
        return Judge.All(
            Judge.Stated(claim, "healthy loss", decreasing.Always && exercise == Trend.Decreasing ? "decreases" : "does not decrease", $"{decreasing}", Say($"the loss of {decreasing} healthy runs of a small GPT has a significant downward trend, and so has the exercise's run")),
            Judge.Holds(told.Always, $"{told}", $"{told} runs that stall or diverge are told from them", $"{told} runs that stall or diverge are told from them"))
            .AndYet(Say($"by this rule the log that the document calls healthy stalls: its trend is {(log == Trend.Decreasing ? "downwards" : "flat")}"));
    }

    /// <summary>The phases of the snippets' rate.</summary>
    [Claim("D1-108")]
    [Turn("printed/pattern", "warmup -> decay", Verdict.Confirmed)]
    internal static Finding LearningRate(Claim claim, Document document)
    {
        string found = string.Join(" -> ", ThreePhaseSchedule.Found(document));
        return Judge.Printed(
            claim, "pattern", found, found,
            Say($"the printed code goes {found}: its cosine begins where the warmup ends, and the rates of the log, too, lie on it (D1-112)"));
    }

    /// <summary>A norm against an average magnitude.</summary>
    [Claim("D1-109")]
    [Turn("facts/gradient norm", "root of the sum of squares", Verdict.Confirmed)]
    internal static Finding AverageMagnitude(Claim claim)
    {
        Precise[] once = [.. new[] { 3.0, -4.0 }.Select(Precise.Of)], often = [.. once, .. once, .. once, .. once];
        Precise norm = Working.Reduce<Precise>(Norms.L2, once), more = Working.Reduce<Precise>(Norms.L2, often);
        double average = Working.Value("average magnitude of either", once.Average(x => Math.Abs((double)x)));
        double ratio = Working.Value("norm of four copies over the norm of one", (double)(more / norm));
        return Judge.Stated(
            claim, "gradient norm", ratio == 1 ? "average magnitude" : "root of the sum of squares", Say($"{(double)norm} and {(double)more}, average {average}"),
            Say($"the norm of (3, -4) is {(double)norm} and that of four copies of it {(double)more}, while the average magnitude is {average} for both: a norm grows with the root of the number of parameters, and the document's own exercise adds up squares"));
    }

    /// <summary>Norms of healthy runs and of a diverging one, by the thresholds of the document's exercise.</summary>
    [Claim("D1-110")]
    [Turn("facts/norms of a healthy run", "unstable", Verdict.Erratum)]
    [Turn("facts/exploding above", "0.0001", Verdict.Erratum)]
    internal static Finding StableNorms(Claim claim, Document document)
    {
        double high = claim.Facts["exploding above"].Number, low = claim.Facts["vanishing below"].Number;
        double[][] healthy = [.. Enumerable.Range(0, Seeds).Select(seed => SmallRuns.Of(PhaseRuns.Setting(seed, document["D1-047"])).GradientNorm)];
        var stable = new Tally(Say($"healthy runs whose norms all lie between {low} and {high}"));
        stable.AddAll(healthy.Select(n => n.Min() >= low && n.Max() <= high)).Shown();
        double factor = Working.Value("largest norm over the smallest within a run, mean of the runs", healthy.Average(n => n.Max() / n.Min()));
        double[] diverging = Diverging.Run().GradientNorm, converging = Diverging.Run(0.25).GradientNorm;
        bool planted = Working.Holds("the norms of a diverging run pass the upper threshold", diverging.Any(n => !(n <= high)));
        bool vanished = Working.Holds("those of a run that has converged pass the lower one", converging[^1] < low);
        return Judge.All(
            Judge.Stated(claim, "norms of a healthy run", stable.Always ? "stable" : "unstable", $"{stable}", Say($"the norms of {stable} healthy runs of a small GPT lie between {low} and {high}")),
            Judge.Holds(planted && vanished, "", "a diverging run passes the upper threshold", "a diverging run passes no threshold"))
            .AndYet(Say($"within a healthy run they still vary by a factor of {factor:F0}"));
    }

    /// <summary>Norms of the weights without decay and with it.</summary>
    [Claim("D1-111")]
    [Turn("facts/parameter norms", "decrease", Verdict.Erratum)]
    internal static Finding ParameterNorms(Claim claim, Document document)
    {
        string stated = claim.Facts["parameter norms"].Text;
        Working.Tried(SmallRuns.What);
        (double Decay, int Up, int Down)[] tried = [.. ((double[])[0, 0.01, 10]).Select(decay =>
        {
            Measurement[][] runs = [.. Enumerable.Range(0, Seeds).Select(seed => SmallRuns.Of(PhaseRuns.Setting(seed, document["D1-047"]) with { WeightDecay = decay }).Measured)];
            int up = Working.Counted(Say($"runs with a weight decay of {decay} whose norm is larger at the end"), runs.Count(r => r[^1].Norm > r[0].Norm), Seeds);
            Working.Value("norms at the begin and at the end, mean of the runs", new[] { runs.Average(r => r[0].Norm), runs.Average(r => r[^1].Norm) });
            return (decay, up, Seeds - up);
        })];
        bool Said((double Decay, int Up, int Down) t) => stated == (t.Up == Seeds ? "increase" : t.Down == Seeds ? "decrease" : "either");
        return Judge.Conditional(
            tried.All(Said), Said(tried[0]), "without a strong weight decay", string.Join("; ", tried.Select(t => Say($"decay {t.Decay}: {t.Up} of {Seeds}"))),
            Say($"the norm of a small GPT's weights is larger at the end in {And(tried.Select(t => Say($"{t.Up} of {Seeds} runs with a weight decay of {t.Decay}")))}"));
    }
}
