using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/initialization.md. The fans are unequal, since equal ones hide a swap.</summary>
internal static class InitializationRules
{
    private const int Roundings = 16;

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
            double limit = Number(moments["limit"]);
            ask.Near($"limit²/3 of {scheme}", limit * limit / 3, Number(moments["variance"]), Roundings);
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
            double deviation = Number(Moments(ask, scheme, 8, 3)["std"]);
            double[] values = Sample(ask, scheme, 8, 3, 4);
            for (int pair = 0; pair < 4; pair += 2)
            {
                double radius = deviation * Math.Sqrt(-2 * Math.Log(1 - u[pair])), angle = 2 * Math.PI * u[pair + 1];
                ask.Near($"{scheme}, element {pair}", values[pair], radius * Math.Cos(angle), Roundings, radius);
                ask.Near($"{scheme}, element {pair + 1}", values[pair + 1], radius * Math.Sin(angle), Roundings, radius);
            }
        }
    }

    [Rule("INITIALIZATION-7")]
    internal static void UniformWeightsFillTheInterval(Questions ask)
    {
        double[] u = PublishedWords.Uniform;
        foreach (string scheme in new[] { "xavier_uniform", "he_uniform" })
        {
            double limit = Number(Moments(ask, scheme, 8, 3)["limit"]);
            double[] values = Sample(ask, scheme, 8, 3, 4);
            for (int i = 0; i < 4; i++)
                ask.Near($"{scheme}, element {i}", values[i], (2 * u[i] - 1) * limit, Roundings, limit);
        }
    }

    [Rule("INITIALIZATION-8")]
    internal static void NoTwoUnitsStartEqual(Questions ask)
    {
        const int FanIn = 8, FanOut = 12;
        foreach (string scheme in new[] { "he_normal", "xavier_uniform" })
        {
            double[][] units = [.. Sample(ask, scheme, FanIn, FanOut, FanIn * FanOut).Chunk(FanIn)];
            for (int i = 0; i < units.Length; i++)
            {
                for (int j = 0; j < i; j++)
                    Expect.That(!units[i].SequenceEqual(units[j]), $"{scheme}: units {j} and {i} start with the same weights");
            }
        }
    }

    private static JsonObject Moments(Questions ask, string scheme, int fanIn, int fanOut) =>
        ask.Ask("init.moments", new() { ["scheme"] = scheme, ["fan_in"] = fanIn, ["fan_out"] = fanOut });

    private static double[] Sample(Questions ask, string scheme, int fanIn, int fanOut, int count) =>
        ask.AskRow("init.sample", "values", new() { ["scheme"] = scheme, ["fan_in"] = fanIn, ["fan_out"] = fanOut, ["seed"] = 0, ["count"] = count });

    private static void Spread(Questions ask, string what, JsonObject moments, double variance)
    {
        ask.Near($"variance of {what}", Number(moments["variance"]), variance, Roundings);
        ask.Near($"std of {what}", Number(moments["std"]), Math.Sqrt(variance), Roundings);
    }
}
