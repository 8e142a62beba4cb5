using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/layer-norm.md.</summary>
internal static class LayerNormRules
{

    // The deviations of this row are −2, −1, 0 and 3, their mean square 3.5; an ε that vanishes beside it leaves the rule about ε alone.
    private static readonly double[] Row = [1, 2, 3, 6];
    private static readonly double[] Deviations = [-2, -1, 0, 3];
    private const double Tiny = 1e-30;

    [Rule("LAYER-NORM-1")]
    internal static void RowsAreStandardized(Questions ask) =>
        Are(ask, "layer_norm([1, 2, 3, 6])", Normalize(ask, [Row], [1, 1, 1, 1], [0, 0, 0, 0], Tiny)[0], [.. Deviations.Select(d => d / Math.Sqrt(3.5))]);

    [Rule("LAYER-NORM-2")]
    internal static void EpsilonStandsInsideTheRoot(Questions ask)
    {
        // 1/y² is σ² + ε for the row [-1, 1], so it grows as ε does.
        Answered Square(double eps)
        {
            Answered reciprocal = 1 / Normalize(ask, [[-1, 1]], [1, 1], [0, 0], eps)[0][1];
            return reciprocal * reciprocal;
        }

        ask.Near("1/y² at ε = 3 less that at ε = 1", Square(3) - Square(1), 2);
        Are(ask, "layer_norm([5, 5])", Normalize(ask, [[5, 5]], [1, 1], [0, 0], 3)[0], [0, 0]);
    }

    [Rule("LAYER-NORM-3")]
    internal static void GainThenBias(Questions ask)
    {
        Answered[] plain = Normalize(ask, [[-1, 1]], [1, 1], [0, 0], 3)[0];
        Are(ask, "gain [2, 3], bias [10, 20]", Normalize(ask, [[-1, 1]], [2, 3], [10, 20], 3)[0], [2 * plain[0] + 10, 3 * plain[1] + 20]);
    }

    [Rule("LAYER-NORM-4")]
    internal static void RowsAreIndependent(Questions ask)
    {
        Answered[][] together = Normalize(ask, [[-1, 1], [10, 30]], [1, 1], [0, 0], 3);
        Are(ask, "the row [-1, 1] beside another", together[0], Normalize(ask, [[-1, 1]], [1, 1], [0, 0], 3)[0]);
        Are(ask, "the row [10, 30] beside another", together[1], Normalize(ask, [[10, 30]], [1, 1], [0, 0], 3)[0]);
    }

    [Rule("LAYER-NORM-5")]
    internal static void VarianceDoesNotCancel(Questions ask) =>
        Are(ask, "layer_norm([1e8 - 1, 1e8 + 1]) with ε = 3", Normalize(ask, [[1e8 - 1, 1e8 + 1]], [1, 1], [0, 0], 3)[0], Normalize(ask, [[-1, 1]], [1, 1], [0, 0], 3)[0]);

    [Rule("LAYER-NORM-6")]
    internal static void InputGradientGoesThroughMeanAndDeviation(Questions ask)
    {
        double[] gain = [1, 2, 1, 1], dy = [1, 0.25, 0, 0.5];
        JsonObject args = Args([Row], gain, [0, 0, 0, 0], Tiny);
        args["grad_y"] = Rows(dy);
        Answered[] dx = ask.ReadRows("layer_norm", "grad_x", args)[0];
        double r = 1 / Math.Sqrt(3.5);
        double[] d = [.. dy.Zip(gain, (a, b) => a * b)];
        double mean = d.Average(), product = d.Zip(Deviations, (a, b) => a * b * r).Average();
        Are(ask, "grad_x", dx, [.. d.Zip(Deviations, (a, b) => r * (a - mean - b * r * product))]);
        ask.Near("sum of grad_x", Sum(dx), 0);
    }

    [Rule("LAYER-NORM-7")]
    internal static void GainAndBiasGradientsSumOverRows(Questions ask)
    {
        JsonObject args = Args([[-1, 1], [3, 1]], [2, 3], [10, 20], 3);
        args["grad_y"] = Rows([1, 2], [4, 8]);
        JsonObject result = ask.Ask("layer_norm", args);
        Are(ask, "grad_gain", Flat(ask, result["grad_gain"]), [-0.5 + 2, 1 - 4]);
        Are(ask, "grad_bias", Flat(ask, result["grad_bias"]), [5, 10]);
    }

    [Rule("LAYER-NORM-8")]
    internal static void GainAndBiasMayBeLeftOut(Questions ask)
    {
        double[] ones = [1, 1, 1, 1], gain = [1, 2, 0.5, -1], none = [0, 0, 0, 0];
        JsonObject Without(params string[] names)
        {
            JsonObject args = Args([Row], names.Contains("gain") ? ones : gain, none, 3);
            args["grad_y"] = Rows([1, 0.25, 0, 0.5]);
            return args;
        }

        foreach (string[] names in new string[][] { ["bias"], ["gain", "bias"] })
        {
            JsonObject given = Without(names), left = Without(names);
            foreach (string name in names)
                left.Remove(name);
            foreach (string member in new[] { "y", "grad_x" })
                Are(ask, $"{member} without {string.Join(" and ", names)}", ask.ReadRows("layer_norm", member, left)[0], ask.ReadRows("layer_norm", member, given)[0]);
            Expect.That(ask.Ask("layer_norm", left)["grad_bias"] is null, "layer_norm without a bias answers its gradient");
        }
    }

    private static Answered[] Flat(Questions ask, JsonNode? row) =>
        row is JsonArray ? ask.ReadRow(row) : throw new RuleBrokenException("layer_norm answered without the gradient of gain or bias");

    private static JsonObject Args(double[][] x, double[] gain, double[] bias, double eps) =>
        new() { ["x"] = Rows(x), ["gain"] = Array(gain), ["bias"] = Array(bias), ["eps"] = eps };

    private static Answered[][] Normalize(Questions ask, double[][] x, double[] gain, double[] bias, double eps) =>
        ask.ReadRows("layer_norm", "y", Args(x, gain, bias, eps));

    private static void Are(Questions ask, string what, Answered[] actual, Answered[] expected)
    {
        Expect.That(actual.Length == expected.Length, $"{what} has {actual.Length} entries");
        for (int i = 0; i < expected.Length; i++)
            ask.Near($"{what}[{i}]", actual[i], expected[i]);
    }
}
