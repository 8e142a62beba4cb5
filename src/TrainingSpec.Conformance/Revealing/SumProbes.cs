using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>The sums, means, norms and dot products that the protocol's operations have inside.</summary>
public static class SumProbes
{
    // So far below no other class counts.
    private const double NoLoss = 1000;
    private const double LargestScore = 8;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SumProbe> All { get; } =
    [
        Mean("accumulate over micro-batches", "accumulate", x => new() { ["micro_grads"] = new JsonArray([.. x.Select(v => (JsonNode)Rows([v]))]) }, r => Number(r["grads"]![0]![0])),
        Mean("attention, weights by values", "attention", Values, r => Number(r["y"]!.AsArray()[^1]![0])),
        new SignedProbe("attention, query by key", "attention", QueryByKey, r => Number(r["y"]![1]![0]), (y, n) => Math.Log(y / (1 - y)) * Math.Sqrt(n) / Unit(n)) { Slack = 0.25 },
        Sum("layer_norm, gradient of a gain over rows", "layer_norm", RowsOfTwo, r => Number(r["grad_gain"]![1])),
        Sum("layer_norm, gradient of a bias over rows", "layer_norm", RowsOfTwo, r => Number(r["grad_bias"]![1])),
        new PositiveProbe("cross_entropy, mean over rows", "cross_entropy", x => Losses(x, "mean"), r => Number(r["loss"]))
        {
            Finish = (sum, n) => sum / n,
            OwnTerms = (x => Losses(x, "none"), r => [.. r["loss"]!.AsArray().Select(Number)]),
        },
        Norm("norm.l2 of one tensor", "norm.l2", "tensors", OneTensor, r => Number(r["norm"]), []),
        Norm("norm.l2 over tensors", "norm.l2", "tensors", ManyTensors, r => Number(r["norm"]), []),
        Norm("clip.global_norm of one tensor", "clip.global_norm", "grads", OneTensor, r => Number(r["total_norm"]), [("max_norm", 1e30)]),
        Norm("clip.global_norm over tensors", "clip.global_norm", "grads", ManyTensors, r => Number(r["total_norm"]), [("max_norm", 1e30)]),
        Norm("grad_stats, norm of one tensor", "grad_stats", "grads", OneTensor, r => Number(r["norm"]), []),
        Norm("l2_penalty of one tensor", "l2_penalty", "params", OneTensor, r => Number(r["penalty"]), [("lambda", 1)]) with { Finish = (sum, _) => sum },
        Norm("l2_penalty over tensors", "l2_penalty", "params", ManyTensors, r => Number(r["penalty"]), [("lambda", 1)]) with { Finish = (sum, _) => sum },
        new PositiveProbe("ewc of one tensor", "ewc", Anchored, r => Number(r["penalty"])) { Squares = true, Finish = (sum, _) => sum },
    ];

    private static SignedProbe Sum(string name, string op, Func<IReadOnlyList<double>, JsonObject> args, Func<JsonObject, double> read) =>
        new(name, op, args, read, (sum, _) => sum) { Finish = (sum, _) => sum };

    private static SignedProbe Mean(string name, string op, Func<IReadOnlyList<double>, JsonObject> args, Func<JsonObject, double> read) =>
        new(name, op, args, read, (mean, n) => mean * n) { Finish = (sum, n) => sum / n };

    private static PositiveProbe Norm(string name, string op, string argument, Func<IReadOnlyList<double>, JsonArray> tensors, Func<JsonObject, double> read, (string Name, double Value)[] others) =>
        new(name, op, x => new(Args(others).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())).Append(KeyValuePair.Create(argument, (JsonNode?)tensors(x)))), read)
        {
            Squares = true,
            Finish = (sum, _) => Math.Sqrt(sum),
        };

    private static JsonArray OneTensor(IReadOnlyList<double> x) => Rows([.. x]);

    private static JsonArray ManyTensors(IReadOnlyList<double> x) => Rows([.. x.Select(v => new[] { v })]);

    private static JsonObject Anchored(IReadOnlyList<double> x) => new()
    {
        ["params"] = OneTensor(x),
        ["anchor"] = OneTensor([.. x.Select(_ => 0.0)]),
        ["fisher"] = OneTensor([.. x.Select(_ => 1.0)]),
        ["lambda"] = 2,
    };

    // The last position attends to all n alike: its output is the mean of the values.
    private static JsonObject Values(IReadOnlyList<double> x) => new() { ["q"] = ManyTensors([.. x.Select(_ => 0.0)]), ["k"] = ManyTensors([.. x.Select(_ => 0.0)]), ["v"] = ManyTensors(x) };

    // The score of key 0 is 0, and the weight of key 1 tells its score.
    private static JsonObject QueryByKey(IReadOnlyList<double> x)
    {
        double[] zeros = [.. x.Select(_ => 0.0)], ones = [.. x.Select(_ => 1.0)], key = [.. x.Select(v => v * Unit(x.Count))];
        return new() { ["q"] = Rows(zeros, ones), ["k"] = Rows(zeros, key), ["v"] = Rows(zeros, ones) };
    }

    // A power of two, so that n ones are a score that softmax shows well.
    private static double Unit(int n) => Math.ScaleB(1, (int)Math.Floor(Math.Log2(LargestScore / Math.Sqrt(n))));

    // Rows whose normalized elements are −1 and 1.
    private static JsonObject RowsOfTwo(IReadOnlyList<double> x) => new()
    {
        ["x"] = Rows([.. x.Select(_ => new[] { -1.0, 1.0 })]),
        ["gain"] = Questions.Array(1, 1),
        ["bias"] = Questions.Array(0, 0),
        ["eps"] = 0,
        ["grad_y"] = Rows([.. x.Select(v => new[] { 0, v })]),
    };

    // The loss of a row is how far the other class lies above the target's, and where it lies far below, about its power of e.
    private static JsonObject Losses(IReadOnlyList<double> x, string reduction) => new()
    {
        ["logits"] = Rows([.. x.Select(v => new[] { 0, v >= 1 ? v : v > 0 ? Math.Log(v) : -NoLoss })]),
        ["targets"] = Integers([.. x.Select(_ => 0L)]),
        ["reduction"] = reduction,
    };
}
