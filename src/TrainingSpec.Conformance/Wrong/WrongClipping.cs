using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Norms, clipping and the parameter count as they go wrong.</summary>
internal static class WrongClipping
{
    private const string Global = "clip.global_norm";
    private const string PerTensor = "clip.per_tensor_norm";
    private const string Adaptive = "clip.adaptive";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("norm-sum-of-norms", "NORMS-1", "the tensors' norms are added", "norm.l2", (right, args) =>
            new() { ["norm"] = args.Rows("tensors").Sum(t => right.Answer("norm.l2", new() { ["tensors"] = Rows(t) }).Number("norm")) }),
        Mistake("norm-unscaled", "NORMS-2", "squares are formed of the elements as they are (pytorch #46849 is of this kind)", "norm.l2", (right, args) =>
        {
            Real64[] all = [.. args.Rows("tensors").SelectMany(t => t).Select(x => (Real64)x)];
            double norm = Norms.Unscale<Real64>(1.0, Reduction.SumOfSquares<Real64>(all));
            return new() { ["norm"] = double.IsFinite(norm) ? norm : "Infinity" };
        }),
        Mistake("norm-of-norms", "NORMS-3", "the L2 norm is taken of the tensors' norms of order p", "norm.p", (right, args) =>
        {
            double[] norms = [.. args.Rows("tensors").Select(t => right.Answer("norm.p", args.With("tensors", Rows(t))).Number("norm"))];
            return right.Answer("norm.l2", new() { ["tensors"] = Rows(norms) });
        }),
        Mistake("clip-order-ignored", "CLIPPING-8", "the L2 norm is taken, whatever order is given", [Global, PerTensor], op => (right, args) => right.Answer(op, args.With("norm_type", 2))),
        Mistake("clip-adaptive-over-all-units", "CLIPPING-9", "the norms are those of all units together", Adaptive, (right, args) =>
        {
            double[][] weights = args.Rows("params"), grads = args.Rows("grads");
            JsonArray Scaling(double by) => Rows([.. grads.Select(g => g.Select(x => x * by).ToArray())]);
            JsonObject whole = right.Answer(Adaptive, args.With("params", Rows([.. weights.SelectMany(t => t)])).With("grads", Rows([.. grads.SelectMany(t => t)])));
            double scale = whole.Row("scale")[0], norm = whole.Row("total_norm")[0];
            return new() { ["grads"] = Scaling(scale), ["total_norm"] = Array([.. grads.Select(_ => norm)]), ["scale"] = Array([.. grads.Select(_ => scale)]) };
        }),
        Mistake("clip-adaptive-without-floor", "CLIPPING-10", "weights of 0 count as they are, so that they never leave 0", Adaptive, (right, args) => right.Answer(Adaptive, args.With("eps", 1e-300))),
        Mistake("clip-per-tensor", "CLIPPING-1", "each tensor is clipped by its own norm, which turns the direction (D1's clipping)", Global, (right, args) =>
        {
            JsonObject result = right.Answer(Global, args);
            return result.With("grads", right.Answer(PerTensor, args)["grads"]!.DeepClone());
        }),
        Mistake("clip-always-rescales", "CLIPPING-2", "gradients below the threshold are scaled up to it", Global, (right, args) =>
        {
            JsonObject result = right.Answer(Global, args);
            double scale = args.Number("max_norm") / result.Number("total_norm");
            return result.With("grads", Scaled(args, _ => scale));
        }),
        Mistake("clip-after-the-update", "CLIPPING-3", "gradients are clipped when the update has been applied, so the update sees them as they were (D0's trainer)", Global, (right, args) =>
            right.Answer(Global, args).With("grads", Scaled(args, _ => 1))),
        Mistake("clip-to-nothing", "CLIPPING-7", "a threshold of 0 is taken, and every gradient becomes 0", Global, (right, args) =>
            args.Number("max_norm") == 0
                ? new() { ["grads"] = Scaled(args, _ => 0), ["total_norm"] = 0, ["scale"] = 0 }
                : right.Answer(Global, args)) with { Accepts = ["max_norm"] },
        Mistake("clip-adds-epsilon", "CLIPPING-3", "10⁻⁶ is added to the norm in the denominator", Global, (right, args) =>
        {
            JsonObject result = right.Answer(Global, args);
            double total = result.Number("total_norm"), max = args.Number("max_norm");
            if (total <= max)
                return result;
            double scale = max / (total + 1e-6);
            return result.With("scale", scale).With("grads", Scaled(args, _ => scale));
        }),
        Mistake("clip-nonfinite-in-silence", "CLIPPING-4", "a norm that is not finite poisons every gradient without a word (pytorch #46849)", Global, (right, args) =>
            right.Answer(Global, args.With("if_nonfinite", "propagate"))),
        Mistake("clip-per-tensor-by-global-norm", "CLIPPING-5", "every tensor is scaled by the factor of the global norm", PerTensor, (right, args) =>
        {
            JsonObject result = right.Answer(PerTensor, args);
            return result.With("grads", right.Answer(Global, args)["grads"]!.DeepClone());
        }),
        Mistake("clip-value-upper-only", "CLIPPING-6", "only the upper bound is applied", "clip.value", (right, args) =>
            new() { ["grads"] = Rows([.. args.Rows("grads").Select(g => g.Select(x => Math.Min(x, args.Number("limit"))).ToArray())]) }),
        Mistake("gpt-count-forgets-final-norm", "GPT-PARAMETERS-1", "the final layer norm is left out", "gpt.count", (right, args) =>
        {
            JsonObject result = right.Answer("gpt.count", args);
            return result.With("parameters", (long)result["parameters"]! - 2 * (long)args.Number("width"));
        }),
        Mistake("gpt-count-tied-head-twice", "GPT-PARAMETERS-2", "a tied head is counted beside the token table", "gpt.count", (right, args) =>
            right.Answer("gpt.count", args.With("tied", false))),
    ];

    private static JsonArray Scaled(JsonObject args, Func<int, double> scale) =>
        Rows([.. args.Rows("grads").Select((g, k) => g.Select(x => (double)Clipping.Scaled<Real64>(x, scale(k))).ToArray())]);
}
