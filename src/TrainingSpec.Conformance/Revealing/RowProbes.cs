using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>An operation on rows, or on elements, each of which has a result of its own.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Width">Numbers of a row; 1 for elements.</param>
/// <param name="OnlyLater">True where a row sees those before it, so that its company comes after it.</param>
/// <param name="Args">The arguments for some rows.</param>
/// <param name="Read">The numbers of one row's result.</param>
public sealed record RowProbe(string Name, string Operation, int Width, bool OnlyLater, Func<double[][], JsonObject> Args, Func<JsonObject, int, IReadOnlyList<double>> Read);

/// <summary>The operations of the protocol that work on rows or elements.</summary>
public static class RowProbes
{
    private const int Classes = 5;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RowProbe> All { get; } =
    [
        new("cross_entropy, rows", "cross_entropy", Classes, false, Losses, (r, i) => [Number(r["loss"]![i]), .. Numbers(r["grad_logits"]![i])]),
        new("layer_norm, rows", "layer_norm", Classes, false, Normalized, (r, i) => Numbers(r["y"]![i])),
        new("attention, later positions", "attention", 4, true, x => new() { ["q"] = Rows(x), ["k"] = Rows(x), ["v"] = Rows(x) }, (r, i) => Numbers(r["y"]![i])),
        .. new[] { "gelu", "gelu_tanh", "sigmoid", "tanh" }.Select(kind => new RowProbe(
            $"activation {kind}, elements", "activation", 1, false, x => new() { ["kind"] = kind, ["x"] = Elements(x, 0) }, (r, i) => [Number(r["y"]![i]), Number(r["slope"]![i])])),
        Optimizer("sgd.step", 2, ("lr", 0.1), ("momentum", 0.9)),
        Optimizer("adam.step", 2, ("lr", 0.001)),
        Optimizer("adamw.step", 2, ("lr", 0.001)),
    ];

    private static RowProbe Optimizer(string op, int width, params (string Name, double Value)[] args) => new(
        $"{op}, elements",
        op,
        width,
        false,
        x => new(Args(args).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())).Append(new("params", new JsonArray(Elements(x, 0)))).Append(new("grads", new JsonArray(Elements(x, 1)))).Append(new("state", null))),
        (r, i) => [Number(r["params"]![0]![i])]);

    private static JsonArray Elements(double[][] rows, int column) => Questions.Array([.. rows.Select(r => r[column])]);

    private static JsonObject Losses(double[][] rows) => new()
    {
        ["logits"] = Rows(rows),
        ["targets"] = Integers([.. rows.Select(r => (long)(Math.Abs(r[0]) * 1024) % Classes)]),
        ["reduction"] = "none",
    };

    private static JsonObject Normalized(double[][] rows) => new()
    {
        ["x"] = Rows(rows),
        ["gain"] = Questions.Array([.. Enumerable.Range(0, Classes).Select(i => 1 + i / 8.0)]),
        ["bias"] = Questions.Array([.. Enumerable.Range(0, Classes).Select(i => i / 16.0)]),
    };

    private static double[] Numbers(JsonNode? row) => [.. ((JsonArray)row!).Select(Number)];
}
