using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of what is drawn, rounded, dealt out or averaged once: random numbers, dropout, casts, splits, micro-batches, sweeps, plans.</summary>
internal static class DealtSlips
{
    // A normal number of the two uniform ones of its pair.
    private static readonly (string Word, Func<double, double, bool, double> Of)[] Normals =
    [
        ("angle-of-half-a-turn", (u, v, even) => Radius(1 - u) * Turn(v / 2, even)),
        ("angle-of-two-turns", (u, v, even) => Radius(1 - u) * Turn(2 * v, even)),
        ("angle-of-one-radian", (u, v, even) => Radius(1 - u) * Turn(v / (2 * Math.PI), even)),
        ("radius-of-u", (u, v, even) => Radius(u) * Turn(v, even)),
        ("radius-without-two", (u, v, even) => Radius(1 - u) / Math.Sqrt(2) * Turn(v, even)),
        ("radius-without-root", (u, v, even) => Radius(1 - u) * Radius(1 - u) * Turn(v, even)),
        ("radius-of-base-2", (u, v, even) => Radius(1 - u) / Math.Sqrt(Math.Log(2)) * Turn(v, even)),
        ("radius-of-base-10", (u, v, even) => Radius(1 - u) / Math.Sqrt(Math.Log(10)) * Turn(v, even)),
        ("sine-first", (u, v, even) => Radius(1 - u) * Turn(v, !even)),
        ("cosine-alone", (u, v, _) => Radius(1 - u) * Turn(v, true)),
        ("sine-alone", (u, v, _) => Radius(1 - u) * Turn(v, false)),
        ("pair-exchanged", (u, v, even) => Radius(1 - v) * Turn(u, even)),
        ("of-the-other-sign", (u, v, even) => -Radius(1 - u) * Turn(v, even)),
        ("uniform", (u, v, even) => even ? u : v),
        ("of-a-sum-of-two", (u, v, _) => (u + v - 1) * Math.Sqrt(6)),
    ];

    // The kept ones' factor, of p, the share that was kept, and whether they train.
    private static readonly (string Word, Func<double, double, double> Of)[] Factors =
    [
        ("not-scaled", (_, _) => 1),
        ("scaled-down", (p, _) => 1 - p),
        ("scaled-by-p", (p, _) => p),
        ("scaled-by-1-over-p", (p, _) => p > 0 ? 1 / p : 1),
        ("scaled-twice", (p, _) => 1 / ((1 - p) * (1 - p))),
        ("scaled-by-the-root", (p, _) => 1 / Math.Sqrt(1 - p)),
        ("scaled-by-the-share-kept", (_, kept) => kept > 0 ? 1 / kept : 1),
        ("scaled-by-1-plus-p", (p, _) => 1 + p),
    ];

    // A number of micro-batches' numbers and weights.
    private static readonly (string Word, Func<double[], double[], double> Of)[] Means =
    [
        ("summed", (x, _) => x.Sum()),
        ("summed-with-weights", (x, w) => x.Zip(w, (a, b) => a * b).Sum()),
        ("averaged-without-weights", (x, _) => x.Average()),
        ("last-alone", (x, _) => x[^1]),
        ("first-alone", (x, _) => x[0]),
        ("largest", (x, _) => x.Max()),
        ("least", (x, _) => x.Min()),
        ("largest-magnitude", (x, _) => x.MaxBy(Math.Abs)),
        ("median", (x, _) => x.Order().Skip((x.Length - 1) / 2).Take(2 - x.Length % 2).Average()),
        ("running-halves", (x, _) => x.Skip(1).Aggregate(x[0], (a, b) => (a + b) / 2)),
        ("over-one-more", (x, w) => x.Zip(w, (a, b) => a * b).Sum() / (w.Sum() + w[0])),
        ("over-one-less", (x, _) => x.Length > 1 ? x.Sum() / (x.Length - 1) : x[0]),
        ("weighted-over-one-less", (x, w) => x.Zip(w, (a, b) => a * b).Sum() / (w.Sum() > 1 ? w.Sum() - 1 : 1)),
        ("weighted-over-one-more", (x, w) => x.Zip(w, (a, b) => a * b).Sum() / (w.Sum() + 1)),
        ("weighted-over-the-count", (x, w) => x.Zip(w, (a, b) => a * b).Sum() / x.Length),
        ("weighted-by-squares", (x, w) => x.Zip(w, (a, b) => a * b * b).Sum() / w.Sum(b => b * b)),
        ("weighted-by-inverses", (x, w) => x.Zip(w, (a, b) => a / b).Sum() / w.Sum(b => 1 / b)),
        ("weighted-over-the-largest", (x, w) => x.Zip(w, (a, b) => a * b).Sum() / w.Max()),
        ("without-the-last", (x, w) => x.Length > 1 ? x.SkipLast(1).Zip(w, (a, b) => a * b).Sum() / w.SkipLast(1).Sum() : x[0]),
        ("without-the-first", (x, w) => x.Length > 1 ? x.Skip(1).Zip(w.Skip(1), (a, b) => a * b).Sum() / w.Skip(1).Sum() : x[0]),
        ("root-of-squares", (x, _) => Math.Sqrt(x.Average(v => v * v))),
    ];

    private static readonly (string Word, Func<double, double, double> Of)[] Counts =
    [
        ("count-rounded", (n, f) => Math.Round(n * f)),
        ("count-rounded-from-half-up", (n, f) => Math.Floor(n * f + 0.5)),
        ("count-rounded-up", (n, f) => Math.Ceiling(n * f)),
        ("count-of-the-rest", (n, f) => n - Math.Floor(n * f)),
        ("rest-rounded-down", (n, f) => n - Math.Floor(n * (1 - f))),
        ("count-at-least-1", (n, f) => Math.Min(n, Math.Max(1, Math.Floor(n * f)))),
        ("count-of-one-more", (n, f) => Math.Min(n, Math.Floor(n * f) + 1)),
        ("count-of-one-less", (n, f) => Math.Max(0, Math.Floor(n * f) - 1)),
    ];

    // A magnitude rounded, of itself, the one of the format below it, their distance and the sign.
    private static readonly (string Word, Func<double, double, double, double, double> Of)[] Roundings =
    [
        ("truncates", (_, below, _, _) => below),
        ("rounds-away", (x, below, ulp, _) => x > below ? below + ulp : below),
        ("rounds-down", (x, below, ulp, sign) => sign < 0 && x > below ? below + ulp : below),
        ("rounds-up", (x, below, ulp, sign) => sign > 0 && x > below ? below + ulp : below),
        ("ties-away", (x, below, ulp, _) => x - below >= ulp / 2 ? below + ulp : below),
        ("ties-to-zero", (x, below, ulp, _) => x - below > ulp / 2 ? below + ulp : below),
        ("ties-to-odd", (x, below, ulp, _) => x - below > ulp / 2 || (x - below == ulp / 2 && below / ulp % 2 == 0) ? below + ulp : below),
        ("rounds-to-odd", (x, below, ulp, _) => x > below && below / ulp % 2 == 0 ? below + ulp : below),
        ("subnormals-are-0", (x, below, ulp, _) => below / ulp < 128 && below < 1e-4 ? 0 : x),
    ];

    // Rates of a batch n times as large, and warm-ups.
    private static readonly (string Word, Func<double, double> Rate, Func<double, double> Steps)[] Scalings =
    [
        ("by-the-root", Math.Sqrt, n => n), ("rate-by-the-root", Math.Sqrt, n => n), ("both-by-the-root", Math.Sqrt, Math.Sqrt), ("inverted", n => 1 / n, n => n), ("both-inverted", n => 1 / n, n => 1 / n), ("squared", n => n * n, n => n), ("not-at-all", _ => 1, n => n),
        ("warmup-left-alone", n => n, _ => 1), ("warmup-inverted", n => n, n => 1 / n), ("warmup-with-the-batch", n => n, n => n * n), ("warmup-by-the-root", n => n, Math.Sqrt), ("by-powers-of-two", n => Math.Pow(2, Math.Round(Math.Log2(n))), n => n), ("never-down", n => Math.Max(1, n), n => n), ("never-up", n => Math.Min(1, n), n => n),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => (op switch
    {
        "random.normal" => Normals.Select(n => Is(n.Word, (right, args) =>
        {
            long offset = (long)args.Number("offset", 0), first = offset - offset % 2, count = (long)args.Number("count");
            var own = new JsonObject { ["seed"] = args["seed"]!.DeepClone(), ["stream"] = args["stream"]?.DeepClone() ?? 0, ["offset"] = first, ["count"] = count + 2 };
            double[] u = right.Answer("random.uniform", own).Row("values");
            return new() { ["values"] = Questions.Array([.. Enumerable.Range(0, (int)count).Select(i => offset - first + i).Select(i => n.Of(u[i - i % 2], u[i - i % 2 + 1], i % 2 == 0))]) };
        })),
        "random.uniform" => [Word("over-2-to-the-32", (w, _) => w * Math.ScaleB(1, -32)), Word("from-the-lower-bits", (w, _) => (w & 0xFFFFFF) * Math.ScaleB(1, -24)), Word("over-one-less", (w, _) => (w >> 8) / (Math.ScaleB(1, 24) - 1)), Word("open-at-0", (w, _) => ((w >> 8) + 0.5) * Math.ScaleB(1, -24)), Word("of-23-bits", (w, _) => (w >> 9) * Math.ScaleB(1, -23)), Word("of-31-bits", (w, _) => (w >> 1) * Math.ScaleB(1, -31)), Word("from-1", (w, _) => 1 - (w >> 8) * Math.ScaleB(1, -24)), Word("open-at-0-and-closed-at-1", (w, _) => ((w >> 8) + 1) * Math.ScaleB(1, -24))],
        "dropout" => [.. Factors.Select(f => Is(f.Word, (right, args) => Dropped(right, args, f.Of))), .. OfMasks()],
        "dropout.backward" => [.. Factors.Select(f => Is(f.Word, (_, args) => Back(args, f.Of, kept => kept))), .. Factors.Select(f => Is($"mask-inverted-and-{f.Word}", (_, args) => Back(args, f.Of, kept => !kept))), Is("mask-inverted", (_, args) => Back(args, (p, _) => 1 / (1 - p), kept => !kept)), Is("mask-left-out", (_, args) => Back(args, (p, _) => 1 / (1 - p), _ => true)), Is("mask-and-scale-left-out", (_, args) => Back(args, (_, _) => 1, _ => true))],
        "accumulate" => Means.Select(m => Is(m.Word, (right, args) => right.Answer(op, (JsonObject)args.DeepClone()).With("grads", Averaged(args, m.Of)))),
        "split" => Counts.Select(c => Is(c.Word, (_, args) => Divided((int)args.Number("count"), (int)c.Of(args.Number("count"), args.Number("val_fraction"))))),
        "batches" => OfBatches(),
        "cast" => OfCasts(),
        "linear_scaling" => Scalings.Select(s => Is(s.Word, (right, args) =>
        {
            double n = args.Number("new_batch") / args.Number("batch");
            JsonObject answer = right.Answer(op, (JsonObject)args.DeepClone());
            answer["lr"] = args.Number("lr") * s.Rate(n);
            if (args["warmup"] is not null && answer.ContainsKey("warmup") && answer["warmup"] is not null)
                answer["warmup"] = s.Steps(n) is var by && s.Word.StartsWith("warmup", StringComparison.Ordinal) | s.Word.StartsWith("both", StringComparison.Ordinal) ? args.Number("warmup") * (by == n ? answer.Number("warmup") / args.Number("warmup") : by) : answer.Number("warmup");
            return answer;
        })),
        "llrd" => [Rates("one-power-more", (lr, d, l, n) => lr * Math.Pow(d, n - l)), Rates("from-the-last-layer", (lr, d, l, _) => lr * Math.Pow(d, l)), Rates("linear", (lr, d, l, n) => lr * (1 - (1 - d) * (n - 1 - l) / n)), Rates("linear-to-the-first", (lr, d, l, n) => n > 1 ? lr * (1 - (1 - d) * (n - 1 - l) / (n - 1)) : lr), Rates("divided", (lr, d, l, n) => lr / Math.Pow(d, n - 1 - l)), Rates("from-1-less", (lr, d, l, n) => lr * Math.Pow(1 - d, n - 1 - l)), Rates("one-power-less", (lr, d, l, n) => lr * Math.Pow(d, Math.Max(0, n - 2 - l))), Rates("once", (lr, d, l, n) => l == n - 1 ? lr : lr * d), Rates("times-the-depth", (lr, d, l, n) => l == n - 1 ? lr : lr * d * (n - 1 - l)), Rates("by-roots", (lr, d, l, n) => lr * Math.Pow(d, (n - 1 - l) / 2.0)), Rates("over-the-layers", (lr, d, l, n) => lr * Math.Pow(d, (n - 1.0 - l) / n))],
        _ => (IEnumerable<(string Word, Distortion Answer)>)[],
    }).Select(s => new Slip($"{op.Replace('.', '-').Replace('_', '-')}-{s.Word}", (right, dtype, args) =>
    {
        // Refusals are the reference's.
        right.Answer(op, dtype, (JsonObject)args.DeepClone());
        return s.Answer(right, args);
    }));

    private static (string Word, Distortion Answer) Is(string word, Distortion answer) => (word, answer);

    private static double Radius(double u) => Math.Sqrt(-2 * Math.Log(u));

    private static double Turn(double share, bool isEven) => isEven ? Math.Cos(2 * Math.PI * share) : Math.Sin(2 * Math.PI * share);

    private static (string Word, Distortion Answer) Word(string word, Func<uint, long, double> of) => Is(word, (right, args) =>
    {
        ulong seed = (ulong)Whole(args["seed"]), stream = (ulong)args.Number("stream", 0);
        long offset = (long)args.Number("offset", 0);
        return new() { ["values"] = Questions.Array([.. Enumerable.Range(0, (int)args.Number("count")).Select(i => offset + i).Select(i => of(At((ulong)(i / 4), (int)(i % 4)), i))]) };

        uint At(ulong block, int k) => (uint)Whole(right.Answer("random.philox", new() { ["key"] = Pair(seed), ["counter"] = new JsonArray([.. Pair(block).Concat(Pair(stream)).Select(x => x!.DeepClone())]) })["words"]![k]);
        static JsonArray Pair(ulong x) => new((long)(x & uint.MaxValue), (long)(x >> 32));
    });

    private static JsonObject Dropped(IImplementation right, JsonObject args, Func<double, double, double> factor)
    {
        JsonObject answer = right.Answer("dropout", (JsonObject)args.DeepClone());
        if (args["training"] is not null && !args.Flag("training"))
            return answer;
        double[] mask = answer.Row("mask");
        double by = factor(args.Number("p"), mask.Length > 0 ? mask.Average() : 1);
        return answer.With("y", Questions.Array([.. args.Row("x").Zip(mask, (x, m) => m != 0 ? x * by : 0)]));
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfMasks()
    {
        (string Word, Distortion Answer) Masked(string word, Func<double, double, bool> keeps, Func<double, double>? factor = null) => Is(word, (right, args) =>
        {
            JsonObject answer = right.Answer("dropout", (JsonObject)args.DeepClone());
            if (args["training"] is not null && !args.Flag("training"))
                return answer;
            double p = args.Number("p");
            double[] u = right.Answer("random.uniform", new() { ["seed"] = args["seed"]!.DeepClone(), ["stream"] = args["stream"]?.DeepClone() ?? 0, ["count"] = args.Row("x").Length }).Row("values");
            bool[] kept = [.. u.Select(v => keeps(v, p))];
            return answer.With("y", Questions.Array([.. args.Row("x").Zip(kept, (x, m) => m ? x * (factor?.Invoke(p) ?? 1 / (1 - p)) : 0)])).With("mask", Questions.Integers([.. kept.Select(m => m ? 1 : 0)]));
        });
        yield return Masked("keeps-p", (u, p) => u < p);
        yield return Masked("keeps-p-and-scales-by-p", (u, p) => u < p, p => 1 / p);
        yield return Masked("keeps-the-lower-part", (u, p) => u < 1 - p);
        yield return Masked("keeps-strictly-above", (u, p) => u > p);
        yield return Masked("keeps-above-the-rest", (u, p) => u >= 1 - p);
        yield return Masked("keeps-all", (_, _) => true);
        yield return Masked("drops-none-and-scales-not", (_, _) => true, _ => 1);
        (string Word, Distortion Answer) Evaluated(string word, Func<double, double> factor) => Is(word, (right, args) =>
            right.Answer("dropout", (JsonObject)args.DeepClone()) is var answer && args["training"] is not null && !args.Flag("training") ? answer.With("y", Questions.Array([.. args.Row("x").Select(x => x * factor(args.Number("p")))])) : answer);
        yield return Evaluated("evaluation-scaled", p => 1 - p);
        yield return Evaluated("evaluation-scaled-up", p => 1 / (1 - p));
        yield return Evaluated("evaluation-scaled-by-p", p => p);
    }

    private static JsonObject Back(JsonObject args, Func<double, double, double> factor, Func<bool, bool> keeps)
    {
        double[] mask = args.Row("mask");
        double by = factor(args.Number("p"), mask.Length > 0 ? mask.Average() : 1);
        return new() { ["grad"] = Questions.Array([.. args.Row("grad").Zip(mask, (g, m) => keeps(m != 0) ? g * by : 0)]) };
    }

    private static JsonArray Averaged(JsonObject args, Func<double[], double[], double> of)
    {
        double[][][] batches = [.. ((JsonArray)args["micro_grads"]!).Select(b => ((JsonArray)b!).Select(t => ((JsonArray)t!).Select(x => Number(x!)).ToArray()).ToArray())];
        double[] weights = args["weights"] is null ? [.. batches.Select(_ => 1.0)] : args.Row("weights");
        return Questions.Rows([.. batches[0].Select((tensor, k) => tensor.Select((_, i) => of([.. batches.Select(b => b[k][i])], weights)).ToArray())]);
    }

    private static JsonObject Divided(int count, int validation) => new()
    {
        ["train"] = new JsonArray([.. Enumerable.Range(validation, count - validation).Select(i => (JsonNode)i)]),
        ["val"] = new JsonArray([.. Enumerable.Range(0, validation).Select(i => (JsonNode)i)]),
    };

    private static IEnumerable<(string Word, Distortion Answer)> OfBatches()
    {
        (string Word, Distortion Answer) Lengths(string word, Func<int, int, bool, IEnumerable<int>> of) => Is(word, (_, args) =>
        {
            int next = 0, n = (int)args.Number("count");
            return new() { ["batches"] = new JsonArray([.. of(n, (int)args.Number("batch_size"), args.Flag("drop_last")).Select(length => (JsonNode)new JsonArray([.. Enumerable.Range(0, length).Select(_ => (JsonNode)(next++ % n))]))]) };
        });
        yield return Lengths("last-filled-up", (n, b, drops) => Enumerable.Repeat(b, drops ? n / b : (n + b - 1) / b));
        yield return Lengths("last-dropped-though-full", (n, b, drops) => drops ? Enumerable.Repeat(b, Math.Max(0, (n + b - 1) / b - 1)) : Whole(n, b));
        yield return Lengths("last-joined", (n, b, drops) => drops || n % b == 0 || n < b ? Whole(n, b).Where(length => !drops || length == b) : Enumerable.Repeat(b, n / b - 1).Append(b + n % b));
        yield return Lengths("even", (n, b, drops) => drops ? Enumerable.Repeat(b, n / b) : Enumerable.Range(0, (n + b - 1) / b).Select(i => n * (i + 1) / ((n + b - 1) / b) - n * i / ((n + b - 1) / b)));
        yield return Lengths("first-is-short", (n, b, drops) => drops ? Enumerable.Repeat(b, n / b) : Whole(n, b).Reverse());

        static IEnumerable<int> Whole(int n, int b) => Enumerable.Range(0, (n + b - 1) / b).Select(i => Math.Min(b, n - i * b));
    }

    // A number of a narrower format with its bits.
    private static IEnumerable<(string Word, Distortion Answer)> OfCasts()
    {
        foreach (string format in new[] { "", "bfloat16", "float16", "float32" })
        {
            foreach ((string word, Func<double, double, double, double, double> of) in Roundings)
                yield return Cast(format, word, of);
        }

        (string Word, Distortion Answer) Cast(string format, string word, Func<double, double, double, double, double> of) => Is(format.Length > 0 ? $"{format}-{word}" : word, (right, args) =>
        {
            string to = JsonTree.Text(args["to"])!;
            if (JsonTree.Text(args["rounding"]) == "stochastic" || (format.Length > 0 && format != to))
                return right.Answer("cast", args);
            int digits = to switch { "float16" => 11, "bfloat16" => 8, _ => 24 }, least = to == "float16" ? -14 : -126;
            double[] x = args.Row("x");
            double[] other = [.. x.Select(v =>
            {
                if (v == 0 || !double.IsFinite(v))
                    return v;
                double ulp = Math.ScaleB(1, Math.Max(Math.ILogB(v), least) - digits + 1), below = Math.Floor(Math.Abs(v) / ulp) * ulp;
                return Math.Sign(v) * of(Math.Abs(v), below, ulp, Math.Sign(v));
            })];
            return right.Answer("cast", "float64", args.With("x", Questions.Array(other)));
        });
        yield return Is("through-float32", (right, args) => JsonTree.Text(args["rounding"]) == "stochastic" ? right.Answer("cast", args) : right.Answer("cast", args.With("x", Questions.Array([.. args.Row("x").Select(v => (double)(float)v)]))));
        yield return Is("through-float16", (right, args) => JsonTree.Text(args["rounding"]) == "stochastic" ? right.Answer("cast", args) : right.Answer("cast", args.With("x", Questions.Array([.. args.Row("x").Select(v => (double)(Half)v)]))));
    }

    private static (string Word, Distortion Answer) Rates(string word, Func<double, double, int, int, double> of) => Is(word, (_, args) =>
        new() { ["lr"] = Questions.Array([.. Enumerable.Range(0, (int)args.Number("layers")).Select(l => of(args.Number("lr"), args.Number("decay"), l, (int)args.Number("layers")))]) });
}
