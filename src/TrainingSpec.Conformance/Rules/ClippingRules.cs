using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/norms.md, spec/clipping.md and spec/gpt-parameters.md.</summary>
internal static class ClippingRules
{

    [Rule("NORMS-1")]
    internal static void NormIsOfAllTensorsTogether(Questions ask) =>
        ask.Near("norm of [3], [0, 4]", Norm(ask, [3], [0, 4]), 5);

    [Rule("NORMS-2")]
    internal static void NothingOverflowsOnTheWay(Questions ask)
    {
        ask.Near("norm of [3e200, 4e200]", Norm(ask, [3e200, 4e200]), 5e200);
        ask.Near("norm of [3e-200, 4e-200]", Norm(ask, [3e-200, 4e-200]), 5e-200);
    }

    [Rule("NORMS-3")]
    internal static void ANormMayHaveAnyOrder(Questions ask)
    {
        foreach ((JsonNode order, double norm) in new (JsonNode, double)[] { (1, 9), ("Infinity", 5), (3, Math.Cbrt(153)), (2, Math.Sqrt(35)) })
            ask.Near($"norm of order {order} of [3, -1], [0, 5]", ask.Read("norm.p", "norm", new() { ["tensors"] = Rows([3, -1], [0, 5]), ["p"] = order.DeepClone() }), norm);
        ask.Near("norm of order 3 of [3e200, 3e200]", ask.Read("norm.p", "norm", new() { ["tensors"] = Rows([3e200, 3e200]), ["p"] = 3 }), 3e200 * Math.Cbrt(2));
    }

    [Rule("CLIPPING-8")]
    internal static void TheNormMayHaveAnotherOrder(Questions ask)
    {
        foreach ((JsonNode order, double norm) in new (JsonNode, double)[] { (1, 7), ("Infinity", 4) })
        {
            JsonObject args = Clip([3, -4]);
            args["norm_type"] = order.DeepClone();
            ask.Near($"total_norm of order {order}", ask.Read("clip.global_norm", "total_norm", args), norm);
        }
    }

    [Rule("CLIPPING-9")]
    internal static void AUnitsGradientIsBoundedByItsWeights(Questions ask)
    {
        JsonObject args = new() { ["params"] = Rows([6, 8], [0.75, 1]), ["grads"] = Rows([3, 4], [3, 4]), ["clipping"] = 0.25 };
        JsonObject result = ask.Ask("clip.adaptive", args);
        Answered[] scales = ask.ReadRow(result["scale"]), clipped = ask.ReadRows("clip.adaptive", "grads", args)[1];
        ask.Near("scale of a gradient of norm 5 at weights of norm 10, clipped to a quarter", scales[0], 0.5);
        ask.Near("the same at weights of norm 5/4", scales[1], 0.0625);
        ask.Near("3 of that gradient", clipped[0], 0.1875);
        JsonObject small = new() { ["params"] = Rows([6, 8]), ["grads"] = Rows([0.1, -0.0]), ["clipping"] = 0.25 };
        Expect.Same("a gradient below its bound", ask.ReadRows("clip.adaptive", "grads", small)[0], [0.1, -0.0]);
    }

    [Rule("CLIPPING-10")]
    internal static void WeightsOfZeroCountAsEpsilon(Questions ask)
    {
        JsonObject args = new() { ["params"] = Rows([0, 0]), ["grads"] = Rows([3, 4]), ["clipping"] = 0.5, ["eps"] = 0.125 };
        ask.Near("3 of a gradient of norm 5 at weights of 0, bounded by 1/16", ask.ReadRows("clip.adaptive", "grads", args)[0][0], 3 * 0.0625 / 5);
    }

    [Rule("CLIPPING-1")]
    internal static void DirectionIsKept(Questions ask)
    {
        Answered[][] clipped = ask.ReadRows("clip.global_norm", "grads", Clip([3, 0], [0, 400]));
        ask.Near("ratio of two clipped gradients", clipped[1][1] / clipped[0][0], 400.0 / 3);
    }

    [Rule("CLIPPING-2")]
    internal static void BelowTheThresholdBitsAreKept(Questions ask)
    {
        double[] small = [0.1, -0.0, 0.7];
        Expect.Same("a gradient of norm 0.71", ask.ReadRows("clip.global_norm", "grads", Clip(small))[0], [.. small]);
        Expect.Same("a gradient of norm exactly 1", ask.ReadRows("clip.global_norm", "grads", Clip([0, 1]))[0], [0, 1]);
        Expect.Same("a zero gradient", ask.ReadRows("clip.global_norm", "grads", Clip([0, 0]))[0], [0, 0]);
    }

    [Rule("CLIPPING-3")]
    internal static void FactorIsTheQuotient(Questions ask)
    {
        JsonObject result = ask.Ask("clip.global_norm", Clip([3, 0], [0, 4]));
        ask.Near("total_norm", ask.Read(result["total_norm"]), 5);
        ask.Near("scale", ask.Read(result["scale"]), 0.2);
        Answered[] clipped = ask.ReadRows("clip.global_norm", "grads", Clip([3, 4]))[0];
        ask.Near("3 of [3, 4] clipped to 1", clipped[0], 0.6);
        ask.Near("4 of [3, 4] clipped to 1", clipped[1], 0.8);
        ask.Near("scale below the threshold", ask.Read("clip.global_norm", "scale", Clip([0.5])).Value, 1, 0);
    }

    [Rule("CLIPPING-4")]
    internal static void NonFiniteNormIsAnError(Questions ask)
    {
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
        {
            try
            {
                ask.Ask("clip.global_norm", Clip([bad, 1]));
                throw new RuleBrokenException($"a gradient of {bad} passed in silence");
            }
            catch (OracleException e)
            {
                Expect.That(e.Word == "non-finite", $"a gradient of {bad}: {e.Word}, expected non-finite");
            }
        }
    }

    [Rule("CLIPPING-5")]
    internal static void EachTensorHasItsOwnNorm(Questions ask)
    {
        Answered[][] clipped = ask.ReadRows("clip.per_tensor_norm", "grads", Clip([3, 4], [0.5]));
        ask.Near("first entry of [3, 4] clipped to 1", clipped[0][0], 0.6);
        Expect.Same("[0.5] beside it", clipped[1], [0.5]);
    }

    [Rule("CLIPPING-6")]
    internal static void ValuesAreBoundedOnBothSides(Questions ask)
    {
        JsonObject args = new() { ["grads"] = Rows([-3, -0.25, 0.5, 7]), ["limit"] = 0.5 };
        Expect.Same("[-3, -0.25, 0.5, 7] clipped to 0.5", ask.ReadRows("clip.value", "grads", args)[0], [-0.5, -0.25, 0.5, 0.5]);
    }

    [Rule("CLIPPING-7")]
    internal static void ThresholdsThatClipEverythingAreRefused(Questions ask)
    {
        foreach (double bad in new[] { 0, -1, double.NaN })
        {
            JsonObject args = Clip([3, 4]);
            args["max_norm"] = Array(bad)[0]!.DeepClone();
            Expect.Refused(ask, "clip.global_norm", args, "max_norm");
        }

        Expect.Refused(ask, "clip.value", new() { ["grads"] = Rows([1]), ["limit"] = 0 }, "limit");
    }

    [Rule("GPT-PARAMETERS-1")]
    internal static void CountAddsUp(Questions ask)
    {
        // By hand for V = 10, C = 4, L = 1, T = 8, untied: 40 + 32 + (12·16 + 9·4 + 4·4) + 8 + 40.
        ask.Near("untied count of a small shape", Count(ask, tied: false).Value, 40 + 32 + 192 + 36 + 16 + 8 + 40, 0);
    }

    [Rule("GPT-PARAMETERS-2")]
    internal static void TiedHeadIsFree(Questions ask) =>
        ask.Near("untied less tied", (Count(ask, tied: false) - Count(ask, tied: true)).Value, 40, 0);

    private static Answered Norm(Questions ask, params double[][] tensors) =>
        ask.Read("norm.l2", "norm", new() { ["tensors"] = Rows(tensors) });

    private static JsonObject Clip(params double[][] gradients) => new() { ["grads"] = Rows(gradients), ["max_norm"] = 1 };

    private static Answered Count(Questions ask, bool tied)
    {
        JsonObject args = Args(("vocab", 10), ("width", 4), ("layers", 1), ("context", 8));
        args["tied"] = tied;
        return ask.Read("gpt.count", "parameters", args);
    }
}
