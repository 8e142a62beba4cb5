using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/initialization.md. The fans are unequal, since equal ones hide a swap.</summary>
internal static class InitializationRules
{

    // 1 − √(8/π)·e^(−2)/erf(√2), to 16 digits.
    private const double ShareAtTwo = 0.7737413035499226;

    [Rule("INITIALIZATION-1")]
    internal static void XavierTakesBothFans(Questions ask)
    {
        foreach (string scheme in new[] { "xavier_normal", "xavier_uniform" })
            Spread(ask, $"{scheme} of fans 300 and 100", Moments(ask, scheme, 300, 100), 0.005);
    }

    [Rule("INITIALIZATION-2")]
    internal static void HeTakesTheFanIn(Questions ask)
    {
        foreach (string scheme in new[] { "he_normal", "he_uniform" })
            Spread(ask, $"{scheme} of fans 200 and 50", Moments(ask, scheme, 200, 50), 0.01);
    }

    [Rule("INITIALIZATION-3")]
    internal static void LimitBelongsToTheVariance(Questions ask)
    {
        foreach (string scheme in new[] { "xavier_uniform", "he_uniform" })
        {
            JsonObject moments = Moments(ask, scheme, 300, 100);
            Answered limit = ask.Read(moments["limit"]);
            ask.Near($"limit²/3 of {scheme}", limit * limit / 3, ask.Read(moments["variance"]));
        }

        foreach (string scheme in new[] { "xavier_normal", "he_normal" })
            Expect.That(Moments(ask, scheme, 300, 100)["limit"] is null, $"{scheme} has a limit, a normal law has none");
    }

    [Rule("INITIALIZATION-4")]
    internal static void GptDeviationIsFixed(Questions ask)
    {
        Spread(ask, "gpt_normal of fans 3072 and 768", Moments(ask, "gpt_normal", 3072, 768), 0.0004);
        Spread(ask, "gpt_normal without fans", ask.Ask("init.moments", new() { ["scheme"] = "gpt_normal" }), 0.0004);
    }

    [Rule("INITIALIZATION-5")]
    internal static void ResidualDeviationShrinksWithDepth(Questions ask)
    {
        foreach (int layers in new[] { 1, 2, 12 })
            Spread(ask, $"gpt_residual of {layers} layers", ask.Ask("init.moments", new() { ["scheme"] = "gpt_residual", ["layers"] = layers }), 0.0004 / (2 * layers));
    }

    [Rule("INITIALIZATION-6")]
    internal static void NormalWeightsAreScaledNormalNumbers(Questions ask)
    {
        double[] u = PublishedWords.Uniform;
        foreach (string scheme in new[] { "xavier_normal", "he_normal" })
        {
            Answered deviation = ask.Read(Moments(ask, scheme, 8, 3)["std"]);
            Answered[] values = Sample(ask, scheme, 8, 3, 4);
            for (int pair = 0; pair < 4; pair += 2)
            {
                Answered radius = deviation * Math.Sqrt(-2 * Math.Log(1 - u[pair]));
                double angle = 2 * Math.PI * u[pair + 1];
                ask.Near($"{scheme}, element {pair}", values[pair], radius * Math.Cos(angle));
                ask.Near($"{scheme}, element {pair + 1}", values[pair + 1], radius * Math.Sin(angle));
            }
        }
    }

    [Rule("INITIALIZATION-7")]
    internal static void UniformWeightsFillTheInterval(Questions ask)
    {
        double[] u = PublishedWords.Uniform;
        foreach (string scheme in new[] { "xavier_uniform", "he_uniform" })
        {
            Answered limit = ask.Read(Moments(ask, scheme, 8, 3)["limit"]);
            Answered[] values = Sample(ask, scheme, 8, 3, 4);
            for (int i = 0; i < 4; i++)
                ask.Near($"{scheme}, element {i}", values[i], (2 * u[i] - 1) * limit);
        }
    }

    [Rule("INITIALIZATION-10")]
    internal static void LeCunTakesTheFanIn(Questions ask)
    {
        foreach (string scheme in new[] { "lecun_normal", "lecun_uniform" })
            Spread(ask, $"{scheme} of fans 200 and 50", Moments(ask, scheme, 200, 50), 0.005);
    }

    [Rule("INITIALIZATION-11")]
    internal static void TruncatedLawsHaveTheVarianceAfterTheCut(Questions ask)
    {
        foreach ((string scheme, double variance) in new[] { ("lecun_truncated", 0.005), ("he_truncated", 0.01), ("xavier_truncated", 0.008) })
        {
            JsonObject moments = Moments(ask, scheme, 200, 50);
            Spread(ask, $"{scheme} of fans 200 and 50", moments, variance);
            ask.Near($"limit of {scheme}", ask.Read(moments["limit"]), 2 * Math.Sqrt(variance / ShareAtTwo));
        }
    }

    [Rule("INITIALIZATION-12")]
    internal static void ACutLawHasItsOwnMoments(Questions ask)
    {
        JsonObject even = ask.Ask("init.truncated", Args(("std", 0.5)));
        Spread(ask, "a law of deviation 1/2 cut at two deviations", even, 0.25 * ShareAtTwo);
        ask.Near("its mean", ask.Read(even["mean"]), 0);

        // With h = φ(1/4)/Φ(1/4): h and 1 − h/4 − h².
        JsonObject uneven = ask.Ask("init.truncated", Args(("a", -0.25), ("b", 40)));
        const double Mean = 0.6458393710168173, Variance = 0.4214316640903975;
        ask.Near("mean above −1/4", ask.Read(uneven["mean"]), Mean);
        ask.Near("variance above −1/4", ask.Read(uneven["variance"]), Variance);
    }

    [Rule("INITIALIZATION-12")]
    internal static void ALawMayHaveNoCutOnOneSide(Questions ask)
    {
        // The same law with no cut above, and its mirror image.
        const double Mean = 0.6458393710168173, Variance = 0.4214316640903975;
        JsonObject open = ask.AskWide("init.truncated", new() { ["a"] = -0.25, ["b"] = "Infinity" }, "b"), mirrored = ask.Ask("init.truncated", new() { ["a"] = "-Infinity", ["b"] = 0.25 });
        ask.Near("mean above −1/4 with no cut above", ask.Read(open["mean"]), Mean);
        ask.Near("variance above −1/4 with no cut above", ask.Read(open["variance"]), Variance);
        ask.Near("mean below 1/4 with no cut below", ask.Read(mirrored["mean"]), -Mean);
    }

    [Rule("INITIALIZATION-13")]
    internal static void WhatLiesBeyondTheCutIsDrawnAgain(Questions ask)
    {
        const int Count = 64;
        Answered[] values = ask.ReadRow("init.truncated_sample", "values", new() { ["std"] = 0.5, ["a"] = -1.5, ["b"] = 0.75, ["seed"] = 0, ["count"] = Count });
        for (int i = 0; i < Count; i++)
        {
            double z = RandomStreams.Normal<Real64>(0, 0, (ulong)i).Value;
            for (ulong stream = 1; z is < -1.5 or > 0.75; stream++)
                z = RandomStreams.Normal<Real64>(0, stream, (ulong)i).Value;
            ask.Near($"element {i}", values[i], z / 2);
        }
    }

    [Rule("INITIALIZATION-14")]
    internal static void GainMultipliesTheDeviation(Questions ask)
    {
        foreach (string scheme in new[] { "he_normal", "xavier_uniform", "lecun_truncated" })
        {
            JsonObject plain = Moments(ask, scheme, 8, 3), gained = ask.Ask("init.moments", new() { ["scheme"] = scheme, ["fan_in"] = 8, ["fan_out"] = 3, ["gain"] = 3 });
            ask.Near($"std of {scheme} at gain 3", ask.Read(gained["std"]), 3 * ask.Read(plain["std"]));
            ask.Near($"variance of {scheme} at gain 3", ask.Read(gained["variance"]), 9 * ask.Read(plain["variance"]));
        }
    }

    [Rule("INITIALIZATION-15")]
    internal static void AKernelsPlacesCountInItsFans(Questions ask)
    {
        Fans(ask, "64 outputs, 3 inputs and a kernel of 7 by 5", (105, 2240), "outputs_first", 1, 64, 3, 7, 5);
        Fans(ask, "the same with the outputs last", (105, 2240), "outputs_last", 1, 7, 5, 3, 64);
        Fans(ask, "a matrix of 10 by 4", (4, 10), "outputs_first", 1, 10, 4);
    }

    [Rule("INITIALIZATION-16")]
    internal static void AnInputIsReadByItsGroupAlone(Questions ask) => Fans(ask, "64 outputs in 4 groups of 3 inputs", (3, 16), "outputs_first", 4, 64, 3, 1, 1);

    [Rule("INITIALIZATION-17")]
    internal static void GainsOfNonlinearities(Questions ask)
    {
        foreach ((string name, double gain) in new[] { ("linear", 1), ("conv", 1), ("sigmoid", 1), ("tanh", 5.0 / 3), ("relu", Math.Sqrt(2)), ("leaky_relu", Math.Sqrt(1.6)), ("selu", 0.75) })
            ask.Near($"gain of {name}", ask.Read("init.gain", "gain", new() { ["nonlinearity"] = name, ["negative_slope"] = 0.5 }), gain);
    }

    [Rule("INITIALIZATION-18")]
    internal static void VectorsAreOrthonormal(Questions ask)
    {
        foreach ((int rows, int columns) in new[] { (5, 3), (3, 5), (4, 4) })
        {
            Answered[][] q = Orthogonal(ask, rows, columns, 2);
            Answered[][] vectors = rows < columns ? q : Columns(q);
            for (int i = 0; i < vectors.Length; i++)
            {
                for (int j = 0; j <= i; j++)
                    ask.Near($"product of vectors {i} and {j} of {rows} by {columns}, gain 2", Sum(vectors[i].Zip(vectors[j], (x, y) => x * y)), i == j ? 4 : 0);
            }
        }
    }

    [Rule("INITIALIZATION-19")]
    internal static void TheDiagonalOfRIsPositive(Questions ask)
    {
        double[] drawn = [.. Enumerable.Range(0, 15).Select(i => RandomStreams.Normal<Real64>(0, 0, (ulong)i).Value)];
        Answered[][] q = Columns(Orthogonal(ask, 5, 3, 1));
        for (int i = 0; i < q.Length; i++)
            Expect.That(q[i].Zip(drawn.Skip(5 * i), (x, y) => x.Value * y).Sum() > 0, $"column {i} points away from the normal numbers that it was made of");
    }

    [Rule("INITIALIZATION-20")]
    internal static void TheSeedGivenIsTheOneUsed(Questions ask)
    {
        Answered[] Drawn(ulong seed) => ask.ReadRow("init.sample", "values", new() { ["scheme"] = "gpt_normal", ["seed"] = seed, ["count"] = 3 });
        Answered[] first = Drawn(7), second = Drawn(8);
        double[] z = [.. Enumerable.Range(0, 3).Select(i => RandomStreams.Normal<Real64>(7, 0, (ulong)i).Value)];
        Expect.That(!first.Select(x => x.Value).SequenceEqual(second.Select(x => x.Value)), "seeds 7 and 8 give the same weights");
        Expect.Same("weights of seed 7, asked again", Drawn(7), first);
        for (int i = 0; i < first.Length; i++)
            ask.Near($"element {i} of seed 7 times the number of element 0", first[i] * z[0], first[0] * z[i]);
    }

    [Rule("INITIALIZATION-8")]
    internal static void NoTwoUnitsStartEqual(Questions ask)
    {
        const int FanIn = 8, FanOut = 12;
        foreach (string scheme in new[] { "he_normal", "xavier_uniform" })
        {
            double[][] units = [.. Sample(ask, scheme, FanIn, FanOut, FanIn * FanOut).Select(x => x.Value).Chunk(FanIn)];
            for (int i = 0; i < units.Length; i++)
            {
                for (int j = 0; j < i; j++)
                    Expect.That(!units[i].SequenceEqual(units[j]), $"{scheme}: units {j} and {i} start with the same weights");
            }
        }
    }

    private static JsonObject Moments(Questions ask, string scheme, int fanIn, int fanOut) =>
        ask.Ask("init.moments", new() { ["scheme"] = scheme, ["fan_in"] = fanIn, ["fan_out"] = fanOut });

    private static Answered[] Sample(Questions ask, string scheme, int fanIn, int fanOut, int count) =>
        ask.ReadRow("init.sample", "values", new() { ["scheme"] = scheme, ["fan_in"] = fanIn, ["fan_out"] = fanOut, ["seed"] = 0, ["count"] = count });

    private static void Fans(Questions ask, string what, (double In, double Out) expected, string layout, int groups, params long[] shape)
    {
        JsonObject fans = ask.Ask("init.fans", new() { ["shape"] = Integers(shape), ["layout"] = layout, ["groups"] = groups });
        (double, double) got = (Number(fans["fan_in"]), Number(fans["fan_out"]));
        Expect.That(got == expected, $"fans of {what} are {got}, expected {expected}");
    }

    private static Answered[][] Orthogonal(Questions ask, int rows, int columns, double gain) =>
        ask.ReadRows("init.orthogonal", "values", new() { ["rows"] = rows, ["columns"] = columns, ["gain"] = gain, ["seed"] = 0 });

    private static Answered[][] Columns(Answered[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(j => rows.Select(row => row[j]).ToArray())];

    private static void Spread(Questions ask, string what, JsonObject moments, double variance)
    {
        ask.Near($"variance of {what}", ask.Read(moments["variance"]), variance);
        ask.Near($"std of {what}", ask.Read(moments["std"]), Math.Sqrt(variance));
    }
}
