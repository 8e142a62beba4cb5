using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Wrong;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Arguments of schedules, drawn by their kinds.</summary>
internal static class ScheduleDraws
{
    /// <summary>How many further kinds there are beyond the plain ones; some are two in one.</summary>
    public const int Shapes = 12;

    /// <summary>Of any kind.</summary>
    public static JsonObject Any(CaseDraw d)
    {
        int warmup = d.Below(5), hold = warmup + d.Below(5), total = hold + 1 + d.Below(20);
        if (d.Below(2) == 0)
            return Shape(d);
        string kind = d.Of("constant", "step_decay", "linear_decay", "cosine", "warmup", "warmup_cosine", "warmup_hold_cosine");
        var o = new JsonObject { ["kind"] = kind, ["steps"] = d.Whole(2 + d.Size, total + 5) };
        o[kind is "constant" or "step_decay" or "linear_decay" ? "lr" : "lr_max"] = d.Rate();
        if (kind.EndsWith("cosine", StringComparison.Ordinal))
            d.Maybe(o, "lr_min", () => Number(o["lr_max"]) * d.Share());
        if (kind.StartsWith("warmup", StringComparison.Ordinal))
            o["warmup"] = warmup;
        if (kind == "warmup_hold_cosine")
            o["decay_start"] = hold;
        if (kind is "linear_decay" or "cosine" or "warmup_cosine" or "warmup_hold_cosine")
            o["total"] = total;
        if (kind == "step_decay")
            (o["gamma"], o["every"]) = (d.Share(), 1 + d.Below(6));
        return o;
    }

    /// <summary>Of one of the further kinds.</summary>
    /// <param name="d">What is drawn from.</param>
    /// <param name="which">Which of <see cref="Shapes"/>; null is any.</param>
    public static JsonObject Shape(CaseDraw d, int? which = null)
    {
        int total = 4 + d.Below(20);
        JsonObject At(string kind, JsonObject o) => o.With("kind", kind).With("steps", d.Whole(2 + d.Size, total + 5));
        JsonObject Falling() => d.Maybe(new() { ["lr_max"] = d.Rate() }, "lr_min", () => 1.0 / 4096);
        JsonObject Warm() => d.Maybe(Falling().With("warmup", 1 + d.Below(3)).With("total", total), "start_factor", d.Share);
        return (which ?? d.Below(Shapes + 2)) switch
        {
            0 => At("exponential", d.Maybe(new() { ["lr"] = d.Rate(), ["gamma"] = (1 + d.Below(16)) / 16.0 }, "every", () => 1 + d.Below(5))),
            1 => At("multi_step", d.Maybe(new() { ["lr"] = d.Rate(), ["milestones"] = d.Whole(d.Size, total) }, "gamma", () => 0.5)),
            2 => At("polynomial", d.Maybe(Falling().With("total", total), "power", () => 1 + d.Below(3))),
            3 => At("inverse_sqrt", d.Maybe(new() { ["lr_max"] = d.Rate(), ["warmup"] = 1 + d.Below(4) }, "timescale", () => 1 + d.Below(9))),
            4 => At("cosine_restarts", d.Maybe(Falling().With("t_0", 1 + d.Below(6)), "t_mult", () => 1 + d.Below(3))),
            5 => At("one_cycle", d.Maybe(d.Flags(new() { ["lr_max"] = d.Rate(), ["total"] = total }, "three_phase", "cycle_momentum"), "anneal_strategy", () => d.Of("cos", "linear"))),
            6 => At("cyclic", d.Maybe(d.Maybe(Falling().With("step_size_up", 1 + d.Below(4)), "step_size_down", () => 1 + d.Below(4)), "mode", () => d.Of("triangular2", "exp_range")).With("gamma", 0.75)),
            7 => At(d.Of("constant_factor", "linear_factor"), new() { ["lr"] = d.Rate(), ["total"] = total }),
            8 => At(d.Of("warmup_linear", "warmup_polynomial"), Warm()),
            9 => At("warmup_hold_linear", Warm().With("decay_start", 3)),
            10 => At("product", new() { ["schedules"] = new JsonArray(new JsonObject { ["kind"] = "linear_factor", ["lr"] = d.Rate(), ["total"] = total }, new JsonObject { ["kind"] = "inverse_sqrt", ["lr_max"] = 1, ["warmup"] = 0, ["timescale"] = 1 + d.Below(9) }) }),
            _ => At("plateau", d.Maybe(d.Maybe(d.Maybe(d.Maybe(d.Maybe(new() { ["lr"] = d.Rate(), ["metrics"] = d.Metrics(total), ["patience"] = d.Below(3) }, "cooldown", () => d.Below(3)), "mode", () => d.Of("min", "max")), "threshold", () => d.IsLate ? d.Below(3) / 8.0 : d.Share() / 4), "threshold_mode", () => d.Of("abs", "rel")), "eps", () => Math.ScaleB(1, -4 - d.Below(8))).With("factor", 0.5)),
        };
    }
}
