using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/attention.md. Each isolates its rule: what is said of scores looks at the last position, which nothing is hidden from.</summary>
internal static class AttentionRules
{

    [Rule("ATTENTION-1")]
    internal static void ScoresAreDividedByTheRootOfTheHeadsWidth(Questions ask)
    {
        double[][] q = [[0, 0, 0, 0], [1, 1, 1, 1]], k = [[1, 1, 1, 1], [0, 0, 0, 0]], v = [[1, 1, 1, 1], [0, 0, 0, 0]];
        // One head of width 4: q·k = 4, divided by 2. Two heads of width 2: q·k = 2 each, divided by √2.
        ask.Near("weight in one head of width 4", Attend(ask, q, k, v)[1][0], Logistic(2));
        ask.Near("weight in the first of two heads of width 2", Attend(ask, q, k, v, 2)[1][0], Logistic(Math.Sqrt(2)));
    }

    [Rule("ATTENTION-2")]
    internal static void WhatComesLaterHasNoInfluence(Questions ask)
    {
        Answered[][] early = Attend(ask, [[1], [2], [3]], [[1], [-1], [0.5]], [[1], [2], [3]]);
        Answered[][] changed = Attend(ask, [[1], [2], [-7]], [[1], [-1], [9]], [[1], [2], [100]]);
        Expect.Same("position 0 after a change of position 2", changed[0], early[0]);
        Expect.Same("position 1 after a change of position 2", changed[1], early[1]);
    }

    [Rule("ATTENTION-3")]
    internal static void WeightsAddUpToOne(Questions ask)
    {
        Answered[][] ones = Attend(ask, [[1], [2], [3]], [[1], [-1], [0.5]], [[1], [1], [1]]);
        for (int i = 0; i < ones.Length; i++)
            ask.Near($"sum of the weights of position {i}", ones[i][0], 1);

        // Without a query all scores are 0, so the last position takes the mean of everything.
        ask.Near("mean of the values 1, 3, 8", Attend(ask, [[0], [0], [0]], [[1], [2], [3]], [[1], [3], [8]])[2][0], 4);
    }

    [Rule("ATTENTION-4")]
    internal static void HeadsHaveColumnsOfTheirOwn(Questions ask)
    {
        // Scores of 0 and about −1200 leave weights of 1 and 0: the first head looks at position 0, the second at position 1.
        Answered[] y = Attend(ask, [[0, 0, 0, 0], [1, 0, 1, 0]], [[0, 0, -1700, 0], [-1700, 0, 0, 0]], [[1, 2, 3, 4], [5, 6, 7, 8]], 2)[1];
        double[] expected = [1, 2, 7, 8];
        for (int i = 0; i < expected.Length; i++)
            ask.Near($"column {i}", y[i], expected[i]);
    }

    [Rule("ATTENTION-5")]
    internal static void NoFiniteScoreOverflows(Questions ask) =>
        ask.Near("scores 2000 and 1000", Attend(ask, [[0], [1]], [[2000], [1000]], [[3], [5]])[1][0], 3);

    [Rule("ATTENTION-6")]
    internal static void BackwardIsTheDerivative(Questions ask)
    {
        double[][] q = [[0, 0, 0, 0], [1, -1, 0.5, 0]], k = [[1, 0, 1, 0], [0.5, 1, 0, 0]], v = [[3, 0, 0, 0], [1, 0, 0, 0]];
        JsonObject args = Args(q, k, v, 1);
        args["grad_y"] = Rows([0, 0, 0, 0], [1, 0, 0, 0]);
        JsonObject result = ask.Ask("attention", args);
        double w = Logistic((1.5 - -0.5) / 2);
        double ds = w * (1 - w) * (v[0][0] - v[1][0]) / 2;
        for (int c = 0; c < 4; c++)
        {
            Are(ask, result, "grad_q", 0, c, 0);
            Are(ask, result, "grad_q", 1, c, ds * (k[0][c] - k[1][c]));
            Are(ask, result, "grad_k", 0, c, ds * q[1][c]);
            Are(ask, result, "grad_k", 1, c, -ds * q[1][c]);
            Are(ask, result, "grad_v", 0, c, c == 0 ? w : 0);
            Are(ask, result, "grad_v", 1, c, c == 0 ? 1 - w : 0);
        }
    }

    [Rule("ATTENTION-7")]
    internal static void AMaskIsAddedToTheScores(Questions ask)
    {
        const double Never = double.NegativeInfinity;
        double[][] q = [[0], [0], [1]], k = [[0], [0], [1000]], v = [[1], [2], [4]];

        // Of the last position: weights in the proportion 1 : 3, and nothing of a key whose score is 1000.
        JsonObject args = Args(q, k, v, 1);
        args["mask"] = Rows([0, 0, 0], [0, 0, 0], [0, Math.Log(3), Never]);
        ask.Near("y under a mask of numbers", ask.ReadRows("attention", "y", args)[2][0], (1 + 3 * 2) / 4.0);
        args["mask"] = new JsonArray(new JsonArray(true, true, true), new JsonArray(false, true, true), new JsonArray(true, true, false));
        Answered[][] y = ask.ReadRows("attention", "y", args);
        for (int i = 0; i < y.Length; i++)
            ask.Near(FormattableString.Invariant($"y[{i}] under a mask of truth values"), y[i][0], i == 0 ? 1 : i == 1 ? 2 : 1.5);
    }

    [Rule("ATTENTION-8")]
    internal static void WhoMayLookNowhereHasTheOutput0(Questions ask)
    {
        JsonObject args = Args([[1], [2], [3]], [[1], [-1], [2]], [[5], [7], [9]], 1);
        args["grad_y"] = Rows([1], [0], [4]);
        args["mask"] = new JsonArray(new JsonArray(false, true, true), new JsonArray(true, true, true), new JsonArray(false, false, false));
        JsonObject result = ask.Ask("attention", args);

        // The position between, which may look, has no gradient of its output.
        foreach (string member in new[] { "y", "grad_q", "grad_k", "grad_v" })
        {
            for (int i = 0; i < 3; i++)
                Expect.That((member == "y" && i == 1) || Number(result[member]?[i]?[0]) == 0, FormattableString.Invariant($"{member}[{i}] = {result[member]?[i]?[0]}, expected 0"));
        }
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static void Are(Questions ask, JsonObject result, string member, int row, int column, double expected) =>
        ask.Near($"{member}[{row}][{column}]", ask.Read(result[member]?[row]?[column]), expected);

    private static JsonObject Args(double[][] q, double[][] k, double[][] v, int heads) =>
        new() { ["q"] = Rows(q), ["k"] = Rows(k), ["v"] = Rows(v), ["heads"] = heads };

    private static Answered[][] Attend(Questions ask, double[][] q, double[][] k, double[][] v, int heads = 1) =>
        ask.ReadRows("attention", "y", Args(q, k, v, heads));
}
