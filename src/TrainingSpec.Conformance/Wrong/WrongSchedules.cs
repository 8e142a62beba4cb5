using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Schedules as they go wrong.</summary>
internal static class WrongSchedules
{
    private const string Op = "schedule";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        new("schedule-recursive", ["SCHEDULES-1"], "the rate is decayed again whenever a milestone is asked for (pytorch #22107)", Recursive),
        Distorted("schedule-warmup-starts-at-one", "SCHEDULES-2", "warmup counts from 1, so it never starts at 0 and ends a step early", "warmup", (right, args, t) =>
            At(right, args, t + 1)),
        Distorted("schedule-cosine-swapped", "SCHEDULES-3", "minimum and maximum are swapped (fairseq PR #2916)", "cosine", (right, args, t) =>
            args.Number(Hyperparameters.MinimumRate) + args.Number("lr_max") - At(right, args, t)),
        Mistake("schedule-rises-past-the-end", "SCHEDULES-4", "the cosine is not stopped at the end, so the rate rises again (D4's and D1's listings)", Op, (right, args) =>
            ((string)args["kind"]!).EndsWith("cosine", StringComparison.Ordinal) ? Each(args, t => Unclamped(right, args, t)) : right.Answer(Op, args)),
        Distorted("schedule-cosine-ignores-warmup", "SCHEDULES-5", "the cosine's progress is t/T although the warmup took its share", "warmup_cosine", (right, args, t) =>
        {
            if (t < args.Number("warmup"))
                return At(right, args, t);
            var cosine = (JsonObject)args.DeepClone();
            cosine.Remove("warmup");
            return At(right, cosine.With("kind", "cosine"), t);
        }),
        Distorted("schedule-step-decay-late", "SCHEDULES-6", "the first decay comes a step late (pytorch PR #24352 is of this kind)", "step_decay", (right, args, t) =>
            At(right, args, Math.Max(0, t - 1))),
        Distorted("schedule-linear-decay-early", "SCHEDULES-7", "progress is t/(T − 1), so 0 is reached a step early", "linear_decay", (right, args, t) =>
            At(right, ((JsonObject)args.DeepClone()).With("total", args.Number("total") - 1), t)),
        Mistake("schedule-warmup-past-the-end", "SCHEDULES-8", "a warmup longer than the run is cut to the run", Op, (right, args) =>
            right.Answer(Op, args.Number("warmup", 0) > args.Number("total", double.PositiveInfinity) ? args.With("warmup", args.Number("total")) : args)) with { Accepts = ["warmup"] },
        Distorted("schedule-cosine-lifted", "SCHEDULES-9", "the sum is not held below the maximum, which its rounding may exceed", "cosine", (right, args, t) =>
        {
            double lowest = args.Number(Hyperparameters.MinimumRate), total = args.Number("total");
            return t >= total ? At(right, args, t) : lowest + 0.5 * (args.Number("lr_max") - lowest) * (1 + Math.Cos(Math.PI * t / total));
        }),
        Distorted("schedule-warmup-late", "SCHEDULES-2", "the first two updates have the rate 0, so step 1 moves nothing (nanoGPT dc81cb36, gpt-neo #1373)", "warmup", (right, args, t) =>
            At(right, args, Math.Max(0, t - 1))),
        Distorted("schedule-warmup-cosine-start", "SCHEDULES-2", "steps 0 and 1 have the maximum, before the warmup has set in (DeepSpeed PR #5287)", "warmup_cosine", (right, args, t) =>
            t < 2 ? args.Number("lr_max") : At(right, args, t)),
        Distorted("schedule-cosine-recursive", "SCHEDULES-4", "each rate is made from the last by a quotient whose divisor is 0 at the end (pytorch #17913)", "cosine", (right, args, t) =>
        {
            double total = args.Number("total"), minimum = args.Number(Hyperparameters.MinimumRate);
            double rate = At(right, args, Math.Min(t, (long)total));
            for (double k = total; k < Math.Min(t, total + 2); k++)
                rate = minimum + (rate - minimum) * (Above(k + 1, total) / Above(k, total));
            return rate;
        }),
        Distorted("schedule-climbs-above-maximum", "SCHEDULES-11", "the line of the warmup goes on for a step too long and climbs above the maximum (kozistr's PolyScheduler, where a golden froze it)", "warmup_cosine", (right, args, t) =>
            t == args.Number("warmup") + 1 ? Schedules.WarmupRate<Real64>(args.Number("lr_max"), args.Number("warmup"), (double)t) : At(right, args, t)),
        Mistake("schedule-counts-in-single", "SCHEDULES-12", "steps are rounded to single precision, the type of the rates", Op, (right, args) => right.Answer(Op, Counted(args, t => (float)t))),
        Mistake("schedule-counts-in-double", "SCHEDULES-12", "steps are rounded to double precision, in which the rates are computed", Op, (right, args) => right.Answer(Op, Counted(args, t => t))),
        Distorted("schedule-hold-decays-from-warmup", "SCHEDULES-10", "the cosine's progress counts from the warmup, so the rate jumps where the decay starts (D1's formula)", "warmup_hold_cosine", (right, args, t) =>
        {
            if (t < args.Number("decay_start"))
                return At(right, args, t);
            var cosine = (JsonObject)args.DeepClone();
            cosine.Remove("decay_start");
            return At(right, cosine.With("kind", "warmup_cosine"), t);
        }),
    ];

    // Every count of a request, as another type holds it; 2⁶³ itself is none.
    private static JsonObject Counted(JsonObject args, Func<long, double> held)
    {
        long Held(JsonNode? node)
        {
            double count = held(Whole(node));
            return count < Math.ScaleB(1, 63) ? (long)count : long.MaxValue;
        }

        foreach (string name in new[] { "total", "warmup", "decay_start", "every" })
        {
            if (args[name] is { } count)
                args[name] = Held(count);
        }

        return args.With("steps", Integers([.. ((JsonArray)args["steps"]!).Select(Held)]));
    }

    // 1 + cos πt/T.
    private static double Above(double t, double total) => Schedules.CosineRate<Real64>(2.0, 0.0, Schedules.Progress<Real64>(0, total, t));

    // What is wrong with a plain cosine is not with one that has a power.
    private static WrongImplementation Distorted(string name, string breaks, string story, string kind, Func<IImplementation, JsonObject, long, double> rate) =>
        Mistake(name, breaks, story, Op, (right, args) => (string)args["kind"]! == kind && args["power"] is null ? Each(args, t => rate(right, args, t)) : right.Answer(Op, args));

    private static JsonObject Each(JsonObject args, Func<long, double> rate) =>
        new() { ["lr"] = Array([.. ((JsonArray)args["steps"]!).Select(step => rate(Whole(step)))]) };

    private static double At(IImplementation right, JsonObject args, long step) =>
        right.Answer(Op, ((JsonObject)args.DeepClone()).With("steps", Integers(step))).Row("lr")[0];

    private static double Unclamped(IImplementation right, JsonObject args, long t)
    {
        double start = args.Number("decay_start", args.Number("warmup", 0)), total = args.Number("total");
        return t <= total
            ? At(right, args, t)
            : Schedules.CosineRate<Real64>(args.Number("lr_max"), args.Number(Hyperparameters.MinimumRate), Schedules.Progress<Real64>(start, total, (double)t));
    }

    private static Dictionary<string, Distortion> Recursive()
    {
        double factor = 1;
        return new()
        {
            [Op] = (right, args) => (string)args["kind"]! != "step_decay" ? right.Answer(Op, args) : Each(args, t =>
            {
                if (t > 0 && t % (long)args.Number("every") == 0)
                    factor *= args.Number("gamma");
                return args.Number("lr") * factor;
            }),
        };
    }
}
