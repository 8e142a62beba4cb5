using TrainingSpec.Checking;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Key Metrics": the good and bad signs, as rules over series that have the symptom and series that narrowly lack it.</summary>
internal static class KeyMetrics
{
    private const int Length = 60, Series = 60;
    private const double Noise = 0.1, Significance = 0.01;

    /// <summary>Falling, level and rising curves with noise, and what the slope test calls them.</summary>
    [Claim("D4-141")]
    [Turn("facts/good sign", "increasing", Verdict.Erratum)]
    internal static Finding TrainingLoss(Claim claim)
    {
        var draws = new Draws(541);
        (double Slope, Trend Label)[] kinds = [(-0.01, Trend.Decreasing), (0, Trend.Flat), (0.01, Trend.Increasing)];
        int[] right = [.. kinds.Select(k => Enumerable.Range(0, Series).Count(_ => RunCurves.TrendOf(Curve(draws, 3, k.Slope), Significance) == k.Label))];

        Working.Tried(Say($"{Series} noisy curves of {Length} points for each of the slopes -0.01, 0, 0.01, noise of deviation {Noise} (seed 541): the slope test at level {Significance}"));
        Working.Counted("falling curves called decreasing", right[0], Series);
        Working.Counted("level curves called flat", right[1], Series);
        Working.Counted("rising curves called increasing", right[2], Series);
        // Flat series are called a trend with probability 0.01. A slope is 13 of its standard errors: not to see one of 60 has a probability of 10⁻²¹.
        return Judge.OneOf(
            claim,
            "good sign",
            [("decreasing", right[0] == Series && Series - right[1] <= SizeAndPower.MostFalseAlarms(Series, Significance) && right[2] == Series), ("increasing", right[0] == 0 && right[2] == 0)],
            Say($"{string.Join(", ", right)} of {Series} each"),
            Say($"a slope test tells the three signs apart under noise ten times the slope: falling {right[0]}, stuck {right[1]}, rising {right[2]} of {Series} series each"),
            Say($"labelled rightly: falling {right[0]}, stuck {right[1]}, rising {right[2]} of {Series}"));
    }

    /// <summary>Rising validation losses beside falling and beside rising training losses, and what the curves are told to be.</summary>
    [Claim("D4-142")]
    [Turn("facts/a rising validation loss means", "overfitting or divergence", Verdict.Confirmed)]
    [Turn("facts/a rising validation loss means", "divergence", Verdict.Imprecise)]
    internal static Finding ValidationLoss(Claim claim)
    {
        string[] said = claim.Facts["a rising validation loss means"].Text.Split(" or ");
        var draws = new Draws(542);
        Tally falling = new("rising validation losses called overfitting beside a falling training loss"), rising = new("rising validation losses called overfitting beside a rising training loss");
        for (int i = 0; i < Series; i++)
        {
            double[] validation = Curve(draws, 3, 0.01);
            falling.Add(RunCurves.Diagnose(Curve(draws, 3, -0.01), validation, Significance) == LossDiagnosis.Overfitting);
            rising.Add(RunCurves.Diagnose(Curve(draws, 3, 0.01), validation, Significance) == LossDiagnosis.Overfitting);
        }

        Working.Tried(Say($"{Series} noisy validation losses that rise by 0.01 a point, each beside a training loss that falls and one that rises (seed 542)"));
        bool overfitting = falling.Shown().Always, divergence = rising.Shown().Never;
        return Judge.Conditional(
            said.Contains("overfitting") == overfitting && said.Contains("divergence") == divergence,
            (overfitting && said.Contains("overfitting")) || (divergence && said.Contains("divergence")),
            said.Contains("overfitting") ? "when the training loss falls at the same time" : "when the training loss rises at the same time",
            Say($"{falling} with falling, {rising} with rising training loss"),
            Say($"beside a falling training loss {falling} rising validation losses are overfitting, beside a rising one {rising} are: the others diverge, and the validation loss alone can't tell"));
    }

    /// <summary>Norms before and after clipping against the band.</summary>
    [Claim("D4-143")]
    [Turn("printed/good", "~0.1-2000", Verdict.Erratum)]
    internal static Finding GradientNorm(Claim claim, Document document)
    {
        double[] band = [.. claim.PrintedText("good").TrimStart('~').Split('-').Select(t => Rational.Parse(t).ToDouble())];
        double threshold = document["D4-087"].PrintedNumber("max_norm").Value.ToDouble();
        double[] exploding = [0.5, 0.8, document["D4-077"].GivenNumber("exploding")], stable = [0.2, 0.5, 0.9];
        double[] clipped = [.. exploding.Select(n => (double)Clipping.Scaled<Real64>(n, Clipping.Scale<Real64>(n, threshold)))];
        NormSign before = RunCurves.JudgeNorms(exploding, band[0], band[1]), after = RunCurves.JudgeNorms(clipped, band[0], band[1]);
        NormSign broken = RunCurves.JudgeNorms([0.5, double.NaN], band[0], band[1]), good = RunCurves.JudgeNorms(stable, band[0], band[1]);
        Working.Uses("clipping.scale");
        Working.Value("norms of an exploding run", exploding);
        Working.Value("the same after clipping", clipped);
        Working.Value("judged before clipping", before);
        Working.Value("judged after it", after);
        Working.Value("norms of a stable run are judged", good);
        Working.Value("norms with a NaN are judged", broken);
        bool rule = good == NormSign.Stable && before == NormSign.VeryLarge && broken == NormSign.NonFinite;
        return Judge.Conditional(
            rule && after == NormSign.VeryLarge,
            rule,
            "for norms taken before clipping",
            Say($"before clipping {Word(before)}, after it {Word(after)}"),
            Say($"an exploding series is {Word(before)} before clipping and {Word(after)} after it, since a norm clipped at {threshold} never leaves the band [{band[0]}, {band[1]}] upwards"));
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

    private static double[] Curve(Draws draws, double start, double slope) =>
        [.. Enumerable.Range(0, Length).Select(i => start + slope * i + Noise * draws.Normal())];
}
