using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Losses of single numbers as they go wrong.</summary>
internal static class WrongElementwiseLosses
{
    private const string Binary = "bce_with_logits";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("mse-halved", "ELEMENTWISE-LOSSES-1", "half of the square is taken, as textbooks do for a simpler gradient", "mse", (right, args) => Scaled(right.Answer("mse", args), "loss grad_predictions", 0.5)),
        Mistake("elementwise-loss-gradient-of-the-sum", "ELEMENTWISE-LOSSES-2", "the loss is the mean and the gradient that of the sum", ["mse", "huber", "smooth_l1"], op => (right, args) =>
            Scaled(right.Answer(op, args), "grad_predictions", Reduction(args) == "mean" ? args.Row("predictions").Length : 1)),
        Mistake("bce-mean-over-weights", "ELEMENTWISE-LOSSES-2", "the mean divides by the sum of the weights of the positive class, as that of cross-entropy does", Binary, (right, args) =>
        {
            JsonObject result = right.Answer(Binary, args);
            if (Reduction(args) != "mean" || args["pos_weight"] is null)
                return result;
            double[] weights = args.Row("pos_weight"), each = [.. args.Rows("targets").SelectMany(row => row.Zip(weights, (y, p) => 1 + (p - 1) * y))];
            return Scaled(result, "loss grad_logits", each.Length / each.Sum());
        }),
        Mistake("huber-over-delta", "ELEMENTWISE-LOSSES-3 ELEMENTWISE-LOSSES-4", "the smooth absolute error, which is Huber's loss over δ, stands in its place", "huber", (right, args) =>
            Scaled(right.Answer("huber", args), "loss grad_predictions", 1 / args.Number(Hyperparameters.HuberDelta))),
        Mistake("huber-jumps", "ELEMENTWISE-LOSSES-3", "beyond δ the loss is δ·|ŷ − y| without −δ²/2, so that it jumps there", "huber", (right, args) =>
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
        Mistake("huber-gradient-unbounded", "ELEMENTWISE-LOSSES-4", "the gradient is that of the square, whatever the error is", "huber", (right, args) =>
        {
            double divisor = Reduction(args) == "mean" ? args.Row("predictions").Length : 1;
            return right.Answer("huber", args).With("grad_predictions", Array([.. args.Row("predictions").Zip(args.Row("targets"), (p, y) => (p - y) / divisor)]));
        }),
        Mistake("smooth-l1-is-huber", "ELEMENTWISE-LOSSES-5", "Huber's loss, β times as large, stands in its place", "smooth_l1", (right, args) =>
            args.Number(Hyperparameters.SmoothBeta) is var beta and > 0 ? Scaled(right.Answer("smooth_l1", args), "loss grad_predictions", beta) : right.Answer("smooth_l1", args)),
        Mistake("bce-by-probability", "ELEMENTWISE-LOSSES-6", "the logarithm is taken of the probability, which is 0 or 1 where the logit is large", Binary, (right, args) =>
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
        Mistake("bce-weight-on-both-classes", "ELEMENTWISE-LOSSES-7", "the weight of the positive class multiplies the whole loss", Binary, (right, args) =>
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
        Mistake("bce-gradient-by-difference", "ELEMENTWISE-LOSSES-8", "the gradient is σ(z) − y, which is 0 where σ(z) rounds to y", Binary, (right, args) =>
        {
            JsonObject result = right.Answer(Binary, args);
            if (args["pos_weight"] is not null)
                return result;
            double count = Reduction(args) == "mean" ? args.Rows("logits").Sum(row => row.Length) : 1;
            return result.With("grad_logits", Rows([.. args.Rows("logits").Zip(args.Rows("targets"), (z, y) => z.Zip(y, (v, t) => (1 / (1 + Math.Exp(-v)) - t) / count).ToArray())]));
        }),
    ];

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
