using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Wrong;
using static TrainingSpec.Conformance.Wrong.Distortions;
using Known = TrainingSpec.Formulas.Hyperparameters;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of the search for a rate and of the plan of checkpoints: another smoothing, another bound, another slope, another number of segments.</summary>
internal static class FinderSlips
{
    // The smoothed loss after the loss x: of the average before, its weight, the smoothing, and whether it is the first.
    private static readonly (string Word, Search Search)[] OfSearches =
    [
        ("not-debiased", new() { Smoothed = (average, _, _) => average }),
        ("smoothing-starts-at-the-first", new() { Average = (a, x, s, first) => first ? x : s * a + (1 - s) * x, Smoothed = (average, _, _) => average }),
        ("smoothing-left-out", new() { Average = (_, x, _, _) => x, Smoothed = (average, _, _) => average }),
        ("smoothing-exchanged", new() { Average = (a, x, s, _) => (1 - s) * a + s * x, Smoothed = (average, s, n) => s > 0 ? average / (1 - Math.Pow(1 - s, n)) : average }),
        ("debiased-one-step-late", new() { Smoothed = (average, s, n) => average / (1 - Math.Pow(s, n + 1)) }),
        ("debiased-once", new() { Smoothed = (average, s, _) => average / (1 - s) }),
        .. new[] { 1.5, 2, 3, 5, 10 }.Select(k => ($"bound-of-{k.ToString(System.Globalization.CultureInfo.InvariantCulture)}-times", new Search { Bound = (least, _, first) => least > 0 ? k * least : Right(least, first) })),
        ("bound-of-the-first", new() { Bound = (least, _, first) => least > 0 ? 4 * first : Right(least, first) }),
        ("bound-of-the-one-before", new() { Bound = (least, before, first) => least > 0 ? 4 * before : Right(least, first) }),
        ("bound-of-the-least-alone", new() { Bound = (least, _, _) => least > 0 ? 4 * least : least + 3 * Math.Abs(least) }),
        ("bound-of-four-times-any-sign", new() { Bound = (least, _, _) => 4 * least }),
        ("bound-without-sign", new() { Bound = (least, _, _) => 4 * Math.Abs(least) }),
        ("bound-of-the-larger-size-for-all", new() { Bound = (least, _, first) => least + 3 * Math.Max(Math.Abs(first), Math.Abs(least)) }),
        ("bound-of-the-first-size", new() { Bound = (least, _, first) => least > 0 ? 4 * least : least + 3 * Math.Abs(first) }),
        ("bound-of-the-size-once", new() { Bound = (least, _, first) => least > 0 ? 4 * least : least + Math.Max(Math.Abs(first), Math.Abs(least)) }),
        ("bound-of-the-size-four-times", new() { Bound = (least, _, first) => least > 0 ? 4 * least : least + 4 * Math.Max(Math.Abs(first), Math.Abs(least)) }),
        ("no-bound-below-0", new() { Bound = (least, _, _) => least > 0 ? 4 * least : double.PositiveInfinity }),
        ("no-bound", new() { Bound = (_, _, _) => double.PositiveInfinity }),
        ("bound-reached-is-enough", new() { IsReached = true }),
        ("bound-of-raw-losses", new() { Compares = (raw, _) => raw }),
        ("raw-losses-compared-with-smoothed", new() { Compares = (raw, _) => raw, KeepsSmoothed = true }),
        ("nan-left-out", new() { IsNanLeftOut = true }),
        ("rate-at-divergence", new() { Told = 0 }),
        ("rate-two-before-divergence", new() { Told = -2 }),
        ("slope-goes-on-after-divergence", new() { GoesOn = 2 }),
        ("slope-up-to-divergence", new() { GoesOn = 1 }),
        ("slope-over-rates", new() { Scale = x => x }),
        ("slope-of-losses-alone", new() { Slope = (l, r, i) => l[i + 1] - l[i - 1] }),
        ("slope-forward", new() { Slope = (l, r, i) => (l[i + 1] - l[i]) / (r[i + 1] - r[i]) }),
        ("slope-backward", new() { Slope = (l, r, i) => (l[i] - l[i - 1]) / (r[i] - r[i - 1]) }),
        ("slope-forward-at-its-end", new() { Slope = (l, r, i) => (l[i + 1] - l[i]) / (r[i + 1] - r[i]), At = 1 }),
        ("slope-backward-at-its-start", new() { Slope = (l, r, i) => (l[i] - l[i - 1]) / (r[i] - r[i - 1]), At = -1 }),
        ("slope-at-its-end", new() { At = 1 }),
        ("slope-at-its-start", new() { At = -1 }),
        ("slope-of-gradient", new() { Slope = (l, r, i) => (r[i] - r[i - 1], r[i + 1] - r[i]) is var (a, b) ? (a * a * (l[i + 1] - l[i]) + b * b * (l[i] - l[i - 1])) / (a * b * (a + b)) : 0 }),
        ("slope-of-raw-losses", new() { IsRaw = true }),
        ("slope-without-sign", new() { Slope = (l, r, i) => -Math.Abs((l[i + 1] - l[i - 1]) / (r[i + 1] - r[i - 1])) }),
        ("slope-upwards", new() { Slope = (l, r, i) => -(l[i + 1] - l[i - 1]) / (r[i + 1] - r[i - 1]) }),
        ("slope-the-last-of-equals", new() { IsLast = true }),
        ("slope-of-any-sign", new() { Falls = _ => true }),
        ("slope-not-rising", new() { Falls = s => s <= 0 }),
        ("at-the-least-loss", new() { IsLeast = 1 }),
        ("a-tenth-of-the-rate-of-the-least-loss", new() { IsLeast = 0.1 }),
        ("a-tenth", new() { Times = 0.1 }),
    ];

    private static readonly (string Word, Func<double, double> Of)[] Segments =
    [
        ("segments-root-rounded", n => Math.Round(Math.Sqrt(n))),
        ("segments-root-rounded-up", n => Math.Ceiling(Math.Sqrt(n))),
        ("segments-root-rounded-down", n => Math.Max(1, Math.Floor(Math.Sqrt(n)))),
        ("segments-of-one-layer", n => n),
        ("segments-of-all-layers", _ => 1),
        ("segments-of-two", n => Math.Ceiling(n / 2)),
        ("segments-of-the-logarithm", n => Math.Max(1, Math.Ceiling(Math.Log2(n)))),
        ("segments-of-the-doubled-root", n => Math.Min(n, Math.Max(1, Math.Round(Math.Sqrt(2 * n))))),
    ];

    // The peak and what is computed again, of the layers, the segments and the longest one.
    private static readonly (string Word, Func<double, double, double, (double Peak, double Extra)> Of)[] Costs =
    [
        ("peak-counts-the-input", (n, s, longest) => (s + longest, n - s)),
        ("peak-of-even-segments", (n, s, _) => (s + Math.Floor(n / s) - 1, n - s)),
        ("peak-of-segments-alone", (n, s, _) => (s, n - s)),
        ("peak-of-the-longest-alone", (n, _, longest) => (longest, n - longest)),
        ("peak-of-the-product", (n, s, longest) => (s * longest, n - s)),
        ("peak-of-the-larger", (n, s, longest) => (Math.Max(s, longest), n - s)),
        ("peak-of-all-layers", (n, s, _) => (n, n - s)),
        ("all-computed-again", (n, s, longest) => (s + longest - 1, n)),
        ("last-segment-not-computed-again", (n, s, longest) => (s + longest - 1, n - longest)),
        ("one-less-computed-again", (n, s, longest) => (s + longest - 1, n - s - 1)),
        ("longest-computed-again", (_, s, longest) => (s + longest - 1, longest)),
        ("segments-computed-again", (_, s, longest) => (s + longest - 1, s)),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => op switch
    {
        "lr_finder.suggest" => OfSearches.Select(s => new Slip($"lr-finder-suggest-{s.Word}", (right, dtype, args) => Found(s.Search, right.Answer(op, dtype, (JsonObject)args.DeepClone()), args))),
        "checkpointing.plan" =>
        [
            .. Segments.Select(s => new Slip($"checkpointing-plan-{s.Word}", (right, dtype, args) => right.Answer(op, dtype, args["segments"] is null ? args.With("segments", (long)s.Of(args.Number("layers"))) : args))),
            .. Costs.Select(c => new Slip($"checkpointing-plan-{c.Word}", (right, dtype, args) =>
            {
                JsonObject answer = right.Answer(op, dtype, (JsonObject)args.DeepClone());
                (double n, double s) = (args.Number("layers"), answer.Number("segments"));
                (double peak, double extra) = c.Of(n, s, Math.Ceiling(n / s));
                return answer.With("peak", (long)peak).With("extra_forward", (long)extra);
            })),
        ],
        _ => [],
    };

    private static double Right(double least, double first) => least + 3 * Math.Max(Math.Abs(first), Math.Abs(least));

    private static JsonObject Found(Search way, JsonObject answer, JsonObject args)
    {
        double[] rates = args.Row("lr"), raw = args.Row("loss");
        double s = args.Number(Known.LossSmoothing), average = 0;
        double[] smooth = [.. raw.Select((x, i) => way.Smoothed(average = way.Average(average, x, s, i == 0), s, i + 1))];
        int end = rates.Length;
        double least = double.NaN;
        for (int i = 0; i < end; i++)
        {
            double x = way.Compares(raw[i], smooth[i]);
            if (!double.IsFinite(x) && way.IsNanLeftOut)
                continue;
            double bound = double.IsNaN(least) ? double.PositiveInfinity : way.Bound(least, i > 0 ? smooth[i - 1] : smooth[0], smooth[0]);
            if (!double.IsFinite(x) || x > bound || (way.IsReached && x == bound))
            {
                end = i;
                break;
            }

            double kept = way.KeepsSmoothed ? smooth[i] : x;
            least = double.IsNaN(least) ? kept : Math.Min(least, kept);
        }

        int told = end == rates.Length ? end - 1 : end + way.Told;
        answer["before_divergence"] = told >= 0 && told < rates.Length ? rates[told] : null;
        (double best, int at) = (double.PositiveInfinity, -1);
        double[] scale = [.. rates.Select(way.Scale)], losses = way.IsRaw ? raw : smooth;
        for (int i = 1; i < Math.Min(rates.Length, way.GoesOn == 2 ? rates.Length : end + way.GoesOn) - 1; i++)
        {
            double slope = way.Slope(losses, scale, i);
            if (way.Falls(slope) && (slope < best || (way.IsLast && slope == best)))
                (best, at) = (slope, i);
        }

        int lowest = end == 0 ? -1 : System.Array.IndexOf(smooth, smooth[..end].Min());
        answer["steepest"] = way.IsLeast > 0 ? lowest < 0 ? null : way.IsLeast * rates[lowest] : at < 0 ? null : way.Times * rates[at + way.At];
        return answer;
    }

    private sealed record Search
    {
        public Func<double, double, double, bool, double> Average { get; init; } = (a, x, s, _) => s * a + (1 - s) * x;

        public Func<double, double, int, double> Smoothed { get; init; } = (average, s, n) => average / (1 - Math.Pow(s, n));

        public Func<double, double, double, double> Bound { get; init; } = (least, _, first) => least > 0 ? 4 * least : Right(least, first);

        public Func<double, double, double> Compares { get; init; } = (_, smooth) => smooth;

        public Func<double, double> Scale { get; init; } = Math.Log;

        public Func<double[], double[], int, double> Slope { get; init; } = (l, r, i) => (l[i + 1] - l[i - 1]) / (r[i + 1] - r[i - 1]);

        public Func<double, bool> Falls { get; init; } = s => s < 0;

        public int Told { get; init; } = -1;

        public int GoesOn { get; init; }

        public int At { get; init; }

        public double IsLeast { get; init; }

        public double Times { get; init; } = 1;

        public bool IsReached { get; init; }

        public bool KeepsSmoothed { get; init; }

        public bool IsNanLeftOut { get; init; }

        public bool IsRaw { get; init; }

        public bool IsLast { get; init; }
    }
}
