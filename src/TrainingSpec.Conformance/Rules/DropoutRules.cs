using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/dropout.md. p is never ½ where a scale is checked, since there 1/p and 1/(1 − p) agree.</summary>
internal static class DropoutRules
{
    // Enough that some are kept at p = 0.99.
    private static readonly double[] Ones = [.. Enumerable.Repeat(1.0, 1000)];
    private static readonly double[] Counted = [.. Enumerable.Range(1, 64).Select(i => (double)i)];

    [Rule("DROPOUT-1")]
    internal static void KeptWhereTheUniformNumberReachesP(Questions ask)
    {
        double[] u = PublishedWords.Uniform;
        foreach (double p in new[] { 0.5, 0.75, u[3], Math.BitIncrement(u[3]), u[0] })
            Expect.Same($"mask at p = {p:R}", Mask(ask, [1, 1, 1, 1], p), [.. u.Select(x => x >= p ? 1.0 : 0)]);
    }

    [Rule("DROPOUT-2")]
    internal static void KeptElementsAreScaled(Questions ask)
    {
        foreach (double p in new[] { 0.75, 0.125 })
        {
            JsonObject result = ask.Ask("dropout", Forward(Counted, p, 3));
            Answered[] y = Numbers(ask, result, "y"), mask = Numbers(ask, result, "mask");
            for (int i = 0; i < y.Length; i++)
                ask.Near($"element {i} at p = {p:R}, mask {mask[i].Value:R}", y[i], Counted[i] * mask[i] / (1 - p));
        }
    }

    [Rule("DROPOUT-3")]
    internal static void EvaluationIsTheIdentity(Questions ask)
    {
        double[] x = [0.1, -0.0, 3, -7];
        JsonObject args = Forward(x, 0.75, 3);
        args["training"] = false;
        Expect.Same("x outside training", ask.AskRow("dropout", "y", args), x);
    }

    [Rule("DROPOUT-4")]
    internal static void GradientTakesTheSameWay(Questions ask)
    {
        JsonObject args = new() { ["grad"] = Array(1, -2, 3, 4), ["mask"] = Integers(1, 1, 0, 1), ["p"] = 0.75 };
        Answered[] grad = ask.ReadRow("dropout.backward", "grad", args);
        double[] expected = [4, -8, 0, 16];
        for (int i = 0; i < expected.Length; i++)
            ask.Near($"gradient {i}", grad[i], expected[i]);
    }

    [Rule("DROPOUT-5")]
    internal static void NothingIsDroppedAtZero(Questions ask)
    {
        double[] x = [.. Counted.Select(v => v / 10)];
        Expect.Same("x at p = 0", ask.AskRow("dropout", "y", Forward(x, 0, 3)), x);
        Expect.Same("mask at p = 0", Mask(ask, x, 0), [.. x.Select(_ => 1.0)]);
    }

    [Rule("DROPOUT-6")]
    internal static void MasksBelongToSeedAndStream(Questions ask)
    {
        double[] Of(int seed, int stream)
        {
            JsonObject args = Forward(Counted, 0.5, seed);
            args["stream"] = stream;
            return ask.AskRow("dropout", "mask", args);
        }

        double[] mask = Of(3, 0);
        Expect.Same("the same seed and stream again", Of(3, 0), mask);
        Expect.That(!Of(3, 1).SequenceEqual(mask), "streams 0 and 1 have one mask");
        Expect.That(!Of(4, 0).SequenceEqual(mask), "seeds 3 and 4 have one mask");
    }

    [Rule("DROPOUT-8")]
    internal static void EveryDigitOfPCounts(Questions ask)
    {
        // No p that a narrower type holds: what it would make of p is off by far more than roundings.
        foreach (double p in new[] { 0.9, 0.99, 0.3 })
        {
            Answered factor = ask.ReadRow("dropout.backward", "grad", new() { ["grad"] = Array(1), ["mask"] = Integers(1), ["p"] = p })[0];
            ask.Near($"factor of the gradient at p = {p:R}", factor, 1 / (1 - p));
            JsonObject result = ask.Ask("dropout", Forward(Ones, p, 3));
            Answered[] kept = [.. Numbers(ask, result, "y").Zip(Numbers(ask, result, "mask")).Where(place => place.Second.Value == 1).Select(place => place.First)];
            Expect.That(kept.Length > 0, FormattableString.Invariant($"none of {Ones.Length} elements is kept at p = {p:R}"));
            foreach (Answered y in kept)
                ask.Near($"factor of a kept element at p = {p:R}", y, 1 / (1 - p));
        }
    }

    private static JsonObject Forward(double[] x, double p, int seed) => new() { ["x"] = Array(x), ["p"] = p, ["seed"] = seed };

    private static double[] Mask(Questions ask, double[] x, double p) => ask.AskRow("dropout", "mask", Forward(x, p, 0));

    private static Answered[] Numbers(Questions ask, JsonObject result, string member) =>
        result[member] is JsonArray row ? ask.ReadRow(row) : throw new RuleBrokenException($"dropout answered without {member}");
}
