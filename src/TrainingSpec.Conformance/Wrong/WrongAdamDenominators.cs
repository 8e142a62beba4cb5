using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Wrong.Distortions;
using static TrainingSpec.Conformance.Wrong.WrongAdam;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Adam's update with its terms at the wrong place around the denominator.</summary>
internal static class WrongAdamDenominators
{
    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("adam-eps-shrunk", "ADAM-3", "ε is multiplied by √(1 − β₂ᵗ), so it is too small in the first steps (pytorch PR #22628)", Both, op => (right, args) =>
            args.Flag("eps_inside_root") ? right.Answer(op, args) : Step(op, args, (_, m, v, _, _, c) => m / c.Correction1 / (Math.Sqrt(v / c.Correction2) + c.Epsilon * Math.Sqrt(c.Correction2)))),
        Mistake("adam-eps-hat", "ADAM-3", "the rearranged form of the paper takes ε for its ε-hat, so ε counts divided by √(1 − β₂ᵗ) (tensorflow #9047, keras #17391)", Both, op => (right, args) =>
            args.Flag("eps_inside_root") ? right.Answer(op, args) : Step(op, args, (_, m, v, _, _, c) => m / c.Correction1 * Math.Sqrt(c.Correction2) / (Math.Sqrt(v) + c.Epsilon))),
        Mistake("adam-eps-on-parameter", "ADAM-3 ADAMW-1", "without brackets, ε is added to the parameter after the division (TensorFlow tab of d2l-en)", Both, op => (right, args) =>
            args.Flag("eps_inside_root") ? right.Answer(op, args) : Step(op, args, (_, m, v, _, _, c) => (m == 0 ? 0 : m / c.Correction1 / Math.Sqrt(v / c.Correction2)) + (c.LearningRate == 0 ? 0 : -c.Epsilon / c.LearningRate))),
        Mistake("adam-correction-inverted", "ADAM-1 ADAM-3", "the second moment is divided by 1 − (1 − β₂ᵗ) (AdaBound-tensorflow #3)", Both, op => (_, args) =>
            Step(op, args, (_, m, v, _, _, c) => m / c.Correction1 / Denominator(v / Correction(args, 1 - c.Correction2), c))),
        Mistake("adamw-decay-over-root", "ADAMW-1 ADAMW-2 ADAMW-4", "the decay is divided by √v̂ + ε like the gradient (tensorli #1)", "adamw.step", (_, args) =>
        {
            double decay = args.Number(Hyperparameters.DecoupledDecay);
            return Step("adamw.step", args.With("weight_decay", 0), (theta, m, v, _, _, c) => (m / c.Correction1 + decay * theta) / Denominator(v / c.Correction2, c));
        }),
    ];
}
