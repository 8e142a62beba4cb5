using System.Text.Json.Nodes;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Cross-entropy, label smoothing and perplexity as they go wrong.</summary>
internal static class WrongCrossEntropy
{
    public static IReadOnlyList<WrongImplementation> All { get; } = WrongClassWeights.AreRight(
    [
        Mistake("cross-entropy-in-bits", "CROSS-ENTROPY-1", "the logarithm is taken to base 2", "cross_entropy", (right, args) =>
        {
            var result = right.Answer("cross_entropy", args);
            return args["reduction"] is null ? result.With("loss", result.Number("loss") / Math.Log(2)) : result;
        }),
        Mistake("cross-entropy-gradient-not-averaged", "CROSS-ENTROPY-2", "the mean loss comes with the gradient of the sum, as in D4's worked step and docstring", "cross_entropy", (right, args) =>
        {
            var result = right.Answer("cross_entropy", args);
            return args["reduction"] is null || (string)args["reduction"]! == "mean"
                ? result.With("grad_logits", right.Answer("cross_entropy", args.With("reduction", "sum"))["grad_logits"]!.DeepClone())
                : result;
        }),
        Mistake("cross-entropy-sum-averaged", "CROSS-ENTROPY-3", "the gradient is divided by the rows whatever the reduction", "cross_entropy", (right, args) =>
        {
            var result = right.Answer("cross_entropy", args);
            return KeepsNothing(args) ? result : result.With("grad_logits", right.Answer("cross_entropy", args.With("reduction", "mean"))["grad_logits"]!.DeepClone());
        }),
        Mistake("cross-entropy-mean-over-ignored", "CROSS-ENTROPY-4", "ignored rows count in the divisor (pytorch #73205 is of this kind)", "cross_entropy", (right, args) =>
        {
            var result = right.Answer("cross_entropy", args);
            if (args["ignore_index"] is null || (string?)args["reduction"] is "sum" or "none")
                return result;
            double[] targets = args.Row("targets");
            double share = targets.Count(t => t != args.Number("ignore_index")) / (double)targets.Length;
            return result.With("loss", result.Number("loss") * share);
        }),
        Mistake("cross-entropy-nan-for-nothing", "CROSS-ENTROPY-9", "a batch of ignored rows alone gives 0/0", "cross_entropy", (right, args) =>
            (string?)args["reduction"] is "sum" or "none" ? right.Answer("cross_entropy", args) : NothingIsNaN(right, args)) with { Accepts = ["targets"] },
        Mistake("cross-entropy-sum-by-the-mean", "CROSS-ENTROPY-13", "a sum is the mean times the rows kept, 0/0 times 0 where there are none", "cross_entropy", (right, args) =>
            (string?)args["reduction"] is "sum" ? NothingIsNaN(right, args) : right.Answer("cross_entropy", args)),
        Mistake("label-smoothing-over-others", "CROSS-ENTROPY-5", "the smoothing mass goes to the K − 1 other classes only", "smooth_labels", (right, args) =>
        {
            int classes = (int)args.Number("num_classes");
            double s = args.Number("smoothing");
            return new()
            {
                ["labels"] = Rows([.. args.Row("targets").Select(t => Enumerable.Range(0, classes).Select(i => i == (int)t ? 1 - s : s / (classes - 1)).ToArray())]),
            };
        }),
        Mistake("cross-entropy-wraps-targets", "CROSS-ENTROPY-6", "a negative target counts from the end, as NumPy indexes in D4's listing", "cross_entropy", (right, args) =>
        {
            int classes = args.Rows("logits")[0].Length;
            double ignored = args.Number("ignore_index");
            long[] wrapped = [.. args.Row("targets").Select(t => t < 0 && t != ignored ? (long)t + classes : (long)t)];
            return right.Answer("cross_entropy", args.With("targets", Integers(wrapped)));
        }) with { Accepts = ["targets"] },
        Mistake("perplexity-base-2", "PERPLEXITY-1", "2 is raised to a loss in nats", "perplexity", (right, args) =>
        {
            double value = Real64.Exp(args.Number("loss") * Math.Log(2));
            return new() { ["perplexity"] = double.IsFinite(value) ? value : "Infinity" };
        }),
    ]);

    private static bool KeepsNothing(JsonObject args) => args["ignore_index"] is not null && args.Row("targets").All(t => t == args.Number("ignore_index"));

    private static JsonObject NothingIsNaN(IImplementation right, JsonObject args) => KeepsNothing(args)
        ? new() { ["loss"] = "NaN", ["grad_logits"] = Rows([.. args.Rows("logits").Select(row => new double[row.Length])]) }
        : right.Answer("cross_entropy", args);
}
