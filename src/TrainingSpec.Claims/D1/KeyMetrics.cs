using TrainingSpec.Formulas;
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
        double[][] stalled = [.. Enumerable.Range(0, 3).Select(seed => SmallRuns.Of(new TrainingSetting(seed, 200, 0)).Loss)];
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

    /// <summary>The middle norm at the end of a run over that at its begin: healthy runs, one that diverges, one that has nothing more to learn.</summary>
    [Claim("D1-110")]
    [Turn("facts/norms of a healthy run", "unstable", Verdict.Erratum)]
    internal static Finding StableNorms(Claim claim, Document document)
    {
        const int Part = 100;
        const double Far = 10;
        double[][] healthy = [.. Enumerable.Range(0, Seeds).Select(seed => SmallRuns.Of(PhaseRuns.Setting(seed, document["D1-047"])).GradientNorm)];
        double[] ratios = [.. healthy.Select(Ratio)];
        Working.Value(Say($"middle norm of the last {Part} steps over that of the first {Part}, by run"), ratios);
        var stable = new Tally(Say($"healthy runs in which it lies between 1/{Far} and {Far}"));
        stable.AddAll(ratios.Select(r => r > 1 / Far && r < Far)).Shown();
        double factor = Working.Value("largest norm over the smallest within a healthy run, at most", healthy.Max(n => n.Max() / n.Min())), largest = Working.Value("largest norm of a healthy run", healthy.Max(n => n.Max()));
        bool explodes = Working.Holds("it lies above for a run at three times the stable rate", !(Ratio(Diverging.Run().GradientNorm) < Far));
        bool vanishes = Working.Holds("it lies below for a run that has converged", Ratio(Diverging.Run(0.25).GradientNorm) < 1 / Far);
        return Judge.All(
            Judge.Stated(claim, "norms of a healthy run", stable.Always ? "stable" : "unstable", $"{stable}", Say($"in {stable} healthy runs of a small GPT the middle norm stays within a factor of {Far} from the first to the last {Part} steps")),
            Judge.Holds(explodes && vanishes, "", "runs that explode or vanish leave it", "runs that explode or vanish don't leave it"))
            .AndYet(Say($"single norms of a healthy run vary by a factor of up to {factor:F0}, and the largest is {largest:F1}"));

        static double Ratio(double[] norms) => Middle(norms[^Part..]) / Middle(norms[..Part]);
        static double Middle(double[] norms) => norms.Order().ElementAt(norms.Length / 2);
    }

    /// <summary>Norms of the weights without decay, with D4's default, and with one that is very strong.</summary>
    [Claim("D1-111")]
    [Turn("facts/parameter norms", "decrease", Verdict.Erratum)]
    internal static Finding ParameterNorms(Claim claim, Document document)
    {
        const double Strong = 10;
        double usual = document.Other("D4").Facts["defaults"]["AdamW"]["weight_decay"].Exact.ToDouble();
        Working.Tried(SmallRuns.What);
        Tally none = Grows(0), some = Grows(usual), strong = Grows(Strong);
        string found = none.Always && some.Always ? "increase" : none.Never && some.Never ? "decrease" : "either";
        return Judge.Stated(
            claim, "parameter norms", found, Say($"{none} without decay, {some} with {usual}"),
            Say($"the norm of a small GPT's weights is larger at the end in {none} runs without weight decay and in {some} with {usual}"))
            .AndYet(Say($"with a weight decay of {Strong} it is larger in {strong}; and a norm is no average magnitude (D1-109)"));

        Tally Grows(double decay)
        {
            Measurement[][] runs = [.. Enumerable.Range(0, 3).Select(seed => SmallRuns.Of(PhaseRuns.Setting(seed, document["D1-047"]) with { WeightDecay = decay }).Measured)];
            Working.Value("norms at the begin and at the end, mean of the runs", new[] { runs.Average(r => r[0].Norm), runs.Average(r => r[^1].Norm) });
            return new Tally(Say($"runs with a weight decay of {decay} whose norm is larger at the end")).AddAll(runs.Select(r => r[^1].Norm > r[0].Norm)).Shown();
        }
    }
}
