using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/cast.md. Each takes numbers on which the other rules have no say.</summary>
internal static class CastRules
{
    [Rule("CAST-1")]
    internal static void RoundingIsToNearestTiesToEven(Questions ask)
    {
        Expect.Same("integers beside 2048 in float16", Cast(ask, "float16", 2049, 2050.5, 2051, -2051, 65519), [2048, 2050, 2052, -2052, 65504]);
        Expect.Same("integers beside 256 in bfloat16", Cast(ask, "bfloat16", 257, 258.5, 259, -259), [256, 258, 260, -260]);
        Expect.Same("integers beside 2^24 in float32", Cast(ask, "float32", 16777217, 16777219), [16777216, 16777220]);
    }

    [Rule("CAST-2")]
    internal static void ThereIsOneRounding(Questions ask)
    {
        // A little below the middle of two numbers: float32 would round it up to the middle, and the tie up again.
        Expect.Same("1 + 3·2^-11 − 2^-30 in float16", Cast(ask, "float16", 1 + 3.0 / 2048 - 1.0 / (1 << 30)), [1 + 1.0 / 1024]);
        Expect.Same("1 + 3·2^-8 − 2^-30 in bfloat16", Cast(ask, "bfloat16", 1 + 3.0 / 256 - 1.0 / (1 << 30)), [1 + 1.0 / 128]);
    }

    [Rule("CAST-3")]
    internal static void WhatIsTooLargeIsInfinite(Questions ask)
    {
        Expect.Same("70000 in float16", Cast(ask, "float16", 70000, -1e6, double.PositiveInfinity), [double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity]);
        Expect.Same("1e39 in bfloat16 and float32", [.. Cast(ask, "bfloat16", 1e39), .. Cast(ask, "float32", -1e39)], [double.PositiveInfinity, double.NegativeInfinity]);
        Expect.Same("70000 in bfloat16", Cast(ask, "bfloat16", 69632), [69632]);
    }

    [Rule("CAST-4")]
    internal static void SubnormalsAreKept(Questions ask)
    {
        double least16 = Math.ScaleB(1, -24), least = Math.ScaleB(1, -133), least32 = Math.ScaleB(1, -149);
        Expect.Same("2^-24 and 3·2^-24 in float16", Cast(ask, "float16", least16, 3 * least16), [least16, 3 * least16]);
        Expect.Same("2^-133 in bfloat16", Cast(ask, "bfloat16", least), [least]);
        Expect.Same("2^-149 in float32", Cast(ask, "float32", least32), [least32]);
    }

    [Rule("CAST-5")]
    internal static void BitsKeepTheSignOfZero(Questions ask)
    {
        double[] zeros = [0, -0.0, 1, -2];
        Expect.Same("bits of 0, -0, 1, -2 in float16", Bits(ask, "float16", zeros), [0, 0x8000, 0x3C00, 0xC000]);
        Expect.Same("bits of 0, -0, 1, -2 in bfloat16", Bits(ask, "bfloat16", zeros), [0, 0x8000, 0x3F80, 0xC000]);
        Expect.Same("bits of 0, -0, 1, -2 in float32", Bits(ask, "float32", zeros), [0, 0x80000000, 0x3F800000, 0xC0000000]);
    }

    [Rule("CAST-7")]
    internal static void StochasticRoundingFollowsTheStream(Questions ask)
    {
        const int Count = 64;
        var u = new Real64[Count];
        RandomStreams.FillUniform<Real64>(7, 3, 5, u);
        foreach ((string to, double gap) in new[] { ("bfloat16", 1.0 / 128), ("float16", 1.0 / 1024) })
        {
            // A quarter of the way from 1 to the next number, and from −1; and numbers of the format, which stay.
            double[] x = [.. Enumerable.Range(0, Count).Select(i => i % 4 == 3 ? 1 + 3 * gap : (i % 2 == 0 ? 1 : -1) * (1 + gap / 4))];
            double[] expected = [.. x.Select((v, i) => i % 4 == 3 ? v : Math.Sign(v) * (u[i].Value < 0.25 ? 1 + gap : 1))];
            JsonObject request = Request(to, x);
            (request["rounding"], request["seed"], request["stream"], request["offset"]) = ("stochastic", 7, 3, 5);
            Expect.Same($"64 numbers in {to}", ask.AskRow("cast", "x", request), expected);
        }
    }

    private static double[] Cast(Questions ask, string to, params double[] x) => ask.AskRow("cast", "x", Request(to, x));

    private static double[] Bits(Questions ask, string to, params double[] x) => ask.AskRow("cast", "bits", Request(to, x));

    private static JsonObject Request(string to, double[] x) => new() { ["x"] = Array(x), ["to"] = to };
}
