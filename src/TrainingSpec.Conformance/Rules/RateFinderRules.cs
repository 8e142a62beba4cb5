using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/lr-finder.md. Suggestions are rates that were given, so they come back with the same bits.</summary>
internal static class RateFinderRules
{
    private static readonly double[] Decades = [0.0001, 0.001, 0.01, 0.1, 1, 10];

    [Rule("LR-FINDER-1")]
    internal static void SweepIsGeometric(Questions ask)
    {
        Answered[] lr = ask.ReadRow("lr_finder.sweep", "lr", Args(("lr_min", 0.0001), ("lr_max", 1), ("count", 5)));
        Expect.That(lr.Length == 5, $"{lr.Length} rates, 5 were asked for");
        for (int i = 0; i < lr.Length; i++)
            ask.Near($"rate {i}", lr[i], Decades[i]);
    }

    [Rule("LR-FINDER-2")]
    internal static void FlatLossStaysFlat(Questions ask) => Expected(ask, "before_divergence", [2, 2, 2, 2, 2, 2], 10, smoothing: 0.9);

    [Rule("LR-FINDER-3")]
    internal static void SteepestIsOverTheLogarithm(Questions ask)
    {
        // Falls over two decades: 2, 2.4, 0.6, 0.3; over the rate itself the first would be the steepest by far.
        Expected(ask, "steepest", [4, 3.9, 2, 1.5, 1.4, 1.2], 0.01);
        Expected(ask, "steepest", [1, 2, 3, 3, 3.5, 3.75], null);
    }

    [Rule("LR-FINDER-4")]
    internal static void LastRateBeforeTheDivergence(Questions ask)
    {
        Expected(ask, "before_divergence", [4, 3, 2, 9, 1, 1], 0.01);
        Expected(ask, "before_divergence", [4, 3, double.NaN, 1, 1, 1], 0.001);
        Expected(ask, "before_divergence", [4, 3, 2, 8, 7, 6], 10);
    }

    [Rule("LR-FINDER-7")]
    internal static void LossesMayHaveAnySign(Questions ask)
    {
        // Sizes 1, 1, 2 and 5: bounds 2, 2, 4 and 14 after the smallest losses −1, −1, −2 and −1.
        Expected(ask, "before_divergence", [-1, -1, -1, -1, -1, -1], 10);
        Expected(ask, "before_divergence", [-1, -0.5, 2, -1, 2.25, -1], 0.1);
        Expected(ask, "before_divergence", [1, 0, -1, -2, 4, 4.5], 1);
        Expected(ask, "before_divergence", [5, 1, -1, 14, 14.5, 0], 0.1);
    }

    [Rule("LR-FINDER-5")]
    internal static void NothingPastTheDivergenceCounts(Questions ask) => Expected(ask, "steepest", [4, 3.9, 3.8, 100, 1, 0.5], 0.001);

    private static void Expected(Questions ask, string member, double[] loss, double? expected, double smoothing = 0)
    {
        JsonObject args = new() { ["lr"] = Array(Decades), ["loss"] = Array(loss), ["smoothing"] = smoothing };
        JsonObject result = ask.Ask("lr_finder.suggest", args);
        string what = $"{member} of losses [{string.Join(", ", loss.Select(x => x.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
        if (expected is { } rate)
            Expect.Same(what, Number(result[member]), rate);
        else
            Expect.That(result.ContainsKey(member) && result[member] is null, $"{what}: null was expected, {result[member]?.ToJsonString()} came");
    }
}
