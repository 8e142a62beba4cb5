using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/muon.md.</summary>
internal static class MuonRules
{
    private const string Op = "muon.step";

    [Rule("MUON-1")]
    internal static void TheMatrixIsDividedByItsNorm(Questions ask)
    {
        // Of one singular value, which is the norm however many elements it is spread over.
        Answered whole = Step(ask, [1, 4], [1, 0, 0, 0])[0];
        foreach (double size in new[] { 0.25, 8 })
        {
            ask.Near("one element", Step(ask, [1, 4], [size, 0, 0, 0])[0], whole);
            ask.Near("four elements", Step(ask, [1, 4], [size, size, size, size])[3], 0.5 * whole);
        }

        Answered[] small = Step(ask, [2, 2], [0.5, 0, 0, 0.25]), large = Step(ask, [2, 2], [128, 0, 0, 64]);
        ask.Near("the larger singular value", large[0], small[0]);
        ask.Near("the smaller singular value", large[3], small[3]);
        ask.Near("twice the matrix and ε", Step(ask, [2, 2], [6, 0, 0, 8], ("eps", 10))[0], Step(ask, [2, 2], [3, 0, 0, 4], ("eps", 5))[0]);
    }

    [Rule("MUON-2")]
    internal static void EachIterationIsTheQuintic(Questions ask)
    {
        // Both singular values are 1/√2.
        double[] gradient = [0.5, 0.5, -0.5, 0.5], tall = [0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5];
        foreach (int iterations in new[] { 1, 2, 5 })
            ask.Near($"{iterations} iterations", -Step(ask, [2, 2], gradient, ("ns_steps", iterations))[0], Iterated(iterations));
        Answered[] five = Step(ask, [2, 2], gradient);
        ask.Near("five where nothing is said", five[2], Iterated(5));

        // The same of more rows than columns, whose steps are longer.
        Answered[] moved = Step(ask, [4, 2], tall);
        Expect.That(moved[0].Value < 0, "the step does not go against the gradient");
        foreach ((int i, double element) in tall.Index())
            ask.Near($"element {i} beside the first", moved[i], 2 * element * moved[0]);
    }

    [Rule("MUON-3")]
    internal static void TallMatricesTakeLongerSteps(Questions ask) =>
        ask.Near("four rows beside four columns", Step(ask, [4, 1], [1, 0, 0, 0])[0], 2 * Step(ask, [1, 4], [1, 0, 0, 0])[0]);

    [Rule("MUON-4")]
    internal static void MomentumComesFirst(Questions ask)
    {
        // The buffer is 0.5·(1.2, 0) + (0, 0.8) = (0.6, 0.8).
        Answered[] moved = Second(ask, [1.2, 0], [0, 0.8], nesterov: false);
        Expect.That(moved[1].Value < 0, "the step does not go against the buffer");
        ask.Near("as the elements of the buffer", 0.8 * moved[0], 0.6 * moved[1]);
    }

    [Rule("MUON-5")]
    internal static void NesterovLooksAhead(Questions ask)
    {
        // The buffer is 0.5·1 - 0.4 = 0.1, and -0.4 + 0.5·0.1 is below 0.
        Expect.That(Second(ask, [1, 0], [-0.4, 0], nesterov: null)[0].Value > 0, "the step goes with the buffer, not ahead of it");
    }

    [Rule("MUON-6")]
    internal static void DecayStandsBesideTheDirection(Questions ask)
    {
        Answered[] plain = Step(ask, [1, 2], [1, 0], ("start", 4)), decayed = Step(ask, [1, 2], [1, 0], ("weight_decay", 0.25), ("start", 4));
        ask.Near("0.25·4 less", decayed[0], plain[0] - 1);
        ask.Near("4 - 0.25·4", decayed[1], 3);
    }

    // pₖ(√½)·√½, σ after k iterations and an element of the matrix; in more digits, so that the answer alone is off.
    private static double Iterated(int iterations)
    {
        DoubleDouble half = DoubleDouble.Sqrt(0.5), sigma = half;
        for (int k = 0; k < iterations; k++)
            sigma *= 3.4445 + sigma * sigma * (-4.7750 + 2.0315 * (sigma * sigma));
        return (double)(sigma * half);
    }

    private static Answered[] Step(Questions ask, long[] shape, double[] gradient, params (string Name, double Value)[] more)
    {
        JsonObject args = Args([("lr", 1), ("eps", 0), ("momentum", 0), .. more]);
        double theta = args["start"] is { } given ? Number(given) : 0;
        args.Remove("start");
        return Row(ask, ask.Ask(Op, Matrix(args, shape, [.. gradient.Select(_ => theta)], gradient, null)));
    }

    // What the second of two steps of one row from 0 adds.
    private static Answered[] Second(Questions ask, double[] first, double[] second, bool? nesterov)
    {
        JsonObject args = Args(("lr", 1), ("eps", 0), ("momentum", 0.5));
        if (nesterov is { } given)
            args["nesterov"] = given;
        JsonObject before = ask.Ask(Op, Matrix(args, [1, first.Length], new double[first.Length], first, null));
        return Row(ask, ask.Ask(Op, Matrix(args, [1, first.Length], new double[first.Length], second, before["state"])));
    }

    private static JsonObject Matrix(JsonObject args, long[] shape, double[] theta, double[] gradient, JsonNode? state)
    {
        var asked = (JsonObject)args.DeepClone();
        (asked["params"], asked["shapes"], asked["grads"], asked["state"]) = (Rows(theta), new JsonArray(Integers(shape)), Rows(gradient), state?.DeepClone());
        return asked;
    }

    private static Answered[] Row(Questions ask, JsonObject result) =>
        result["params"] is JsonArray { Count: 1 } all ? ask.ReadRow(all[0]) : throw new RuleBrokenException("params is not shaped as params");
}
