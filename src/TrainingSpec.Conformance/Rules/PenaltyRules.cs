using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/l2-penalty.md and spec/ewc.md. Each isolates its rule: anchors are 0 where they don't matter, and so on.</summary>
internal static class PenaltyRules
{

    [Rule("L2-PENALTY-1")]
    internal static void PenaltyIsTheSumOfSquares(Questions ask) =>
        ask.Near("λ = 0.5 of [1, -3]", Penalty(ask, L2([[1, -3]], half: false)), 5);

    [Rule("L2-PENALTY-2")]
    internal static void GradientHasTheTwo(Questions ask) =>
        Near(ask, "gradient of λ = 0.5 at [1, -3]", ask.ReadRows("l2_penalty", "grads", L2([[1, -3]], half: false)), [[1, -3]]);

    [Rule("L2-PENALTY-3")]
    internal static void HalfTakesTheTwoAway(Questions ask)
    {
        ask.Near("λ = 0.5 of [1, -3] with the half", Penalty(ask, L2([[1, -3]], half: true)), 2.5);
        Near(ask, "its gradient", ask.ReadRows("l2_penalty", "grads", L2([[1, -3]], half: true)), [[0.5, -1.5]]);
    }

    [Rule("L2-PENALTY-4")]
    internal static void TensorsAddUp(Questions ask)
    {
        Answered first = Penalty(ask, L2([[1, -3]], half: false)), second = Penalty(ask, L2([[2]], half: false));
        ask.Near("penalty of [1, -3] and [2] together", Penalty(ask, L2([[1, -3], [2]], half: false)), first + second);
    }

    [Rule("EWC-1")]
    internal static void PenaltyHasTheHalf(Questions ask) =>
        ask.Near("λ = 0.5, F = 4 at [1, -3]", Penalty(ask, "ewc", Ewc([[1, -3]], [[0, 0]], [[4, 4]])), 10);

    [Rule("EWC-2")]
    internal static void GradientIsThePenaltys(Questions ask) =>
        Near(ask, "gradient of λ = 0.5, F = 4 at [1, -3]", ask.ReadRows("ewc", "grads", Ewc([[1, -3]], [[0, 0]], [[4, 4]])), [[2, -6]]);

    [Rule("EWC-3")]
    internal static void OnlyTheDistanceFromTheAnchorCounts(Questions ask)
    {
        JsonObject moved = Ewc([[5, 7], [8]], [[4, 10], [8]], [[4, 4], [4]]), centred = Ewc([[1, -3], [0]], [[0, 0], [0]], [[4, 4], [4]]);
        ask.Near("penalty after a shift of both", Penalty(ask, "ewc", moved), Penalty(ask, "ewc", centred));
        Near(ask, "gradient after a shift of both", ask.ReadRows("ewc", "grads", moved), ask.ReadRows("ewc", "grads", centred));
    }

    [Rule("EWC-4")]
    internal static void EachWeightHasItsOwnFisher(Questions ask)
    {
        JsonObject args = Ewc([[1, -3]], [[0, 0]], [[4, 0]]);
        Answered[] grads = ask.ReadRows("ewc", "grads", args)[0];
        ask.Near("gradient of a weight without information", grads[1].Value, 0, 0);
        ask.Near("penalty of the other alone", Penalty(ask, "ewc", args), Penalty(ask, "ewc", Ewc([[1]], [[0]], [[4]])));
    }

    private static Answered Penalty(Questions ask, JsonObject args) => Penalty(ask, "l2_penalty", args);

    private static Answered Penalty(Questions ask, string op, JsonObject args) => ask.Read(op, "penalty", args);

    private static JsonObject L2(double[][] parameters, bool half)
    {
        JsonObject args = new() { ["params"] = Rows(parameters), ["lambda"] = 0.5 };
        if (half)
            args["half"] = true;
        return args;
    }

    private static JsonObject Ewc(double[][] parameters, double[][] anchor, double[][] fisher) =>
        new() { ["params"] = Rows(parameters), ["anchor"] = Rows(anchor), ["fisher"] = Rows(fisher), ["lambda"] = 0.5 };

    private static void Near(Questions ask, string what, Answered[][] actual, Answered[][] expected)
    {
        Expect.That(actual.Length == expected.Length, $"{what}: {actual.Length} tensors, expected {expected.Length}");
        for (int i = 0; i < expected.Length; i++)
        {
            Expect.That(actual[i].Length == expected[i].Length, $"{what}[{i}]: {actual[i].Length} entries, expected {expected[i].Length}");
            for (int j = 0; j < expected[i].Length; j++)
                ask.Near($"{what}[{i}][{j}]", actual[i][j], expected[i][j]);
        }
    }
}
