using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/early-stopping.md on scripted losses. Each series is made so that only its own rule decides the answer.</summary>
internal static class EarlyStoppingRules
{
    [Rule("EARLY-STOPPING-1")]
    internal static void StopsAfterPatienceBadEpochs(Questions ask)
    {
        foreach (int patience in new[] { 1, 2, 5 })
        {
            double? at = StopAt(ask, patience, 1, 2, 3, 4, 5, 6);
            Expect.That(at == 1 + patience, $"losses 1 … 6 at patience {patience} stop at {Show(at)}, expected {1 + patience}");
        }

        Expect.That(StopAt(ask, 6, 1, 2, 3, 4, 5, 6) is null, "losses 1 … 6 at patience 6 stop before five bad epochs have become six");
    }

    [Rule("EARLY-STOPPING-2")]
    internal static void ImprovementResetsTheCount(Questions ask)
    {
        double? at = StopAt(ask, 2, 5, 6, 4, 6, 3, 6, 2, 6);
        Expect.That(at is null, $"5, 6, 4, 6, 3, 6, 2, 6 never has two bad epochs in a row, yet stops at {Show(at)} at patience 2");
    }

    [Rule("EARLY-STOPPING-3")]
    internal static void BestMovesWithEachImprovement(Questions ask) =>
        Expect.That(StopAt(ask, 2, 5, 3, 4, 4, 4, 4, 4) is not null, "5, 3, 4, 4, … is below its first loss, but never improves again, and must stop");

    [Rule("EARLY-STOPPING-4")]
    internal static void ImprovementMustExceedMinDeltaBelowTheBest(Questions ask)
    {
        Best(ask, "1, 0.75: by min_delta exactly", Losses([1, 0.75], 50, 0.25), 1, 1);
        Best(ask, "1, 0.875, 0.75, 0.625: small steps that add up", Losses([1, 0.875, 0.75, 0.625], 50, 0.25), 0.625, 4);
    }

    [Rule("EARLY-STOPPING-5")]
    internal static void TieIsNoImprovement(Questions ask) =>
        Expect.That(StopAt(ask, 2, 1, 1, 1, 1, 1, 1, 1, 1) is not null, "a flat loss never stops");

    [Rule("EARLY-STOPPING-6")]
    internal static void NaNNeverImproves(Questions ask)
    {
        const double NaN = double.NaN;
        JsonObject result = ask.Ask("early_stopping", Losses([NaN, NaN, NaN, NaN, NaN, NaN], 2));
        Expect.That(result["stop_at"] is not null, "NaN losses never stop");
        Expect.That(result.ContainsKey("best") && result["best"] is null && result["best_epoch"] is null, "a NaN loss is the best");
        Best(ask, "NaN, 1, NaN", Losses([NaN, 1, NaN], 50), 1, 2);
    }

    [Rule("EARLY-STOPPING-8")]
    internal static void TheLargestIsBestWhereThatIsAsked(Questions ask)
    {
        JsonObject args = Losses([0.5, 0.75, 0.625, 0.8125, 0.5], 50, 0.125);
        args["mode"] = "max";
        Best(ask, "0.5, 0.75, 0.625, 0.8125 for the largest", args, 0.75, 2);
        JsonObject falling = Losses([3, 2, 1], 2);
        falling["mode"] = "max";
        Expect.That(ask.Ask("early_stopping", falling)["stop_at"] is { } at && Number(at) == 3, "3, 2, 1 does not stop at 3 where the largest is best");
    }

    [Rule("EARLY-STOPPING-9")]
    internal static void ARelativeDeltaIsAShareOfTheBestMagnitude(Questions ask)
    {
        JsonObject Relative(double[] losses)
        {
            JsonObject args = Losses(losses, 50, 0.25);
            args["delta_mode"] = "rel";
            return args;
        }

        Best(ask, "8, 6, 5.5 by a quarter", Relative([8, 6, 5.5]), 5.5, 3);
        Best(ask, "-8, -10, -11 by a quarter", Relative([-8, -10, -11]), -11, 3);
        Best(ask, "-8, -7 by a quarter", Relative([-8, -7]), -8, 1);
    }

    [Rule("EARLY-STOPPING-10")]
    internal static void APatienceOf0StopsAtTheFirstBadEpoch(Questions ask)
    {
        Expect.That(StopAt(ask, 0, 3, 2, 1) is null, "3, 2, 1 stops at patience 0, though each epoch is better");
        double? at = StopAt(ask, 0, 3, 2, 2, 1);
        Expect.That(at == 3, $"3, 2, 2, 1 stops at {Show(at)} at patience 0, expected 3");
    }

    private static JsonObject Losses(double[] losses, int patience, double minDelta = 0)
    {
        JsonObject args = new() { ["losses"] = Array(losses), ["patience"] = patience };
        if (minDelta > 0)
            args["min_delta"] = minDelta;
        return args;
    }

    private static double? StopAt(Questions ask, int patience, params double[] losses)
    {
        JsonObject result = ask.Ask("early_stopping", Losses(losses, patience));
        Expect.That(result.ContainsKey("stop_at"), "early_stopping answered without stop_at");
        return result["stop_at"] is { } at ? Number(at) : null;
    }

    private static void Best(Questions ask, string what, JsonObject args, double best, double epoch)
    {
        JsonObject result = ask.Ask("early_stopping", args);
        Expect.Same($"best of {what}", Number(result["best"]), best);
        Expect.Same($"best epoch of {what}", Number(result["best_epoch"]), epoch);
    }

    private static string Show(double? epoch) => epoch is { } at ? FormattableString.Invariant($"epoch {at}") : "no epoch";
}
