using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/schedule-shapes.md.</summary>
internal static class ScheduleShapesRules
{

    [Rule("SCHEDULE-SHAPES-1")]
    internal static void ExponentialFallsAtEveryStep(Questions ask)
    {
        Near(ask, ask.Schedule("exponential", [0, 1, 3], ("lr", 1), ("gamma", 0.5)), [1, 0.5, 0.125]);
        Near(ask, ask.Schedule("exponential", [1, 2], ("lr", 1), ("gamma", 0.25), ("every", 2)), [0.5, 0.25]);
    }

    [Rule("SCHEDULE-SHAPES-17")]
    internal static void RatesMayGrow(Questions ask)
    {
        Near(ask, Rates(ask, """{"kind": "exponential", "lr": 0.25, "gamma": 4, "every": 2}""", "gamma", 0, 2, 4), [0.25, 1, 4]);
        Near(ask, Rates(ask, """{"kind": "multi_step", "lr": 1, "gamma": 2, "milestones": [4, 9]}""", 3, 4, 9), [1, 2, 4]);
    }

    [Rule("SCHEDULE-SHAPES-20")]
    internal static void RatesStopWhereTheyEnd(Questions ask) =>
        Near(ask, ask.Schedule("exponential", [0, 1, 2, 3, 9], ("lr", 1), ("gamma", 0.5), ("lr_end", 0.2)), [1, 0.5, 0.25, 0.2, 0.2]);

    [Rule("SCHEDULE-SHAPES-21")]
    internal static void ACosineMayHaveAPower(Questions ask) =>
        Near(ask, ask.Schedule("cosine", [0, 5, 10], ("lr_max", 1), ("lr_min", 0.5), ("total", 10), ("power", 2)), [1, 0.625, 0.5]);

    [Rule("SCHEDULE-SHAPES-18")]
    internal static void APolynomialMayRise(Questions ask) =>
        Near(ask, Rates(ask, """{"kind": "polynomial", "lr_max": 0.5, "lr_min": 1, "total": 10, "power": 2}""", "lr_min", 0, 5, 9, 10, 20), [0.5, 0.875, 0.995, 1, 1]);

    [Rule("SCHEDULE-SHAPES-19")]
    internal static void RatesAreMultiplied(Questions ask) => Near(
        ask,
        Rates(ask, """{"kind": "product", "schedules": [{"kind": "linear_factor", "lr": 0.5, "start_factor": 0.5, "total": 4}, {"kind": "exponential", "lr": 1, "gamma": 0.5}, {"kind": "multi_step", "lr": 1, "gamma": 0.25, "milestones": [6]}]}""", 0, 2, 4, 6),
        [0.25, 0.09375, 0.03125, 0.001953125]);

    [Rule("SCHEDULE-SHAPES-2")]
    internal static void MilestonesCountAsOftenAsTheyStand(Questions ask) =>
        Near(ask, Rates(ask, """{"kind": "multi_step", "lr": 1, "gamma": 0.5, "milestones": [9, 4, 9]}""", 0, 3, 4, 8, 9, 100), [1, 1, 0.5, 0.5, 0.125, 0.125]);

    [Rule("SCHEDULE-SHAPES-3")]
    internal static void PolynomialEndsAtTheMinimum(Questions ask) =>
        Near(ask, ask.Schedule("polynomial", [0, 5, 9, 10, 20], ("lr_max", 1), ("lr_min", 0.5), ("total", 10), ("power", 2)), [1, 0.625, 0.505, 0.5, 0.5]);

    [Rule("SCHEDULE-SHAPES-4")]
    internal static void InverseRootGoesOnFromTheWarmup(Questions ask) =>
        Near(ask, ask.Schedule("inverse_sqrt", [0, 2, 4, 16, 100], ("lr_max", 1), ("warmup", 4)), [0, 0.5, 1, 0.5, 0.2]);

    [Rule("SCHEDULE-SHAPES-5")]
    internal static void RestartsAreAtTheMaximum(Questions ask)
    {
        Near(ask, ask.Schedule("cosine_restarts", [0, 2, 4, 6, 8], ("lr_max", 1), ("t_0", 4)), [1, 0.5, 1, 0.5, 1]);
        Near(ask, ask.Schedule("cosine_restarts", [4, 8, 12, 28], ("lr_max", 1), ("lr_min", 0.5), ("t_0", 4), ("t_mult", 2)), [1, 0.75, 1, 1]);
    }

    [Rule("SCHEDULE-SHAPES-6")]
    internal static void OneCycleEndsBelowItsFirstRate(Questions ask)
    {
        // The peak is at 0.5·12 − 1 = 5, the end at 11.
        Near(ask, ask.Schedule("one_cycle", [0, 5, 8, 11, 50], ("lr_max", 1), ("total", 12), ("pct_start", 0.5), ("div_factor", 4), ("final_div_factor", 8)), [0.25, 1, (1 + 1.0 / 32) / 2, 1.0 / 32, 1.0 / 32]);
    }

    [Rule("SCHEDULE-SHAPES-7")]
    internal static void CyclesRiseAndFall(Questions ask) =>
        Near(ask, ask.Schedule("cyclic", [0, 1, 2, 4, 6, 8], ("lr_min", 0.5), ("lr_max", 1), ("step_size_up", 2), ("step_size_down", 4)), [0.5, 0.75, 1, 0.75, 0.5, 1]);

    [Rule("SCHEDULE-SHAPES-8")]
    internal static void HeightsOfCyclesFall(Questions ask)
    {
        Near(ask, Rates(ask, """{"kind": "cyclic", "lr_min": 0.5, "lr_max": 1, "step_size_up": 2, "mode": "triangular2"}""", 2, 6, 10), [1, 0.75, 0.625]);
        Near(ask, Rates(ask, """{"kind": "cyclic", "lr_max": 1, "step_size_up": 2, "mode": "exp_range", "gamma": 0.5}""", 1, 2, 6), [0.25, 0.25, 1.0 / 64]);
    }

    [Rule("SCHEDULE-SHAPES-9")]
    internal static void FactorsEndAtTheirStep(Questions ask)
    {
        Near(ask, ask.Schedule("constant_factor", [0, 3, 4, 9], ("lr", 1), ("factor", 0.25), ("total", 4)), [0.25, 0.25, 1, 1]);
        Near(ask, ask.Schedule("constant_factor", [3, 4], ("lr", 1), ("factor", 0), ("total", 4)), [0, 1]);
        Near(ask, ask.Schedule("linear_factor", [0, 2, 4, 9], ("lr", 1), ("start_factor", 0.5), ("end_factor", 0.25), ("total", 4)), [0.5, 0.375, 0.25, 0.25]);
    }

    [Rule("SCHEDULE-SHAPES-10")]
    internal static void WarmupStartsFromItsFactor(Questions ask)
    {
        Near(ask, ask.Schedule("warmup_linear", [0, 2, 4, 8, 12, 20], ("lr_max", 1), ("warmup", 4), ("total", 12), ("start_factor", 0.5)), [0.5, 0.75, 1, 0.5, 0, 0]);
        Near(ask, ask.Schedule("warmup_polynomial", [0, 4, 8, 12], ("lr_max", 1), ("lr_min", 0.5), ("warmup", 4), ("total", 12), ("power", 2)), [0, 1, 0.625, 0.5]);
        Near(ask, ask.Schedule("warmup_hold_linear", [2, 4, 8, 10, 12], ("lr_max", 1), ("warmup", 4), ("decay_start", 8), ("total", 12)), [0.5, 1, 1, 0.5, 0]);
    }

    [Rule("SCHEDULE-SHAPES-11")]
    internal static void PartsOfASequenceCountTheirOwnSteps(Questions ask) => Near(
        ask,
        Rates(ask, """{"kind": "sequence", "schedules": [{"kind": "constant", "lr": 1}, {"kind": "exponential", "lr": 1, "gamma": 0.5}, {"kind": "linear_decay", "lr": 1, "total": 4}], "milestones": [2, 4]}""", 1, 2, 3, 4, 6, 9),
        [1, 1, 0.5, 1, 0.5, 0]);

    [Rule("SCHEDULE-SHAPES-12")]
    internal static void PlateauIsWaitedFor(Questions ask) =>
        Near(ask, Rates(ask, """{"kind": "plateau", "lr": 1, "factor": 0.5, "patience": 1, "metrics": [4, 4, 3, 3, 3, 3, 3]}""", 0, 1, 2, 3, 4, 5, 6, 7, 9), [1, 1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25]);

    [Rule("SCHEDULE-SHAPES-13")]
    internal static void ThresholdIsAShareOfTheMagnitude(Questions ask)
    {
        // −4.5 is not better than −4 by half of it, and −8 is; an amount of 1 alike.
        Near(ask, Rates(ask, """{"kind": "plateau", "lr": 1, "factor": 0.5, "patience": 0, "threshold": 0.5, "metrics": [-4, -4.5, -8]}""", 1, 2, 3), [1, 0.5, 0.5]);
        Near(ask, Rates(ask, """{"kind": "plateau", "lr": 1, "factor": 0.5, "patience": 0, "threshold": 1, "threshold_mode": "abs", "metrics": [-4, -4.5, -8]}""", 1, 2, 3), [1, 0.5, 0.5]);
    }

    [Rule("SCHEDULE-SHAPES-14")]
    internal static void CooldownDoesNotCount(Questions ask)
    {
        Near(ask, Rates(ask, """{"kind": "plateau", "lr": 1, "factor": 0.5, "patience": 0, "cooldown": 2, "metrics": [4, 4, 4, 4, 4]}""", 2, 3, 4, 5), [0.5, 0.5, 0.5, 0.25]);
        Near(ask, Rates(ask, """{"kind": "plateau", "lr": 1, "factor": 0.5, "patience": 0, "lr_min": 0.375, "metrics": [4, 4, 4, 4]}""", 2, 3, 4), [0.5, 0.375, 0.375]);
    }

    [Rule("SCHEDULE-SHAPES-15")]
    internal static void LargerMetricsMayBeBetter(Questions ask) =>
        Near(ask, Rates(ask, """{"kind": "plateau", "lr": 1, "mode": "max", "factor": 0.5, "patience": 0, "metrics": [1, 2, 3, 3]}""", 1, 2, 3, 4), [1, 1, 1, 0.5]);

    [Rule("SCHEDULE-SHAPES-16")]
    internal static void MomentumFallsWhereTheRateRises(Questions ask)
    {
        Near(ask, Momenta(ask, """{"kind": "cyclic", "lr_max": 1, "step_size_up": 2, "base_momentum": 0.5, "max_momentum": 0.75}""", 0, 1, 2, 3, 4), [0.75, 0.625, 0.5, 0.625, 0.75]);
        Near(ask, Momenta(ask, """{"kind": "cyclic", "lr_max": 1, "step_size_up": 2, "mode": "triangular2"}""", 0, 2, 6, 10), [0.9, 0.8, 0.85, 0.875]);
        Near(ask, Momenta(ask, """{"kind": "one_cycle", "lr_max": 1, "total": 12, "pct_start": 0.5}""", 0, 5, 8, 11, 50), [0.95, 0.85, 0.9, 0.95, 0.95]);
        Near(ask, Momenta(ask, """{"kind": "one_cycle", "lr_max": 1, "total": 13, "pct_start": 0.25, "three_phase": true, "anneal_strategy": "linear"}""", 0, 12), [0.95, 0.95]);
    }

    private static Answered[] Momenta(Questions ask, string args, params long[] steps)
    {
        JsonObject asked = JsonNode.Parse(args)!.AsObject();
        asked["steps"] = Integers(steps);
        asked["cycle_momentum"] = true;
        return ask.ReadRow("schedule", "momentum", asked);
    }

    private static Answered[] Rates(Questions ask, string args, params long[] steps)
    {
        JsonObject asked = JsonNode.Parse(args)!.AsObject();
        asked["steps"] = Integers(steps);
        return ask.ReadRow("schedule", "lr", asked);
    }

    // The same where a value of an argument may be refused.
    private static Answered[] Rates(Questions ask, string args, string wide, params long[] steps)
    {
        JsonObject asked = JsonNode.Parse(args)!.AsObject();
        asked["steps"] = Integers(steps);
        return [.. ((JsonArray)ask.AskWide("schedule", asked, wide)["lr"]!).Select(ask.Read)];
    }

    private static void Near(Questions ask, Answered[] rates, double[] expected)
    {
        Expect.That(rates.Length == expected.Length, FormattableString.Invariant($"{rates.Length} rates, expected {expected.Length}"));
        for (int i = 0; i < rates.Length; i++)
            ask.Near($"entry {i}", rates[i], expected[i]);
    }
}
