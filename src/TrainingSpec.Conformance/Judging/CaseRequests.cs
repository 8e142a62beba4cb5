using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Models;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Arguments of every operation, drawn where its answers are compared: what training looks like. Small ones come first, so that the first that differs is small.</summary>
/// <remarks>Numbers of tensors have few binary digits, so that float32 and float64 are asked the same. Source: oracle protocol, "How equal is equal".</remarks>
public static class CaseRequests
{
    // How many further requests a late case has: one alone would show too little of what has many kinds, or hangs on how numbers happen to lie.
    private static readonly Dictionary<string, int> More = new(StringComparer.Ordinal) { ["schedule"] = 6, ["early_stopping"] = 4, ["lr_finder.suggest"] = 4, ["loss_scale.update"] = 4, ["activation"] = 2, ["cast"] = 2, ["init.moments"] = 2 };

    private static readonly Dictionary<string, Func<CaseDraw, JsonObject>> ByOperation = new(StringComparer.Ordinal)
    {
        ["cast"] = Cast,
        ["random.philox"] = d => new() { ["key"] = d.Words(2), ["counter"] = d.Words(4) },
        ["random.uniform"] = d => d.Stream(new() { ["count"] = d.Size }),
        ["random.normal"] = d => d.Stream(new() { ["count"] = d.Size }),
        ["softmax"] = d => new() { ["logits"] = d.Logits() },
        ["log_softmax"] = d => new() { ["logits"] = d.Logits() },
        ["logsumexp"] = d => new() { ["x"] = d.Logits() },
        ["cross_entropy"] = CrossEntropy,
        ["smooth_labels"] = d => new() { ["targets"] = d.Whole(d.Size, 3), ["num_classes"] = 3, ["smoothing"] = d.Share() },
        ["perplexity"] = d => new() { ["loss"] = d.Positive() },
        ["mse"] = Predicted,
        ["huber"] = d => d.Maybe(Predicted(d), "delta", d.Positive),
        ["smooth_l1"] = d => d.Maybe(Predicted(d), "beta", d.Positive),
        ["bce_with_logits"] = BinaryCrossEntropy,
        ["sgd.step"] = Sgd,
        ["adam.step"] = d => d.Maybe(d.Maybe(d.Maybe(Moments(d), "weight_decay", () => d.Share() / 8), "bias_correction", () => d.Below(2) == 0), "eps_inside_root", () => d.Below(2) == 0),
        ["adamw.step"] = d => d.Maybe(d.Maybe(Moments(d), "weight_decay", () => d.Share() / 8), "decay_on", () => d.Of("old", "updated")),
        ["lars.step"] = d => d.Maybe(d.Maybe(d.Maybe(Step(d), "momentum", d.Share), "weight_decay", () => d.Share() / 8), "trust_coefficient", () => d.Share() / 16),
        ["lamb.step"] = d => d.Flags(d.Maybe(d.Maybe(d.Maybe(Moments(d), "weight_decay", () => d.Share() / 8), "max_norm", d.Positive), "max_ratio", d.Positive), "bias_correction", "decoupled_weight_decay").Least(d),
        ["rmsprop.step"] = Rmsprop,
        ["adagrad.step"] = d => d.Flags(Decayed(d.Maybe(d.Maybe(d.Maybe(Step(d), "lr_decay", d.Share), "eps", d.Small), "initial_accumulator_value", d.Share), d), "eps_inside_root"),
        ["adadelta.step"] = d => Decayed(d.Maybe(d.Maybe(Step(d), "rho", d.Share), "eps", d.Small), d),
        ["adamax.step"] = d => d.Maybe(Decayed(Moments(d), d), "eps_on", () => d.Of("gradient", "norm")),
        ["nadam.step"] = d => d.Flags(d.Maybe(Decayed(Moments(d), d), "momentum_decay", d.Share), "decoupled_weight_decay"),
        ["radam.step"] = d => d.Flags(d.Maybe(Decayed(Moments(d), d), "eps_on", () => d.Of("moment", "corrected")), "decoupled_weight_decay"),
        ["amsgrad.step"] = d => d.Flags(d.Maybe(Decayed(Moments(d), d), "max_of", () => d.Of("moment", "corrected")), "bias_correction", "eps_inside_root", "decoupled_weight_decay"),
        ["sparse_adam.step"] = SomeRows,
        ["muon.step"] = d => d.Flags(d.Maybe(d.Maybe(d.Maybe(Matrices(d), "momentum", d.Share), "weight_decay", () => d.Share() / 8), "ns_steps", () => 1 + d.Below(6)), "nesterov"),
        ["adafactor.step"] = Factored,
        ["lion.step"] = d => Decayed(d.Maybe(d.Maybe(Step(d), "beta1", d.Share), "beta2", d.Share), d),
        ["average.weights"] = Average,
        ["layerwise.ratio"] = Step,
        ["llrd"] = d => new() { ["lr"] = d.Rate(), ["decay"] = d.Share(), ["layers"] = d.Size },
        ["schedule"] = ScheduleDraws.Any,
        ["linear_scaling"] = d => d.Maybe(new() { ["lr"] = d.Rate(), ["batch"] = 1 + d.Below(64), ["new_batch"] = 1 + d.Below(64) }, "warmup", () => d.Below(100)),
        ["lr_finder.sweep"] = d => new() { ["lr_min"] = d.Rate() / 1024, ["lr_max"] = d.Rate(), ["count"] = 2 + d.Size },
        ["lr_finder.suggest"] = Suggest,
        ["init.moments"] = Fans,
        ["init.sample"] = d => d.Stream(Fans(d).With("count", d.Size), withStream: false),
        ["init.truncated"] = Cut,
        ["init.truncated_sample"] = d => d.Stream(Cut(d).With("count", d.Size), withStream: false),
        ["init.orthogonal"] = d => d.Stream(d.Maybe(new() { ["rows"] = 1 + d.Below(6), ["columns"] = 1 + d.Below(6) }, "gain", d.Positive), withStream: false),
        ["init.fans"] = d => d.Maybe(new() { ["shape"] = new JsonArray([.. Enumerable.Range(0, 2 + d.Below(3)).Select(_ => (JsonNode)(1 + d.Below(9)))]) }, "layout", () => d.Of("outputs_first", "outputs_last")),
        ["init.gain"] = d => new() { ["nonlinearity"] = d.Of("linear", "conv", "sigmoid", "tanh", "relu", "leaky_relu", "selu"), ["negative_slope"] = d.Share() },
        ["norm.l2"] = d => new() { ["tensors"] = d.Tensors() },
        ["norm.p"] = d => new() { ["tensors"] = d.Tensors(), ["p"] = Order(d) },
        ["clip.global_norm"] = d => Unbounded(d.Maybe(new() { ["grads"] = d.Tensors(), ["max_norm"] = d.Positive() }, "norm_type", () => Order(d)), d),
        ["clip.per_tensor_norm"] = d => d.Maybe(new() { ["grads"] = d.Tensors(), ["max_norm"] = d.Positive() }, "norm_type", () => Order(d)),
        ["clip.adaptive"] = d => d.Maybe(Adaptive(d), "eps", d.Positive),
        ["clip.value"] = d => new() { ["grads"] = d.Tensors(), ["limit"] = d.Positive() },
        ["dropout"] = d => d.Stream(d.Maybe(new() { ["x"] = d.Tensor(), ["p"] = d.Share() }, "training", () => d.Below(3) > 0), withOffset: false),
        ["dropout.backward"] = d => new() { ["grad"] = d.Tensor(), ["mask"] = d.Whole(d.Size, 2), ["p"] = d.Share() },
        ["l2_penalty"] = d => d.Maybe(new() { ["params"] = d.Tensors(), ["lambda"] = d.Share() }, "half", () => d.Below(2) == 0),
        ["ewc"] = Ewc,
        ["early_stopping"] = d => d.Maybe(d.Maybe(d.Maybe(new() { ["losses"] = d.Metrics(2 + 2 * d.Size), ["patience"] = d.IsLate ? d.Below(4) : 1 + d.Below(3) }, "min_delta", () => d.Below(3) / (d.IsLate ? 8.0 : 16.0)), "mode", () => d.Of("min", "max")), "delta_mode", () => d.Of("abs", "rel")),
        ["accumulate"] = Accumulate,
        ["loss_scale.unscale"] = d => d.Maybe(new() { ["grads"] = d.IsLate && d.Below(3) == 0 ? Large(d.Tensors()) : d.Tensors(), ["scale"] = Math.ScaleB(1, d.Below(20)) }, "grad_dtype", () => d.Of("float16", "float32")),
        ["loss_scale.update"] = d => Backed(d.Maybe(new() { ["scale"] = Math.ScaleB(1, d.Below(20)), ["tracker"] = 1995 + d.Below(5), ["found_inf"] = d.Below(3) == 0 }, "interval", () => 1996 + d.Below(5)), d),
        ["checkpointing.plan"] = d => d.Maybe(new() { ["layers"] = 1 + d.Below(30) + d.Size }, "segments", () => 1 + d.Below(d.Size)),
        ["split"] = d => d.Stream(new() { ["count"] = d.Size, ["val_fraction"] = d.Share() }, withStream: false),
        ["batches"] = d => d.Maybe(d.Stream(new() { ["count"] = d.Size, ["batch_size"] = 1 + d.Below(4), ["epoch"] = d.Below(3) }, withStream: false), "drop_last", () => d.Below(2) == 0),
        ["grad_stats"] = d => new() { ["grads"] = d.Tensors() },
        ["gpt.count"] = d => d.Maybe(d.Maybe(d.Maybe(d.Maybe(new() { ["vocab"] = 1 + d.Below(999), ["width"] = 4 * d.Size, ["layers"] = d.Below(5) + 1, ["context"] = d.Below(99) + 1 }, "bias", () => d.Below(2) == 0), "tied", () => d.Below(2) == 0), "mlp_ratio", () => 1 + d.Below(6)), "learned_positions", () => d.Below(2) == 0),
        ["gpt.loss"] = GptLoss,
        ["activation"] = d => d.Below(8) == 0 ? d.Maybe(new() { ["kind"] = "elu", ["x"] = d.Tensor() }, "alpha", d.Positive) : d.Below(8) == 0 ? d.Maybe(new() { ["kind"] = "leaky_relu", ["x"] = d.Tensor() }, "negative_slope", d.Share)
            : new() { ["kind"] = d.Of("relu", "gelu", "gelu_tanh", "sigmoid", "tanh", "silu", "softplus", "selu", "relu6", "hard_tanh", "softsign"), ["x"] = d.Tensor() },
        ["layer_norm"] = LayerNorm,
        ["rms_norm"] = RmsNorm,
        ["attention"] = Attention,
    };

    /// <summary>The operations that cases are drawn for, in ordinal order.</summary>
    public static IReadOnlyList<string> Operations { get; } = [.. ByOperation.Keys.Union(SizedRequests.All.Select(s => s.Operation)).Order(StringComparer.Ordinal)];

    /// <summary>The operations that keep a state from step to step.</summary>
    public static IReadOnlySet<string> Stateful { get; } = new HashSet<string>(OperationTable.Names.Where(name => name.EndsWith(".step", StringComparison.Ordinal)).Append("average.weights"), StringComparer.Ordinal);

    /// <summary>The arguments of the smallest request of an operation.</summary>
    /// <exception cref="KeyNotFoundException">No such operation.</exception>
    public static JsonObject Smallest(string op) => Drawn(op, 0, 0)[0];

    /// <summary>The arguments of a case: one request, or for an optimizer as many steps as its size, the later ones with other gradients alone.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="seed">Which cases are drawn.</param>
    /// <param name="index">Which of them, from 0 on; later ones are larger.</param>
    /// <exception cref="KeyNotFoundException">No such operation.</exception>
    public static IReadOnlyList<JsonObject> Drawn(string op, ulong seed, int index)
    {
        var draw = new CaseDraw(new SplitMix(SplitMix.SeedOf(op) ^ (seed * 0x9E3779B97F4A7C15 + (ulong)index)), 1 + Math.Min(index / 4, 7), index);
        JsonObject first = ByOperation.TryGetValue(op, out Func<CaseDraw, JsonObject>? drawn) ? drawn(draw) : Sized(op, draw.Size);
        if (!Stateful.Contains(op))
            return draw.IsLate && More.TryGetValue(op, out int more) ? [first, .. Enumerable.Range(0, more).Select(k => op == "schedule" ? ScheduleDraws.Shape(draw, (index * more + k) % ScheduleDraws.Shapes) : drawn!(draw))] : [first];
        string moving = op == "average.weights" ? "params" : "grads";
        if (index % 5 == 4 && moving == "grads")
            first["maximize"] = true;
        var steps = new List<JsonObject> { first };
        for (int t = 1; t < draw.Size; t++)
        {
            var next = (JsonObject)first.DeepClone();
            next[moving] = draw.Like((JsonArray)first["params"]!);
            if (op == "sparse_adam.step" && draw.IsLate)
                (next["rows"], next[moving]) = Rowed((JsonArray)first["params"]!, draw);
            if (index % 3 == 2 && moving == "grads")
                next["lr"] = draw.Rate();
            steps.Add(next);
        }

        return steps;
    }

    // An operation without a draw of its own is asked as large as the case is.
    private static JsonObject Sized(string op, int size) =>
        SizedRequests.All.FirstOrDefault(s => s.Operation == op) is { } sized
            ? (JsonObject)JsonNode.Parse(sized.Line("0", size))!["args"]!.DeepClone()
            : throw new KeyNotFoundException($"op = {op} is none that cases are drawn for");

    private static JsonObject Cast(CaseDraw d)
    {
        JsonObject cast = new() { ["x"] = d.Tensor(), ["to"] = d.Of("float16", "bfloat16", "float32") };
        return d.Below(4) > 0 ? cast : d.Stream(new() { ["x"] = new JsonArray([.. ((JsonArray)cast["x"]!).Select(x => (JsonNode)(Number(x) / 3))]), ["to"] = (string)cast["to"]!, ["rounding"] = "stochastic" });
    }

    private static JsonObject Backed(JsonObject o, CaseDraw d)
    {
        if (!d.IsLate)
            return o;
        d.Maybe(d.Maybe(d.Maybe(o, "growth", () => 1 + d.Positive()), "backoff", () => (1 + d.Below(15)) / 16.0), "min_scale", () => Math.ScaleB(1, d.Below(20)));
        if (d.Below(2) == 0)
        {
            int hysteresis = 2 + d.Below(3);
            (o["hysteresis"], o["overflows"]) = (hysteresis, d.Below(hysteresis));
        }

        if (d.Below(4) == 0)
            o["scale"] = d.Below(2) == 0 ? Math.ScaleB(1, 127) : Math.ScaleB(1, -149);
        return o;
    }

    // Numbers that float32 has, and not the sum of two of them.
    private static JsonArray Large(JsonArray tensors) => [.. tensors.Select(t => (JsonNode)new JsonArray([.. ((JsonArray)t!).Select(x => (JsonNode)Math.ScaleB(Number(x!), 125))]))];

    private static JsonNode Order(CaseDraw d) => d.Below(4) switch { 0 => 1, 1 => 1.5, 2 => 3, _ => "Infinity" };

    private static JsonObject Adaptive(CaseDraw d)
    {
        // Weights near 0 count as ε, the default one too.
        int power = d.Below(3) == 0 ? -17 : 0;
        JsonArray parameters = [.. d.Tensors().Select(t => (JsonNode)new JsonArray([.. ((JsonArray)t!).Select(x => (JsonNode)Math.ScaleB(Number(x!), power))]))];
        return new() { ["params"] = parameters, ["grads"] = d.Like(parameters), ["clipping"] = (1 + d.Below(8)) / 8.0 };
    }

    // A norm that is not finite, and what becomes of its gradients.
    private static JsonObject Unbounded(JsonObject o, CaseDraw d)
    {
        if (d.Size > 1 && d.Below(4) == 0)
            (o["grads"]![0]![0], o["if_nonfinite"]) = (d.Of("Infinity", "-Infinity", "NaN"), "skip");
        return o;
    }

    private static JsonObject Least(this JsonObject o, CaseDraw d) =>
        d.Maybe(d.Maybe(o, "min_norm", () => Math.Min(d.Positive(), o["max_norm"] is { } n ? Number(n) : 4)), "min_ratio", () => Math.Min(d.Positive(), o["max_ratio"] is { } r ? Number(r) : 4));

    private static JsonObject SomeRows(CaseDraw d)
    {
        JsonArray parameters = d.Tensors();
        (JsonArray rows, JsonArray grads) = Rowed(parameters, d);
        JsonObject o = new() { ["params"] = parameters, ["rows"] = rows, ["grads"] = grads, ["lr"] = d.Rate() };
        return d.Maybe(d.Maybe(d.Maybe(o, "beta1", d.Share), "beta2", d.Share), "eps", d.Small);
    }

    // Of late cases either row may be left out, in each step another.
    private static (JsonArray Rows, JsonArray Grads) Rowed(JsonArray parameters, CaseDraw d)
    {
        JsonArray grads = d.Like(parameters);
        int last = d.IsLate ? d.Below(parameters.Count) : 0;
        int[] rows = [.. Enumerable.Range(0, parameters.Count).Where(row => row == last || d.Below(2) == 0)];
        return (new([.. rows.Select(row => (JsonNode)row)]), new([.. rows.Select(row => grads[row]!.DeepClone())]));
    }

    private static JsonObject Matrices(CaseDraw d)
    {
        int[][] shapes = [.. Enumerable.Range(0, 1 + d.Below(2)).Select(_ => new[] { 1 + d.Below(3), 1 + d.Below(3) })];
        JsonArray parameters = new([.. shapes.Select(shape => (JsonNode)d.Row(shape[0] * shape[1], 4))]);
        return new() { ["params"] = parameters, ["shapes"] = new JsonArray([.. shapes.Select(shape => (JsonNode)Integers(shape[0], shape[1]))]), ["grads"] = d.Like(parameters), ["lr"] = d.Rate() };
    }

    // An average that keeps nothing has no variance to center: what stands there is a rounding.
    private static JsonObject Rmsprop(CaseDraw d)
    {
        JsonObject o = d.Flags(Decayed(d.Maybe(d.Maybe(d.Maybe(Step(d), "alpha", d.Share), "eps", d.Small), "momentum", d.Share), d), "centered", "eps_inside_root", "lr_in_velocity");
        if (o["alpha"] is { } alpha && Number(alpha) == 0)
            o.Remove("centered");
        return o;
    }

    private static JsonObject Factored(CaseDraw d)
    {
        JsonObject o = d.Maybe(d.Maybe(d.Maybe(Decayed(Matrices(d), d), "beta1", d.Share), "decay_rate", d.Share), "clip_threshold", d.Positive);
        return d.Flags(d.Maybe(d.Maybe(o, "eps", d.Small), "decay_by", () => d.Of("lr", "step")), "relative_step", "scale_parameter");
    }

    private static JsonObject Step(CaseDraw d)
    {
        JsonArray parameters = d.Tensors();
        return new() { ["params"] = parameters, ["grads"] = d.Like(parameters), ["lr"] = d.Rate() };
    }

    private static JsonObject Moments(CaseDraw d) => d.Maybe(d.Maybe(d.Maybe(Step(d), "beta1", d.Share), "beta2", d.Share), "eps", d.Small);

    private static JsonObject Decayed(JsonObject o, CaseDraw d) => d.Maybe(o, "weight_decay", () => d.Share() / 8);

    private static JsonObject Average(CaseDraw d)
    {
        JsonObject average = d.Maybe(new() { ["params"] = d.Tensors() }, "kind", () => d.Of("exponential", "equal"));

        // Shares and where they start from are of exponential averages.
        if ((string?)average["kind"] == "equal")
            return average;
        d.Maybe(d.Maybe(average, "decay", d.Share), "start", () => d.Of("params", "zeros"));
        if ((string?)average["start"] == "zeros")
            d.Flags(average, "bias_correction");
        return d.Maybe(average, "num_updates", () => d.Below(20));
    }

    private static JsonObject Sgd(CaseDraw d)
    {
        JsonObject step = d.Maybe(d.Maybe(d.Maybe(Step(d), "momentum", d.Share), "dampening", d.Share), "weight_decay", () => d.Share() / 8);
        if (step["dampening"] is null && step["momentum"] is { } momentum && Number(momentum) > 0)
            d.Maybe(step, "nesterov", () => true);
        return step;
    }

    private static JsonObject CrossEntropy(CaseDraw d)
    {
        int classes = 2 + d.Below(3);
        JsonArray targets = d.Whole(d.Size, classes);
        JsonObject o = d.Maybe(d.Maybe(new() { ["logits"] = d.Matrix(d.Size, classes, 4), ["targets"] = targets }, "label_smoothing", d.Share), "reduction", () => d.Of("mean", "sum", "none"));
        if (d.Size > 1)
            d.Maybe(o, "ignore_index", () => (int)targets[0]!);
        if (o["ignore_index"] is not null && targets.All(t => (int)t! == (int)targets[0]!))
            o.Remove("ignore_index");
        if (d.Below(4) == 0)
            o["weight"] = new JsonArray([.. Enumerable.Range(0, classes).Select(_ => (JsonNode)d.Positive())]);
        if (d.Below(4) == 0 && o["ignore_index"] is null)
            o["targets"] = new JsonArray([.. targets.Select(_ => (JsonNode)d.Distribution(classes))]);
        return o;
    }

    private static JsonObject Predicted(CaseDraw d) => Reduced(new() { ["predictions"] = d.Tensor(), ["targets"] = d.Tensor() }, d);

    private static JsonObject Reduced(JsonObject o, CaseDraw d) => d.Maybe(o, "reduction", () => d.Of("mean", "sum", "none"));

    private static JsonObject BinaryCrossEntropy(CaseDraw d)
    {
        int columns = 1 + d.Below(3);
        JsonArray targets = [.. Enumerable.Range(0, d.Size).Select(_ => (JsonNode)new JsonArray([.. Enumerable.Range(0, columns).Select(_ => (JsonNode)(d.Below(2) == 0 ? d.Below(2) : d.Share()))]))];
        JsonObject o = Reduced(new() { ["logits"] = d.Matrix(d.Size, columns, 4), ["targets"] = targets }, d);
        return d.Maybe(o, "pos_weight", () => new JsonArray([.. Enumerable.Range(0, columns).Select(_ => (JsonNode)d.Positive())]));
    }

    private static JsonObject Suggest(CaseDraw d)
    {
        int count = 3 + d.Size;
        JsonArray rates = [.. Enumerable.Range(0, count).Select(i => (JsonNode)Math.ScaleB(1, i - 20))];
        return d.Maybe(new() { ["lr"] = rates, ["loss"] = d.IsLate ? d.Swinging(count) : d.Losses(count) }, "smoothing", () => d.Share() / 2);
    }

    private static JsonObject Fans(CaseDraw d)
    {
        string scheme = d.Of("xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "gpt_normal", "gpt_residual", "lecun_uniform", "lecun_normal", "he_truncated");
        var o = new JsonObject { ["scheme"] = scheme, ["fan_in"] = 1 + d.Below(64), ["fan_out"] = 1 + d.Below(64) };
        if (scheme == "gpt_residual")
            o["layers"] = 1 + d.Below(12);
        return d.Maybe(o, "gain", d.Positive);
    }

    private static JsonObject Cut(CaseDraw d) => d.Maybe(d.Maybe(d.Maybe(new(), "std", d.Positive), "a", () => -1 - d.Share()), "b", () => 1 + d.Share());

    private static JsonObject Ewc(CaseDraw d)
    {
        JsonArray parameters = d.Tensors();
        JsonArray fisher = [.. parameters.Select(t => (JsonNode)new JsonArray([.. ((JsonArray)t!).Select(_ => (JsonNode)d.Positive())]))];
        return new() { ["params"] = parameters, ["anchor"] = d.Like(parameters), ["fisher"] = fisher, ["lambda"] = d.Share() };
    }

    private static JsonObject Accumulate(CaseDraw d)
    {
        JsonArray first = d.Tensors();
        JsonArray batches = [first, .. Enumerable.Range(0, d.Below(3) + 1).Select(_ => d.Like(first))];
        return d.Maybe(new() { ["micro_grads"] = batches }, "weights", () => new JsonArray([.. batches.Select(_ => (JsonNode)(1 + d.Below(9)))]));
    }

    // A spread of at least 1/16: the first row's entries lie apart.
    private static JsonObject LayerNorm(CaseDraw d)
    {
        int width = 2 + d.Below(3);
        JsonArray x = [.. Enumerable.Range(0, d.Size).Select(_ => (JsonNode)new JsonArray([.. Enumerable.Range(0, width).Select(i => (JsonNode)(d.Eighths(4) / 4 + 2 * i))]))];
        var o = new JsonObject { ["x"] = x, ["gain"] = d.Row(width, 4), ["bias"] = d.Row(width, 4) };
        if (d.Below(4) == 0)
            o.Remove("bias");
        if (d.Below(4) == 0)
            o.Remove("gain");
        d.Maybe(o, "eps", () => Math.ScaleB(1, -d.Below(17)));
        return d.Maybe(o, "grad_y", () => d.Matrix(d.Size, width, 1));
    }

    private static JsonObject RmsNorm(CaseDraw d)
    {
        JsonObject o = LayerNorm(d);
        o.Remove("bias");
        return o;
    }

    private static JsonObject Attention(CaseDraw d)
    {
        int heads = 1 + d.Below(2), width = heads * (1 + d.Below(3));
        var o = new JsonObject { ["q"] = d.Matrix(d.Size, width, 1), ["k"] = d.Matrix(d.Size, width, 1), ["v"] = d.Matrix(d.Size, width, 1), ["heads"] = heads };
        if (d.Below(4) == 0)
            o["mask"] = new JsonArray([.. d.Matrix(d.Size, d.Size, 1).Select(row => (JsonNode)new JsonArray([.. ((JsonArray)row!).Select(m => d.Below(3) == 0 ? (JsonNode)"-Infinity" : m!.DeepClone())]))]);
        return d.Maybe(o, "grad_y", () => d.Matrix(d.Size, width, 1));
    }

    // Weights are drawn by the shape's own list of them; gains lie around 1.
    private static JsonObject GptLoss(CaseDraw d)
    {
        int heads = 1 + d.Below(2), length = 1 + d.Below(3);
        var shape = new GptConfig
        {
            Vocabulary = 2 + d.Below(3),
            Width = heads * (1 + d.Below(2)),
            Layers = 1 + d.Below(2),
            Heads = heads,
            Context = 3,
            MlpRatio = 2,
            Bias = d.Below(2) == 0,
            Tied = d.Below(2) == 0,
            LearnedPositions = d.Below(2) == 0,
        };
        string activation = d.Of("gelu", "gelu_tanh", "relu");
        JsonArray Ids() => [.. Enumerable.Range(0, 1 + d.Size / 4).Select(_ => (JsonNode)d.Whole(length, shape.Vocabulary))];
        JsonArray inputs = Ids();
        return new()
        {
            ["config"] = new JsonObject
            {
                ["vocab"] = shape.Vocabulary,
                ["width"] = shape.Width,
                ["layers"] = shape.Layers,
                ["heads"] = heads,
                ["context"] = shape.Context,
                ["mlp_ratio"] = shape.MlpRatio,
                ["bias"] = shape.Bias,
                ["tied"] = shape.Tied,
                ["learned_positions"] = shape.LearnedPositions,
                ["activation"] = activation,
            },
            ["weights"] = new JsonObject(shape.Weights().Select(w => KeyValuePair.Create(w.Name, (JsonNode?)new JsonArray([.. Enumerable.Range(0, w.Count)
                .Select(_ => (JsonNode)(d.Eighths(1) / 2 + (w.Name.EndsWith(".g", StringComparison.Ordinal) ? 1 : 0)))])))),
            ["inputs"] = inputs,
            ["targets"] = new JsonArray([.. inputs.Select(_ => (JsonNode)d.Whole(length, shape.Vocabulary))]),
        };
    }

    private static JsonObject With(this JsonObject o, string name, JsonNode value)
    {
        o[name] = value;
        return o;
    }
}
