using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Losses of single numbers as they go wrong.</summary>
internal static class WrongElementwiseLosses
{
    private const string Binary = "bce_with_logits";

    private static readonly string[] Losses = ["mse", "huber", "smooth_l1", Binary];

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Unweighted("mse-halved", "ELEMENTWISE-LOSSES-1", "half of the square is taken, as textbooks do for a simpler gradient", "mse", (right, args) => Scaled(right.Answer("mse", args), "loss grad_predictions", 0.5)),
        Unweighted("elementwise-loss-gradient-of-the-sum", "ELEMENTWISE-LOSSES-2", "the loss is the mean and the gradient that of the sum", ["mse", "huber", "smooth_l1"], op => (right, args) =>
            Scaled(right.Answer(op, args), "grad_predictions", Reduction(args) == "mean" ? args.Row("predictions").Length : 1)),
        Unweighted("bce-mean-over-weights", "ELEMENTWISE-LOSSES-2", "the mean divides by the sum of the weights of the positive class, as that of cross-entropy does", Binary, (right, args) =>
        {
            JsonObject result = right.Answer(Binary, args);
            if (Reduction(args) != "mean" || args["pos_weight"] is null)
                return result;
            double[] weights = args.Row("pos_weight"), each = [.. args.Rows("targets").SelectMany(row => row.Zip(weights, (y, p) => 1 + (p - 1) * y))];
            return Scaled(result, "loss grad_logits", each.Length / each.Sum());
        }),
        Unweighted("huber-over-delta", "ELEMENTWISE-LOSSES-3 ELEMENTWISE-LOSSES-4", "the smooth absolute error, which is Huber's loss over δ, stands in its place", "huber", (right, args) =>
            Scaled(right.Answer("huber", args), "loss grad_predictions", 1 / args.Number(Hyperparameters.HuberDelta))),
        Unweighted("huber-jumps", "ELEMENTWISE-LOSSES-3", "beyond δ the loss is δ·|ŷ − y| without −δ²/2, so that it jumps there", "huber", (right, args) =>
        {
            JsonObject result = right.Answer("huber", args);
            double delta = args.Number(Hyperparameters.HuberDelta);
            double[] errors = [.. args.Row("predictions").Zip(args.Row("targets"), (p, y) => Math.Abs(p - y))], more = [.. errors.Select(d => d > delta ? delta * delta / 2 : 0)];
            return Reduction(args) switch
            {
                "none" => result.With("loss", Array([.. result.Row("loss").Zip(more, (l, m) => l + m)])),
                "sum" => result.With("loss", result.Number("loss") + more.Sum()),
                _ => result.With("loss", result.Number("loss") + more.Average()),
            };
        }),
        Unweighted("huber-gradient-unbounded", "ELEMENTWISE-LOSSES-4", "the gradient is that of the square, whatever the error is", "huber", (right, args) =>
        {
            double divisor = Reduction(args) == "mean" ? args.Row("predictions").Length : 1;
            return right.Answer("huber", args).With("grad_predictions", Array([.. args.Row("predictions").Zip(args.Row("targets"), (p, y) => (p - y) / divisor)]));
        }),
        Unweighted("smooth-l1-is-huber", "ELEMENTWISE-LOSSES-5", "Huber's loss, β times as large, stands in its place", "smooth_l1", (right, args) =>
            args.Number(Hyperparameters.SmoothBeta) is var beta and > 0 ? Scaled(right.Answer("smooth_l1", args), "loss grad_predictions", beta) : right.Answer("smooth_l1", args)),
        Unweighted("bce-by-probability", "ELEMENTWISE-LOSSES-6", "the logarithm is taken of the probability, which is 0 or 1 where the logit is large", Binary, (right, args) =>
        {
            double[] weights = args["pos_weight"] is null ? [.. args.Rows("logits")[0].Select(_ => 1.0)] : args.Row("pos_weight");
            double Term(double z, double y, double p)
            {
                double s = 1 / (1 + Math.Exp(-z));
                return (y == 1 ? 0 : -(1 - y) * Math.Log(1 - s)) + (y == 0 ? 0 : -p * y * Math.Log(s));
            }

            double[][] losses = [.. args.Rows("logits").Zip(args.Rows("targets"), (z, y) => z.Select((v, j) => Term(v, y[j], weights[j])).ToArray())];
            JsonObject result = right.Answer(Binary, args);
            return Reduction(args) switch
            {
                "none" => result.With("loss", Rows(losses)),
                "sum" => result.With("loss", Array(losses.Sum(row => row.Sum()))[0]!.DeepClone()),
                _ => result.With("loss", Array(losses.Average(row => row.Average()))[0]!.DeepClone()),
            };
        }),
        Unweighted("bce-weight-on-both-classes", "ELEMENTWISE-LOSSES-7", "the weight of the positive class multiplies the whole loss", Binary, (right, args) =>
        {
            if (args["pos_weight"] is null)
                return right.Answer(Binary, args);
            string reduction = Reduction(args);
            double[] weights = args.Row("pos_weight");
            args.Remove("pos_weight");
            JsonObject result = right.Answer(Binary, args.With("reduction", "none"));
            double divisor = reduction == "mean" ? args.Rows("logits").Sum(row => row.Length) : 1;
            double[][] Weighted(string member) => [.. result.Rows(member).Select(row => row.Zip(weights, (v, p) => v * p / divisor).ToArray())];
            result = result.With("grad_logits", Rows(Weighted("grad_logits")));
            double[][] losses = Weighted("loss");
            return result.With("loss", reduction == "none" ? Rows(losses) : losses.Sum(row => row.Sum()));
        }),
        Unweighted("bce-gradient-by-difference", "ELEMENTWISE-LOSSES-8", "the gradient is σ(z) − y, which is 0 where σ(z) rounds to y", Binary, (right, args) =>
        {
            JsonObject result = right.Answer(Binary, args);
            if (args["pos_weight"] is not null)
                return result;
            double count = Reduction(args) == "mean" ? args.Rows("logits").Sum(row => row.Length) : 1;
            return result.With("grad_logits", Rows([.. args.Rows("logits").Zip(args.Rows("targets"), (z, y) => z.Zip(y, (v, t) => (1 / (1 + Math.Exp(-v)) - t) / count).ToArray())]));
        }),
        Mistake("elementwise-weight-not-in-the-gradient", "ELEMENTWISE-LOSSES-9", "the loss is weighted and its gradient is not", Losses, op => (right, args) =>
        {
            JsonObject result = right.Answer(op, (JsonObject)args.DeepClone());
            args.Remove("weight");
            return result.With(Gradient(op), right.Answer(op, args)[Gradient(op)]!.DeepClone());
        }),
        Mistake("elementwise-mean-over-weights", "ELEMENTWISE-LOSSES-9", "the mean divides by the sum of the weights, which is another loss where they are not 1 on average", Losses, op => (right, args) =>
        {
            double[] weights = args["weight"] is JsonArray list ? Flat(list) : [1];
            return Scaled(right.Answer(op, args), $"loss {Gradient(op)}", Reduction(args) == "mean" && weights.Sum() > 0 ? weights.Length / weights.Sum() : 1);
        }),
        Mistake("bce-smoothing-of-positives", "ELEMENTWISE-LOSSES-10", "a label of 1 is lowered, and one of 0 is not raised", Binary, (right, args) =>
        {
            double s = args.Number(Hyperparameters.LabelSmoothing);
            args.Remove("label_smoothing");
            return right.Answer(Binary, args.With("targets", Rows([.. args.Rows("targets").Select(row => row.Select(y => (1 - s / 2) * y).ToArray())])));
        }),
    ];

    // A loss that is wrong elsewhere is so with weights and smoothed labels, too: that of each number is multiplied, and the labels are told.
    private static WrongImplementation Unweighted(string name, string breaks, string story, string op, Distortion distortion) => Unweighted(name, breaks, story, [op], _ => distortion);

    private static WrongImplementation Unweighted(string name, string breaks, string story, string[] ops, Func<string, Distortion> distortion) => Mistake(name, breaks, story, ops, op => (right, args) =>
    {
        double s = args.Number(Hyperparameters.LabelSmoothing);
        if (s > 0)
            args["targets"] = Rows([.. args.Rows("targets").Select(row => row.Select(y => (1 - s) * y + s / 2).ToArray())]);
        args.Remove("label_smoothing");
        if (args["weight"] is not JsonArray weight)
            return distortion(op)(right, args);
        args.Remove("weight");
        string reduction = Reduction(args);
        JsonObject each = distortion(op)(right, args.With("reduction", "none"));
        double[] w = Flat(weight);
        double by = reduction == "mean" ? w.Length : 1;
        JsonNode Weighted(string member)
        {
            double[] all = [.. Flat((JsonArray)each[member]!).Zip(w, (x, v) => v * x / by)];
            return each[member]![0] is JsonArray first ? Rows([.. all.Chunk(first.Count)]) : Array(all);
        }

        JsonNode losses = Weighted("loss");
        return each.With(Gradient(op), Weighted(Gradient(op))).With("loss", reduction == "none" ? losses : Array(Flat((JsonArray)losses).Sum())[0]!.DeepClone());
    });

    private static double[] Flat(JsonArray list) => [.. list.SelectMany(x => x is JsonArray row ? Flat(row) : [Number(x!)])];

    private static string Gradient(string op) => op == Binary ? "grad_logits" : "grad_predictions";


    private static string Reduction(JsonObject args) => args["reduction"] is { } said ? (string)said! : "mean";

    private static JsonObject Scaled(JsonObject result, string members, double factor)
    {
        foreach (string member in members.Split(' '))
        {
            result[member] = result[member] switch
            {
                JsonArray { Count: > 0 } list when list[0] is JsonArray => Rows([.. result.Rows(member).Select(row => row.Select(v => v * factor).ToArray())]),
                JsonArray => Array([.. result.Row(member).Select(v => v * factor)]),
                _ => Array(result.Number(member) * factor)[0]!.DeepClone(),
            };
        }

        return result;
    }
}
