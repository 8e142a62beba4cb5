namespace TrainingSpec.Conformance.Oracle;

/// <summary>How a member of two answers is compared.</summary>
public enum EqualityKind
{
    /// <summary>The same values; NaN equals NaN, 0 equals −0.</summary>
    Exact,

    /// <summary>Each number within c·u·M of the other.</summary>
    Near,

    /// <summary>The same lengths; which index stands where is the implementation's own affair, as long as none stands twice.</summary>
    Dealt,

    /// <summary>Not compared: an optimizer's state is the implementation's own, and so is what it says of itself.</summary>
    Own,
}

/// <summary>How one member of an operation's result is compared: what spec/protocol says of it.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Member">The member of its result.</param>
/// <param name="Kind">How.</param>
/// <param name="PerNumber">a: two answers may differ by (a·n + b)·u·M, n the numbers in the arguments.</param>
/// <param name="Besides">b.</param>
/// <param name="Beside">M is the largest finite magnitude in this member of either answer, in these arguments, and of these numbers.</param>
public sealed record MemberEquality(string Operation, string Member, EqualityKind Kind, int PerNumber = 0, int Besides = 0, params IReadOnlyList<string> Beside)
{
    /// <summary>All of them. The coefficients bound the roundings on both sides: 1 for an arithmetic operation, n for a sum of n terms in any order, 4 for an elementary function. A test follows the roundings of each operation over <see cref="Numbers.Within{T}"/> and finds none narrower.</summary>
    public static IReadOnlyList<MemberEquality> All { get; } =
    [
        Own("describe", "name"),
        Own("describe", "version"),
        Own("describe", "language"),
        Own("describe", "operations"),
        Own("describe", "dtypes"),
        Exact("cast", "x"),
        Exact("cast", "bits"),
        Exact("random.philox", "words"),
        Exact("random.uniform", "values"),
        Near("random.normal", "values", 0, 40, "6"),
        Near("softmax", "probs", 2, 12),
        Near("log_softmax", "log_probs", 3, 16),
        Near("logsumexp", "value", 2, 12, "x", "1"),
        Near("cross_entropy", "loss", 18, 16, "logits", "1"),
        Near("cross_entropy", "grad_logits", 2, 16, "1"),
        Near("smooth_labels", "labels", 0, 8),
        Near("perplexity", "perplexity", 0, 8),
        Near("mse", "loss", 2, 12),
        Near("mse", "grad_predictions", 0, 12, "predictions", "targets"),
        Near("huber", "loss", 2, 16),
        Near("huber", "grad_predictions", 0, 8, "predictions", "targets"),
        Near("smooth_l1", "loss", 2, 16),
        Near("smooth_l1", "grad_predictions", 0, 8, "1"),
        Near("bce_with_logits", "loss", 2, 40, "logits", "1"),
        Near("bce_with_logits", "grad_logits", 0, 40, "pos_weight", "weight", "1"),
        Near("sgd.step", "params", 0, 32, "params", "grads"),
        Own("sgd.step"),
        Near("adam.step", "params", 0, 400, "params", "lr"),
        Own("adam.step"),
        Near("adamw.step", "params", 0, 400, "params", "lr"),
        Own("adamw.step"),
        Near("lars.step", "params", 2, 40, "params", "grads"),
        Own("lars.step"),
        Near("lamb.step", "params", 4, 800, "params"),
        Own("lamb.step"),
        Near("rmsprop.step", "params", 0, 400, "params", "lr"),
        Own("rmsprop.step"),
        Near("adagrad.step", "params", 0, 400, "params", "lr"),
        Own("adagrad.step"),
        Near("adadelta.step", "params", 0, 400, "params", "lr"),
        Own("adadelta.step"),
        Near("adamax.step", "params", 0, 400, "params", "lr"),
        Own("adamax.step"),
        Near("nadam.step", "params", 0, 400, "params", "lr"),
        Own("nadam.step"),
        Near("radam.step", "params", 0, 400, "params", "lr"),
        Own("radam.step"),
        Near("amsgrad.step", "params", 0, 400, "params", "lr"),
        Own("amsgrad.step"),
        Near("lion.step", "params", 0, 32, "params", "lr"),
        Own("lion.step"),
        Near("sparse_adam.step", "params", 0, 400, "params", "lr"),
        Own("sparse_adam.step"),
        Near("muon.step", "params", 4096, 8192, "params", "lr"),
        Own("muon.step"),
        Near("adafactor.step", "params", 8, 1000, "params", "lr"),
        Own("adafactor.step"),
        Near("average.weights", "average", 0, 60, "params"),
        Own("average.weights"),
        Near("layerwise.ratio", "lr", 2, 8),
        Near("llrd", "lr", 0, 8),
        Near("schedule", "lr", 0, 40, "lr", "lr_max", "lr_min"),
        Near("linear_scaling", "lr", 0, 4),
        Near("linear_scaling", "warmup", 0, 4),
        Near("lr_finder.sweep", "lr", 0, 200),
        Near("schedule", "momentum", 0, 16),
        Exact("lr_finder.suggest", "steepest"),
        Exact("lr_finder.suggest", "before_divergence"),
        Near("init.moments", "std", 0, 8),
        Near("init.moments", "variance", 0, 8),
        Near("init.moments", "limit", 0, 8),
        Near("init.sample", "values", 0, 60, "9"),
        Near("init.truncated", "mean", 0, 40, "std", "1"),
        Near("init.truncated", "std", 0, 32),
        Near("init.truncated", "variance", 0, 60),
        Near("init.truncated_sample", "values", 0, 60, "9", "std"),
        Near("init.orthogonal", "values", 0, 8, "gain"),
        Exact("init.fans", "fan_in"),
        Exact("init.fans", "fan_out"),
        Near("init.gain", "gain", 0, 8),
        Near("norm.l2", "norm", 1, 8),
        Near("clip.global_norm", "grads", 1, 12),
        Near("clip.global_norm", "total_norm", 1, 8),
        Near("clip.global_norm", "scale", 1, 10),
        Near("clip.per_tensor_norm", "grads", 1, 12),
        Near("clip.per_tensor_norm", "total_norm", 1, 8),
        Near("clip.per_tensor_norm", "scale", 1, 10),
        Near("norm.p", "norm", 1, 32),
        Near("clip.adaptive", "grads", 2, 24),
        Near("clip.adaptive", "total_norm", 1, 8),
        Near("clip.adaptive", "scale", 2, 20),
        Exact("clip.value", "grads"),
        Near("dropout", "y", 0, 4),
        Exact("dropout", "mask"),
        Near("dropout.backward", "grad", 0, 4),
        Near("l2_penalty", "penalty", 2, 6),
        Near("l2_penalty", "grads", 0, 4),
        Near("ewc", "penalty", 2, 12),
        Near("ewc", "grads", 0, 8),
        Exact("early_stopping", "stop_at"),
        Exact("early_stopping", "best"),
        Exact("early_stopping", "best_epoch"),
        Near("accumulate", "grads", 2, 8, "micro_grads"),
        Exact("loss_scale.unscale", "grads"),
        Exact("loss_scale.unscale", "found_inf"),
        Exact("loss_scale.update", "scale"),
        Exact("loss_scale.update", "tracker"),
        Exact("loss_scale.update", "skip"),
        Exact("loss_scale.update", "overflows"),
        Exact("checkpointing.plan", "segments"),
        Exact("checkpointing.plan", "peak"),
        Exact("checkpointing.plan", "extra_forward"),
        Dealt("split", "train"),
        Dealt("split", "val"),
        Dealt("batches", "batches"),
        Near("grad_stats", "norm", 1, 8),
        Exact("grad_stats", "max_abs"),
        Exact("grad_stats", "min_abs"),
        Exact("grad_stats", "max"),
        Exact("grad_stats", "min"),
        Exact("grad_stats", "zero_fraction"),
        Exact("grad_stats", "nonfinite"),
        Exact("gpt.count", "parameters"),
        Near("activation", "y", 0, 40, "x"),
        Near("activation", "slope", 0, 100, "x", "1"),
        Near("layer_norm", "y", 32, 200, "x", "gain", "bias", "1"),
        Near("layer_norm", "grad_x", 512, 6400, "gain", "grad_y", "1"),
        Near("layer_norm", "grad_gain", 32, 200, "x", "grad_y", "1"),
        Near("layer_norm", "grad_bias", 2, 4, "grad_y"),
        Near("rms_norm", "y", 32, 200, "x", "gain", "1"),
        Near("rms_norm", "grad_x", 512, 6400, "gain", "grad_y", "1"),
        Near("rms_norm", "grad_gain", 32, 200, "x", "grad_y", "1"),
        Near("attention", "y", 16, 100, "v", "1"),
        Near("attention", "grad_q", 16, 100, "q", "k", "v", "grad_y", "1"),
        Near("attention", "grad_k", 16, 100, "q", "k", "v", "grad_y", "1"),
        Near("attention", "grad_v", 16, 100, "grad_y", "1"),
        Near("gpt.loss", "loss", 512, 6400, "weights", "1"),
        Near("gpt.loss", "grads", 8192, 102400, "weights", "1"),
    ];

    /// <summary>The rule as spec/protocol writes it.</summary>
    public string Text => Kind != EqualityKind.Near ? Kind.ToString().ToLowerInvariant()
        : PerNumber == 0 ? Wording.Of($"{Besides}")
        : PerNumber == 1 ? Wording.Of($"n + {Besides}")
        : Wording.Of($"{PerNumber}n + {Besides}");

    private static MemberEquality Exact(string operation, string member) => new(operation, member, EqualityKind.Exact);

    private static MemberEquality Dealt(string operation, string member) => new(operation, member, EqualityKind.Dealt);

    private static MemberEquality Own(string operation, string member = "state") => new(operation, member, EqualityKind.Own);

    private static MemberEquality Near(string operation, string member, int perNumber, int besides, params string[] beside) =>
        new(operation, member, EqualityKind.Near, perNumber, besides, beside);
}
