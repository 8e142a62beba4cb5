using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/monitoring.md.</summary>
internal static class MonitoringRules
{

    [Rule("MONITORING-1")]
    internal static void TheNormIsOfAllFiniteEntriesTogether(Questions ask)
    {
        ask.Near("norm of [3], [0, -4]", Ask(ask, "norm", [3], [0, -4]), 5);
        ask.Near("norm of [3e200, 4e200]", Ask(ask, "norm", [3e200, 4e200]), 5e200);
    }

    [Rule("MONITORING-2")]
    internal static void ExtremesOfMagnitudeHaveNoSign(Questions ask)
    {
        ask.Near("max_abs of [1, -8], [0.5]", Ask(ask, "max_abs", [1, -8], [0.5]).Value, 8, 0);
        ask.Near("min_abs of [1, -8], [0.5]", Ask(ask, "min_abs", [1, -8], [0.5]).Value, 0.5, 0);
        ask.Near("min_abs of [3], [-0.25]", Ask(ask, "min_abs", [3], [-0.25]).Value, 0.25, 0);
    }

    [Rule("MONITORING-3")]
    internal static void ExtremesOfValueKeepTheirSign(Questions ask)
    {
        ask.Near("max of [-3], [-2, -7]", Ask(ask, "max", [-3], [-2, -7]).Value, -2, 0);
        ask.Near("min of [-3], [-2, -7]", Ask(ask, "min", [-3], [-2, -7]).Value, -7, 0);
        ask.Near("min of [3], [2, 7]", Ask(ask, "min", [3], [2, 7]).Value, 2, 0);
    }

    [Rule("MONITORING-4")]
    internal static void ZerosAreCountedAmongAllEntries(Questions ask)
    {
        ask.Near("zero_fraction of [0], [1, 2, -0]", Ask(ask, "zero_fraction", [0], [1, 2, -0.0]).Value, 0.5, 0);
        ask.Near("zero_fraction of [0], [1, 2, 3, 4, 5, 6, 7]", Ask(ask, "zero_fraction", [0], [1, 2, 3, 4, 5, 6, 7]).Value, 0.125, 0);
        ask.Near("zero_fraction of [1e-300]", Ask(ask, "zero_fraction", [1e-300]).Value, 0, 0);
    }

    [Rule("MONITORING-5")]
    internal static void WhatIsNotFiniteIsCountedAndLeftOut(Questions ask)
    {
        double[] bad = [double.NaN, 3, double.PositiveInfinity, 0, double.NegativeInfinity, -4];
        ask.Near("nonfinite", Ask(ask, "nonfinite", bad).Value, 3, 0);
        foreach (string member in new[] { "norm", "max_abs", "min_abs", "max", "min" })
            ask.Near($"{member} beside NaN and infinities", Ask(ask, member, bad), Ask(ask, member, [3, 0, -4]));
        ask.Near("zero_fraction beside NaN and infinities", Ask(ask, "zero_fraction", [double.NaN, 0, double.PositiveInfinity, 1]).Value, 0.5, 0);
        ask.Near("nonfinite of finite entries", Ask(ask, "nonfinite", [1, 2]).Value, 0, 0);
    }

    private static Answered Ask(Questions ask, string member, params double[][] grads) =>
        ask.Read("grad_stats", member, new JsonObject { ["grads"] = Rows(grads) });
}
