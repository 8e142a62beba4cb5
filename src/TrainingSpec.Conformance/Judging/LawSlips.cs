using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of the laws that weights are drawn by, of averages of weights, of sweeps of rates and of counts.</summary>
internal static class LawSlips
{
    private const string Moments = "init.moments", Sample = "init.sample", Average = "average.weights";

    // A deviation in the place of the right one, of the fans, the gain and the layers.
    private static readonly (string[] Schemes, string Word, Func<double, double, double, double> Times)[] Laws =
    [
        (["xavier"], "by-the-inputs", (i, o, _) => (i + o) / (2 * i)),
        (["xavier"], "by-the-outputs", (i, o, _) => (i + o) / (2 * o)),
        (["xavier"], "by-the-geometric-mean", (i, o, _) => (i + o) / (2 * Math.Sqrt(i * o))),
        (["xavier"], "variance-tripled", (_, _, _) => 3),
        (["xavier"], "variance-halved", (_, _, _) => 0.5),
        (["he", "lecun"], "by-the-outputs", (i, o, _) => i / o),
        (["he", "lecun"], "by-the-mean-of-fans", (i, o, _) => 2 * i / (i + o)),
        (["he", "lecun"], "by-the-sum-of-fans", (i, o, _) => i / (i + o)),
        (["he"], "variance-halved", (_, _, _) => 0.5),
        (["he"], "variance-tripled", (_, _, _) => 3),
        (["lecun"], "variance-doubled", (_, _, _) => 2),
        (["lecun"], "variance-tripled", (_, _, _) => 3),
        (["gpt"], "variance-for-deviation", (_, _, _) => 50),
        (["gpt_residual"], "two-left-out", (_, _, _) => 2),
        (["gpt_residual"], "root-left-out", (_, _, layers) => 1 / (2 * layers)),
        (["gpt_residual"], "layers-left-out", (_, _, layers) => 2 * layers),
    ];

    // Of several schemes together, and of one of them alone.
    private static IEnumerable<(string[] Schemes, string Word, Func<double, double, double, double> Times)> EachLaw => Laws.Concat(Laws.Where(law => law.Schemes.Length > 1).SelectMany(law => law.Schemes.Select(scheme => (new[] { scheme }, $"alone-{law.Word}", law.Times))));

    private static readonly (string Word, Func<string, double, double, double?, (double Std, double Variance, double? Limit)> Of)[] Shapes =
    [
        ("gain-on-the-variance", (_, s, gain, l) => (s / Math.Sqrt(gain), s * s / gain, l / Math.Sqrt(gain))),
        ("gain-left-out", (_, s, gain, l) => (s / gain, s * s / gain / gain, l / gain)),
        ("gain-squared", (_, s, gain, l) => (s * gain, s * s * gain * gain, l * gain)),
        ("gain-divides", (_, s, gain, l) => (s / gain / gain, s * s / Math.Pow(gain, 4), l / gain / gain)),
        ("limit-is-the-deviation", (scheme, s, _, l) => (s, s * s, Uniform(scheme) ? s : l)),
        ("limit-by-root-2", (scheme, s, _, l) => (s, s * s, Uniform(scheme) ? Math.Sqrt(2) * s : l)),
        ("limit-by-root-6", (scheme, s, _, l) => (s, s * s, Uniform(scheme) ? Math.Sqrt(6) * s : l)),
        ("limit-by-root-12", (scheme, s, _, l) => (s, s * s, Uniform(scheme) ? Math.Sqrt(12) * s : l)),
        ("limit-of-two-deviations", (scheme, s, _, l) => (s, s * s, Uniform(scheme) ? l : 2 * s)),
        ("cut-not-corrected", (scheme, s, _, l) => (s, s * s, scheme.EndsWith("truncated", StringComparison.Ordinal) ? 2 * s : l)),
        ("normal-has-a-limit", (scheme, s, _, l) => (s, s * s, scheme.EndsWith("normal", StringComparison.Ordinal) ? 2 * s : l)),
        ("deviation-is-the-variance", (_, s, _, l) => (s * s, s * s, l)),
        ("variance-is-the-deviation", (_, s, _, l) => (s, s, l)),
    ];

    // Samples of the right law, one by one, of the scheme, the deviation and the seed.
    private static readonly (string Word, Func<IImplementation, JsonObject, string, double, IEnumerable<double>?> Of)[] Samples =
    [
        ("limit-is-the-deviation", (r, a, scheme, _) => Uniform(scheme) ? Values(r, a).Select(x => x / Math.Sqrt(3)) : null),
        ("half-of-the-range", (r, a, scheme, _) => Uniform(scheme) ? Limit(r, a) is var l ? Values(r, a).Select(x => (x + l) / 2) : null : null),
        ("turned-around", (r, a, scheme, _) => Uniform(scheme) ? Values(r, a).Select(x => -x) : null),
        ("uniform-is-normal", (r, a, scheme, s) => Uniform(scheme) ? Drawn(r, "random.normal", a).Select(z => s * z) : null),
        ("normal-is-uniform", (r, a, scheme, s) => scheme.EndsWith("normal", StringComparison.Ordinal) || scheme == "gpt_residual" ? Drawn(r, "random.uniform", a).Select(u => Math.Sqrt(3) * s * (2 * u - 1)) : null),
        ("of-another-stream", (r, a, scheme, s) => scheme.EndsWith("normal", StringComparison.Ordinal) || scheme == "gpt_residual" ? Drawn(r, "random.normal", a, 1).Select(z => s * z) : null),
        ("all-alike", (r, a, scheme, _) => scheme.EndsWith("normal", StringComparison.Ordinal) || scheme == "gpt_residual" ? Values(r, a) is var v ? v.Select(_ => v[0]) : null : null),
        ("variance-for-deviation", (r, a, scheme, s) => scheme.EndsWith("normal", StringComparison.Ordinal) || scheme == "gpt_residual" ? Values(r, a).Select(x => s * x) : null),
        ("cut-not-corrected", (r, a, scheme, s) => scheme.EndsWith("truncated", StringComparison.Ordinal) ? Limit(r, a) is var l ? Values(r, a).Select(x => x * 2 * s / l) : null : null),
        ("clamped", (r, a, scheme, s) => scheme.EndsWith("truncated", StringComparison.Ordinal) && Limit(r, a) is var l ? Drawn(r, "random.normal", a).Select(z => Math.Clamp(z, -2, 2) * l / 2) : null),
        ("never-cut", (r, a, scheme, s) => scheme.EndsWith("truncated", StringComparison.Ordinal) && Limit(r, a) is var l ? Drawn(r, "random.normal", a).Select(z => z * l / 2) : null),
        ("beyond-the-cut-is-0", (r, a, scheme, s) => scheme.EndsWith("truncated", StringComparison.Ordinal) && Limit(r, a) is var l ? Drawn(r, "random.normal", a).Select(z => Math.Abs(z) > 2 ? 0 : z * l / 2) : null),
    ];

    // The average that is handed out, of the old one, the new weights, the share and the count.
    private static readonly (string Word, Func<JsonObject, JsonObject> Of)[] Warmups =
    [
        ("warmup-takes-the-larger-share", a => a.With("decay", Math.Max(Share(a), Warm(a, 1, 10)))),
        ("warmup-knows-no-decay", a => a.With("decay", Warm(a, 1, 10))),
        ("warmup-counts-from-0", a => a.With("decay", Math.Min(Share(a), Warm(a, 0, 10)))),
        ("warmup-of-a-hundred", a => a.With("decay", Math.Min(Share(a), Warm(a, 1, 100)))),
        ("warmup-left-out", a => a.With("decay", Share(a))),
    ];

    private static readonly (string Word, Func<JsonObject, double, double> Times)[] Corrections =
    [
        ("correction-left-out", (_, _) => 0),
        ("correction-by-the-last-share", (a, _) => Used(a)),
        ("correction-of-one-step-more", (a, product) => product * Used(a)),
        ("correction-of-one-step-less", (a, product) => product / Used(a)),
        ("correction-by-powers-of-decay", (a, _) => Math.Pow(Share(a), (a["state"] is JsonObject s ? s.Number("step") : 0) + 1)),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => (op switch
    {
        Moments => OfMoments(),
        Sample => OfSamples(),
        Average => OfAverages(),
        "lr_finder.sweep" => OfSweeps(),
        "gpt.count" => OfCounts(),
        "init.truncated" => OfCuts(),
        "init.gain" => OfGains(),
        "init.orthogonal" => OfTurns(),
        "init.fans" => OfFans(),
        _ => (IEnumerable<(string Word, Distortion Answer)>)[],
    }).Select(s => new Slip($"{op.Replace('.', '-').Replace('_', '-')}-{s.Word}", (right, dtype, args) =>
    {
        // Refusals are the reference's; an average's state may be the slip's own.
        if (op != Average)
            right.Answer(op, dtype, (JsonObject)args.DeepClone());
        return s.Answer(right, args);
    }));

    private static (string Word, Distortion Answer) Is(string word, Distortion answer) => (word, answer);

    private static bool Uniform(string scheme) => scheme.EndsWith("uniform", StringComparison.Ordinal);

    private static string Scheme(JsonObject args) => JsonTree.Text(args["scheme"])!;

    private static double[] Values(IImplementation right, JsonObject args) => right.Answer(Sample, (JsonObject)args.DeepClone()).Row("values");

    private static double Limit(IImplementation right, JsonObject args) => Told(right, args).Number("limit");

    private static JsonObject Told(IImplementation right, JsonObject args)
    {
        var own = (JsonObject)args.DeepClone();
        own.Remove("seed");
        own.Remove("count");
        return right.Answer(Moments, own);
    }

    private static double[] Drawn(IImplementation right, string op, JsonObject args, int stream = 0) =>
        right.Answer(op, new() { ["seed"] = args["seed"]!.DeepClone(), ["count"] = args["count"]!.DeepClone(), ["stream"] = stream }).Row("values");

    private static double VarianceTimes((string[] Schemes, string Word, Func<double, double, double, double> Times) law, JsonObject args) =>
        law.Schemes.Any(s => Scheme(args).StartsWith(s, StringComparison.Ordinal)) ? law.Times(args.Number("fan_in"), args.Number("fan_out"), args.Number("layers")) : 1;

    private static JsonObject Written(double std, double variance, double? limit) => new() { ["std"] = std, ["variance"] = variance, ["limit"] = limit };

    private static double? LimitOf(JsonObject told) => told["limit"] is null ? null : told.Number("limit");

    private static IEnumerable<(string Word, Distortion Answer)> OfMoments()
    {
        foreach (var law in EachLaw)
        {
            yield return Is($"{law.Schemes[0].Replace('_', '-')}-{law.Word}", (right, args) =>
                right.Answer(Moments, args) is var told && Math.Sqrt(VarianceTimes(law, args)) is var by ? Written(by * told.Number("std"), by * by * told.Number("variance"), by * LimitOf(told)) : told);
        }

        foreach (var shape in Shapes)
        {
            yield return Is(shape.Word, (right, args) => right.Answer(Moments, args) is var told
                && shape.Of(Scheme(args), told.Number("std"), args.Number(Hyperparameters.Gain), LimitOf(told)) is var other ? Written(other.Std, other.Variance, other.Limit) : told);
        }
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfSamples()
    {
        foreach (var law in EachLaw)
        {
            yield return Is($"{law.Schemes[0].Replace('_', '-')}-{law.Word}", (right, args) =>
                new() { ["values"] = Questions.Array([.. Values(right, args).Select(x => Math.Sqrt(VarianceTimes(law, args)) * x)]) });
        }

        foreach (var sample in Samples)
        {
            yield return Is(sample.Word, (right, args) =>
                new() { ["values"] = Questions.Array([.. sample.Of(right, args, Scheme(args), Told(right, args).Number("std")) ?? Values(right, args)]) });
        }
    }

    private static double Share(JsonObject args) => args.Number(Hyperparameters.AverageDecay);

    private static double Warm(JsonObject args, double above, double below) => (above + args.Number("num_updates")) / (below + args.Number("num_updates"));

    private static double Used(JsonObject args) => args["num_updates"] is null ? Share(args) : Math.Min(Share(args), Warm(args, 1, 10));

    private static IEnumerable<(string Word, Distortion Answer)> OfAverages()
    {
        foreach ((string word, Func<JsonObject, JsonObject> of) in Warmups)
        {
            yield return Is(word, (right, args) =>
            {
                if (args["num_updates"] is null)
                    return right.Answer(Average, args);
                JsonObject own = of(args);
                own.Remove("num_updates");
                return right.Answer(Average, own);
            });
        }

        // A state of its own keeps the product of the shares beside the right one.
        foreach ((string word, Func<JsonObject, double, double> of) in Corrections)
        {
            yield return Is(word, (right, args) =>
            {
                if (!args.Flag("bias_correction"))
                    return right.Answer(Average, args);
                var own = (JsonObject)args.DeepClone();
                double product = (args["state"] as JsonObject)?.Number("product") ?? 1;
                if (own["state"] is JsonObject state)
                    state.Remove("product");
                JsonObject answer = right.Answer(Average, own.With("bias_correction", false));
                double by = 1 - of(args, product * Used(args));
                answer["average"] = Rows([.. answer.Rows("average").Select(t => t.Select(x => x / by).ToArray())]);
                answer["state"]!["product"] = product * Used(args);
                return answer;
            });
        }

        yield return Is("shares-exchanged", (right, args) => (string?)args["kind"] == "equal" ? right.Answer(Average, args) : right.Answer(Average, Fixed(args, 1 - Used(args))));
        yield return Is("keeps-the-corrected-average", (right, args) =>
        {
            JsonObject answer = right.Answer(Average, (JsonObject)args.DeepClone());
            if (args.Flag("bias_correction"))
                answer["state"]!["average"] = answer["average"]!.DeepClone();
            return answer;
        });
        yield return Is("hands-out-the-average-before", (right, args) => right.Answer(Average, (JsonObject)args.DeepClone()) is var answer && args["state"] is JsonObject state ? answer.With("average", state["average"]!.DeepClone()) : answer);
        yield return Is("equal-shares-are-halves", (right, args) => (string?)args["kind"] == "equal" ? right.Answer(Average, With(Fixed(args, 0.5), "kind", "exponential")) : right.Answer(Average, args));
        yield return Is("new-weights-without-share", (right, args) =>
        {
            JsonObject answer = right.Answer(Average, (JsonObject)args.DeepClone());
            if ((string?)args["kind"] == "equal" || args["state"] is not JsonObject state)
                return answer;
            double[][] old = state.Rows("average"), now = args.Rows("params"), sum = [.. old.Select((t, k) => t.Select((x, i) => Used(args) * x + now[k][i]).ToArray())];
            answer["state"]!["average"] = Rows(sum);
            return answer.With("average", Rows(sum));
        });

        static JsonObject Fixed(JsonObject args, double share)
        {
            args.Remove("num_updates");
            return With(args, "decay", share);
        }

        static JsonObject With(JsonObject o, string name, JsonNode value)
        {
            o[name] = value;
            return o;
        }
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfSweeps()
    {
        (string Word, Distortion Answer) Sweep(string word, Func<double, double, double, double, double> at) => Is(word, (_, args) =>
            new() { ["lr"] = Questions.Array([.. Enumerable.Range(0, (int)args.Number("count")).Select(i => at(args.Number("lr_min"), args.Number("lr_max"), i, args.Number("count")))]) });
        yield return Sweep("linear", (a, b, i, n) => a + (b - a) * i / (n - 1));
        yield return Sweep("over-the-count", (a, b, i, n) => a * Math.Pow(b / a, i / n));
        yield return Sweep("one-later", (a, b, i, n) => a * Math.Pow(b / a, (i + 1) / n));
        yield return Sweep("quadratic", (a, b, i, n) => a + (b - a) * Math.Pow(i / (n - 1), 2));
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfCounts()
    {
        (string Word, Distortion Answer) Less(string word, Func<JsonObject, double> of) => Is(word, (right, args) =>
            right.Answer("gpt.count", (JsonObject)args.DeepClone()) is var answer ? answer.With("parameters", Whole(answer["parameters"]) - (long)of(args)) : answer);
        yield return Is("mlp-ratio-always-4", (right, args) => right.Answer("gpt.count", args.With("mlp_ratio", 4)));
        yield return Less("one-norm-in-each-layer", a => 2 * a.Number("layers") * a.Number("width"));
        yield return Less("query-key-and-value-once", a => 2 * a.Number("layers") * a.Number("width") * a.Number("width"));
        yield return Less("positions-left-out", a => a["learned_positions"] is null || a.Flag("learned_positions") ? a.Number("context") * a.Number("width") : 0);
        yield return Less("positions-always-learned", a => a["learned_positions"] is null || a.Flag("learned_positions") ? 0 : -a.Number("context") * a.Number("width"));
        yield return Less("head-has-a-bias", a => a["tied"] is null || a.Flag("tied") ? 0 : -a.Number("vocab"));
        yield return Less("norms-have-no-bias", a => (2 * a.Number("layers") + 1) * a.Number("width"));
        yield return Less("norms-lose-their-bias-too", a => a["bias"] is null || a.Flag("bias") ? 0 : (2 * a.Number("layers") + 1) * a.Number("width"));
        yield return Is("bias-always", (right, args) => right.Answer("gpt.count", args.With("bias", true)));
        yield return Is("never-tied", (right, args) => right.Answer("gpt.count", args.With("tied", false)));
    }

    // Another default.
    private static JsonObject Otherwise(JsonObject args, string name, double value) => args.ContainsKey(name) ? args : args.With(name, value);

    private static IEnumerable<(string Word, Distortion Answer)> OfCuts()
    {
        (string Word, Distortion Answer) Cut(string word, Func<JsonObject, JsonObject> args) => Is(word, (right, asked) => right.Answer("init.truncated", args(asked)));
        (string Word, Distortion Answer) Told(string word, Func<double, double, double, (double Mean, double Std, double Variance)> of) => Is(word, (right, args) =>
            right.Answer("init.truncated", (JsonObject)args.DeepClone()) is var t && of(args.Number(Hyperparameters.LawDeviation), t.Number("mean"), t.Number("variance")) is var o
                ? new() { ["mean"] = o.Mean, ["std"] = o.Std, ["variance"] = o.Variance } : t);
        yield return Cut("cut-at-3", a => Otherwise(Otherwise(a, "a", -3), "b", 3));
        yield return Cut("cut-symmetric", a => a.With("a", -a.Number(Hyperparameters.UpperCut)));
        yield return Cut("cuts-over-the-deviation", a => a.Number(Hyperparameters.LawDeviation) > 0 ? a.With("a", a.Number(Hyperparameters.LowerCut) / a.Number(Hyperparameters.LawDeviation)).With("b", a.Number(Hyperparameters.UpperCut) / a.Number(Hyperparameters.LawDeviation)) : a);
        yield return Told("uncut", (std, _, _) => (0, std, std * std));
        yield return Told("mean-is-0", (_, _, v) => (0, Math.Sqrt(v), v));
        yield return Told("mean-not-taken-out", (_, m, v) => (m, Math.Sqrt(v + m * m), v + m * m));
        yield return Told("variance-by-the-deviation", (std, m, v) => (m, Math.Sqrt(v), v / std));
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfGains()
    {
        (string Word, Distortion Answer) Gain(string word, string of, Func<double, double> gain) => Is(word, (right, args) =>
            JsonTree.Text(args["nonlinearity"]) == of ? new() { ["gain"] = gain(args.Number(Hyperparameters.NegativeSlope)) } : right.Answer("init.gain", args));
        yield return Gain("of-relu-is-2", "relu", _ => 2);
        yield return Gain("of-relu-is-1", "relu", _ => 1);
        yield return Gain("of-tanh-is-1", "tanh", _ => 1);
        yield return Gain("of-selu-is-1", "selu", _ => 1);
        yield return Gain("of-sigmoid-is-4", "sigmoid", _ => 4);
        yield return Gain("of-leaky-relu-with-slope-not-squared", "leaky_relu", a => Math.Sqrt(2 / (1 + a)));
        yield return Gain("of-leaky-relu-without-slope", "leaky_relu", _ => Math.Sqrt(2));
        yield return Gain("of-leaky-relu-without-root", "leaky_relu", a => 2 / (1 + a * a));
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfTurns()
    {
        yield return Is("transposed", (right, args) =>
            right.Answer("init.orthogonal", (JsonObject)args.DeepClone()) is var answer && args.Number("rows") == args.Number("columns") && answer["values"]![0] is JsonArray
                ? new() { ["values"] = Rows([.. answer.Rows("values").Select((row, i) => row.Select((_, j) => answer.Rows("values")[j][i]).ToArray())]) } : answer);
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfFans()
    {
        (string Word, Distortion Answer) Kernel(string word, Func<double[], double> of) => Is(word, (_, args) =>
        {
            double[] shape = args.Row("shape");
            bool isLast = JsonTree.Text(args["layout"]) == "outputs_last";
            double f = of(isLast ? shape[..^2] : shape[2..]);
            return new() { ["fan_in"] = (long)(f * (isLast ? shape[^2] : shape[1])), ["fan_out"] = (long)(f * (isLast ? shape[^1] : shape[0])) };
        });
        yield return Kernel("kernel-left-out", _ => 1);
        yield return Kernel("sides-added", k => k.Length == 0 ? 1 : k.Sum());
        yield return Kernel("first-side-alone", k => k.Length == 0 ? 1 : k[0]);
        yield return Is("exchanged", (right, args) => right.Answer("init.fans", args) is var fans ? new() { ["fan_in"] = fans["fan_out"]!.DeepClone(), ["fan_out"] = fans["fan_in"]!.DeepClone() } : fans);
        yield return Is("outputs-without-kernel", (right, args) => right.Answer("init.fans", (JsonObject)args.DeepClone()) is var fans ? fans.With("fan_out", (long)(JsonTree.Text(args["layout"]) == "outputs_last" ? args.Row("shape")[^1] : args.Row("shape")[0])) : fans);
    }
}
