using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/adam-variants.md on sparse rows.</summary>
internal static class SparseAdamRules
{
    private const string Op = "sparse_adam.step";

    // No ε to speak of, for who takes none of 0.
    private const double Tiny = 1e-30;

    [Rule("SPARSE-ADAM-1")]
    internal static void RowsWithoutGradientsRest(Questions ask)
    {
        JsonObject first = Step(ask, null, [0, 1], [4], [4]);
        Answered[] before = Row(ask, first, 1);
        Expect.Same("a row without a gradient", Row(ask, Step(ask, first, [0], [4]), 1), before);
        Expect.That(before[0].Value < 1, "a row with a gradient rests");
    }

    [Rule("SPARSE-ADAM-2")]
    internal static void GradientsOfOneRowAddUp(Questions ask)
    {
        // Without averages a step is lr·g/(|g| + ε), g = 1 + 2.
        JsonObject step = Step(ask, null, [0, 0], [1], [2], beta1: 0, beta2: 0, eps: 3);
        ask.Near("1 - 3/(3 + 3)", Row(ask, step, 0)[0], 0.5);
    }

    [Rule("SPARSE-ADAM-3")]
    internal static void StepsOfTheTableAreCounted(Questions ask)
    {
        // A first gradient of 4 at step 3: m = 2 and v = 4, over 1 - 1/8 and 1 - 27/64.
        JsonObject third = Step(ask, Step(ask, Step(ask, null, [0], [4], eps: Tiny), [0], [4], eps: Tiny), [1], [4], eps: Tiny);
        ask.Near("1 - 2/(7/8)/sqrt(4/(37/64))", Row(ask, third, 1)[0], 1 - 2 / 0.875 / Math.Sqrt(4 / 0.578125));
    }

    [Rule("SPARSE-ADAM-4")]
    internal static void EpsilonIsNotCorrected(Questions ask)
    {
        JsonObject step = Step(ask, null, [0], [4], beta1: 0, eps: 2);
        ask.Near("1 - sqrt(1/4)·4/(sqrt 4 + 2)", Row(ask, step, 0)[0], 0.5);
    }

    // Two rows of one weight each, both 1 at first.
    private static JsonObject Step(Questions ask, JsonObject? before, long[] rows, double[] first, double[]? second = null, double beta1 = 0.5, double beta2 = 0.75, double eps = Tiny) => ask.Ask(Op, new()
    {
        ["params"] = before?["params"]!.DeepClone() ?? Rows([1], [1]),
        ["rows"] = Integers(rows),
        ["grads"] = second is null ? Rows(first) : Rows(first, second),
        ["state"] = before?["state"]?.DeepClone(),
        ["lr"] = 1,
        ["beta1"] = beta1,
        ["beta2"] = beta2,
        ["eps"] = eps,
    });

    private static Answered[] Row(Questions ask, JsonObject result, int row) => ask.ReadRow(result["params"]?[row]);
}
