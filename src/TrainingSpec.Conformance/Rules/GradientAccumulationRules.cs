using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/gradient-accumulation.md; what is exact in binary may still be divided before or after it is added up.</summary>
internal static class GradientAccumulationRules
{

    [Rule("GRADIENT-ACCUMULATION-1")]
    internal static void EqualMicroBatchesAreAveraged(Questions ask)
    {
        ask.Near("one micro-batch alone", Accumulate(ask, null, [[0.7]])[0][0], 0.7);
        Answered[][] mean = Accumulate(ask, null, [[1, -2], [4]], [[3, 2], [0]], [[2, 3], [2]]);
        ask.Near("mean of 1, 3, 2", mean[0][0], 2);
        ask.Near("mean of -2, 2, 3", mean[0][1], 1);
        ask.Near("mean of 4, 0, 2", mean[1][0], 2);
    }

    [Rule("GRADIENT-ACCUMULATION-2")]
    internal static void UnequalMicroBatchesAreWeighted(Questions ask)
    {
        // Three tokens of gradient 4 and one of gradient 8: the whole batch has (3·4 + 8)/4.
        ask.Near("3 tokens of 4 and 1 of 8", Accumulate(ask, [3, 1], [[4]], [[8]])[0][0], 5);
        ask.Near("no token of 4 and 1 of 8", Accumulate(ask, [0, 1], [[4, 4]], [[8, 2]])[0][0], 8);
    }

    [Rule("GRADIENT-ACCUMULATION-3")]
    internal static void ShortWindowHasItsOwnMean(Questions ask)
    {
        Answered[] before = Accumulate(ask, null, [[4]], [[8]])[0];
        Accumulate(ask, null, [[1, 1]], [[1, 1]], [[1, 1]], [[1, 1]]);
        Expect.Same("two micro-batches after a window of four", Accumulate(ask, null, [[4]], [[8]])[0], before);
    }

    [Rule("GRADIENT-ACCUMULATION-4")]
    internal static void WindowStartsAtZero(Questions ask)
    {
        Answered[] first = Accumulate(ask, null, [[4]], [[8]])[0];
        Expect.Same("the same window once more", Accumulate(ask, null, [[4]], [[8]])[0], first);
    }

    [Rule("GRADIENT-ACCUMULATION-5")]
    internal static void ScheduleCountsUpdates(Questions ask)
    {
        (string, double)[] warmup = [("lr_max", 1), ("warmup", 16)];
        Answered[] before = ask.Schedule("warmup", [1, 2], warmup);
        Accumulate(ask, null, [[1]], [[1]], [[1]], [[1]]);
        Expect.Same("rates of updates 1 and 2 after four micro-batches", ask.Schedule("warmup", [1, 2], warmup), before);
    }

    private static Answered[][] Accumulate(Questions ask, double[]? weights, params double[][][] microGrads)
    {
        JsonObject args = new() { ["micro_grads"] = new JsonArray([.. microGrads.Select(g => (JsonNode)Rows(g))]) };
        if (weights is not null)
            args["weights"] = Array(weights);
        return ask.ReadRows("accumulate", "grads", args);
    }
}
