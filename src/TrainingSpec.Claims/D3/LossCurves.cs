using TrainingSpec.Claims.Experiments;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Loss Curves: Patterns and Causes": each cause of the table is planted in a run, and each fix tried on it.</summary>
internal static class LossCurves
{
    private const int Pairs = 20;

    // The epochs at which planted schedules change their rate.
    private static readonly int[] Changes = [20, 40];

    private static readonly Dictionary<string, Func<RunRecord, bool>> Patterns = new(StringComparer.Ordinal)
    {
        ["decreases then plateaus"] = Symptoms.Plateau,
        ["oscillates wildly"] = Symptoms.OscillatingLoss,
        ["explodes"] = Symptoms.ExplodingLoss,
        ["validation diverges from train"] = Symptoms.Overfitting,
        ["both high"] = Symptoms.BothHigh,
        ["decreases in spikes"] = Symptoms.FallsAtRateDrops,
    };

    /// <summary>For each row the diagnosis is planted in a run: its log must show the row's pattern, and a sound run's must not.</summary>
    [Claim("D3-025")]
    [Turn("D3/loss curves/rows/0/2", "overfitting", Verdict.Erratum)]
    [Turn("D3/loss curves/rows/3/1", "oscillates wildly", Verdict.Erratum)]
    [Turn("D3/loss curves/rows/5/0", "29", Verdict.Erratum)]
    internal static Finding SixPatterns(Claim claim, Document document)
    {
        Facts[] rows = [.. document.Facts["loss curves"]["rows"].Rows];
        (RunRecord sound, var shows, var quiet) = (PlantedRuns.Of("none")!, new Tally("rows whose planted diagnosis shows the row's pattern"), new Tally("rows whose pattern a sound run does not show"));
        List<string> missing = [];
        foreach (Facts row in rows)
        {
            (string pattern, string diagnosis) = (row[1].Text, row[2].Text);
            if (!shows.Add(Patterns.ContainsKey(pattern) && PlantedRuns.Of(diagnosis) is { } run && Patterns[pattern](run)))
                missing.Add($"{diagnosis}: {pattern}");
            quiet.Add(Patterns.ContainsKey(pattern) && !Patterns[pattern](sound));
        }

        shows.Shown();
        quiet.Shown();
        int different = Working.Value("different lines and patterns", Math.Min(rows.Select(r => r[0].Integer).Distinct().Count(), rows.Select(r => r[1].Text).Distinct().Count()));
        return Judge.Holds(
            shows.Always && quiet.Always && different == rows.Length && rows.Length == claim.Lines.Last - claim.Lines.First - 1,
            $"{shows} rows",
            $"each of the {different} patterns shows in the log of a small run in which the row's diagnosis is planted ({shows}), and in no sound run ({quiet})",
            $"{shows} planted diagnoses show their patterns ({And(missing)}), {quiet} patterns stay away from a sound run, {different} of {rows.Length} rows differ");
    }

    /// <summary>A line on a parabola: what more capacity and more data do to the loss at which it levels off.</summary>
    [Claim("D3-026")]
    [Turn("facts/fixes", "[\"more capacity\"]", Verdict.Confirmed)]
    [Turn("facts/fixes/0", "less capacity", Verdict.Erratum)]
    internal static Finding PlateauOfASaturatedModel(Claim claim)
    {
        static double Least((int Seed, int Degree, int Points) x)
        {
            var draws = new Draws(2640 + x.Seed);
            (double X, double Y)[] held = PolynomialFit.Points(draws, 500, static v => v * v, 0.1);
            return PolynomialFit.Best(PolynomialFit.Points(draws, x.Points, static v => v * v, 0.1), x.Degree, 0).Loss(held);
        }

        string Effect(string fix, int points) => new PairedRuns($"does {fix} lower where a line on {points} points of a parabola levels off", "least loss, on new points", Pairs, Least: 0.001).Run($"with {fix}", "before", seed => (
            Kept.Of((seed, fix == "more capacity" ? 2 : fix == "less capacity" ? 0 : 1, fix == "more data" ? 10 * points : points), Least), Kept.Of((seed, 1, points), Least))).Direction;
        string[] fixes = claim.Facts["fixes"].Texts;
        (string Fix, string Many, string Few)[] effects = [.. fixes.Select(fix => (fix, Effect(fix, 320), Effect(fix, 3)))];
        Tally saturated = new Tally("named fixes that lower the level of a saturated model with 320 points").AddAll(effects.Select(e => e.Many == "lower")).Shown();
        return Judge.Conditional(
            saturated.Always,
            effects.All(e => e.Many == "lower" || e.Few == "lower") && !saturated.Never,
            "when, for data, they are few: a model that has learnt all that it can hold from many gains from capacity alone",
            $"{saturated} fixes",
            $"a line on 320 points of a parabola levels off; {And(effects.Select(e => $"{e.Fix}: {e.Many}"))}; on 3 points {And(effects.Select(e => $"{e.Fix}: {e.Few}"))}");
    }

    /// <summary>The two fixes on a parabola whose rate stays too high, and on a curve that is steep only at the start.</summary>
    [Claim("D3-027")]
    [Turn("facts/fixes", "[\"reduce the rate\"]", Verdict.Confirmed)]
    [Turn("facts/fixes/0", "raise the rate", Verdict.Erratum)]
    internal static Finding RateTooHigh(Claim claim)
    {
        (double rate, int warmup, int steps) = (claim.GivenNumber("eta_max"), claim.GivenInteger("w"), claim.GivenInteger("steps"));
        string[] fixes = claim.Facts["fixes"].Texts;
        double Factor(string fix) => fix switch
        {
            "reduce the rate" => 0.4,
            "raise the rate" => 2,
            _ => 1,
        };
        int Warmup(string fix) => fix == "add warmup" ? warmup : 1;
        bool Always(string fix) => PlantedRuns.Parabola(rate * Factor(fix), warmup: Warmup(fix), steps: steps).TrainingLoss[^1] < 0.5;
        // From 3 the double well's curvature is 26, at its minimum 2: a rate of 0.5 is too high at the start alone.
        bool AtFirst(string fix) => PlantedRuns.DoubleWell(0.5 * (fix == "reduce the rate" ? 0.1 : Factor(fix)), start: 3, warmup: Warmup(fix), steps: steps).TrainingLoss[^1] < 0.5;
        Working.Tried(Say($"a parabola of curvature 1 at rate {rate} for {steps} steps, and a double well at rate 0.5 that is steep at the start alone; warmup of {warmup} steps; cured is a run that ends below the loss 0.5"));
        Working.Uses("schedules.warmup_rate");
        Tally stays = new Tally("fixes that cure the rate that stays too high").AddAll(fixes.Select(Always)).Shown(), first = new Tally("fixes that cure the rate that is too high at first").AddAll(fixes.Select(AtFirst)).Shown();
        return Judge.Conditional(
            stays.Always && first.Always,
            first.Always,
            "when, for warmup, the rate is too high in the first steps alone",
            $"{stays} and {first} fixes",
            Say($"at rate {rate} a parabola of curvature 1 grows for {steps} steps; cured by {And(fixes.Where(Always).DefaultIfEmpty("nothing"))} of {And(fixes)}; a rate that is too high only where training starts is cured by {And(fixes.Where(AtFirst).DefaultIfEmpty("nothing"))}"));
    }

    /// <summary>Two runs whose loss becomes NaN: one explodes, the other takes a logarithm of zero at small gradients.</summary>
    [Claim("D3-028")]
    [Turn("facts/fixes/0", "larger batch", Verdict.Erratum)]
    [Turn("facts/fixes/1", "raise the rate", Verdict.Erratum)]
    [Turn("facts/causes", "[\"exploding gradients\"]", Verdict.Confirmed)]
    internal static Finding LossBecomesNaN(Claim claim)
    {
        string[] fixes = claim.Facts["fixes"].Texts, causes = claim.Facts["causes"].Texts;
        RunRecord Explodes(string fix) => PlantedRuns.Parabola(fix switch { "reduce the rate" => 1, "raise the rate" => 8, _ => 4 }, fix == "clip gradients" ? 1 : double.PositiveInfinity);
        // 0 ln p of a label 0 on a probability 0: the sum is NaN while the gradient p - y is at most 1, which no clip at 1 touches.
        double logarithm = Working.Value("-(1 ln 1 + 0 ln 0), the loss of a right and certain prediction", -(1 * Math.Log(1) + 0 * Math.Log(0)));
        RunRecord before = Explodes("nothing");
        double norm = Working.Value("gradient norm of the exploding run before its loss is no number", before.GradientNorms.Last(double.IsFinite));
        Tally cured = new Tally("named fixes under which the exploding run stays finite").AddAll(fixes.Select(fix => Explodes(fix).TrainingLoss.All(double.IsFinite))).Shown();
        // The logarithm is in the first loss, before a fix has changed a weight.
        Tally all = new Tally($"causes of NaN ({And(causes)}) that the named fixes cure").AddAll(causes.Select(cause => cause switch
        {
            "exploding gradients" => cured.Always,
            "log of zero" => double.IsFinite(logarithm),
            _ => throw claim.Bad($"facts/causes = {cause}"),
        })).Shown();
        return Judge.Conditional(
            all.Always,
            cured.Always && before.TrainingLoss.Any(l => !double.IsFinite(l)),
            "when the loss grew before it became NaN",
            $"{cured} fixes, {all} causes",
            Say($"of {And(fixes)}, {cured} keep a run finite whose gradient grew to {norm:G2} before its loss was NaN; of the causes {And(causes)}, {all} are cured: a label 0 on a probability 0 gives the loss 0 times minus infinity, NaN, at gradients of at most 1, which no fix touches"))
            .AndYet("once a weight is NaN neither clipping nor a smaller rate brings it back: a checkpoint must be restored");
    }

    /// <summary>A polynomial of degree 9 on 12 points: its validation loss parts from the training loss, and what the fixes do about it.</summary>
    [Claim("D3-029")]
    [Turn("facts/fixes/0", "more capacity", Verdict.Erratum)]
    [Turn("facts/diagnosis", "underfitting", Verdict.Erratum)]
    internal static Finding ValidationDiverges(Claim claim)
    {
        string diagnosis = claim.Facts["diagnosis"].Text;
        bool shows = Working.Holds($"a run with planted {diagnosis} has falling training and rising validation loss", PlantedRuns.Of(diagnosis) is { } run && Symptoms.Overfitting(run));
        string[] fixes = claim.Facts["fixes"].Texts;
        string[] effects = [.. fixes.Select(fix => new PairedRuns($"does {fix} lower the validation loss", "validation loss at the end of 200 steps", Pairs).Run($"with {fix}", "without", seed => (
            Kept.Of((seed, fix), static x => Validation(x.seed, x.fix)), Kept.Of((seed, ""), static x => Validation(x.seed, x.Item2)))).Direction)];
        Tally lower = new Tally("named fixes that lower the validation loss").AddAll(effects.Select(e => e == "lower")).Shown();
        return Judge.Holds(
            shows && lower.Always,
            $"{lower} fixes",
            $"with planted {diagnosis} the training loss falls while the validation loss rises; {And(fixes)} lower the validation loss that it ends at ({lower}, in 20 pairs each)",
            $"planted {diagnosis} shows the pattern: {(shows ? "yes" : "no")}; {And(fixes.Zip(effects, (f, e) => $"{f}: {e}"))}");
    }

    /// <summary>A penalized line on a parabola: both losses are high, and both fall with capacity and with less penalty.</summary>
    [Claim("D3-030")]
    [Turn("facts/fixes/0", "less capacity", Verdict.Erratum)]
    [Turn("facts/fixes/1", "more regularization", Verdict.Erratum)]
    internal static Finding BothHigh(Claim claim)
    {
        static (double Train, double Held) Losses((int Seed, int Degree, double Strength) x)
        {
            var draws = new Draws(3000 + x.Seed);
            (double X, double Y)[] train = PolynomialFit.Points(draws, 100, static v => v * v + v, 0.1), held = PolynomialFit.Points(draws, 500, static v => v * v + v, 0.1);
            PolynomialFit fit = PolynomialFit.Best(train, x.Degree, x.Strength);
            return (fit.Loss(train), fit.Loss(held));
        }

        string[] fixes = claim.Facts["fixes"].Texts;
        var high = new Tally("penalized lines whose losses both exceed five times the noise");
        Tally[] both = [.. fixes.Select(fix => new Tally($"runs in which {fix} lowers both losses"))];
        for (int seed = 0; seed < Pairs; seed++)
        {
            (double Train, double Held) start = Losses((seed, 1, 1));
            high.Add(start.Train > 0.05 && start.Held > 0.05);
            foreach ((string fix, Tally tally) in fixes.Zip(both))
            {
                (double Train, double Held) after = Losses((seed, fix == "more capacity" ? 2 : fix == "less capacity" ? 0 : 1, fix == "less regularization" ? 0 : fix == "more regularization" ? 10 : 1));
                tally.Add(after.Train < start.Train && after.Held < start.Held);
            }
        }

        high.Shown();
        foreach (Tally tally in both)
            tally.Shown();
        return Judge.Holds(
            high.Always && both.All(t => t.Always),
            And(both.Select(t => $"{t}")),
            $"a penalized line on a parabola has both losses high in {high} runs; both fall with {And(fixes.Zip(both, (f, t) => $"{f} ({t})"))}",
            And(fixes.Zip(both, (f, t) => $"{f} lowers both losses in {t} runs")))
            .AndYet("labels with much noise leave both losses high, too, and there neither fix lowers the validation loss");
    }

    /// <summary>Mini-batch descent with rates that drop or jump, and with smooth ones: where the loss falls, and whether it jumps up.</summary>
    [Claim("D3-031")]
    [Turn("facts/fix", "step decay", Verdict.Erratum)]
    [Turn("facts/fix", "warm restarts", Verdict.Erratum)]
    internal static Finding DecreasesInSpikes(Claim claim)
    {
        string fix = claim.Facts["fix"].Text;
        static bool Drops(string schedule) => Symptoms.FallsAtRateDrops(Kept.Of(schedule, static s => PlantedRuns.Scheduled(s)));
        static bool Jumps(string schedule)
        {
            IReadOnlyList<double> loss = Kept.Of(schedule, static s => PlantedRuns.Scheduled(s)).TrainingLoss;
            return Changes.All(i => loss[i] > 1.02 * loss[i - 1]);
        }

        Working.Tried("mini-batch descent on noisy points for 60 epochs: rate divided by 10 at epochs 20 and 40; rate raised again at these; a cosine over all epochs");
        bool drops = Working.Holds("more than half of the fall of the loss happens where the rate drops", Drops("step decay")), jumps = Working.Holds("the loss jumps up where the rate is raised again", Jumps("warm restarts"));
        bool cured = Working.Holds($"neither happens with {fix}", !Drops(fix) && !Jumps(fix));
        Tally holds = new Tally("of these three").AddAll([drops, jumps, cured]).Shown();
        return Judge.Holds(
            holds.Always,
            $"{holds}",
            $"with a rate that is cut to a tenth the loss falls in jumps at the cuts, with a rate that is raised again it jumps up there; with {fix} neither happens",
            $"with {fix} the loss still falls or jumps where the rate changes");
    }

    private static double Validation(int seed, string fix)
    {
        var draws = new Draws(2900 + seed);
        (double X, double Y)[] train = PolynomialFit.Points(draws, 12, static x => x, 0.5), held = PolynomialFit.Points(draws, 200, static x => x, 0.5);
        (double last, double least) = (0, double.PositiveInfinity);
        PolynomialFit.Descend(_ => train, fix == "more capacity" ? 10 : 9, fix == "more regularization" ? 0.3 : 0, _ => 0.02, 200, (_, fit) =>
        {
            last = fit.Loss(held);
            least = Math.Min(least, last);
        });
        return fix == "early stopping" ? least : last;
    }
}
