using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of schedules: the right rate at another step or with other arguments, or a right fraction that another rate is made of.</summary>
internal static class ScheduleSlips
{
    private const string Op = "schedule";
    private static readonly string[] Cosines = ["cosine", "warmup_cosine", "warmup_hold_cosine", "cosine_restarts"];
    private static readonly string[] Warm = ["warmup", "warmup_cosine", "warmup_hold_cosine", "warmup_linear", "warmup_polynomial", "warmup_hold_linear", "inverse_sqrt"];
    private static readonly string[] Decays = ["warmup_cosine", "warmup_hold_cosine", "warmup_linear", "warmup_polynomial", "warmup_hold_linear"];
    private static readonly string[] Holds = ["warmup_hold_cosine", "warmup_hold_linear"];
    private static readonly string[] Powers = ["polynomial", "warmup_polynomial"];

    /// <summary>A rate of the arguments a and the step t, from the right rates.</summary>
    private delegate double Rate(Asked a, double t);

    private static readonly (string[] Kinds, string Word, Rate Rate)[] All =
    [
        (Cosines, "least-rate-left-out", (a, t) => a.At(t, ("lr_min", 0))),
        (Powers, "least-rate-left-out", (a, t) => a.At(t, ("lr_min", 0))),
        (Decays, "least-rate-left-out", (a, t) => a.At(t, ("lr_min", 0))),
        (Cosines, "cosine-from-the-least-rate", (a, t) => a.Falls(t) ? a.Least + a.Most - a.At(t) : a.At(t)),
        (Cosines, "cosine-not-halved", (a, t) => a.Falls(t) ? a.Least + 2 * (a.At(t) - a.Least) : a.At(t)),
        (Cosines, "least-rate-a-floor", (a, t) => a.Falls(t) ? Math.Max(a.Least, a.At(t, ("lr_min", 0))) : a.At(t)),
        (Cosines, "least-rate-added", (a, t) => a.Falls(t) ? a.Least + a.At(t, ("lr_min", 0)) : a.At(t)),
        (Cosines, "cosine-of-twice-the-angle", (a, t) => a.Falls(t) ? a.Between(Square(2 * a.Fraction(t) - 1)) : a.At(t)),
        (Cosines, "cosine-of-half-the-angle", (a, t) => a.Falls(t) ? a.Between(Math.Sqrt(a.Fraction(t))) : a.At(t)),
        (Cosines, "linear", (a, t) => a.Falls(t) ? a.Between(1 - Math.Acos(Math.Clamp(2 * a.Fraction(t) - 1, -1, 1)) / Math.PI) : a.At(t)),
        (["cosine"], "rises-after-its-end", (a, t) => a.At(Math.Abs((t + a.Total) % (2 * a.Total) - a.Total))),
        (["cosine"], "begins-anew", (a, t) => a.At(t % a.Total)),
        (["cosine"], "zero-after-its-end", (a, t) => t > a.Total ? 0 : a.At(t)),
        (["cosine_restarts"], "never-restarts", (a, t) => t >= a["t_0"] ? a.Least : a.At(t)),
        (["cosine_restarts"], "rises-in-place-of-restarts", (a, t) => Math.Abs((t + a["t_0"]) % (2 * a["t_0"]) - a["t_0"]) is var x && x == a["t_0"] ? a.Least : a.At(x)),
        (["cosine_restarts"], "halves-at-restarts", (a, t) => a.At(t) * Math.Pow(0.5, a.Restarts(t).Count)),
        (["cosine_restarts"], "restarts-one-later", (a, t) => a.Restarts(t) is { Count: > 0, Into: 0 } ? a.Least : a.At(t)),
        (["step_decay"], "smooth", (a, t) => a["lr"] * Math.Pow(a["gamma"], t / a["every"])),
        (["step_decay"], "counts-up", (a, t) => a.At(t + a["every"] - 1)),
        (["step_decay"], "rounds-its-count", (a, t) => a.At(Math.Round(t / a["every"]) * a["every"])),
        (["step_decay", "multi_step"], "once", (a, t) => a["lr"] * Math.Max(a["gamma", 0.1], a.At(t) / a["lr"])),
        (["step_decay", "multi_step"], "linear-in-its-count", (a, t) => a["lr"] * Math.Max(0, 1 - (1 - a["gamma", 0.1]) * a.Count(t))),
        (["step_decay", "multi_step"], "one-count-late", (a, t) => a["lr"] * Math.Pow(a["gamma", 0.1], Math.Max(0, a.Count(t) - 1))),
        (["multi_step"], "milestones-are-distances", (a, t) => a["lr"] * Math.Pow(a["gamma", 0.1], a.Milestones.Where((_, i) => a.Milestones[..(i + 1)].Sum() <= t).Count())),
        (["linear_decay"], "rises-after-its-end", (a, t) => t > a.Total ? a["lr"] * (t / a.Total - 1) : a.At(t)),
        (["linear_decay"], "negative-after-its-end", (a, t) => a["lr"] * (1 - t / a.Total)),
        (["linear_decay"], "never-below-a-hundredth", (a, t) => Math.Max(0.01 * a["lr"], a.At(t))),
        (Warm, "warmup-one-step-early", (a, t) => t < a.Warmup ? a.At(t + 1) : a.At(t)),
        (Warm, "warmup-over-one-more", (a, t) => t < a.Warmup ? a.Warmed((t + 1) / (a.Warmup + 1)) : a.At(t)),
        (Warm, "warmup-over-one-less", (a, t) => t < a.Warmup ? a.Warmed(a.Warmup > 1 ? t / (a.Warmup - 1) : 1) : a.At(t)),
        (Warm, "warmup-from-the-least-rate", (a, t) => t < a.Warmup ? a.Least + (a.Most - a.Least) * t / a.Warmup : a.At(t)),
        (Warm, "warmup-quadratic", (a, t) => t < a.Warmup ? a.Warmed(Square(t / a.Warmup)) : a.At(t)),
        (Warm, "warmup-rooted", (a, t) => t < a.Warmup ? a.Warmed(Math.Sqrt(t / a.Warmup)) : a.At(t)),
        (Warm, "warmup-start-a-floor", (a, t) => t < a.Warmup ? a.Most * Math.Max(a["start_factor", 0], t / a.Warmup) : a.At(t)),
        (Warm, "warmup-start-added", (a, t) => t < a.Warmup ? a.Most * (a["start_factor", 0] + t / a.Warmup) : a.At(t)),
        (Warm, "warmup-left-out", (a, t) => t < a.Warmup ? a.Most : a.At(t)),
        (Warm, "warmup-one-step-longer", (a, t) => t == a.Warmup && t > 0 ? a.At(t - 1) : a.At(t)),
        (Decays, "total-counts-after-the-warmup", (a, t) => t < a.Start ? a.At(t) : a.At(t, ("total", a.Total + a.Start))),
        (Decays, "progress-from-the-first-step", (a, t) => t < a.Start ? a.At(t) : a.At(t, ("warmup", 0), ("decay_start", 0))),
        (Decays, "decay-one-step-early", (a, t) => t < a.Start ? a.At(t) : a.At(t + 1)),
        (Decays, "decay-one-step-late", (a, t) => t <= a.Start ? a.At(t) : a.At(t - 1)),
        (Decays, "decay-over-one-less", (a, t) => t < a.Start || a.Total - a.Start < 2 ? a.At(t) : a.At(t, ("total", a.Total - 1))),
        (["warmup_cosine", "warmup_hold_cosine"], "rises-after-its-end", (a, t) => t <= a.Total || a.Total == a.Start ? a.At(t) : a.At(a.Start + Math.Abs((t - a.Start + a.Total - a.Start) % (2 * (a.Total - a.Start)) - (a.Total - a.Start)))),
        (["warmup_linear", "warmup_polynomial", "warmup_hold_linear"], "decays-to-0", (a, t) => t < a.Start ? a.At(t) : a.At(t, ("lr_min", 0))),
        (Holds, "hold-left-out", (a, t) => a.At(t, ("decay_start", a.Warmup))),
        (Holds, "hold-counts-from-the-warmup", (a, t) => t < a.Warmup + a["decay_start"] && t >= a.Warmup ? a.Most : a.At(t, ("decay_start", Math.Min(a.Total, a.Warmup + a["decay_start"])))),
        (["inverse_sqrt"], "root-left-out", (a, t) => t < a.Warmup ? a.At(t) : a.Most * Square(a.At(t) / a.Most)),
        (["inverse_sqrt"], "counts-from-the-first-step", (a, t) => t < a.Warmup ? a.At(t) : a.Most * Math.Sqrt(a["timescale", a.Warmup] / Math.Max(t, 1))),
        (["inverse_sqrt"], "one-over-the-root", (a, t) => t < a.Warmup ? a.At(t) : a.Most / Math.Sqrt(Math.Max(t, 1))),
        (["inverse_sqrt"], "decay-one-step-early", (a, t) => t < a.Warmup ? a.At(t) : a.At(t + 1)),
        (["inverse_sqrt"], "by-the-warmup", (a, t) => a.At(t, ("timescale", a.Warmup))),
        (Powers, "power-of-the-progress", (a, t) => a.Falls(t) ? a.Most - (a.Most - a.Least) * Math.Pow(1 - a.Plain(t), a["power", 1]) : a.At(t)),
        (Powers, "power-inverted", (a, t) => a.Falls(t) ? a.Between(Math.Pow(a.Plain(t), 1 / a["power", 1])) : a.At(t)),
        (Powers, "least-rate-a-floor", (a, t) => a.Falls(t) ? Math.Max(a.Least, a.At(t, ("lr_min", 0))) : a.At(t)),
        (Powers, "least-rate-added", (a, t) => a.Falls(t) ? a.Least + a.At(t, ("lr_min", 0)) : a.At(t)),
        (["polynomial"], "goes-on-after-its-end", (a, t) => a.Between(Math.Pow(1 - t / a.Total, a["power", 1]))),
        (["polynomial"], "begins-anew", (a, t) => t <= a.Total ? a.At(t) : a.Between(Math.Pow(1 - t / (a.Total * Math.Ceiling(t / a.Total)), a["power", 1]))),
        (["exponential"], "in-steps", (a, t) => a.At(Math.Floor(t / a["every", 1]) * a["every", 1])),
        (["exponential"], "by-the-exponential-of-its-loss", (a, t) => a["lr"] * Math.Exp((a["gamma"] - 1) * t / a["every", 1])),
        (["constant_factor"], "forever", (a, _) => a.At(0)),
        (["constant_factor"], "one-step-longer", (a, t) => a.At(Math.Max(0, t - 1))),
        (["constant_factor"], "of-one-half", (a, t) => a.At(t, ("factor", a["factor", 0.5]))),
        (["linear_factor"], "goes-on-after-its-end", (a, t) => a["lr"] * (a.At(0) / a["lr"] + (a.At(a.Total) - a.At(0)) / a["lr"] * t / a.Total)),
        (["linear_factor"], "ends-exchanged", (a, t) => a.At(0) + a.At(a.Total) - a.At(t)),
        (["linear_factor"], "geometric", (a, t) => a.At(0) * Math.Pow(a.At(a.Total) / a.At(0), Math.Min(t, a.Total) / a.Total)),
        (["one_cycle"], "final-divisor-left-out", (a, t) => a.At(t, ("final_div_factor", 1))),
        (["one_cycle"], "final-divisor-of-the-largest-rate", (a, t) => a.At(t, ("final_div_factor", a["final_div_factor", 1e4] / a["div_factor", 25]))),
        (["one_cycle"], "divisor-of-10", (a, t) => a.At(t, ("div_factor", a["div_factor", 10]))),
        (["one_cycle"], "divisor-left-out", (a, t) => a.At(t, ("div_factor", 1))),
        (["one_cycle"], "peak-one-step-late", (a, t) => a.At(t, ("pct_start", a["pct_start", 0.3] + 1 / a.Total))),
        (["one_cycle"], "peak-at-a-whole-step", (a, t) => a.At(t, ("pct_start", Math.Floor(a["pct_start", 0.3] * a.Total) / a.Total))),
        (["one_cycle"], "peak-and-end-one-step-late", (a, t) => a.At(t, ("total", a.Total + 1), ("pct_start", (a["pct_start", 0.3] * a.Total + 1) / (a.Total + 1)))),
        (["one_cycle"], "peak-in-the-middle", (a, t) => a.At(t, ("pct_start", 0.5))),
        (["one_cycle"], "phases-exchanged", (a, t) => a.At(t, ("pct_start", 1 - a["pct_start", 0.3]))),
        (["cyclic"], "starts-at-the-largest-rate", (a, t) => a.Cycled(t, (h, s) => a.Least + (a.Most - a.Least) * (1 - h) * s)),
        (["cyclic"], "scales-the-least-rate-too", (a, t) => a.Cycled(t, (h, s) => (a.Least + (a.Most - a.Least) * h) * s)),
        (["cyclic"], "scales-the-largest-rate", (a, t) => a.Cycled(t, (h, s) => a.Least + (Math.Max(a.Most * s, a.Least) - a.Least) * h)),
        (["cyclic"], "scale-one-cycle-early", (a, t) => a.Cycled(t, (h, s) => a.Least + (a.Most - a.Least) * h * s * (a.IsHalving ? 0.5 : 1))),
        (["cyclic"], "scale-over-its-count", (a, t) => a.Cycled(t, (h, s) => a.Least + (a.Most - a.Least) * h * (a.IsHalving ? 1 / (1 - Math.Log2(s)) : s))),
        (["cyclic"], "scale-by-half-cycles", (a, t) => a.Cycled(t, (h, s) => a.Least + (a.Most - a.Least) * h * (a.IsHalving ? Math.Pow(0.5, Math.Floor(t / a["step_size_up"])) : s))),
        (["cyclic"], "scale-by-cycles", (a, t) => a.Cycled(t, (h, s) => a.Least + (a.Most - a.Least) * h * (a.IsFading ? Math.Pow(a["gamma", 1], a.Cycles(t)) : s))),
        (["cyclic"], "scale-one-step-early", (a, t) => a.Cycled(t, (h, s) => a.Least + (a.Most - a.Least) * h * (a.IsFading ? s * a["gamma", 1] : s))),
        (["one_cycle"], "always-by-a-cosine", (a, t) => a.At(t, ("anneal_strategy", "cos"))),
        (["one_cycle"], "always-by-a-line", (a, t) => a.At(t, ("anneal_strategy", "linear"))),
        (["one_cycle"], "peak-at-its-share-of-the-steps", (a, t) => a.At(t, ("total", a.Total + 1), ("pct_start", (a["pct_start", 0.3] * a.Total + 1) / (a.Total + 1)))),
        (["one_cycle"], "ends-at-the-first-rate", (a, t) => a.At(t, ("final_div_factor", 1))),
        (["multi_step"], "milestones-in-order-alone", (a, t) => a["lr"] * Math.Pow(a["gamma", 0.1], a.Milestones.TakeWhile(m => m <= t).Count())),
        (["multi_step"], "counts-the-last-milestone-passed", (a, t) => a["lr"] * Math.Pow(a["gamma", 0.1], System.Array.FindLastIndex(a.Milestones, m => m <= t) + 1)),
        (["multi_step"], "at-its-milestones-alone", (a, t) => a["lr"] * Math.Pow(a["gamma", 0.1], a.Milestones.Count(m => m == t))),
        (["multi_step"], "after-its-milestones", (a, t) => a["lr"] * Math.Pow(a["gamma", 0.1], a.Milestones.Count(m => m < t))),
        (["multi_step"], "each-milestone-once", (a, t) => a["lr"] * Math.Pow(a["gamma", 0.1], a.Milestones.Distinct().Count(m => m <= t))),
        (["inverse_sqrt"], "by-the-timescale-not-shifted", (a, t) => t < a.Warmup ? a.At(t) : a.Most * Math.Sqrt(a["timescale", a.Warmup] / Math.Max(t, 1))),
        (["constant_factor"], "factor-of-one-half", (a, t) => a.At(t, ("factor", a["factor", 0.5]))),
        (["cyclic"], "falls-as-steeply-as-it-rises", (a, t) => a.Turned(t, (x, up, _) => x <= up ? x / up : Math.Max(0, 1 - (x - up) / up))),
        (["cyclic"], "rises-as-steeply-as-it-falls", (a, t) => a.Turned(t, (x, up, down) => x <= up ? Math.Min(1, x / down) : 1 - (x - up) / down)),
        (["cyclic"], "sawtooth", (a, t) => a.Turned(t, (x, up, down) => x / (up + down))),
        (["cyclic"], "drops-after-its-rise", (a, t) => a.Turned(t, (x, up, _) => x <= up ? x / up : 0)),
        (["cyclic"], "stays-after-its-rise", (a, t) => a.Turned(t, (x, up, _) => x <= up ? x / up : 1)),
        (["cyclic"], "by-a-cosine", (a, t) => a.Turned(t, (x, up, down) => (1 - Math.Cos(Math.PI * (x <= up ? x / up : 1 - (x - up) / down))) / 2)),
        (["cyclic"], "never-again", (a, t) => t > a["step_size_up"] + a["step_size_down", a["step_size_up"]] ? a.Least : a.At(t)),
        (["plateau"], "never-below-its-eps", (a, t) => a.At(t, ("eps", 0))),
        (["plateau"], "threshold-left-out", (a, t) => a.At(t, ("threshold", 0))),
        (["plateau"], "threshold-always-absolute", (a, t) => a.At(t, ("threshold_mode", "abs"))),
        (["plateau"], "threshold-always-relative", (a, t) => a.At(t, ("threshold_mode", "rel"))),
        (["plateau"], "one-step-early", (a, t) => a.At(t + 1)),
        (["plateau"], "least-rate-left-out", (a, t) => a.At(t, ("lr_min", 0))),
    ];

    private static readonly (string Word, Func<double, double, double, double> Of)[] OfMomentum =
    [
        ("momentum-with-the-rate", (m, least, most) => least + most - m),
        ("momentum-constant", (_, _, most) => most),
        ("momentum-never-above-the-least", (_, least, _) => least),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => op != Op ? [] :
    [
        .. All.Concat(All.Where(s => s.Kinds.Length > 1).SelectMany(s => s.Kinds.Select(kind => (Kinds: new[] { kind }, s.Word, s.Rate)))).Select(s => new Slip(Named(s.Kinds, s.Word), (right, dtype, args) =>
        {
            JsonObject answer = right.Answer(Op, dtype, (JsonObject)args.DeepClone());
            return s.Kinds.Contains(JsonTree.Text(args["kind"])) ? answer.With("lr", Questions.Array([.. args.Row("steps").Select(t => s.Rate(new(right, args), t))])) : answer;
        })),
        .. OfMomentum.Select(m => new Slip($"schedule-one-cycle-{m.Word}", (right, dtype, args) =>
        {
            JsonObject answer = right.Answer(Op, dtype, (JsonObject)args.DeepClone());
            return answer["momentum"] is null ? answer : answer.With("momentum", Questions.Array([.. answer.Row("momentum").Select(x => m.Of(x, args.Number("base_momentum", 0.85), args.Number("max_momentum", 0.95)))]));
        })),
    ];

    private static string Named(string[] kinds, string word) => $"schedule-{(kinds.Length == 1 ? kinds[0].Replace('_', '-') + "-" : "")}{word}";

    private static double Square(double x) => x * x;

    /// <summary>What is asked, and the right rates of it.</summary>
    private sealed class Asked(IImplementation right, JsonObject args)
    {
        public double this[string name, double otherwise = double.NaN] => args.Number(name, otherwise);

        public double Most => this["lr_max"];

        public double Least => this["lr_min", 0];

        public double Total => this["total"];

        public double Warmup => this["warmup", 0];

        public double Start => this["decay_start", Warmup];

        public bool IsHalving => Mode == "triangular2";

        public bool IsFading => Mode == "exp_range";

        private string? Mode => JsonTree.Text(args["mode"]);

        public double[] Milestones => args.Row("milestones");

        // The right rate at a step, with some arguments exchanged.
        public double At(double t, params (string Name, JsonNode? Value)[] others)
        {
            var own = (JsonObject)args.DeepClone();
            own.Remove("cycle_momentum");
            foreach ((string name, JsonNode? value) in others)
                own[name] = value;
            if (own["decay_start"] is not null && own["kind"]!.ToString() is "warmup_cosine" or "warmup_linear" or "warmup_polynomial")
                own.Remove("decay_start");
            own["steps"] = Questions.Integers((int)t);
            return right.Answer(Op, own).Row("lr")[0];
        }

        // What of the way from the least rate to the largest is left.
        public double Fraction(double t) => At(t, ("lr_min", 0)) / Most;

        public double Plain(double t) => At(t, ("lr_min", 0), ("power", 1)) / Most;

        public double Between(double fraction) => Least + (Most - Least) * fraction;

        public double Warmed(double progress) => Most * (this["start_factor", 0] + (1 - this["start_factor", 0]) * progress);

        // True where the rate is on its way down.
        public bool Falls(double t) => t >= Start;

        public double Count(double t) => args["milestones"] is null ? Math.Floor(t / this["every"]) : Milestones.Count(m => m <= t);

        public double Cycles(double t) => Math.Floor(t / (this["step_size_up"] + this["step_size_down", this["step_size_up"]]));

        // A rate of the height in the triangle and the scale.
        public double Cycled(double t, Func<double, double, double> rate)
        {
            double h = At(t, ("lr_min", 0), ("lr_max", 1), ("mode", "triangular"));
            double s = Mode switch { "triangular2" => Math.Pow(0.5, Cycles(t)), "exp_range" => Math.Pow(this["gamma", 1], t), _ => 1 };
            return rate(h, s);
        }

        // A rate of the height that is made of the step of the cycle and the steps up and down.
        public double Turned(double t, Func<double, double, double, double> height)
        {
            (double up, double down) = (this["step_size_up"], this["step_size_down", this["step_size_up"]]);
            return Cycled(t, (_, s) => Least + (Most - Least) * height(t % (up + down), up, down) * s);
        }

        public (int Count, double Into) Restarts(double t)
        {
            (int count, double length) = (0, this["t_0"]);
            for (; t >= length; count++)
            {
                t -= length;
                length *= this["t_mult", 1];
            }

            return (count, t);
        }
    }
}
