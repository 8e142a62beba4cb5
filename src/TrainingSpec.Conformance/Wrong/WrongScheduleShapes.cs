using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>The further kinds of schedules as they go wrong.</summary>
internal static class WrongScheduleShapes
{
    private const string Op = "schedule";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Distorted("shape-exponential-in-stairs", "SCHEDULE-SHAPES-1", "the rate falls by the whole factor every k steps", "exponential", (right, args, t) =>
            At(right, args, t - t % Math.Max(1, (long)args.Number(Hyperparameters.ExponentialEvery)))),
        Mistake("shape-milestones-are-a-set", "SCHEDULE-SHAPES-2", "a milestone that stands twice counts once", Op, (right, args) =>
            right.Answer(Op, Is(args, "multi_step") ? args.With("milestones", new JsonArray([.. ((JsonArray)args["milestones"]!).Select(Whole).Distinct().Select(m => (JsonNode)m)])) : args)),
        Distorted("shape-polynomial-cut-off", "SCHEDULE-SHAPES-3", "the power goes to 0 and is cut off at the minimum", "polynomial", (right, args, t) =>
            args.Number(Hyperparameters.MinimumRate) > args.Number("lr_max") ? At(right, args, t) : Math.Max(args.Number(Hyperparameters.MinimumRate), At(right, Copy(args).With("lr_min", 0), t))),
        Distorted("shape-inverse-root-from-the-peak", "SCHEDULE-SHAPES-4", "the root counts steps from the peak, so that the rate drops at once", "inverse_sqrt", (right, args, t) =>
            t <= args.Number("warmup") ? At(right, args, t) : args.Number("lr_max") / Math.Sqrt(t - args.Number("warmup") + 1)),
        Distorted("shape-exponential-never-grows", "SCHEDULE-SHAPES-17", "a factor above 1 is taken for 1", "exponential", (right, args, t) =>
            At(right, Copy(args).With("gamma", Math.Min(1, args.Number("gamma"))), t)),
        Distorted("shape-polynomial-never-rises", "SCHEDULE-SHAPES-18", "the rate is cut off at the first one, so that it does not rise", "polynomial", (right, args, t) =>
            Math.Min(args.Number("lr_max"), At(right, args, t))),
        Mistake("shape-end-ignored", "SCHEDULE-SHAPES-20", "the bound is read and not used", Op, (right, args) => right.Answer(Op, Is(args, "exponential") || Is(args, "step_decay") ? args.With("lr_end", null) : args)),
        Distorted("shape-power-of-the-progress", "SCHEDULE-SHAPES-21", "the power is that of the steps that have passed, not of the share that is left", "cosine", (right, args, t) =>
        {
            double power = args.Number(Hyperparameters.Power), most = args.Number("lr_max"), least = args.Number(Hyperparameters.MinimumRate);
            return power == 1 ? At(right, args, t) : least + (most - least) * (1 + Math.Cos(Math.PI * Math.Pow(Math.Min(1, t / args.Number("total")), power))) / 2;
        }),
        Distorted("shape-product-is-the-last", "SCHEDULE-SHAPES-19", "each schedule sets the rate anew, so that the last of them has it alone", "product", (right, args, t) =>
            At(right, (JsonObject)args["schedules"]!.AsArray()[^1]!.DeepClone(), t)),
        Distorted("shape-restart-late", "SCHEDULE-SHAPES-5", "a period ends with a step at the minimum, so that each restart comes a step later", "cosine_restarts", (right, args, t) =>
        {
            long period = (long)args.Number("t_0"), factor = (long)args.Number(Hyperparameters.PeriodFactor);
            while (t > period)
            {
                t -= period + 1;
                period *= factor;
            }

            JsonObject one = Copy(args).With("kind", "cosine").With("total", period);
            one.Remove("t_0");
            one.Remove("t_mult");
            return At(right, one, t);
        }),
        Mistake("shape-one-cycle-ends-early", "SCHEDULE-SHAPES-6", "the last rate is the peak over f, not the first rate over f", Op, (right, args) =>
            right.Answer(Op, Is(args, "one_cycle") ? args.With("final_div_factor", Math.Max(1, args.Number(Hyperparameters.FinalDivFactor) / args.Number(Hyperparameters.DivFactor))) : args)),
        Distorted("shape-one-cycle-swings-on", "SCHEDULE-SHAPES-6", "the first phase has no end, so that the rate swings down from the peak and up again", "one_cycle", (right, args, t) =>
        {
            double high = args.Number("lr_max"), low = high / args.Number(Hyperparameters.DivFactor), peak = args.Number(Hyperparameters.PeakShare) * args.Number("total") - 1;
            if (peak <= 0 || t <= peak)
                return At(right, args, t);
            double share = Math.Min(t, args.Number("total") - 1) / peak;
            return Says(args, "anneal_strategy", "linear") ? low + (high - low) * share : high - (high - low) / 2 * (1 + Math.Cos(Math.PI * share));
        }),
        Mistake("shape-cycle-falls-as-it-rises", "SCHEDULE-SHAPES-7", "a cycle falls in as many steps as it rises, whatever is given", Op, (right, args) =>
            right.Answer(Op, Is(args, "cyclic") ? args.With("step_size_down", null) : args)),
        Distorted("shape-cycle-factor-per-cycle", "SCHEDULE-SHAPES-8", "γ multiplies the height once a cycle and not at each step", "cyclic", (right, args, t) =>
        {
            if (!Says(args, "mode", "exp_range"))
                return At(right, args, t);
            double up = args.Number(Hyperparameters.StepsUp), low = args.Number(Hyperparameters.MinimumRate), down = args["step_size_down"] is null ? up : args.Number("step_size_down");
            double whole = At(right, Copy(args).With("mode", "triangular"), t);
            return low + (whole - low) * Math.Pow(args.Number(Hyperparameters.CycleGamma), Math.Floor(t / (up + down)));
        }),
        Distorted("shape-factor-held-too-long", "SCHEDULE-SHAPES-9", "the factor is still there at the step at which it ends", "constant_factor", (right, args, t) =>
            At(right, args, Math.Max(0, t - 1))),
        Mistake("shape-warmup-from-zero", "SCHEDULE-SHAPES-10", "the warmup starts from 0, whatever is given", Op, (right, args) =>
        {
            if (((string)args["kind"]!).StartsWith("warmup", StringComparison.Ordinal))
                args.Remove("start_factor");
            return right.Answer(Op, args);
        }),
        Distorted("shape-decay-ignores-warmup", "SCHEDULE-SHAPES-10", "the line to the end is that of a decay from step 0, which jumps down where the warmup ends", "warmup_linear", (right, args, t) =>
            t < args.Number("warmup") ? At(right, args, t) : At(right, Only(args, "lr_max", "lr_min", "total").With("kind", "polynomial"), t)),
        Distorted("shape-sequence-goes-on-counting", "SCHEDULE-SHAPES-11", "later schedules count the steps of the whole run", "sequence", (right, args, t) =>
        {
            long[] milestones = [.. ((JsonArray)args["milestones"]!).Select(Whole)];
            return At(right, (JsonObject)args["schedules"]![milestones.Count(m => m <= t)]!.DeepClone(), t);
        }),
        Mistake("shape-momentum-rises-with-the-rate", "SCHEDULE-SHAPES-16", "the momentum is highest where the rate is", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            bool cyclic = Is(args, "cyclic");
            double both = args.Number("base_momentum", cyclic ? 0.8 : 0.85) + args.Number("max_momentum", cyclic ? 0.9 : 0.95);
            return result["momentum"] is null ? result : result.With("momentum", Array([.. result.Row("momentum").Select(m => both - m)]));
        }),
        Mistake("shape-momentum-above-its-maximum", "SCHEDULE-SHAPES-16", "what a cycle should take off the largest momentum is added to it", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return result["momentum"] is null || !Is(args, "cyclic") ? result : result.With("momentum", Array([.. result.Row("momentum").Select(m => 2 * args.Number("max_momentum", 0.9) - m)]));
        }),
        Mistake("shape-plateau-impatient", "SCHEDULE-SHAPES-12", "the rate falls at the last of the steps that patience allows, one too early", Op, (right, args) =>
            right.Answer(Op, Is(args, "plateau") ? args.With("patience", Math.Max(0, (long)args.Number(Hyperparameters.PlateauPatience) - 1)) : args)),
        Distorted("shape-threshold-signed", "SCHEDULE-SHAPES-13", "a relative threshold is b·(1 − τ), which is worse than b where b is below 0 (pytorch #47513, optax PR 1767)", "plateau", (right, args, t) =>
            Says(args, "threshold_mode", "abs") || Says(args, "mode", "max") ? At(right, args, t) : Signed(args, t)),
        Mistake("shape-plateau-without-cooldown", "SCHEDULE-SHAPES-14", "the cooldown is read and not used", Op, (right, args) =>
        {
            if (Is(args, "plateau"))
                args.Remove("cooldown");
            return right.Answer(Op, args);
        }),
        Mistake("shape-plateau-of-minima", "SCHEDULE-SHAPES-15", "smaller metrics are better, whatever is given", Op, (right, args) =>
        {
            if (Is(args, "plateau"))
                args.Remove("mode");
            return right.Answer(Op, args);
        }),
    ];

    private static bool Is(JsonObject args, string kind) => Says(args, "kind", kind);

    private static bool Says(JsonObject args, string name, string word) => args[name] is { } said && (string)said! == word;

    private static JsonObject Copy(JsonObject args) => (JsonObject)args.DeepClone();

    private static JsonObject Only(JsonObject args, params string[] names) => new(names.Where(args.ContainsKey).Select(name => KeyValuePair.Create(name, args[name]?.DeepClone())));

    private static WrongImplementation Distorted(string name, string breaks, string story, string kind, Func<IImplementation, JsonObject, long, double> rate) =>
        Mistake(name, breaks, story, Op, (right, args) => Is(args, kind) ? right.Answer(Op, Copy(args)).With("lr", Array([.. ((JsonArray)args["steps"]!).Select(step => rate(right, Without(args), Whole(step)))])) : right.Answer(Op, args));

    private static JsonObject Without(JsonObject args) => new(args.Where(arg => arg.Key is not ("cycle_momentum" or "base_momentum" or "max_momentum")).Select(arg => KeyValuePair.Create(arg.Key, arg.Value?.DeepClone())));

    private static double At(IImplementation right, JsonObject args, long step) => right.Answer(Op, Copy(args).With("steps", Integers(step))).Row("lr")[0];

    // PyTorch's own words: a metric is better below best·(1 − τ).
    private static double Signed(JsonObject args, long steps)
    {
        double rate = args.Number("lr"), best = double.PositiveInfinity, threshold = args.Number(Hyperparameters.PlateauThreshold), worse = 0, cooling = 0;
        foreach (double metric in args.Row("metrics").Take((int)Math.Min(steps, int.MaxValue)))
        {
            (best, worse) = metric < best * (1 - threshold) ? (metric, 0) : (best, worse + 1);
            if (cooling > 0)
                (cooling, worse) = (cooling - 1, 0);
            if (worse <= args.Number(Hyperparameters.PlateauPatience))
                continue;
            (worse, cooling) = (0, args.Number(Hyperparameters.Cooldown));
            double reduced = Math.Max(rate * args.Number(Hyperparameters.PlateauFactor), args.Number(Hyperparameters.MinimumRate));
            rate = rate - reduced > args.Number(Hyperparameters.PlateauEpsilon) ? reduced : rate;
        }

        return rate;
    }
}
