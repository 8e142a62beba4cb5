namespace TrainingSpec.Conformance.Wrong;

/// <summary>A bug that a public project had.</summary>
/// <param name="Number">Its row in the collection.</param>
/// <param name="Where">Project and issue or pull request.</param>
/// <param name="Variants">The wrong implementations that do the same.</param>
/// <param name="Why">Where there is none: why no answer of the protocol can show it.</param>
public sealed record RealBug(int Number, string Where, IReadOnlyList<string> Variants, string? Why = null);

/// <summary>Bugs of public projects in training mathematics, each with the wrong implementations that repeat it.</summary>
public static class RealBugs
{
    /// <summary>All 43, in order.</summary>
    public static IReadOnlyList<RealBug> All { get; } =
    [
        new(1, "transformers #14539, bitsandbytes #2010", ["adamw-decays-updated"]),
        new(2, "pytorch #38767, #48793", ["adamw-decay-in-gradient", "adam-decay-decoupled"]),
        new(3, "tensorli #1", ["adamw-decay-over-root"]),
        new(4, "pytorch PR #22628", ["adam-eps-shrunk"]),
        new(5, "tensorflow #9047, keras #17391", ["adam-eps-hat"]),
        new(6, "keras-radam #29", ["adam-eps-inside-root"]),
        new(7, "bert #153, apex #1124, mlx PR #1640, D1", ["adam-no-bias-correction", "lamb-no-bias-correction"]),
        new(8, "convnetjs PR #107, ML-From-Scratch #35", ["adam-correction-without-power"]),
        new(9, "AdaBound-tensorflow #3", ["adam-correction-inverted"]),
        new(10, "Flux.jl PR #119", ["adam-root-left-out"]),
        new(11, "the trainer of D1's project", ["adam-wrong-element"]),
        new(12, "d2l-en, TensorFlow tab", ["adam-eps-on-parameter", "adam-correction-without-power"]),
        new(13, "Paddle PR #12231", ["sgd-nesterov-unscaled"]),
        new(14, "pytorch #1099, mlx PR #87", ["sgd-velocity-contains-rate", "sgd-momentum-averaged"]),
        new(15, "pytorch-lamb #3, PR #6", ["lamb-decay-in-gradient", "lamb-zero-layer-frozen"]),
        new(16, "vectors of tensorflow contrib's LARS", ["lars-velocity-without-decay"]),
        new(17, "pytorch #22107, PR #24352", ["schedule-recursive", "schedule-step-decay-late"]),
        new(18, "pytorch #17913", ["schedule-cosine-recursive"]),
        new(19, "fairseq PR #2916", ["schedule-cosine-swapped"]),
        new(20, "kozistr PolyScheduler", ["schedule-climbs-above-maximum"]),
        new(21, "nanoGPT dc81cb36, gpt-neo #1373", ["schedule-warmup-late"]),
        new(22, "DeepSpeed PR #5287", ["schedule-warmup-cosine-start"]),
        new(23, "D4's and D1's listings", ["schedule-rises-past-the-end"]),
        new(24, "accelerate #963, Lightning #1476", ["schedule-advances-per-micro-batch"]),
        new(25, "transformers #34191, torchtune PR #1875", ["accumulate-mean-of-means"]),
        new(26, "nanoGPT 553f949f, D1's accumulation", ["accumulate-sum"]),
        new(27, "LLMs-from-scratch PR #300, D2's loop", ["accumulate-divides-by-full-window", "accumulate-drops-last-window"]),
        new(28, "llm.c dd8c9f5", ["accumulate-assigns"]),
        new(29, "Lightning #9330, pytorch/examples #1196", ["loss-scale-clips-before-unscaling"]),
        new(30, "pytorch #46849", ["clip-nonfinite-in-silence", "norm-unscaled"]),
        new(31, "D0's trainer", ["clip-after-the-update"]),
        new(32, "D1's clipping", ["clip-per-tensor"]),
        new(33, "pytorch #73205, #69339", ["cross-entropy-mean-over-ignored"]),
        new(34, "optax #898", ["softmax-nan-for-masked"]),
        new(35, "keras PR #2252, chainer PR #1774", ["init-he-fans-swapped"]),
        new(36, "LBANN PR #316", ["init-he-is-lecun", "init-uniform-is-normal"]),
        new(37, "kaldi #2814, theanets PR #123", ["dropout-scaled-by-p", "dropout-scaled-twice"]),
        new(38, "keras 0dd8a15df6", ["dropout-active-at-evaluation"]),
        new(39, "pytorch-ewc #1", [], "the operation ewc is handed the Fisher information; the mean of squares against the square of the mean is tested on the library's own estimate"),
        new(40, "Lightning #14167, pytorch-lr-finder #11", ["lr-finder-biased-average"]),
        new(41, "wandb #507", [], "the protocol has no operation that searches; the library's search space is tested on it"),
        new(42, "D1's early stopping", ["early-stopping-as-in-d1", "early-stopping-best-is-first", "early-stopping-never-resets"]),
        new(43, "llm.c test_gpt2.c", [], "a check whose exit code can't fail answers nothing; here each check is shown to fail by the wrong implementation that it is for"),
    ];
}
