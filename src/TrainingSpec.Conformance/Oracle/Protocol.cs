namespace TrainingSpec.Conformance.Oracle;

/// <summary>The limits and all operation names of the oracle protocol, version 1, implemented here or not.</summary>
public static class Protocol
{
    /// <summary>The longest line in bytes, without its end: 64 MiB.</summary>
    public const int MaxLineBytes = 64 * 1024 * 1024;

    /// <summary>The most values in one answer.</summary>
    public const int MaxValues = 10_000_000;

    /// <summary>The most lists and objects in the arguments of one request; numbers are bounded by the line alone.</summary>
    public const int MaxLists = 4_000_000;

    /// <summary>
    /// The most products of one attention, positions² × width, of one gpt.loss, tokens · (parameters + layers · positions · width), or of one muon.step, 3 · ns_steps · Σ rows · columns · min(rows, columns):
    /// with init.orthogonal, whose sides are bounded, the only work that is not linear in the request or the answer.
    /// </summary>
    public const long MaxProducts = 2_000_000_000;

    /// <summary>The most products of one request's attention that are computed beyond the dtype, at a thousand times the time: some seconds.</summary>
    public const long MaxWideProducts = 3_000_000;

    /// <summary>The most numbers that one gpt.loss keeps of its forward pass: tokens · (vocab + 4·width + layers · (12·width + 3·hidden + heads·positions)).</summary>
    public const long MaxKept = 20_000_000;

    /// <summary>The most rates of one llrd, schedule, lr_finder.sweep or lr_finder.suggest, each of which is derived in double-double and takes microseconds.</summary>
    public const int MaxRates = 2_000_000;

    /// <summary>How deep a request may be nested; a deeper one counts as no JSON.</summary>
    public const int MaxDepth = 512;

    /// <summary>The longest side of a matrix whose vectors are made orthonormal, which takes a product for each pair.</summary>
    public const int MaxSide = 256;

    /// <summary>The dtypes that the protocol names.</summary>
    public static IReadOnlyList<string> DataTypes { get; } = ["float64", "float32", "float16", "bfloat16"];

    /// <summary>All operations that the protocol names.</summary>
    public static IReadOnlySet<string> Operations { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "describe",
        "cast", "random.philox", "random.uniform", "random.normal",
        "softmax", "log_softmax", "logsumexp", "cross_entropy", "smooth_labels", "perplexity", "mse", "huber", "smooth_l1", "bce_with_logits",
        "sgd.step", "adam.step", "adamw.step", "lars.step", "lamb.step", "layerwise.ratio", "llrd",
        "rmsprop.step", "adagrad.step", "adadelta.step", "adamax.step", "nadam.step", "radam.step", "amsgrad.step", "lion.step", "sparse_adam.step", "muon.step", "adafactor.step", "average.weights",
        "schedule", "linear_scaling", "lr_finder.sweep", "lr_finder.suggest",
        "init.moments", "init.sample", "init.truncated", "init.truncated_sample", "init.orthogonal", "init.fans", "init.gain", "norm.p", "clip.adaptive",
        "norm.l2", "clip.global_norm", "clip.per_tensor_norm", "clip.value",
        "dropout", "dropout.backward", "l2_penalty", "ewc", "early_stopping",
        "accumulate", "loss_scale.unscale", "loss_scale.update", "checkpointing.plan",
        "split", "batches", "grad_stats", "gpt.count", "gpt.loss",
        "activation", "layer_norm", "rms_norm", "attention",
    };
}
