using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;
using static TrainingSpec.Conformance.Wrong.Distortions;
using Known = TrainingSpec.Formulas.Hyperparameters;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of what counts epochs, overflows and steps that are no better: loss scales, early stopping, plateaus, and of what deals out.</summary>
internal static class CountSlips
{
    private static readonly (string Word, Scale Scale)[] OfScales =
    [
        ("backoff-divides", new() { Back = (s, b) => s / b }),
        ("backoff-subtracts", new() { Back = (s, b) => s - b }),
        ("backoff-squared", new() { Back = (s, b) => s * b * b }),
        ("backoff-by-the-growth", new() { BacksByGrowth = true }),
        ("never-backs-off", new() { Back = (s, _) => s }),
        ("growth-added", new() { Grow = (s, g) => s + g }),
        ("growth-divides", new() { Grow = (s, g) => s / g }),
        ("never-grows", new() { Grow = (s, _) => s }),
        ("grows-at-most-to-65536", new() { Grow = (s, g) => Math.Min(s * g, 65536) }),
        ("grows-each-step", new() { Grows = (_, _) => true, KeepsTracker = true }),
        ("grows-one-step-late", new() { Grows = (t, n) => t > n }),
        ("grows-one-step-early", new() { Grows = (t, n) => t + 1 >= n }),
        ("grows-at-multiples", new() { Grows = (t, n) => t % n == 0, KeepsAfterGrowth = true }),
        ("grows-by-the-tracker-before", new() { Grows = (t, n) => t - 1 >= n, }),
        ("tracker-kept-after-growth", new() { KeepsAfterGrowth = true }),
        ("tracker-from-1-after-growth", new() { AfterGrowth = 1 }),
        ("tracker-kept-after-an-overflow", new() { KeepsAfterOverflow = true }),
        ("tracker-counts-overflows", new() { KeepsAfterOverflow = true, CountsOverflows = true }),
        ("tracker-never-counts", new() { KeepsTracker = true }),
        ("never-skips", new() { Skips = false }),
        ("hysteresis-left-out", new() { Patience = _ => 1 }),
        ("hysteresis-one-more", new() { Patience = h => h > 1 ? h + 1 : 1 }),
        ("hysteresis-one-less", new() { Patience = h => h - 1 }),
        ("overflows-counted-anew-after-backoff", new() { ClearsAfterBackoff = true }),
        ("overflows-counted-anew-after-a-good-step", new() { ClearsAfterGood = true }),
        ("overflows-kept-after-growth", new() { KeepsOverflows = true }),
        ("overflows-counted-on", new() { CountsOn = true }),
        ("overflows-never-counted", new() { NeverCounts = true }),
        ("least-scale-left-out", new() { Least = _ => 0 }),
        ("least-scale-of-1", new() { Least = least => Math.Max(1, least) }),
        ("least-scale-raises", new() { Raises = true }),
        ("may-underflow", new() { Underflows = true }),
        ("may-overflow", new() { Overflows = true }),
    ];

    // Better: of the loss, the best so far, the one before, the first, δ, whether δ is relative, and the mode's sign.
    private static readonly (string Word, Stop Stop)[] OfStops =
    [
        ("equal-is-better", new() { Better = (x, best, _, by) => x <= best - by }),
        ("by-anything", new() { Better = (x, best, _, _) => x < best }),
        ("less-than-the-least-change-is-better", new() { Better = (x, best, _, by) => x < best + by }),
        ("compared-with-the-one-before", new() { Better = (x, _, before, by) => x < before - by }),
        ("nan-is-better", new() { IsNanBetter = true }),
        ("nan-is-left-out", new() { IsNanLeftOut = true }),
        ("best-follows-small-gains", new() { IsBestOfAll = true }),
        ("waits-one-more", new() { Late = 1 }),
        ("waits-one-less", new() { Late = -1 }),
        ("never-starts-over", new() { KeepsCount = true }),
        ("counts-from-0", new() { First = 0 }),
        ("stop-counts-from-0", new() { FirstStop = 0 }),
        ("best-counts-from-0", new() { FirstBest = 0 }),
        ("stops-one-later", new() { FirstStop = 2 }),
        ("stops-without-patience", new() { Late = int.MinValue }),
        ("patience-of-0-never-stops", new() { IsZeroForever = true }),
        ("patience-of-0-stops-at-once", new() { IsZeroAtOnce = true }),
        ("relative-by-signed-best", new() { Signed = true }),
        ("always-relative", new() { Relative = true }),
        ("never-relative", new() { Relative = false }),
        ("relative-by-the-loss", new() { ByLoss = true }),
        ("always-min", new() { Mode = "min" }),
        ("always-max", new() { Mode = "max" }),
        ("tells-the-last", new() { TellsLast = true }),
        ("tells-the-magnitude", new() { TellsMagnitude = true }),
        ("goes-on-after-stopping", new() { GoesOn = true }),
    ];

    // The rate after the metrics so far.
    private static readonly (string Word, Plateau Plateau)[] OfPlateaus =
    [
        ("equal-is-better", new() { Better = (x, best, _, by) => x <= best - by }),
        ("less-than-the-threshold-is-better", new() { Better = (x, best, _, by) => x < best + by }),
        ("compares-with-the-one-before", new() { Better = (x, _, before, by) => x < before - by }),
        ("nan-is-better", new() { IsNanBetter = true }),
        ("nan-is-left-out", new() { IsNanLeftOut = true }),
        ("best-follows-small-gains", new() { IsBestOfAll = true }),
        ("patience-reached-is-enough", new() { Late = -1 }),
        ("patience-of-one-more", new() { Late = 1 }),
        ("count-kept-after-a-fall", new() { KeepsCount = true }),
        ("count-kept-when-better", new() { KeepsCountWhenBetter = true }),
        ("best-forgotten-after-a-fall", new() { ForgetsBest = true }),
        ("cooldown-left-out", new() { Cooldown = _ => 0 }),
        ("cooldown-of-one-more", new() { Cooldown = c => c + 1 }),
        ("cooldown-of-one-less", new() { Cooldown = c => Math.Max(0, c - 1) }),
        ("cooldown-counts", new() { CountsInCooldown = true }),
        ("cooldown-stops-comparing", new() { SleepsInCooldown = true }),
        ("threshold-relative-with-sign", new() { Signed = true }),
        ("subtracts-its-factor", new() { Fall = (r, f) => r - f * r }),
        ("divides-by-its-factor", new() { Fall = (r, f) => r / f }),
        ("falls-from-the-first-rate", new() { FallsFromFirst = true }),
        ("falls-once", new() { FallsOnce = true }),
        ("least-rate-left-out", new() { Least = _ => 0 }),
        ("always-max", new() { Mode = "max" }),
        ("always-min", new() { Mode = "min" }),
        ("eps-left-out", new() { Eps = _ => 0 }),
        ("eps-reached-is-enough", new() { IsEpsEnough = true }),
        ("threshold-left-out", new() { Threshold = _ => 0 }),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => op switch
    {
        "loss_scale.update" => OfScales.Select(s => new Slip($"loss-scale-update-{s.Word}", (right, dtype, args) => Updated(s.Scale, right.Answer(op, dtype, (JsonObject)args.DeepClone()), args))),
        "early_stopping" => OfStops.Select(s => new Slip($"early-stopping-{s.Word}", (right, dtype, args) => Stopped(s.Stop, right.Answer(op, dtype, (JsonObject)args.DeepClone()), args))),
        "schedule" => OfPlateaus.Select(p => new Slip($"schedule-plateau-{p.Word}", (right, dtype, args) =>
        {
            JsonObject answer = right.Answer(op, dtype, (JsonObject)args.DeepClone());
            if (JsonTree.Text(args["kind"]) != "plateau")
                return answer;
            double[] rates = Rates(p.Plateau, args);
            return answer.With("lr", Questions.Array([.. args.Row("steps").Select(t => rates[(int)Math.Min(t, rates.Length - 1)])]));
        })),
        _ => [],
    };

    private static JsonObject Updated(Scale way, JsonObject answer, JsonObject args)
    {
        double scale = args.Number("scale"), tracker = args.Number("tracker"), growth = args.Number(Known.Growth), backoff = args.Number(Known.Backoff), interval = args.Number(Known.Interval), h = args.Number(Known.Hysteresis), overflows = args.Number("overflows", 0), least = way.Least(args.Number(Known.MinimumScale)), patience = way.Patience(h);
        static bool Holds(double s) => (float)s > 0 && float.IsFinite((float)s);
        if (args.Flag("found_inf"))
        {
            tracker = way.KeepsAfterOverflow ? tracker + (way.CountsOverflows ? 1 : 0) : 0;
            if (patience > 1 && overflows < patience - 1)
            {
                overflows += way.NeverCounts ? 0 : 1;
            }
            else
            {
                double back = way.BacksByGrowth ? scale / growth : way.Back(scale, backoff), next = back < least ? way.Raises ? least : Math.Min(scale, least) : back;
                scale = Holds(next) || way.Underflows ? next : scale;
                overflows = way.ClearsAfterBackoff ? 0 : way.CountsOn ? overflows + 1 : overflows;
            }
        }
        else
        {
            double counted = tracker + 1;
            bool grows = way.Grows(counted, interval);
            double next = way.Grow(scale, growth);
            scale = grows && (Holds(next) || way.Overflows) ? next : scale;
            overflows = (grows && !way.KeepsOverflows) || way.ClearsAfterGood ? 0 : overflows;
            tracker = way.KeepsTracker ? tracker : grows && !way.KeepsAfterGrowth ? way.AfterGrowth : counted;
        }

        answer.With("scale", scale).With("tracker", (long)tracker).With("skip", args.Flag("found_inf") && way.Skips);
        return answer.ContainsKey("overflows") ? answer.With("overflows", (long)overflows) : answer;
    }

    private static JsonObject Stopped(Stop way, JsonObject answer, JsonObject args)
    {
        bool isRelative = way.Relative ?? JsonTree.Text(args["delta_mode"]) == "rel";
        int sign = (way.Mode ?? JsonTree.Text(args["mode"])) == "max" ? -1 : 1;
        double patience = args.Number("patience"), delta = args.Number(Known.MinDelta), best = double.PositiveInfinity, before = double.PositiveInfinity;
        (int? at, int? stop, double last, int waited) = (null, null, double.NaN, 0);
        double[] losses = args.Row("losses");
        for (int i = 0; i < losses.Length; i++)
        {
            double x = sign * losses[i], by = !isRelative ? delta : double.IsInfinity(best) ? 0 : delta * (way.Signed ? sign * best : way.ByLoss ? Math.Abs(x) : Math.Abs(best));
            if (double.IsNaN(x) && way.IsNanLeftOut)
                continue;
            last = losses[i];
            if (way.Better(x, best, before, by) || (double.IsNaN(x) && way.IsNanBetter) || (double.IsInfinity(best) && at is null && x < best))
            {
                (best, at) = (x, i);
                waited = way.KeepsCount ? waited : 0;
            }
            else
            {
                if (way.IsBestOfAll && x < best)
                    (best, at) = (x, i);
                waited++;
                if (stop is null && !(patience == 0 && way.IsZeroForever) && waited >= (way.Late == int.MinValue ? 1 : Math.Max(1, patience + way.Late)))
                {
                    stop = i;
                    if (!way.GoesOn)
                        break;
                }
            }

            if (patience == 0 && way.IsZeroAtOnce)
            {
                stop = i;
                break;
            }

            before = double.IsNaN(x) ? before : x;
        }

        answer["stop_at"] = stop is { } s ? s + Math.Min(way.First, 1) + way.FirstStop - 1 : null;
        answer["best"] = at is null ? null : way.TellsLast ? Json(last) : way.TellsMagnitude ? Json(Math.Abs(best)) : Json(sign * best);
        answer["best_epoch"] = at is { } b ? b + way.First + way.FirstBest - 1 : null;
        return answer;
    }

    private static JsonNode? Json(double x) => Questions.Array(x)[0]!.DeepClone();

    private static double[] Rates(Plateau way, JsonObject args)
    {
        bool isRelative = JsonTree.Text(args["threshold_mode"]) != "abs";
        int sign = (way.Mode ?? JsonTree.Text(args["mode"])) == "max" ? -1 : 1;
        double r = args.Number("lr"), first = r, factor = args.Number(Known.PlateauFactor), patience = args.Number(Known.PlateauPatience), threshold = way.Threshold(args.Number(Known.PlateauThreshold)), best = double.PositiveInfinity, before = double.PositiveInfinity;
        double least = way.Least(args.Number(Known.MinimumRate)), eps = way.Eps(args.Number(Known.PlateauEpsilon));
        (int bad, double cooling, int falls) = (0, 0, 0);
        var rates = new List<double> { r };
        foreach (double metric in args.Row("metrics"))
        {
            double x = sign * metric, by = !isRelative ? threshold : double.IsInfinity(best) ? 0 : threshold * (way.Signed ? sign * best : Math.Abs(best));
            if ((double.IsNaN(x) && way.IsNanLeftOut) || (way.SleepsInCooldown && cooling > 0))
            {
                cooling = Math.Max(0, cooling - 1);
                rates.Add(r);
                continue;
            }

            if (way.Better(x, best, before, by) || (double.IsNaN(x) && way.IsNanBetter) || (double.IsInfinity(best) && x < best))
            {
                best = x;
                bad = way.KeepsCountWhenBetter ? bad : 0;
            }
            else
            {
                best = way.IsBestOfAll && x < best ? x : best;
                bad++;
            }

            if (cooling > 0)
            {
                cooling--;
                bad = way.CountsInCooldown ? bad : 0;
            }

            before = double.IsNaN(x) ? before : x;
            if (bad > patience + way.Late)
            {
                double next = Math.Max(way.Fall(way.FallsFromFirst ? first : r, factor), least);
                if ((r - next > eps || (way.IsEpsEnough && r - next == eps)) && !(way.FallsOnce && falls > 0))
                    (r, falls) = (next, falls + 1);
                cooling = way.Cooldown(args.Number(Known.Cooldown));
                bad = way.KeepsCount ? bad : 0;
                best = way.ForgetsBest ? double.PositiveInfinity : best;
            }

            rates.Add(r);
        }

        return [.. rates];
    }

    private sealed record Scale
    {
        public Func<double, double, double> Back { get; init; } = (s, b) => s * b;

        public Func<double, double, double> Grow { get; init; } = (s, g) => s * g;

        public Func<double, double, bool> Grows { get; init; } = (t, n) => t >= n;

        public Func<double, double> Patience { get; init; } = h => h;

        public Func<double, double> Least { get; init; } = least => least;

        public long AfterGrowth { get; init; }

        public bool BacksByGrowth { get; init; }

        public bool KeepsTracker { get; init; }

        public bool KeepsAfterGrowth { get; init; }

        public bool KeepsAfterOverflow { get; init; }

        public bool CountsOverflows { get; init; }

        public bool Skips { get; init; } = true;

        public bool ClearsAfterBackoff { get; init; }

        public bool ClearsAfterGood { get; init; }

        public bool KeepsOverflows { get; init; }

        public bool CountsOn { get; init; }

        public bool NeverCounts { get; init; }

        public bool Raises { get; init; }

        public bool Underflows { get; init; }

        public bool Overflows { get; init; }
    }

    /// <summary>How what comes is compared with the best so far, all signs turned so that less is better.</summary>
    private record Comparison
    {
        public Func<double, double, double, double, bool> Better { get; init; } = (x, best, _, by) => x < best - by;

        public bool IsNanBetter { get; init; }

        public bool IsNanLeftOut { get; init; }

        public bool IsBestOfAll { get; init; }

        public int Late { get; init; }

        public bool KeepsCount { get; init; }

        public bool Signed { get; init; }

        public string? Mode { get; init; }
    }

    private sealed record Stop : Comparison
    {
        public int First { get; init; } = 1;

        public int FirstStop { get; init; } = 1;

        public int FirstBest { get; init; } = 1;

        public bool? Relative { get; init; }

        public bool ByLoss { get; init; }

        public bool TellsLast { get; init; }

        public bool TellsMagnitude { get; init; }

        public bool GoesOn { get; init; }

        public bool IsZeroForever { get; init; }

        public bool IsZeroAtOnce { get; init; }
    }

    private sealed record Plateau : Comparison
    {
        public bool KeepsCountWhenBetter { get; init; }

        public bool ForgetsBest { get; init; }

        public Func<double, double> Cooldown { get; init; } = c => c;

        public bool CountsInCooldown { get; init; }

        public bool SleepsInCooldown { get; init; }

        public Func<double, double, double> Fall { get; init; } = (r, f) => r * f;

        public bool FallsFromFirst { get; init; }

        public bool FallsOnce { get; init; }

        public Func<double, double> Least { get; init; } = least => least;

        public Func<double, double> Eps { get; init; } = eps => eps;

        public Func<double, double> Threshold { get; init; } = threshold => threshold;

        public bool IsEpsEnough { get; init; }
    }
}
