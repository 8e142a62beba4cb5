using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Wrong;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of norms, of what is clipped by them, and of penalties: another norm, another factor, or other tensors.</summary>
internal static class VectorSlips
{
    private const string Global = "clip.global_norm", PerTensor = "clip.per_tensor_norm", Adaptive = "clip.adaptive", Value = "clip.value", Ratio = "layerwise.ratio";
    private static readonly string[] OfTensors = ["tensors", "grads", "params", "anchor", "fisher"];

    private static readonly string[] OfOneNumber = ["penalty", "norm", "max", "min", "max_abs", "min_abs", "zero_fraction"];

    // The factor of a norm n and a threshold c.
    private static readonly (string Word, Func<double, double, double> Scale)[] Factors =
    [
        ("by-the-squared-norm", (n, c) => Math.Min(1, c / (n * n))),
        ("by-the-root", (n, c) => Math.Min(1, Math.Sqrt(c / n))),
        ("inverted", (n, c) => n > c ? n / c : 1),
        ("inverted-at-most-1", (n, c) => Math.Min(1, n / c)),
        ("inverted-without-bound", (n, c) => n / c),
        ("without-bound", (n, c) => c / n),
        ("bounded-from-below", (n, c) => Math.Max(1, c / n)),
        ("with-1e-6-in-the-denominator", (n, c) => Math.Min(1, c / (n + 1e-6))),
        ("with-1e-8-in-the-denominator", (n, c) => Math.Min(1, c / (n + 1e-8))),
        ("with-1e-12-in-the-denominator", (n, c) => Math.Min(1, c / (n + 1e-12))),
        ("without-threshold", (n, _) => Math.Min(1, 1 / n)),
        ("softly", (n, c) => c / (n + c)),
    ];

    // The limit of a gradient's norm, of the parameters' norm.
    private static readonly (string Word, Func<double, double, double, double> Limit)[] Limits =
    [
        ("eps-added", (norm, eps, share) => share * (norm + eps)),
        ("eps-left-out", (norm, _, share) => share * norm),
        ("eps-a-floor-of-the-product", (norm, eps, share) => Math.Max(share * norm, eps)),
        ("eps-of-1e-6", (norm, eps, share) => share * Math.Max(norm, eps == 1e-3 ? 1e-6 : eps)),
        ("of-the-clipping-alone", (_, _, share) => share),
        ("over-the-clipping", (norm, eps, share) => Math.Max(norm, eps) / share),
        ("without-clipping", (norm, eps, _) => Math.Max(norm, eps)),
    ];

    private static readonly (string Word, Func<double, double, double> Of)[] Values =
    [
        ("upper-bound-alone", Math.Min),
        ("lower-bound-alone", (x, c) => Math.Max(x, -c)),
        ("beyond-is-0", (x, c) => Math.Abs(x) > c ? 0 : x),
        ("softly", (x, c) => c * Math.Tanh(x / c)),
        ("from-0", (x, c) => Math.Clamp(x, 0, c)),
        ("of-magnitudes", (x, c) => Math.Min(Math.Abs(x), c)),
        ("beyond-is-1", (x, c) => Math.Clamp(Math.Abs(x) > c ? Math.Sign(x) : x, -c, c)),
    ];

    private static readonly (string Word, Func<double, double, double> Of)[] Quotients =
    [
        ("squared", (a, b) => a * a / (b * b)),
        ("rooted", (a, b) => Math.Sqrt(a / b)),
        ("capped", (a, b) => Math.Min(1, a / b)),
        ("with-eps", (a, b) => a / (b + 1e-8)),
        ("with-large-eps", (a, b) => a / (b + 1e-6)),
        ("inverted", (a, b) => b / a),
        ("of-the-sum", (a, b) => a / (a + b)),
    ];

    // A norm in the place of the one of the order that is asked for, of tensors.
    private static readonly (string Word, Func<IImplementation, double[][], double, double> Norm)[] Norms =
    [
        ("squared", (r, x, p) => Square(Norm(r, x, p))),
        ("root-left-out", (r, x, p) => double.IsInfinity(p) ? Norm(r, x, p) : Math.Pow(Norm(r, x, p), p)),
        ("of-order-1", (r, x, p) => Norm(r, x, p == 2 ? 1 : p)),
        ("of-order-infinity", (r, x, p) => Norm(r, x, p == 2 ? double.PositiveInfinity : p)),
        ("always-of-order-1", (r, x, _) => Norm(r, x, 1)),
        ("always-of-order-2", (r, x, _) => Norm(r, x, 2)),
        ("always-of-order-infinity", (r, x, _) => Norm(r, x, double.PositiveInfinity)),
        ("of-a-whole-order", (r, x, p) => Norm(r, x, double.IsInfinity(p) ? p : Math.Floor(p))),
        ("of-infinite-order-sums", (r, x, p) => Norm(r, x, double.IsInfinity(p) ? 1 : p)),
        ("of-infinite-order-is-the-least", (r, x, p) => double.IsInfinity(p) ? x.Min(t => t.Min(Math.Abs)) : Norm(r, x, p)),
        ("of-order-2-for-an-infinite-one", (r, x, p) => Norm(r, x, double.IsInfinity(p) ? 2 : p)),
        ("mean-of-squares", (r, x, p) => Norm(r, x, p) / Math.Sqrt(x.Sum(t => t.Length))),
        ("mean", (r, x, p) => Norm(r, x, p) / x.Sum(t => t.Length)),
        ("mean-of-powers", (r, x, p) => Norm(r, x, p) / Math.Pow(x.Sum(t => t.Length), double.IsInfinity(p) ? 0 : 1 / p)),
        ("sum-over-tensors", (r, x, p) => x.Sum(t => Norm(r, [t], p))),
        ("mean-over-tensors", (r, x, p) => x.Average(t => Norm(r, [t], p))),
        ("of-the-largest-tensor", (r, x, p) => x.Max(t => Norm(r, [t], p))),
        ("of-the-first-tensor", (r, x, p) => Norm(r, [x[0]], p)),
        ("of-the-last-tensor", (r, x, p) => Norm(r, [x[^1]], p)),
        ("with-1e-6", (r, x, p) => Norm(r, x, p) + 1e-6),
        ("with-1e-8", (r, x, p) => Norm(r, x, p) + 1e-8),
        ("with-1e-12-under-the-root", (r, x, p) => p == 2 ? Math.Sqrt(Square(Norm(r, x, p)) + 1e-12) : Norm(r, x, p)),
        ("unscaled", (_, x, p) => double.IsInfinity(p) ? x.Max(t => t.Max(Math.Abs)) : Math.Pow(x.Sum(t => t.Sum(v => Math.Pow(Math.Abs(v), p))), 1 / p)),
        ("keeps-signs", (_, x, p) => double.IsInfinity(p) ? x.Max(t => t.Max()) : Math.Pow(Math.Abs(x.Sum(t => t.Sum(v => p == Math.Floor(p) ? Math.Pow(v, p) : Math.Pow(Math.Abs(v), p)))), 1 / p)),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => (op switch
    {
        "norm.l2" => Norms.Select(n => Is(n.Word, (right, args) => new() { ["norm"] = n.Norm(right, args.Rows("tensors"), 2) })),
        "norm.p" => Norms.Select(n => Is(n.Word, (right, args) => new() { ["norm"] = n.Norm(right, args.Rows("tensors"), args.Number("p")) })),
        Global => [.. Factors.Select(f => Is(f.Word, (right, args) => Clipped(right, args, (_, x, p) => Norm(right, x, p), f.Scale))), .. Norms.Select(n => Is($"norm-{n.Word}", (right, args) => Clipped(right, args, n.Norm))), .. OfGlobal()],
        PerTensor => [.. Factors.Select(f => Is(f.Word, (right, args) => EachClipped(right, args, (_, x, p) => Norm(right, x, p), f.Scale))), .. Norms.Select(n => Is($"norm-{n.Word}", (right, args) => EachClipped(right, args, n.Norm))), .. OfEach()],
        Adaptive => [.. Limits.Select(l => Is(l.Word, (right, args) => Limited(right, args, l.Limit, Math.Min))), Is("without-bound", (right, args) => Limited(right, args, (norm, eps, share) => share * Math.Max(norm, eps), (_, s) => s))],
        Value => Values.Select(v => Is(v.Word, (_, args) => new() { ["grads"] = Rows([.. args.Rows("grads").Select(g => g.Select(x => v.Of(x, args.Number("limit"))).ToArray())]) })),
        Ratio => [.. Quotients.Select(q => Is(q.Word, (right, args) => Rates(right, args, 2, q.Of))), Is("of-order-1", (right, args) => Rates(right, args, 1, (a, b) => a / b)), Is("of-the-largest-elements", (right, args) => Rates(right, args, double.PositiveInfinity, (a, b) => a / b)), Is("of-all-layers-together", Together)],
        "l2_penalty" => OfPenalty(),
        "ewc" => OfAnchored(),
        "grad_stats" => OfStatistics(),
        _ => (IEnumerable<(string Word, Distortion Answer)>)[],
    }).Concat(op is "l2_penalty" or "ewc" or "grad_stats" ? OfOtherTensors(op) : []).Select(s => new Slip($"{op.Replace('.', '-').Replace('_', '-')}-{s.Word}", (right, dtype, args) =>
    {
        // Refusals are the reference's.
        JsonObject answer = right.Answer(op, dtype, (JsonObject)args.DeepClone());
        return answer.ContainsKey("norm") && args["tensors"] is JsonArray { Count: 0 } ? answer : s.Answer(right, args);
    }));

    private static (string Word, Distortion Answer) Is(string word, Distortion answer) => (word, answer);

    private static double Square(double x) => x * x;

    private static double Norm(IImplementation right, double[][] tensors, double p) =>
        right.Answer("norm.p", new() { ["tensors"] = Rows(tensors), ["p"] = double.IsInfinity(p) ? "Infinity" : p }).Number("norm");

    private static double Order(JsonObject args) => args.Number(Hyperparameters.ClipNormOrder);

    private static JsonArray Scaled(double[][] tensors, Func<int, double> by) => Rows([.. tensors.Select((g, k) => g.Select(x => x * by(k)).ToArray())]);

    private static double Bounded(double norm, double most) => norm > 0 ? Math.Min(1, most / norm) : 1;

    private static JsonObject Clipped(IImplementation right, JsonObject args, Func<IImplementation, double[][], double, double> of, Func<double, double, double>? factor = null)
    {
        double[][] grads = args.Rows("grads");
        if (!grads.All(t => t.All(double.IsFinite)))
            return right.Answer(Global, args);
        double norm = of(right, grads, Order(args)), scale = norm > 0 ? (factor ?? Bounded)(norm, args.Number("max_norm")) : 1;
        return new() { ["grads"] = Scaled(grads, _ => scale), ["total_norm"] = norm, ["scale"] = scale };
    }

    private static JsonObject EachClipped(IImplementation right, JsonObject args, Func<IImplementation, double[][], double, double> of, Func<double, double, double>? factor = null)
    {
        double[][] grads = args.Rows("grads");
        if (!grads.All(t => t.All(double.IsFinite)))
            return right.Answer(PerTensor, args);
        double[] norms = [.. grads.Select(g => of(right, [g], Order(args)))], scales = [.. norms.Select(n => n > 0 ? (factor ?? Bounded)(n, args.Number("max_norm")) : 1)];
        return new() { ["grads"] = Scaled(grads, k => scales[k]), ["total_norm"] = Questions.Array(norms), ["scale"] = Questions.Array(scales) };
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfGlobal()
    {
        (string Word, Distortion Answer) Grads(string word, Func<double[][], JsonObject, JsonObject, double[][]> of) => Is(word, (right, args) =>
            right.Answer(Global, (JsonObject)args.DeepClone()) is var answer ? answer.With("grads", Rows(of(args.Rows("grads"), args, answer))) : answer);
        yield return Grads("each-element-by-its-value", (g, args, _) => [.. g.Select(row => row.Select(x => Math.Clamp(x, -args.Number("max_norm"), args.Number("max_norm"))).ToArray())]);
        yield return Grads("the-first-tensor-alone", (g, _, answer) => [.. g.Select((row, k) => k == 0 ? answer.Rows("grads")[0] : row)]);
        yield return Grads("twice", (_, _, answer) => [.. answer.Rows("grads").Select(row => row.Select(x => x * answer.Number("scale")).ToArray())]);
        yield return Is("tells-the-norm-of-the-clipped", (right, args) => right.Answer(Global, (JsonObject)args.DeepClone()) is var answer ? answer.With("total_norm", Norm(right, answer.Rows("grads"), Order(args))) : answer);
        yield return Is("keeps-gradients-that-are-not-finite", (right, args) =>
            right.Answer(Global, (JsonObject)args.DeepClone()) is var answer && answer.Number("scale") == 0 && (string?)args["if_nonfinite"] == "skip" ? answer.With("grads", args["grads"]!.DeepClone()) : answer);
        yield return Is("passes-what-is-not-finite", (right, args) => right.Answer(Global, args.With("if_nonfinite", "propagate")));
        yield return Is("skips-what-is-not-finite", (right, args) => right.Answer(Global, args.With("if_nonfinite", "skip")));
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfEach()
    {
        yield return Is("by-the-norm-of-all", (right, args) => EachClipped(right, args, (r, _, p) => Norm(r, args.Rows("grads"), p)));
        yield return Is("threshold-shared-out", (right, args) => right.Answer(PerTensor, args.With("max_norm", args.Number("max_norm") / Math.Sqrt(args.Rows("grads").Length))));
        yield return Is("threshold-divided", (right, args) => right.Answer(PerTensor, args.With("max_norm", args.Number("max_norm") / args.Rows("grads").Length)));
        yield return Is("passes-what-is-not-finite", (right, args) => right.Answer(PerTensor, args.With("if_nonfinite", "propagate")));
    }

    private static JsonObject Limited(IImplementation right, JsonObject args, Func<double, double, double, double> limit, Func<double, double, double> bound)
    {
        double[][] theta = args.Rows("params"), grads = args.Rows("grads");
        double[] norms = [.. grads.Select(g => Norm(right, [g], 2))];
        double[] scales = [.. norms.Select((n, k) => n > 0 ? bound(1, limit(Norm(right, [theta[k]], 2), args.Number(Hyperparameters.WeightFloor), args.Number(Hyperparameters.AdaptiveShare)) / n) : 1)];
        return new() { ["grads"] = Scaled(grads, k => scales[k]), ["total_norm"] = Questions.Array(norms), ["scale"] = Questions.Array(scales) };
    }

    private static JsonObject Rates(IImplementation right, JsonObject args, double p, Func<double, double, double> quotient) => new()
    {
        ["lr"] = Questions.Array([.. args.Rows("params").Zip(args.Rows("grads"), (t, g) => Norm(right, [t], p) is > 0 and var a && Norm(right, [g], p) is > 0 and var b ? args.Number("lr") * quotient(a, b) : args.Number("lr"))]),
    };

    private static JsonObject Together(IImplementation right, JsonObject args)
    {
        double[] all = right.Answer(Ratio, ((JsonObject)args.DeepClone()).With("params", Rows([.. args.Rows("params").SelectMany(t => t)])).With("grads", Rows([.. args.Rows("grads").SelectMany(t => t)]))).Row("lr");
        return new() { ["lr"] = Questions.Array([.. args.Rows("params").Select(_ => all[0])]) };
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfPenalty()
    {
        (string Word, Distortion Answer) Penalty(string word, Func<IImplementation, double[][], double> sum) => Is(word, (right, args) =>
        {
            double[][] theta = args.Rows("params");
            return right.Answer("l2_penalty", (JsonObject)args.DeepClone()).With("penalty", (args.Flag("half") ? 0.5 : 1) * args.Number("lambda") * sum(right, theta));
        });
        yield return Penalty("of-the-norm", (r, x) => Norm(r, x, 2));
        yield return Penalty("of-magnitudes", (r, x) => Norm(r, x, 1));
        yield return Penalty("averaged", (r, x) => Square(Norm(r, x, 2)) / x.Sum(t => t.Length));
        yield return Penalty("averaged-in-each-tensor", (r, x) => x.Sum(t => Square(Norm(r, [t], 2)) / t.Length));
        yield return Penalty("of-the-first-tensor", (r, x) => Square(Norm(r, [x[0]], 2)));
        yield return Is("gradient-of-signs", (right, args) => right.Answer("l2_penalty", (JsonObject)args.DeepClone()).With("grads", Rows([.. args.Rows("params").Select(t => t.Select(x => (args.Flag("half") ? 1 : 2) * args.Number("lambda") * Math.Sign(x)).ToArray())])));
        yield return Is("gradient-of-lambda", (right, args) => right.Answer("l2_penalty", (JsonObject)args.DeepClone()).With("grads", Scaled(args.Rows("params"), _ => args.Number("lambda"))));
        yield return Is("gradient-of-two-lambda", (right, args) => right.Answer("l2_penalty", (JsonObject)args.DeepClone()).With("grads", Scaled(args.Rows("params"), _ => 2 * args.Number("lambda"))));
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfAnchored()
    {
        (string Word, Distortion Answer) Fisher(string word, Func<double[], double[]> of, bool inGradient = true) => Is(word, (right, args) =>
        {
            JsonObject other = right.Answer("ewc", ((JsonObject)args.DeepClone()).With("fisher", Rows([.. args.Rows("fisher").Select(of)])));
            return inGradient ? other : right.Answer("ewc", args).With("penalty", other["penalty"]!.DeepClone());
        });
        yield return Fisher("fisher-squared", f => [.. f.Select(Square)]);
        yield return Fisher("fisher-squared-in-the-penalty", f => [.. f.Select(Square)], inGradient: false);
        yield return Fisher("fisher-rooted", f => [.. f.Select(Math.Sqrt)]);
        yield return Fisher("fisher-inverted", f => [.. f.Select(x => x > 0 ? 1 / x : 0)]);
        yield return Fisher("fisher-averaged", f => [.. f.Select(_ => f.Average())]);
        yield return Fisher("fisher-left-out", f => [.. f.Select(_ => 1.0)]);
        yield return Is("fisher-not-in-the-gradient", (right, args) => right.Answer("ewc", (JsonObject)args.DeepClone()).With("grads", right.Answer("ewc", args.With("fisher", Rows([.. args.Rows("fisher").Select(f => f.Select(_ => 1.0).ToArray())])))["grads"]!.DeepClone()));
        yield return Is("anchor-left-out", (right, args) => right.Answer("ewc", args.With("anchor", Scaled(args.Rows("anchor"), _ => 0))));
        yield return Is("anchor-added", (right, args) => right.Answer("ewc", args.With("anchor", Scaled(args.Rows("anchor"), _ => -1))));
        yield return Is("penalty-of-magnitudes", (right, args) => right.Answer("ewc", (JsonObject)args.DeepClone()).With("penalty", args.Number("lambda") / 2 * args.Rows("params").Select((t, k) => t.Select((x, i) => args.Rows("fisher")[k][i] * Math.Abs(x - args.Rows("anchor")[k][i])).Sum()).Sum()));
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfStatistics()
    {
        (string Word, Distortion Answer) Member(string word, string member, Func<IImplementation, double[][], double> of) => Is(word, (right, args) =>
            args.Rows("grads") is var g && g.All(t => t.Length > 0 && t.All(double.IsFinite)) ? right.Answer("grad_stats", args).With(member, of(right, g)) : right.Answer("grad_stats", args));
        foreach ((string word, Func<IImplementation, double[][], double, double> norm) in Norms)
            yield return Member($"norm-{word}", "norm", (r, g) => norm(r, g, 2));
        yield return Member("max-of-magnitudes", "max", (_, g) => g.Max(t => t.Max(Math.Abs)));
        yield return Member("min-of-magnitudes", "min", (_, g) => g.Min(t => t.Min(Math.Abs)));
        yield return Member("largest-magnitude-with-sign", "max_abs", (_, g) => g.Max(t => t.Max()));
        yield return Member("least-magnitude-with-sign", "min_abs", (_, g) => g.Min(t => t.Min()));
        yield return Member("least-magnitude-without-zeros", "min_abs", (_, g) => g.SelectMany(t => t).Where(x => x != 0).Select(Math.Abs).DefaultIfEmpty(0).Min());
        yield return Member("zeros-of-the-first-tensor", "zero_fraction", (_, g) => g[0].Average(x => x == 0 ? 1 : 0));
        yield return Member("zeros-averaged-over-tensors", "zero_fraction", (_, g) => g.Average(t => t.Average(x => x == 0 ? 1.0 : 0)));
        yield return Member("zeros-counted", "zero_fraction", (_, g) => g.Sum(t => t.Count(x => x == 0)));
        yield return Member("zeros-in-percent", "zero_fraction", (_, g) => 100 * g.SelectMany(t => t).Average(x => x == 0 ? 1.0 : 0));
    }

    // Of the first or of the last tensor alone.
    private static IEnumerable<(string Word, Distortion Answer)> OfOtherTensors(string op) => new[] { ("of-the-first-tensor-alone", true), ("of-the-last-tensor-alone", false) }.Select(w => Is(w.Item1, (right, args) =>
    {
        JsonObject answer = right.Answer(op, (JsonObject)args.DeepClone()), own = (JsonObject)args.DeepClone();
        foreach (string name in OfTensors.Where(own.ContainsKey))
            own[name] = new JsonArray(((JsonArray)own[name]!)[w.Item2 ? 0 : ^1]!.DeepClone());
        JsonObject one = right.Answer(op, own);
        foreach (string member in OfOneNumber.Where(one.ContainsKey))
            answer[member] = one[member]!.DeepClone();
        return answer;
    }));
}
