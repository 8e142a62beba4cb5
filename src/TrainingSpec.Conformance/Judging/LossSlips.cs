using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of softmax and of the losses: one part of the formula is another, for every reduction and option.</summary>
internal static class LossSlips
{
    private const string CrossEntropy = "cross_entropy", Binary = "bce_with_logits";

    private static readonly (string Word, Rows Rows)[] OfRows =
    [
        ("adds-eps-to-the-probability", new() { Log = p => Math.Log(p + 1e-8) }),
        ("adds-1e-12-to-the-probability", new() { Log = p => Math.Log(p + 1e-12) }),
        ("clips-the-probability", new() { Log = p => Math.Log(Math.Clamp(p, 1e-7, 1 - 1e-7)) }),
        ("of-base-2", new() { Log = p => Math.Log2(p) }),
        ("of-base-10", new() { Log = p => Math.Log10(p) }),
        ("smooths-over-the-others", new() { Label = (y, s, k, _) => y * (1 - s) + (1 - y) * s / Math.Max(1, k - 1) }),
        ("smooths-without-the-share-of-the-target", new() { Label = (y, s, k, _) => y > 0 ? 1 - s : s / k }),
        ("smooths-without-taking-from-the-target", new() { Label = (y, s, k, _) => y + s / k }),
        ("smoothing-exchanged", new() { Label = (y, s, k, _) => y * s + (1 - s) / k }),
        ("smooths-over-the-rows", new() { Label = (y, s, _, rows) => y * (1 - s) + s / rows }),
        ("smooths-the-target-alone", new() { Label = (y, s, k, _) => y > 0 ? y * (1 - s) + s / k : 0 }),
        ("never-smooths", new() { Label = (y, _, _, _) => y }),
        ("never-smooths-the-gradient", new() { SlopeLabel = (y, _, _, _) => y }),
        ("gradient-without-weights", new() { Slope = (p, y, _, _, _, _) => p - y }),
        ("gradient-by-the-weight-of-the-target", new() { Slope = (p, y, _, _, target, _) => target * (p - y) }),
        ("gradient-of-the-other-sign", new() { Slope = (p, y, w, sum, _, _) => w * y - sum * p }),
        ("gradient-is-the-probability", new() { Slope = (p, _, _, _, _, _) => p }),
        ("gradient-at-the-target-alone", new() { Slope = (p, y, w, sum, _, _) => y > 0 ? sum * p - w * y : 0 }),
        ("gradient-through-softmax-twice", new() { Slope = (p, y, w, sum, _, inner) => p * (sum * p - w * y - inner) }),
        ("weights-the-target-alone", new() { Weighted = (w, y, smooth, s, k, _) => w * y * (1 - s) + s / k }),
        ("weights-by-the-target", new() { Weighted = (_, _, smooth, _, _, target) => target * smooth }),
        ("mean-over-all-rows", new() { Divisor = (rows, _, _, _) => rows }),
        ("mean-over-rows-kept", new() { Divisor = (_, kept, _, _) => kept }),
        ("mean-over-all-numbers", new() { Divisor = (rows, _, weights, k) => rows * k }),
        ("gradient-of-the-mean-over-all-rows", new() { SlopeDivisor = (rows, _, _, _) => rows }),
        ("gradient-of-the-mean-not-divided", new() { SlopeDivisor = (_, _, _, _) => 1 }),
        ("sum-is-the-mean", new() { SumDivisor = (_, kept, _, _) => kept }),
        ("gradient-of-the-sum-divided", new() { SlopeSumDivisor = (_, kept, _, _) => kept }),
        ("ignored-rows-keep-their-gradient", new() { IsIgnoredSloped = true }),
        ("soft-targets-hardened", new() { IsHard = true }),
    ];

    private static readonly (string Op, string Word, Func<double, double, double> Loss, Func<double, double, double> Slope)[] OfErrors =
    [
        ("mse", "halved-alone", (d, _) => d * d / 2, (d, _) => 2 * d),
        ("mse", "halved", (d, _) => d * d / 2, (d, _) => d),
        ("mse", "gradient-halved", (d, _) => d * d, (d, _) => d),
        ("mse", "gradient-of-the-other-sign", (d, _) => d * d, (d, _) => -2 * d),
        ("mse", "of-magnitudes", (d, _) => Math.Abs(d), (d, _) => Math.Sign(d)),
        ("huber", "jumps", (d, k) => Math.Abs(d) <= k ? d * d / 2 : k * Math.Abs(d), Bounded),
        ("huber", "linear-without-half", (d, k) => Math.Abs(d) <= k ? d * d / 2 : k * (Math.Abs(d) - k), Bounded),
        ("huber", "linear-without-delta", (d, k) => Math.Abs(d) <= k ? d * d / 2 : Math.Abs(d) - k / 2, Bounded),
        ("huber", "square-not-halved", (d, k) => Math.Abs(d) <= k ? d * d : k * (Math.Abs(d) - k / 2), Bounded),
        ("huber", "over-delta", (d, k) => Math.Abs(d) <= k ? d * d / 2 / k : Math.Abs(d) - k / 2, (d, k) => Math.Clamp(d / k, -1, 1)),
        ("huber", "slope-is-a-sign-beyond", Huber, (d, k) => Math.Abs(d) <= k ? d : Math.Sign(d)),
        ("huber", "slope-unbounded", Huber, (d, _) => d),
        ("huber", "slope-of-the-other-sign", Huber, (d, k) => -Bounded(d, k)),
        ("huber", "compares-signed-errors", (d, k) => d <= k ? d * d / 2 : k * (Math.Abs(d) - k / 2), Bounded),
        ("huber", "is-pseudo", (d, k) => k * k * (Math.Sqrt(1 + d / k * (d / k)) - 1), (d, k) => d / Math.Sqrt(1 + d / k * (d / k))),
        ("smooth_l1", "is-huber", Huber, Bounded),
        ("smooth_l1", "linear-less-half", (d, b) => Math.Abs(d) < b ? d * d / 2 / b : Math.Abs(d) - 0.5, Smooth),
        ("smooth_l1", "linear-without-offset", (d, b) => Math.Abs(d) < b ? d * d / 2 / b : Math.Abs(d), Smooth),
        ("smooth_l1", "square-without-beta", (d, b) => Math.Abs(d) < b ? d * d / 2 : Math.Abs(d) - b / 2, Smooth),
        ("smooth_l1", "square-times-beta", (d, b) => Math.Abs(d) < b ? d * d / 2 * b : Math.Abs(d) - b / 2, Smooth),
        ("smooth_l1", "square-not-halved", (d, b) => Math.Abs(d) < b ? d * d / b : Math.Abs(d) - b / 2, Smooth),
        ("smooth_l1", "slope-without-beta", (d, b) => Math.Abs(d) < b ? d * d / 2 / b : Math.Abs(d) - b / 2, (d, b) => Math.Abs(d) < b ? d : Math.Sign(d)),
    ];

    private static readonly (string Word, Func<double, double, double, double> Loss, Func<double, double, double, double> Slope)[] OfBinary =
    [
        ("weight-on-both-classes", (z, y, p) => p * ((1 - y) * Plus(z) + y * Plus(-z)), (z, y, p) => p * (Sigmoid(z) - y)),
        ("weight-on-the-negative-class", (z, y, p) => p * (1 - y) * Plus(z) + y * Plus(-z), (z, y, p) => p * (1 - y) * Sigmoid(z) - y * Sigmoid(-z)),
        ("weight-not-in-the-gradient", Logistic, (z, y, _) => Sigmoid(z) - y),
        ("weight-on-the-whole-gradient", Logistic, (z, y, p) => p * (Sigmoid(z) - y)),
        ("weight-without-effect", (z, y, _) => Logistic(z, y, 1), (z, y, _) => Sigmoid(z) - y),
        ("of-base-2", (z, y, p) => Logistic(z, y, p) / Math.Log(2), Slope),
        ("targets-hardened", (z, y, p) => Logistic(z, y > 0.5 ? 1 : 0, p), (z, y, p) => Slope(z, y > 0.5 ? 1 : 0, p)),
        ("gradient-through-the-sigmoid-twice", Logistic, (z, y, p) => Slope(z, y, p) * Sigmoid(z) * Sigmoid(-z)),
        ("gradient-of-the-other-sign", Logistic, (z, y, p) => -Slope(z, y, p)),
        ("of-the-probability", (z, y, p) => -p * y * Math.Log(Sigmoid(z)) - (1 - y) * Math.Log(1 - Sigmoid(z)), Slope),
        ("adds-eps-to-the-probability", (z, y, p) => -p * y * Math.Log(Sigmoid(z) + 1e-7) - (1 - y) * Math.Log(1 - Sigmoid(z) + 1e-7), Slope),
    ];

    private static readonly (string Op, string Word, Func<double, int, int, int, (double Loss, double Slope)> Factors)[] OfReductions =
    [
        .. from op in new[] { "mse", "huber", "smooth_l1", Binary }
           from f in new (string, Func<double, int, int, int, (double, double)>)[]
           {
               ("gradient-of-none-averaged", (reduction, n, _, _) => (1, reduction == 0 ? 1.0 / n : 1)),
               ("sum-is-the-mean", (reduction, n, _, _) => (reduction == 1 ? 1.0 / n : 1, 1)),
               ("gradient-of-the-sum-averaged", (reduction, n, _, _) => (1, reduction == 1 ? 1.0 / n : 1)),
               ("gradient-of-the-mean-not-divided", (reduction, n, _, _) => (1, reduction == 2 ? n : 1)),
               ("mean-over-one-less", (reduction, n, _, _) => reduction == 2 && n > 1 ? (n / (n - 1.0), n / (n - 1.0)) : (1, 1)),
               ("mean-over-rows", (reduction, n, rows, _) => reduction == 2 ? ((double)n / rows, (double)n / rows) : (1, 1)),
               ("mean-over-columns", (reduction, n, _, columns) => reduction == 2 ? ((double)n / columns, (double)n / columns) : (1, 1)),
           }
           select (op, f.Item1, f.Item2),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => op switch
    {
        "softmax" => OfSoftmax(),
        "log_softmax" or "logsumexp" => OfLogarithms(op),
        CrossEntropy => OfRows.Select(s => new Slip($"cross-entropy-{s.Word}", (right, dtype, args) => Judged(s.Rows, right, dtype, args))),
        "mse" or "huber" or "smooth_l1" => OfErrors.Where(s => s.Op == op).Select(s => new Slip($"{op.Replace('_', '-')}-{s.Word}", (_, _, args) =>
        {
            double k = args.Number(op == "huber" ? "delta" : "beta", 1);
            double[] errors = [.. args.Row("predictions").Zip(args.Row("targets"), (p, y) => p - y)];
            return Reduced(args, "grad_predictions", [[.. errors.Select(d => s.Loss(d, k))]], [[.. errors.Select(d => s.Slope(d, k))]], isFlat: true);
        })).Concat(Reductions(op, "grad_predictions")),
        Binary => OfBinary.Select(s => new Slip($"bce-with-logits-{s.Word}", (_, _, args) =>
        {
            double[][] z = args.Rows("logits"), y = args.Rows("targets");
            double[] p = args["pos_weight"] is null ? [.. z[0].Select(_ => 1.0)] : args.Row("pos_weight");
            double smoothing = args.Number(Hyperparameters.LabelSmoothing);
            double[][] Each(Func<double, double, double, double> of) => [.. z.Zip(y, (a, b) => a.Select((x, j) => of(x, (1 - smoothing) * b[j] + smoothing / 2, p[j])).ToArray())];
            return Reduced(args, "grad_logits", Each(s.Loss), Each(s.Slope), isFlat: false);
        })).Concat(Reductions(Binary, "grad_logits")),
        _ => [],
    };

    private static IEnumerable<Slip> OfSoftmax()
    {
        Slip Of(string word, Func<double[], double[]> probabilities) => new($"softmax-{word}", (right, dtype, args) =>
        {
            right.Answer("softmax", dtype, (JsonObject)args.DeepClone());
            return new() { ["probs"] = Questions.Array(probabilities(args.Row("logits"))) };
        });
        static double[] Over(double[] x, Func<double, double> e, Func<double[], double> divisor) => Divided([.. x.Select(e)], divisor);
        static double[] Divided(double[] e, Func<double[], double> divisor) => [.. e.Select(v => v / divisor(e))];
        yield return Of("of-base-2", x => Over(x, v => Math.Pow(2, v - x.Max()), e => e.Sum()));
        yield return Of("with-1e-8-in-the-denominator", x => Over(x, v => Math.Exp(v - x.Max()), e => e.Sum() + 1e-8));
        yield return Of("with-1e-5-in-the-denominator", x => Over(x, v => Math.Exp(v - x.Max()), e => e.Sum() + 1e-5));
        yield return Of("with-one-more-in-the-denominator", x => Over(x, v => Math.Exp(v - x.Max()), e => e.Sum() + Math.Exp(-x.Max())));
        yield return Of("of-length-1", x => Over(x, v => Math.Exp(v - x.Max()), e => Math.Sqrt(e.Sum(v => v * v))));
        yield return Of("over-the-largest", x => Over(x, v => Math.Exp(v - x.Max()), e => e.Max()));
        yield return Of("scaled-as-attention", x => Over(x, v => Math.Exp((v - x.Max()) / Math.Sqrt(x.Length)), e => e.Sum()));
        yield return Of("of-magnitudes", x => Over(x, v => Math.Abs(v), e => e.Sum()));
        yield return Of("rounded-to-float16", x => [.. Over(x, v => Math.Exp(v - x.Max()), e => e.Sum()).Select(p => (double)(Half)p)]);
    }

    private static IEnumerable<Slip> OfLogarithms(string op)
    {
        Slip Of(string word, Func<double, int, double[], double> of) => new($"{op.Replace('_', '-')}-{word}", (right, dtype, args) =>
        {
            right.Answer(op, dtype, (JsonObject)args.DeepClone());
            double[] x = args.Row(op == "logsumexp" ? "x" : "logits");
            double max = x.Max(), sum = x.Sum(v => Math.Exp(v - max)), value = of(sum, x.Length, x) + (word is "loses-the-maximum" ? 0 : max);
            return op == "logsumexp" ? new() { ["value"] = value } : new() { ["log_probs"] = Questions.Array([.. x.Select(v => v - value)]) };
        });
        yield return Of("of-base-2", (sum, _, _) => Math.Log2(sum));
        yield return Of("unshifted", (_, _, x) => Math.Log(x.Sum(Math.Exp)) - x.Max());
        yield return Of("of-the-mean", (sum, n, _) => Math.Log(sum / n));
        yield return Of("with-one-more-in-the-sum", (sum, _, _) => Math.Log(1 + sum));
        yield return Of("is-the-maximum", (_, _, _) => 0);
        yield return Of("loses-the-maximum", (sum, _, _) => Math.Log(sum));
    }

    private static double Bounded(double d, double k) => Math.Clamp(d, -k, k);

    private static double Huber(double d, double k) => Math.Abs(d) <= k ? d * d / 2 : k * (Math.Abs(d) - k / 2);

    private static double Smooth(double d, double b) => Math.Abs(d) < b ? d / b : Math.Sign(d);

    private static double Plus(double z) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));

    private static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    private static double Logistic(double z, double y, double p) => (1 - y) * Plus(z) + p * y * Plus(-z);

    private static double Slope(double z, double y, double p) => (1 - y) * Sigmoid(z) - p * y * Sigmoid(-z);

    private static JsonObject Reduced(JsonObject args, string member, double[][] losses, double[][] slopes, bool isFlat)
    {
        string reduction = JsonTree.Text(args["reduction"]) ?? "mean";
        int n = losses.Sum(row => row.Length);
        double divisor = reduction == "mean" ? n : 1;
        double[][]? weights = args["weight"] is null ? null : isFlat ? [args.Row("weight")] : args.Rows("weight");
        double[][] Weighted(double[][] rows) => weights is null ? rows : [.. rows.Zip(weights, (row, w) => row.Zip(w, (x, v) => v * x).ToArray())];
        losses = Weighted(losses);
        double[][] g = [.. Weighted(slopes).Select(row => row.Select(x => x / divisor).ToArray())];
        JsonNode Shaped(double[][] rows) => isFlat ? Questions.Array(rows[0]) : Questions.Rows(rows);
        return new() { ["loss"] = reduction == "none" ? Shaped(losses) : losses.Sum(row => row.Sum()) / divisor, [member] = Shaped(g) };
    }

    private static IEnumerable<Slip> Reductions(string op, string member) => OfReductions.Where(s => s.Op == op).Select(s => new Slip($"{op.Replace('_', '-')}-{s.Word}", (right, dtype, args) =>
    {
        var first = (JsonArray)args["targets"]!;
        int rows = first.Count, columns = first[0] is JsonArray row ? row.Count : 1;
        (double loss, double slope) = s.Factors(JsonTree.Text(args["reduction"]) switch { "none" => 0, "sum" => 1, _ => 2 }, rows * columns, rows, columns);
        JsonObject answer = right.Answer(op, dtype, args);
        answer["loss"] = Times(answer["loss"]!, loss);
        answer[member] = Times(answer[member]!, slope);
        return answer;
    }));

    private static JsonNode Times(JsonNode node, double factor)
    {
        if (node is JsonArray list)
            return new JsonArray([.. list.Select(x => Times(x!, factor))]);
        return JsonValue.Create(Number(node) * factor);
    }

    // The loss and its gradient as the protocol has them, but for the part that is another.
    private static JsonObject Judged(Rows rows, IImplementation right, string dtype, JsonObject args)
    {
        JsonObject answer = right.Answer(CrossEntropy, dtype, (JsonObject)args.DeepClone());
        double[][] z = args.Rows("logits");
        int n = z.Length, k = z[0].Length, kept = 0;
        double s = args.Number(Hyperparameters.LabelSmoothing), weights = 0, ignored = args["ignore_index"] is null ? double.NaN : args.Number("ignore_index");
        double[] w = args["weight"] is null ? [.. Enumerable.Repeat(1.0, k)] : args.Row("weight");
        bool isSoft = args["targets"]![0] is JsonArray;
        double[] losses = new double[n];
        double[][] g = [.. z.Select(row => new double[k])];
        for (int i = 0; i < n; i++)
        {
            int target = isSoft ? -1 : (int)Number(args["targets"]![i]!);
            double[] y = isSoft ? [.. ((JsonArray)args["targets"]![i]!).Select(x => Number(x!))] : [.. Enumerable.Range(0, k).Select(j => j == target ? 1.0 : 0)];
            if (isSoft && rows.IsHard)
                y = [.. y.Select((v, j) => j == System.Array.IndexOf(y, y.Max()) ? 1.0 : 0)];
            bool isKept = isSoft || target != ignored;
            if (!isKept && !rows.IsIgnoredSloped)
                continue;
            double max = z[i].Max(), sum = z[i].Sum(v => Math.Exp(v - max)), own = isSoft || target < 0 || target >= k ? 1 : w[target];
            double[] p = [.. z[i].Select(v => Math.Exp(v - max) / sum)], label = [.. y.Select(v => rows.Label(v, s, k, n))], slope = rows.SlopeLabel is { } other ? [.. y.Select(v => other(v, s, k, n))] : label;
            double[] of = [.. label.Select((v, j) => rows.Weighted(w[j], y[j], v, s, k, own))], wy = [.. slope.Select((v, j) => rows.Weighted(w[j], y[j], v, s, k, own))];
            double total = wy.Sum(), inner = p.Select((v, j) => v * (total * v - wy[j])).Sum();
            for (int j = 0; j < k; j++)
            {
                g[i][j] = rows.Slope is { } made ? made(p[j], slope[j], w[j], total, own, inner) : total * p[j] - wy[j];
                if (isKept && of[j] != 0)
                    losses[i] -= of[j] * rows.Log(p[j]);
            }

            if (!isKept)
                continue;
            kept++;
            weights += isSoft || args["weight"] is null ? 1 : own;
        }

        string reduction = JsonTree.Text(args["reduction"]) ?? "mean";
        double by = reduction switch { "mean" => rows.Divisor?.Invoke(n, kept, weights, k) ?? weights, "sum" => rows.SumDivisor?.Invoke(n, kept, weights, k) ?? 1, _ => 1 };
        double slopes = reduction switch { "mean" => (rows.SlopeDivisor ?? rows.Divisor)?.Invoke(n, kept, weights, k) ?? weights, _ => rows.SlopeSumDivisor?.Invoke(n, kept, weights, k) ?? 1 };
        answer["loss"] = reduction == "none" ? Questions.Array(losses) : losses.Sum() / by;
        answer["grad_logits"] = Questions.Rows([.. g.Select(row => row.Select(v => v / slopes).ToArray())]);
        return answer;
    }

    private sealed record Rows
    {
        public Func<double, double> Log { get; init; } = Math.Log;

        public Func<double, double, int, int, double> Label { get; init; } = (y, s, k, _) => (1 - s) * y + s / k;

        public Func<double, double, int, int, double>? SlopeLabel { get; init; }

        public Func<double, double, double, double, int, double, double> Weighted { get; init; } = (w, _, label, _, _, _) => w * label;

        public Func<double, double, double, double, double, double, double>? Slope { get; init; }

        public Func<int, int, double, int, double>? Divisor { get; init; }

        public Func<int, int, double, int, double>? SlopeDivisor { get; init; }

        public Func<int, int, double, int, double>? SumDivisor { get; init; }

        public Func<int, int, double, int, double>? SlopeSumDivisor { get; init; }

        public bool IsIgnoredSloped { get; init; }

        public bool IsHard { get; init; }
    }
}
