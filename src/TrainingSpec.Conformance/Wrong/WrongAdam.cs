using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Adam and AdamW as they go wrong; what is wrong in Adam is wrong in AdamW alike.</summary>
internal static class WrongAdam
{
    internal static readonly string[] Both = ["adam.step", "adamw.step"];

    /// <summary>One element's wrong direction m̂/(√v̂ + ε) from its moments.</summary>
    /// <param name="theta">The parameter before this step.</param>
    /// <param name="m">The first moment after this step.</param>
    /// <param name="v">The second moment after this step.</param>
    /// <param name="g">The gradient.</param>
    /// <param name="largest">The largest second moment so far, this one included.</param>
    /// <param name="c">The step's coefficients.</param>
    internal delegate double Direction(double theta, double m, double v, double g, double largest, AdamCoefficients<Real64> c);

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("adam-no-bias-correction", "ADAM-1 ADAM-3", "moments are used as they are (bert #153, apex #1124, D1's update)", Both, op => (right, args) =>
            right.Answer(op, args.With("bias_correction", false))),
        WrongSgd.TurnedDecay("adam-maximize-turns-decay", "ADAM-11", Both),
        Mistake("adam-correction-without-power", "ADAM-1", "1 − β divides at every step instead of 1 − βᵗ (convnetjs PR #107)", Both, op => (right, args) =>
            Step(op, args, (_, m, v, _, _, c) => m / Correction(args, 1 - c.Beta1) / Denominator(v / Correction(args, 1 - c.Beta2), c))),
        Mistake("adam-looks-ahead", "ADAM-2", "Nesterov's look-ahead stands in place of the first moment", Both, op => (right, args) =>
            Step(op, args, (_, m, v, g, _, c) => (c.Beta1 * (m / c.Correction1) + (1 - c.Beta1) * g) / Denominator(v / c.Correction2, c))),
        Mistake("adam-betas-swapped", "ADAM-2 ADAM-5", "β₁ averages the squares and β₂ the gradients", Both, op => (right, args) =>
        {
            double beta1 = args.Number(Hyperparameters.Beta1), beta2 = args.Number(Hyperparameters.Beta2);
            return right.Answer(op, args.With("beta1", beta2).With("beta2", beta1));
        }),
        Mistake("adam-eps-inside-root", "ADAM-3", "ε is added before the root is taken (keras-radam #29)", Both, op => (right, args) =>
            right.Answer(op, args.With("eps_inside_root", true))),
        Mistake("adam-decay-decoupled", "ADAM-4", "Adam's decay is taken from the parameter, as AdamW does (pytorch #48793 the other way round)", "adam.step", (right, args) =>
            Decoupled(right, args)),
        Mistake("adam-amsgrad", "ADAM-5", "the largest second moment so far stands in place of the moment", Both, op => (right, args) =>
            Step(op, args, (_, m, _, _, largest, c) => m / c.Correction1 / Denominator(largest / c.Correction2, c))),
        Mistake("adam-root-left-out", "ADAM-3 ADAM-5", "the update divides by the second moment, not by its root (Flux.jl PR #119 is of this kind)", Both, op => (right, args) =>
            args.Flag("eps_inside_root") ? right.Answer(op, args) : Step(op, args, (_, m, v, _, _, c) => m / c.Correction1 / (v / c.Correction2 + c.Epsilon))),
        new("adam-mutates-state", ["ADAM-6"], "the moments in the state are overwritten, so handing a state back twice steps on", Mutating),
        Mistake("adam-wrong-element", "ADAM-7", "the gradient of another element is used (the trainer of D1's project)", Both, op => (right, args) =>
            right.Answer(op, args.With("grads", Rows([.. args.Rows("grads").Select(g => g[1..].Append(g[0]).ToArray())])))),
        FifteenDigits("adam-state-of-fifteen-digits", "ADAM-9", Both),
        Mistake("adam-takes-any-beta", "ADAM-10", "β₁ = 1 is taken, and cut to the largest number below 1", Both, op => (right, args) =>
            right.Answer(op, args.Number(Hyperparameters.Beta1) >= 1 ? args.With("beta1", Math.BitDecrement(1)) : args)) with { Accepts = ["beta1"] },
        Mistake("adamw-no-decay-without-gradient", "ADAMW-1", "a parameter whose gradient is zero is skipped, decay included", "adamw.step", (right, args) =>
            right.Answer("adamw.step", args.Rows("grads").All(g => g.All(x => x == 0)) ? args.With("weight_decay", 0) : args)),
        Mistake("adamw-decay-in-gradient", "ADAMW-1 ADAMW-2 ADAMW-4 ADAMW-5", "λθ is added to the gradient, as Adam's L2 does (pytorch #38767)", "adamw.step", (right, args) =>
        {
            args.Remove("decay_on");
            return right.Answer("adam.step", args.With("weight_decay", args.Number(Hyperparameters.DecoupledDecay)));
        }),
        Mistake("adamw-decays-updated", "ADAMW-2", "the already updated parameter is decayed (transformers #14539, D4's listing)", "adamw.step", (right, args) =>
            right.Answer("adamw.step", args.With("decay_on", "updated"))),
        Mistake("adamw-decay-in-moments", "ADAMW-5", "the moments that are kept take g + λθ, though the step itself does not", "adamw.step", (right, args) =>
        {
            JsonObject l2 = ((JsonObject)args.DeepClone()).With("weight_decay", args.Number(Hyperparameters.DecoupledDecay));
            l2.Remove("decay_on");
            return right.Answer("adamw.step", args).With("state", right.Answer("adam.step", l2)["state"]!.DeepClone());
        }),
        Mistake("adamw-zero-decay-is-default", "ADAMW-3", "a decay of 0 is taken for a missing one and replaced by the default", "adamw.step", (right, args) =>
            right.Answer("adamw.step", args.Number(Hyperparameters.DecoupledDecay) == 0 ? args.With("weight_decay", 0.01) : args)),
    ];

    internal static double Correction(JsonObject args, double correction) =>
        args["bias_correction"] is { } on && !(bool)on ? 1 : correction;

    internal static double Denominator(double vHat, AdamCoefficients<Real64> c) =>
        c.EpsilonInsideRoot != 0 ? Math.Sqrt(vHat + c.Epsilon) : Math.Sqrt(vHat) + c.Epsilon;

    private static JsonObject Decoupled(IImplementation right, JsonObject args) =>
        right.Answer("adamw.step", args.With("weight_decay", args.Number(Hyperparameters.WeightDecay)));

    private static Dictionary<string, Distortion> Mutating()
    {
        // What a caller believes to be the old state is, after the call, the new one.
        var overwritten = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        Distortion Of(string op) => (right, args) =>
        {
            string? before = args["state"] is { } state ? op + state.ToJsonString() : null;
            if (before is not null && overwritten.TryGetValue(before, out JsonNode? after))
                args["state"] = after.DeepClone();
            JsonObject result = right.Answer(op, args);
            if (before is not null)
                overwritten[before] = result["state"]!.DeepClone();
            return result;
        };

        return Both.ToDictionary(op => op, Of);
    }

    /// <summary>A step of the Adam family with another direction, and with the decay of the operation.</summary>
    internal static JsonObject Step(string op, JsonObject args, Direction direction)
    {
        bool decoupled = op == "adamw.step";
        double[][] theta = args.Rows("params");
        double[][] gradients = args.Rows("grads");
        var state = args["state"] as JsonObject;
        long t = (long)(state?.Number("t") ?? 0) + 1;
        double[][] m = state?.Rows("m") ?? Zeros(theta);
        double[][] v = state?.Rows("v") ?? Zeros(theta);
        double[][] largest = state?.Rows("largest") ?? Zeros(theta);
        bool corrected = args["bias_correction"] is not { } on || (bool)on;
        AdamCoefficients<Real64> c = AdamCoefficients.Of<Real64>(
            args.Number("lr"),
            args.Number(Hyperparameters.Beta1),
            args.Number(Hyperparameters.Beta2),
            args.Number(Hyperparameters.Epsilon),
            args.Number(decoupled ? Hyperparameters.DecoupledDecay : Hyperparameters.WeightDecay),
            corrected ? t : null) with
        {
            EpsilonInsideRoot = args.Flag("eps_inside_root") ? 1 : 0,
        };
        for (int k = 0; k < theta.Length; k++)
        {
            for (int i = 0; i < theta[k].Length; i++)
            {
                double g = gradients[k][i];
                if (!decoupled)
                    g = WeightDecay.L2Gradient<Real64>(g, theta[k][i], c.WeightDecay);
                m[k][i] = Adam.FirstMoment<Real64>(m[k][i], g, c.Beta1, c.Share1);
                v[k][i] = Adam.SecondMoment<Real64>(v[k][i], g, c.Beta2, c.Share2);
                largest[k][i] = Math.Max(largest[k][i], v[k][i]);
                double old = theta[k][i];
                double updated = Sgd.Update<Real64>(old, direction(theta[k][i], m[k][i], v[k][i], g, largest[k][i], c), c.LearningRate);
                double decayed = args["decay_on"] is { } which && (string)which! == "updated" ? updated : old;
                theta[k][i] = decoupled ? updated - WeightDecay.Decoupled<Real64>(decayed, c.DecayRate) : updated;
            }
        }

        return new()
        {
            ["params"] = Rows(theta),
            ["state"] = new JsonObject { ["t"] = t, ["m"] = Rows(m), ["v"] = Rows(v), ["largest"] = Rows(largest) },
        };
    }

    private static double[][] Zeros(double[][] like) => [.. like.Select(x => new double[x.Length])];
}
