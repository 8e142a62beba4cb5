using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Gradient statistics as they go wrong.</summary>
internal static class WrongMonitoring
{
    private const string Op = "grad_stats";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("stats-mean-of-norms", "MONITORING-1", "the norms of the tensors are averaged", Op, (right, args) =>
        {
            double[][] tensors = args.Rows("grads");
            double mean = tensors.Average(t => right.Answer(Op, new() { ["grads"] = Rows(t) }).Number("norm"));
            return right.Answer(Op, args).With("norm", mean);
        }),
        Mistake("stats-extremes-with-sign", "MONITORING-2", "the largest and the smallest entry are taken for the extremes of the magnitude (D1's statistics)", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return result.With("max_abs", result["max"]!.DeepClone()).With("min_abs", result["min"]!.DeepClone());
        }),
        Mistake("stats-maximum-starts-at-zero", "MONITORING-3", "the search for the maximum starts at 0, so that gradients below it are never seen (D1's statistics)", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return result.With("max", Math.Max(0, result.Number("max")));
        }),
        Mistake("stats-mean-of-zero-fractions", "MONITORING-4", "each tensor's share of zeros counts the same, however small the tensor", Op, (right, args) =>
        {
            double[] fractions = [.. args.Rows("grads").Select(t => right.Answer(Op, new() { ["grads"] = Rows(t) }).Number("zero_fraction"))];
            return right.Answer(Op, args).With("zero_fraction", fractions.Where(f => !double.IsNaN(f)).DefaultIfEmpty(0).Average());
        }),
        Mistake("stats-nan-unseen", "MONITORING-5", "comparisons with NaN are false, so that no NaN is counted (D1's and D2's warnings)", Op, (right, args) =>
        {
            int nan = args.Rows("grads").Sum(t => t.Count(double.IsNaN));
            JsonObject result = right.Answer(Op, args);
            return result.With("nonfinite", result.Number("nonfinite") - nan);
        }),
    ];
}
