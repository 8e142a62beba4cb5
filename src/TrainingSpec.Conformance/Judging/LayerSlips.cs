using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Wrong;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of the normalizations and of attention, forward and backward: one part of the formula is another.</summary>
internal static class LayerSlips
{
    private static readonly (string Word, Parts Parts)[] OfBoth =
    [
        ("eps-outside-root", new() { Root = (v, e) => Math.Sqrt(v) + e }),
        ("eps-left-out", new() { Root = (v, _) => v > 0 ? Math.Sqrt(v) : 1 }),
        ("eps-a-floor-of-the-variance", new() { Root = (v, e) => Math.Sqrt(Math.Max(v, e)) }),
        ("eps-a-floor-of-the-root", new() { Root = (v, e) => Math.Max(Math.Sqrt(v), e) }),
        ("eps-squared", new() { Root = (v, e) => Math.Sqrt(v + e * e) }),
        ("root-left-out", new() { Root = (v, e) => v + e }),
        ("eps-of-1e-5", new() { Root = (v, e) => Math.Sqrt(v + (e is 1e-5 or 1e-6 ? 1e-5 : e)) }),
        ("eps-of-1e-6", new() { Root = (v, e) => Math.Sqrt(v + (e is 1e-5 or 1e-6 ? 1e-6 : e)) }),
        ("eps-of-1e-8", new() { Root = (v, e) => Math.Sqrt(v + (e is 1e-5 or 1e-6 ? 1e-8 : e)) }),
        ("eps-of-1e-12", new() { Root = (v, e) => Math.Sqrt(v + (e is 1e-5 or 1e-6 ? 1e-12 : e)) }),
        ("squares-over-one-less", new() { Share = n => n > 1 ? n / (n - 1.0) : 1 }),
        ("squares-summed", new() { Share = n => n }),
        ("eps-in-the-sum", new() { Root = (v, e) => Math.Sqrt(v + e), IsSummed = true }),
        ("gain-left-out", new() { Gain = _ => 1 }),
        ("gain-left-out-forward", new() { GainForward = _ => 1 }),
        ("gain-squared", new() { Gain = g => g * g }),
        ("gain-squared-forward", new() { GainForward = g => g * g }),
        ("gain-from-1", new() { Gain = g => 1 + g }),
        ("gain-from-1-forward", new() { GainForward = g => 1 + g }),
        ("bias-left-out", new() { Bias = (_, _) => 0 }),
        ("bias-of-the-other-sign", new() { Bias = (b, _) => -b }),
        ("bias-scaled", new() { Bias = (b, g) => b * g }),
        ("gradient-without-gain", new() { GainBackward = _ => 1 }),
        ("gradient-without-means", new() { Mean = 0, Inner = 0 }),
        ("gradient-without-the-mean", new() { Mean = 0 }),
        ("gradient-without-the-inner-mean", new() { Inner = 0 }),
        ("gradient-with-sums-for-means", new() { IsSumBackward = true }),
        ("gradient-adds-the-inner-mean", new() { Inner = -1 }),
        ("gradient-adds-the-mean", new() { Mean = -1 }),
        ("gradient-less-its-mean", new() { Mean = 1 }),
        ("gradient-not-divided", new() { Over = _ => 1 }),
        ("gradient-divided-twice", new() { Over = s => s * s }),
        ("gain-gradient-averaged", new() { Rows = "mean" }),
        ("gain-gradient-of-the-last-row", new() { Rows = "last" }),
        ("gain-gradient-of-the-input", new() { OfGain = (_, x, _) => x }),
        ("gain-gradient-of-the-output", new() { OfGain = (_, _, y) => y }),
        ("bias-gradient-averaged", new() { BiasRows = "mean" }),
        ("bias-gradient-of-the-last-row", new() { BiasRows = "last" }),
        ("bias-gradient-scaled", new() { IsBiasScaled = true }),
        ("over-all-rows", new() { Group = "all" }),
        ("over-columns", new() { Group = "columns" }),
        ("mean-kept", new() { IsMeanKept = true }),
        ("mean-removed", new() { IsMeanRemoved = true }),
        ("by-the-deviation", new() { IsDeviation = true }),
        ("of-magnitudes", new() { IsOfMagnitudes = true }),
    ];

    // The weight of a query's scores, the scale, the mask, and what goes back.
    private static readonly (string Word, Look Look)[] OfAttention =
    [
        ("unscaled", new() { Scale = (_, _, _) => 1 }),
        ("scaled-by-the-width", new() { Scale = (_, width, _) => 1 / Math.Sqrt(width) }),
        ("scaled-without-root", new() { Scale = (d, _, _) => 1.0 / d }),
        ("scaled-by-positions", new() { Scale = (_, _, n) => 1 / Math.Sqrt(n) }),
        ("mask-left-out", new() { Mask = _ => 0 }),
        ("mask-subtracted", new() { Mask = m => double.IsInfinity(m) ? m : -m }),
        ("mask-counts-as-hidden-or-not", new() { Mask = m => double.IsInfinity(m) ? m : 0 }),
        ("mask-of-1e4", new() { Mask = m => Math.Max(m, -1e4) }),
        ("mask-scaled", new() { IsMaskScaled = true }),
        ("mask-multiplies-as-seen-or-not", new() { Masked = (score, m) => double.IsInfinity(m) ? 0 : score }),
        ("mask-multiplies", new() { Masked = (score, m) => double.IsInfinity(m) ? 0 : score * m }),
        ("mask-replaces", new() { Masked = (score, m) => m == 0 ? score : m }),
        ("mask-of-1e9", new() { Masked = (score, m) => double.IsInfinity(m) ? -1e9 : score + m }),
        ("mask-on-probabilities", new() { Masked = (score, m) => double.IsInfinity(m) ? m : score + Math.Exp(m) }),
        ("hidden-rows-see-all-alike", new() { IsHiddenUniform = true }),
        ("masked-after-softmax", new() { IsHiddenLate = true }),
        ("looks-ahead", new() { Sees = (_, _) => true }),
        ("sees-one-ahead", new() { Sees = (i, j) => j <= i + 1 }),
        ("never-sees-itself", new() { Sees = (i, j) => j < i || (i == 0 && j == 0) }),
        ("sees-what-comes-alone", new() { Sees = (i, j) => j >= i }),
        ("weights-not-divided", new() { Divisor = _ => 1 }),
        ("with-one-more-in-the-denominator", new() { Divisor = sum => 1 + sum }),
        ("softmax-over-queries", new() { IsOverQueries = true }),
        ("gradient-without-mean", new() { Inner = (_, _) => 0 }),
        ("gradient-less-the-sum", new() { Inner = (_, dp) => dp.Sum() }),
        ("gradient-unscaled", new() { ScaleBackward = _ => 1 }),
        ("gradient-scaled-twice", new() { ScaleBackward = s => s * s }),
        ("gradient-of-weights-for-scores", new() { Slope = 0 }),
        ("key-gradient-not-transposed", new() { Keys = (ds, i, j) => ds[i][j] }),
        ("query-gradient-transposed", new() { Queries = (ds, i, j) => ds[j][i] }),
        ("query-and-key-gradients-exchanged", new() { AreExchanged = true }),
        ("query-and-key-taken-for-each-other", new() { AreTakenForEachOther = true }),
        ("value-gradient-not-transposed", new() { Values = (p, i, j) => p[i][j] }),
        ("value-gradient-doubled", new() { Values = (p, i, j) => 2 * p[j][i] }),
        ("heads-interleaved", new() { IsInterleaved = true }),
        ("one-head", new() { IsOneHead = true }),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => op switch
    {
        "layer_norm" or "rms_norm" => OfBoth.Select(p => new Slip($"{op.Replace('_', '-')}-{p.Word}", (right, dtype, args) => Normalized(op, p.Parts, right.Answer(op, dtype, (JsonObject)args.DeepClone()), args))),
        "attention" => OfAttention.Select(l => new Slip($"attention-{l.Word}", (right, dtype, args) => Attended(l.Look, right.Answer(op, dtype, (JsonObject)args.DeepClone()), args))),
        _ => [],
    };

    private static JsonObject Normalized(string op, Parts parts, JsonObject answer, JsonObject args)
    {
        bool isLayer = op == "layer_norm";
        double[][] x = args.Rows("x");
        int n = x.Length, c = x[0].Length;
        double eps = args.Number(isLayer ? Hyperparameters.LayerNormEpsilon : Hyperparameters.RmsNormEpsilon);
        double[] gain = args["gain"] is null ? [.. x[0].Select(_ => 1.0)] : args.Row("gain"), bias = args["bias"] is null ? new double[c] : args.Row("bias");
        double[] Members(int i, int j) => parts.Group switch { "all" => [.. x.SelectMany(row => row)], "columns" => [.. x.Select(row => row[j])], _ => x[i] };
        double[][] h = new double[n][], s = new double[n][], y = new double[n][];
        for (int i = 0; i < n; i++)
        {
            (h[i], s[i], y[i]) = (new double[c], new double[c], new double[c]);
            for (int j = 0; j < c; j++)
            {
                double[] group = Members(i, j);
                double mean = isLayer || parts.IsMeanRemoved ? group.Average() : 0, by = parts.IsDeviation ? group.Average() : mean;
                double v = parts.IsOfMagnitudes ? Math.Pow(group.Average(e => Math.Abs(e - by)), 2) : group.Average(e => (e - by) * (e - by)) * parts.Share(group.Length);
                s[i][j] = parts.Root(v, parts.IsSummed ? eps / group.Length : eps);
                h[i][j] = (x[i][j] - (parts.IsMeanKept ? 0 : mean)) / s[i][j];
                y[i][j] = h[i][j] * (args["gain"] is null ? 1 : (parts.GainForward ?? parts.Gain)(gain[j])) + parts.Bias(bias[j], gain[j]);
            }
        }

        answer["y"] = Rows(y);
        if (args["grad_y"] is null)
            return answer;
        double[][] dy = args.Rows("grad_y"), dx = new double[n][];
        for (int i = 0; i < n; i++)
        {
            double[] q = [.. dy[i].Select((d, j) => args["gain"] is null ? d : d * (parts.GainBackward ?? parts.Gain)(gain[j]))];
            double times = parts.IsSumBackward ? c : 1, mean = (parts.Mean ?? (isLayer ? 1 : 0)) * q.Average() * times, inner = parts.Inner * q.Select((v, j) => v * h[i][j]).Average() * times;
            dx[i] = [.. q.Select((v, j) => (v - mean - h[i][j] * inner) / parts.Over(s[i][j]))];
        }

        answer["grad_x"] = Rows(dx);
        if (args["gain"] is not null)
            answer["grad_gain"] = Questions.Array([.. gain.Select((_, j) => Over(parts.Rows, [.. dy.Select((d, i) => d[j] * parts.OfGain(h[i][j], x[i][j], y[i][j]))]))]);
        if (args["bias"] is not null)
            answer["grad_bias"] = Questions.Array([.. bias.Select((_, j) => Over(parts.BiasRows, [.. dy.Select(d => d[j] * (parts.IsBiasScaled ? gain[j] : 1))]))]);
        return answer;
    }

    private static double Over(string how, double[] rows) => how switch { "mean" => rows.Average(), "last" => rows[^1], _ => rows.Sum() };

    private static JsonObject Attended(Look look, JsonObject answer, JsonObject args)
    {
        double[][] q = args.Rows("q"), k = args.Rows("k"), v = args.Rows("v");
        int n = q.Length, width = q[0].Length, heads = look.IsOneHead ? 1 : (int)args.Number(Hyperparameters.Heads), d = width / heads;
        double[][]? dy = args["grad_y"] is null ? null : args.Rows("grad_y");
        double[][] mask = args["mask"] is JsonArray rows ? [.. rows.Select(row => ((JsonArray)row!).Select(m => m!.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.True => 0,
            System.Text.Json.JsonValueKind.False => double.NegativeInfinity,
            _ => Number(m),
        }).Select(look.Mask).ToArray())] : [.. q.Select(_ => new double[n])];
        double[][] Empty() => [.. q.Select(_ => new double[width])];
        double[][] y = Empty(), dq = Empty(), dk = Empty(), dv = Empty();
        double scale = look.Scale(d, width, n), back = look.ScaleBackward(scale);
        for (int head = 0; head < heads; head++)
        {
            int[] columns = [.. Enumerable.Range(0, d).Select(c => look.IsInterleaved ? c * heads + head : head * d + c)];
            double Product(double[] a, double[] b) => columns.Sum(c => a[c] * b[c]);
            double[][] scores = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => look.Sees(i, j) || look.IsHiddenLate ? look.Masked is { } masked ? masked(scale * Product(q[i], k[j]), mask[i][j]) : scale * Product(q[i], k[j]) + (look.IsMaskScaled ? scale : 1) * mask[i][j] : double.NegativeInfinity).ToArray())];
            double[][] e = [.. scores.Select(row => row.Select(s => double.IsInfinity(row.Max()) ? 0 : Math.Exp(s - row.Max())).ToArray())];
            if (look.IsHiddenUniform)
                e = [.. e.Select((row, i) => row.Sum() > 0 ? row : [.. row.Select((_, j) => j <= i ? 1.0 : 0)])];
            double[][] p = [.. e.Select((row, i) => row.Select((w, j) => w == 0 || (look.IsHiddenLate && !look.Sees(i, j)) ? 0 : w / look.Divisor(look.IsOverQueries ? e.Sum(other => other[j]) : row.Sum())).ToArray())];
            for (int i = 0; i < n; i++)
            {
                foreach (int c in columns)
                    y[i][c] = Enumerable.Range(0, n).Sum(j => p[i][j] * v[j][c]);
            }

            if (dy is null)
                continue;
            double[][] ds = [.. Enumerable.Range(0, n).Select(i =>
            {
                double[] dp = [.. v.Select(value => Product(dy[i], value))];
                double inner = look.Inner(p[i], dp);
                return dp.Select((x, j) => look.Slope == 0 ? x : p[i][j] * (x - inner)).ToArray();
            })];
            for (int i = 0; i < n; i++)
            {
                foreach (int c in columns)
                {
                    double[][] keys = look.AreTakenForEachOther ? q : k, queries = look.AreTakenForEachOther ? k : q;
                    dq[i][c] = back * Enumerable.Range(0, n).Sum(j => look.Queries(ds, i, j) * keys[j][c]);
                    dk[i][c] = back * Enumerable.Range(0, n).Sum(j => look.Keys(ds, i, j) * queries[j][c]);
                    dv[i][c] = Enumerable.Range(0, n).Sum(j => look.Values(p, i, j) * dy[j][c]);
                }
            }
        }

        answer["y"] = Rows(y);
        if (dy is null)
            return answer;
        (answer["grad_q"], answer["grad_k"], answer["grad_v"]) = look.AreExchanged ? (Rows(dk), Rows(dq), Rows(dv)) : (Rows(dq), Rows(dk), Rows(dv));
        return answer;
    }

    private sealed record Parts
    {
        public Func<double, double, double> Root { get; init; } = (v, e) => Math.Sqrt(v + e);

        public Func<int, double> Share { get; init; } = _ => 1;

        public Func<double, double> Gain { get; init; } = g => g;

        public Func<double, double>? GainForward { get; init; }

        public Func<double, double>? GainBackward { get; init; }

        public Func<double, double, double> Bias { get; init; } = (b, _) => b;

        public double? Mean { get; init; }

        public double Inner { get; init; } = 1;

        public Func<double, double> Over { get; init; } = s => s;

        public Func<double, double, double, double> OfGain { get; init; } = (h, _, _) => h;

        public string Rows { get; init; } = "sum";

        public string BiasRows { get; init; } = "sum";

        public string Group { get; init; } = "rows";

        public bool IsSummed { get; init; }

        public bool IsSumBackward { get; init; }

        public bool IsBiasScaled { get; init; }

        public bool IsMeanKept { get; init; }

        public bool IsMeanRemoved { get; init; }

        public bool IsDeviation { get; init; }

        public bool IsOfMagnitudes { get; init; }
    }

    private sealed record Look
    {
        public Func<int, int, int, double> Scale { get; init; } = (d, _, _) => 1 / Math.Sqrt(d);

        public Func<double, double> Mask { get; init; } = m => m;

        public Func<double, double, double>? Masked { get; init; }

        public Func<int, int, bool> Sees { get; init; } = (i, j) => j <= i;

        public Func<double, double> Divisor { get; init; } = sum => sum;

        public Func<double[], double[], double> Inner { get; init; } = (p, dp) => p.Zip(dp, (a, b) => a * b).Sum();

        public Func<double, double> ScaleBackward { get; init; } = s => s;

        public Func<double[][], int, int, double> Queries { get; init; } = (ds, i, j) => ds[i][j];

        public Func<double[][], int, int, double> Keys { get; init; } = (ds, i, j) => ds[j][i];

        public Func<double[][], int, int, double> Values { get; init; } = (p, i, j) => p[j][i];

        public int Slope { get; init; } = 1;

        public bool IsMaskScaled { get; init; }

        public bool IsHiddenLate { get; init; }

        public bool IsHiddenUniform { get; init; }

        public bool IsOverQueries { get; init; }

        public bool AreExchanged { get; init; }

        public bool AreTakenForEachOther { get; init; }

        public bool IsInterleaved { get; init; }

        public bool IsOneHead { get; init; }
    }
}
