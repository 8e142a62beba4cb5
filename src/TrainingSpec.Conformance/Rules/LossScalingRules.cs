using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/loss-scaling.md; every value is exact in float32.</summary>
internal static class LossScalingRules
{
    [Rule("LOSS-SCALING-1")]
    internal static void UnscaledInSinglePrecision(Questions ask)
    {
        Expect.Same("3 and -1.5 at scale 1024", Unscale(ask, 1024, "float32", 3, -1.5), [3.0 / 1024, -1.5 / 1024]);

        // 2⁻³⁰ is no float16, and the quotient of a float16 all the same.
        Expect.Same("2^-14 of float16 at scale 2^16", Unscale(ask, 65536, "float16", Math.ScaleB(1, -14)), [Math.ScaleB(1, -30)]);
    }

    [Rule("LOSS-SCALING-2")]
    internal static void RoundedToTheirFormatFirst(Questions ask)
    {
        Expect.Same("1e-8 of float16 at scale 1", Unscale(ask, 1, "float16", 1e-8), [0]);
        Expect.Same("2049 of float16 at scale 1", Unscale(ask, 1, "float16", 2049), [2048]);
    }

    [Rule("LOSS-SCALING-3")]
    internal static void OverflowIsFound(Questions ask)
    {
        Expect.That(Found(ask, "float16", 70000), "70000 in float16 is infinite, found_inf is false");
        Expect.That(Found(ask, "float32", 1, double.NaN), "found_inf is false beside a NaN");
        Expect.That(!Found(ask, "float32", 70000), "70000 in float32 is finite, found_inf is true");
        Expect.That(!Found(ask, "float16", 65504), "65504 in float16 is finite, found_inf is true");
    }

    [Rule("LOSS-SCALING-4")]
    internal static void OverflowSkipsAndBacksOff(Questions ask)
    {
        Updated(ask, 1024, 17, true, (512, 0, true));
        Updated(ask, 1024, 1999, true, (512, 0, true));
    }

    [Rule("LOSS-SCALING-5")]
    internal static void ScaleGrowsAfterTheInterval(Questions ask)
    {
        Updated(ask, 1024, 0, false, (1024, 1, false));
        Updated(ask, 1024, 1998, false, (1024, 1999, false));
        Updated(ask, 1024, 1999, false, (2048, 0, false));
    }

    [Rule("LOSS-SCALING-6")]
    internal static void ClippingSeesUnscaledGradients(Questions ask)
    {
        double[] Clipped(double scale) => ask.AskRows("clip.global_norm", "grads", new()
        {
            ["grads"] = Rows(Unscale(ask, scale, "float32", 3 * scale, 4 * scale)),
            ["max_norm"] = 1,
        })[0];

        Expect.Same("gradients clipped at scale 1024 and at scale 1", Clipped(1024), Clipped(1));
    }

    [Rule("LOSS-SCALING-8")]
    internal static void ScaleStaysInSinglePrecision(Questions ask)
    {
        foreach ((double scale, bool found) in new[] { (Math.ScaleB(1, 127), false), (float.MaxValue, false), (Math.ScaleB(1, -149), true) })
        {
            double next = Number(ask.Ask("loss_scale.update", new() { ["scale"] = scale, ["tracker"] = 1999, ["found_inf"] = found })["scale"]);
            Expect.That(next > 0 && double.IsFinite(next) && (double)(float)next == next, FormattableString.Invariant($"scale {scale:R} becomes {next:R}, which float32 does not hold"));
        }
    }

    [Rule("LOSS-SCALING-9")]
    internal static void AFewOverflowsMayPass(Questions ask)
    {
        foreach ((long before, bool found, double scale, long after) in new[] { (0L, true, 1024.0, 1L), (1, true, 1024, 2), (2, true, 512, 2), (2, false, 1024, 2) })
        {
            JsonObject result = ask.Ask("loss_scale.update", new() { ["scale"] = 1024, ["tracker"] = 5, ["found_inf"] = found, ["hysteresis"] = 3, ["overflows"] = before });
            string what = $"after {before} overflows{(found ? " and another" : "")}, hysteresis 3";
            Expect.Same($"scale {what}", Number(result["scale"]), scale);
            Expect.Same($"overflows {what}", Number(result["overflows"]), after);
        }

        JsonObject grown = ask.Ask("loss_scale.update", new() { ["scale"] = 1024, ["tracker"] = 5000, ["found_inf"] = false, ["hysteresis"] = 3, ["overflows"] = 2 });
        Expect.Same("overflows after a growth", Number(grown["overflows"]), 0);
    }

    [Rule("LOSS-SCALING-10")]
    internal static void ScaleHasALeastValue(Questions ask)
    {
        foreach ((double scale, double next) in new[] { (8.0, 4.0), (6, 4), (4, 4), (2, 2) })
            Expect.Same($"scale after an overflow at {scale}, at least 4", Number(ask.Ask("loss_scale.update", new() { ["scale"] = scale, ["tracker"] = 0, ["found_inf"] = true, ["min_scale"] = 4 })["scale"]), next);
    }

    private static double[] Unscale(Questions ask, double scale, string format, params double[] grads) =>
        ask.AskRows("loss_scale.unscale", "grads", Unscaling(scale, format, grads))[0];

    private static bool Found(Questions ask, string format, params double[] grads) =>
        Truth(ask.Ask("loss_scale.unscale", Unscaling(1, format, grads)), "found_inf");

    private static JsonObject Unscaling(double scale, string format, double[] grads) =>
        new() { ["grads"] = Rows(grads), ["scale"] = scale, ["grad_dtype"] = format };

    private static void Updated(Questions ask, double scale, long tracker, bool found, (double Scale, long Tracker, bool Skip) expected)
    {
        JsonObject result = ask.Ask("loss_scale.update", new() { ["scale"] = scale, ["tracker"] = tracker, ["found_inf"] = found });
        string what = $"after {tracker} steps{(found ? " and an overflow" : "")}";
        Expect.Same($"scale {what}", Number(result["scale"]), expected.Scale);
        ask.Near($"tracker {what}", Number(result["tracker"]), expected.Tracker, 0);
        Expect.That(Truth(result, "skip") == expected.Skip, $"skip {what} is {!expected.Skip}");
    }

    private static bool Truth(JsonObject result, string member) =>
        result[member] is JsonValue value && value.TryGetValue(out bool truth) ? truth : throw new RuleBrokenException($"{member}: true or false was expected, {result[member]?.ToJsonString() ?? "null"} came");
}
