using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/elementwise-losses.md.</summary>
internal static class ElementwiseLossesRules
{
    private static readonly double[] Predictions = [1, 0.5, -2, 4, 0.25], Targets = [1, 1, 1, -1, 0], Weights = [2, 0, 0.5, 3, 1];

    private static double[] Errors => [.. Predictions.Zip(Targets, (p, y) => p - y)];

    [Rule("ELEMENTWISE-LOSSES-1")]
    internal static void SquaresHaveNoFactor(Questions ask) => Are(ask, "mse", Predicted(), [.. Errors.Select(d => d * d)], [.. Errors.Select(d => 2 * d)]);

    [Rule("ELEMENTWISE-LOSSES-2")]
    internal static void MeansOfSquaresAreOverAllNumbers(Questions ask) => IsMean(ask, "mse", "grad_predictions", Predicted(), Predictions.Length);

    [Rule("ELEMENTWISE-LOSSES-2")]
    internal static void HubersMeansAreOverAllNumbers(Questions ask) => IsMean(ask, "huber", "grad_predictions", Predicted(), Predictions.Length);

    [Rule("ELEMENTWISE-LOSSES-2")]
    internal static void MeansOfSmoothL1AreOverAllNumbers(Questions ask) => IsMean(ask, "smooth_l1", "grad_predictions", Predicted(), Predictions.Length);

    [Rule("ELEMENTWISE-LOSSES-2")]
    internal static void BinaryMeansAreOverAllNumbers(Questions ask) =>
        IsMean(ask, "bce_with_logits", "grad_logits", new() { ["logits"] = Rows([1, -2], [0.5, 3]), ["targets"] = Rows([1, 0], [0, 1]), ["pos_weight"] = Array(2, 5) }, 4);

    [Rule("ELEMENTWISE-LOSSES-3")]
    internal static void HuberIsHalfOfTheSquareThenLinear(Questions ask) =>
        Losses(ask, "huber", Predicted(("delta", 2)), [.. Errors.Select(d => Math.Abs(d) <= 2 ? d * d / 2 : 2 * (Math.Abs(d) - 1))]);

    [Rule("ELEMENTWISE-LOSSES-4")]
    internal static void HubersGradientIsTheErrorUpToDelta(Questions ask) =>
        Gradients(ask, "huber", "grad_predictions", Predicted(("delta", 2)), [.. Errors.Select(d => Math.Clamp(d, -2, 2))]);

    [Rule("ELEMENTWISE-LOSSES-5")]
    internal static void SmoothL1IsHuberOverBeta(Questions ask)
    {
        Are(ask, "smooth_l1", Predicted(("beta", 2)), [.. Errors.Select(d => Math.Abs(d) < 2 ? d * d / 4 : Math.Abs(d) - 1)], [.. Errors.Select(d => Math.Clamp(d / 2, -1, 1))]);
        Are(ask, "smooth_l1", Predicted(("beta", 0)), [.. Errors.Select(Math.Abs)], [.. Errors.Select(d => (double)Math.Sign(d))]);
    }

    // −ln(1 − σ(z)) for the negative class and −ln σ(z) for the positive one.
    [Rule("ELEMENTWISE-LOSSES-6")]
    internal static void BinaryCrossEntropyIsRightForEveryLogit(Questions ask)
    {
        double[] z = [-1000, -40, 0, 2, 40, 1000];
        Losses(ask, "bce_with_logits", Binary(z, [0, 0, 0, 0, 0, 0]), [0, Math.Exp(-40), Math.Log(2), Answered.Log(1 + Answered.Exp(2)), 40, 1000]);
        Losses(ask, "bce_with_logits", Binary(z, [1, 1, 1, 1, 1, 1]), [1000, 40, Math.Log(2), Answered.Log(1 + Answered.Exp(-2)), Math.Exp(-40), 0]);
        Losses(ask, "bce_with_logits", Binary([2], [0.25]), [0.75 * Answered.Log(1 + Answered.Exp(2)) + 0.25 * Answered.Log(1 + Answered.Exp(-2))]);
    }

    [Rule("ELEMENTWISE-LOSSES-7")]
    internal static void TheWeightIsThatOfThePositiveClass(Questions ask)
    {
        JsonObject args = new() { ["logits"] = Rows([1, 1, 1], [-2, -2, -2]), ["targets"] = Rows([1, 0, 0.5], [1, 0, 0.5]), ["pos_weight"] = Array(3, 3, 4), ["reduction"] = "none" };
        Answered[][] loss = ask.ReadRows("bce_with_logits", "loss", args), gradient = ask.ReadRows("bce_with_logits", "grad_logits", args);
        for (int i = 0; i < 2; i++)
        {
            double z = i == 0 ? 1 : -2;
            Answered negative = Answered.Log(1 + Answered.Exp(z)), positive = Answered.Log(1 + Answered.Exp(-z)), s = 1 / (1 + Answered.Exp(-z));
            Answered[] losses = [3 * positive, negative, 0.5 * negative + 2 * positive], slopes = [-3 * (1 - s), s, 0.5 * s - 2 * (1 - s)];
            for (int j = 0; j < 3; j++)
            {
                ask.Near(FormattableString.Invariant($"loss {i}, {j}"), loss[i][j], losses[j]);
                ask.Near(FormattableString.Invariant($"gradient {i}, {j}"), gradient[i][j], slopes[j]);
            }
        }
    }

    [Rule("ELEMENTWISE-LOSSES-8")]
    internal static void AConfidentLogitKeepsItsGradient(Questions ask)
    {
        Gradients(ask, "bce_with_logits", "grad_logits", Binary([40, 2, -40], [1, 0, 0]), [-Math.Exp(-40), 1 / (1 + Answered.Exp(-2)), Math.Exp(-40)]);
        Gradients(ask, "bce_with_logits", "grad_logits", Binary([-1000, 1000], [1, 0]), [-1, 1]);
    }

    [Rule("ELEMENTWISE-LOSSES-9")]
    internal static void AWeightMultipliesALossAndItsGradient(Questions ask)
    {
        foreach (string op in new[] { "mse", "huber", "smooth_l1" })
        {
            JsonObject plain = Predicted(), weighted = Predicted();
            weighted["weight"] = Array(Weights);
            Weigh(ask, op, "grad_predictions", plain, weighted, Weights);
        }

        JsonObject args = Binary([1, -2, 0.5, 3, 2], [1, 0, 0.25, 0, 1]), more = (JsonObject)args.DeepClone();
        more["weight"] = Rows(Weights);
        Weigh(ask, "bce_with_logits", "grad_logits", args, more, Weights);
    }

    [Rule("ELEMENTWISE-LOSSES-10")]
    internal static void SmoothingMovesALabelTowardsOneHalf(Questions ask)
    {
        JsonObject args = Binary([2, 2, 2, -40], [1, 0, 0.5, 0]);
        args["label_smoothing"] = 0.5;
        Answered sure = Answered.Log(1 + Answered.Exp(-2)), unsure = Answered.Log(1 + Answered.Exp(2)), s = 1 / (1 + Answered.Exp(-2));
        Losses(ask, "bce_with_logits", args, [0.75 * sure + 0.25 * unsure, 0.25 * sure + 0.75 * unsure, (sure + unsure) / 2, 10]);
        Gradients(ask, "bce_with_logits", "grad_logits", args, [s - 0.75, s - 0.25, s - 0.5, -0.25]);
    }

    private static void Weigh(Questions ask, string op, string member, JsonObject plain, JsonObject weighted, double[] weights)
    {
        // Who has no weights is not asked without them.
        ask.Ask(op, None(weighted));
        Losses(ask, op, weighted, [.. Flat(ask, ask.Ask(op, None(plain))["loss"]).Zip(weights, (loss, w) => w * loss)]);
        Gradients(ask, op, member, weighted, [.. Flat(ask, ask.Ask(op, None(plain))[member]).Zip(weights, (slope, w) => w * slope)]);
        IsMean(ask, op, member, weighted, weights.Length);
    }

    private static void Are(Questions ask, string op, JsonObject args, Answered[] losses, Answered[] gradient)
    {
        Losses(ask, op, args, losses);
        Gradients(ask, op, "grad_predictions", args, gradient);
    }

    private static void Losses(Questions ask, string op, JsonObject args, Answered[] losses) => AreNear(ask, $"{op} of", Flat(ask, ask.Ask(op, None(args))["loss"]), losses);

    private static void Gradients(Questions ask, string op, string member, JsonObject args, Answered[] gradient) => AreNear(ask, $"gradient of {op} at", Flat(ask, ask.Ask(op, None(args))[member]), gradient);

    private static void AreNear(Questions ask, string what, Answered[] actual, Answered[] expected)
    {
        Expect.That(actual.Length == expected.Length, $"{what} all has {actual.Length} numbers, not {expected.Length}");
        for (int i = 0; i < actual.Length; i++)
            ask.Near(FormattableString.Invariant($"{what} number {i}"), actual[i], expected[i]);
    }

    private static void IsMean(Questions ask, string op, string member, JsonObject args, int count)
    {
        JsonObject mean = (JsonObject)args.DeepClone(), sum = (JsonObject)args.DeepClone();
        (mean["reduction"], sum["reduction"]) = ("mean", "sum");
        Answered[] each = Flat(ask, ask.Ask(op, None(args))["loss"]), slopes = Flat(ask, ask.Ask(op, None(args))[member]);
        ask.Near($"sum of {op}", ask.Read(op, "loss", sum), Sum(each));
        ask.Near($"mean of {op}", ask.Read(op, "loss", mean), ask.Read(op, "loss", sum) / count);
        AreNear(ask, $"gradient of the sum of {op} at", Flat(ask, ask.Ask(op, sum)[member]), slopes);
        AreNear(ask, $"gradient of the mean of {op} at", Flat(ask, ask.Ask(op, mean)[member]), [.. Flat(ask, ask.Ask(op, sum)[member]).Select(g => g / count)]);
    }

    private static JsonObject None(JsonObject args)
    {
        JsonObject none = (JsonObject)args.DeepClone();
        none["reduction"] = "none";
        return none;
    }

    private static Answered[] Flat(Questions ask, JsonNode? node) => node is JsonArray rows
        ? [.. rows.SelectMany(row => row is JsonArray inner ? inner.Select(ask.Read) : [ask.Read(row)])]
        : throw new RuleBrokenException($"a list was expected, {node?.ToJsonString() ?? "null"} came");

    private static JsonObject Predicted(params (string Name, double Value)[] more)
    {
        JsonObject o = Args(more);
        (o["predictions"], o["targets"]) = (Array(Predictions), Array(Targets));
        return o;
    }

    private static JsonObject Binary(double[] logits, double[] targets) => new() { ["logits"] = Rows(logits), ["targets"] = Rows(targets) };
}
