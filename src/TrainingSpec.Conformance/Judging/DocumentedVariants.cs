namespace TrainingSpec.Conformance.Judging;

/// <summary>What stands among the wrong implementations and is a documented way of its own elsewhere: who does it knowingly has a variant, and no bug.</summary>
public static class DocumentedVariants
{
    /// <summary>The name of the wrong implementation and where its way is documented.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["adam-eps-inside-root"] = "the protocol's option eps_inside_root",
        ["adam-eps-hat"] = "Kingma and Ba (2015), section 2, the rearranged order",
        ["adam-no-bias-correction"] = "the protocol's option bias_correction, the optimizer of Devlin et al. (2019)",
        ["adam-amsgrad"] = "Reddi, Kale and Kumar (2018), AMSGrad",
        ["adam-looks-ahead"] = "Dozat (2016), NAdam",
        ["adam-decay-decoupled"] = "Loshchilov and Hutter (2019), Algorithm 2, AdamW",
        ["adamw-decay-in-gradient"] = "Loshchilov and Hutter (2019), Algorithm 2, Adam with L2 regularization",
        ["adamw-decays-updated"] = "the protocol's option decay_on",
        ["rmsprop-eps-inside-root"] = "the protocol's option eps_inside_root, Keras' and optax's RMSprop",
        ["rmsprop-rate-in-velocity"] = "the protocol's option lr_in_velocity, TensorFlow's and optax's RMSprop",
        ["adagrad-eps-inside-root"] = "the protocol's option eps_inside_root, Keras' and optax's Adagrad",
        ["adamax-eps-on-norm"] = "the protocol's option eps_on, Keras' Adamax",
        ["radam-eps-on-corrected"] = "the protocol's option eps_on, optax's RAdam",
        ["amsgrad-max-of-corrected"] = "the protocol's option max_of, optax's AMSGrad",
        ["shape-threshold-signed"] = "PyTorch's ReduceLROnPlateau, which documents best * (1 - threshold)",
        ["sgd-velocity-contains-rate"] = "Sutskever et al. (2013), equations 1 and 2",
        ["sgd-first-buffer-dampened"] = "a buffer that starts at 0, as that of Sutskever et al. (2013)",
        ["sgd-momentum-averaged"] = "an average of gradients, as the first moment of Kingma and Ba (2015)",
        ["lars-rate-outside-velocity"] = "momentum with the rate outside the velocity, as PyTorch documents it for SGD",
        ["lamb-no-bias-correction"] = "the protocol's option bias_correction; You et al. (2020), where the correction is left to the schedule",
        ["lamb-norm-capped-at-ten"] = "the protocol's option max_norm, pytorch-lamb's clamp_value",
        ["sparse-adam-eps-on-corrected"] = "Kingma and Ba (2015), Algorithm 1, where ε stands beside the corrected root",
        ["adafactor-eps-is-a-floor"] = "the protocol's option eps_on, PyTorch's Adafactor",
        ["adafactor-rate-never-falls"] = "the protocol's option relative_step",
        ["adafactor-rate-not-scaled"] = "the protocol's option scale_parameter",
        ["adafactor-decay-by-the-step"] = "the protocol's option decay_by, Adafactor of fairseq and Transformers",
        ["init-gain-of-variance"] = "the scale of Keras' VarianceScaling and of JAX's variance_scaling, which multiplies the variance",
        ["init-fans-without-groups"] = "PyTorch's torch.nn.init, which documents that fans are taken from the shape alone",
        ["clip-adds-epsilon"] = "PyTorch's clip_grad_norm_, which documents the 1e-6",
        ["softplus-threshold"] = "PyTorch's softplus, which documents its threshold of 20",
        ["mse-halved"] = "half of the squared error, as textbooks state it",
        ["rms-norm-gain-from-one"] = "Gemma's RMSNorm, whose weights are stored less 1",
        ["gelu-quick"] = "Hendrycks and Gimpel (2016), section 2, the sigmoid form",
    };
}
