namespace TrainingSpec.Tests.Battery;

/// <summary>Formulas that are not yet right over the whole of their domains: products and quotients that overflow on the way, arguments of exponentials that carry a rounding, terms that cancel without a stated exception.</summary>
internal static class KnownGaps
{
    /// <summary>Formulas that take powers of their arguments with broken exponents, of which a factor 2ᵏ leaves with a rounding: right to the last places, not to the bit.</summary>
    public static readonly HashSet<string> Twins = ["lr_finder.rate"];

    public static readonly HashSet<string> Formulas =
    [
        "adam.first_moment",
        "adam.step_bound",
        "adam.update_eps_inside_root",
        "adamw.decay",
        "adamw.update",
        "cast.unit_roundoff",
        "checking.central_difference",
        "checking.relative_error",
        "checkpointing.least_peak",
        "dropout.variance",
        "ewc.fisher",
        "ewc.gradient",
        "ewc.penalty",
        "ewc.resting_point",
        "ewc.squared_mean",
        "ewc.term",
        "gpt_parameters.block",
        "gpt_parameters.count",
        "hessian.escape_steps",
        "hessian.factor",
        "l2_penalty.half_penalty",
        "lamb.update",
        "lars.local_rate",
        "lars.velocity",
        "layer_norm.input_gradient",
        "layer_wise_rates.decayed",
        "layer_wise_rates.plain",
        "linear_scaling.scaled",
        "lr_finder.rate",
        "lr_finder.slope",
        "lr_finder.smoothed",
        "random.normal_cosine",
        "random.normal_sine",
        "schedules.cosine",
        "search.between",
        "search.expected_improvement",
        "search.hit_probability",
        "search.kernel",
        "search.log_uniform",
        "search.trials_needed",
        "search.whole",
        "sgd.nesterov",
        "weight_decay.l2_gradient",
    ];
}
