using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>schedule: learning rates at given steps, counted from 0; each kind has its own arguments.</summary>
public sealed class ScheduleOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        string kind = args.Choice(
            "kind", true, "constant", "step_decay", "linear_decay", "cosine", "warmup", "warmup_cosine", "warmup_hold_cosine");
        long[] steps = args.Integers("steps", 0);
        Func<T, T> schedule = Read(kind, args);
        args.Done();
        answer.Row("lr", Array.ConvertAll(steps, t => schedule(T.Of(t))));
    }

    private static Func<T, T> Read<T>(string kind, Arguments<T> args)
        where T : struct, IReal<T>
    {
        switch (kind)
        {
            case "constant":
                T constant = args.Number("lr", "[0, inf)");
                return _ => Schedules.Constant(constant);
            case "step_decay":
                T start = args.Number("lr", "[0, inf)");
                T gamma = args.Number("gamma", "(0, 1]");
                T every = T.Of(args.Integer("every", 1));
                return t => Schedules.StepDecay(start, gamma, every, t);
            case "linear_decay":
                T from = args.Number("lr", "[0, inf)");
                T end = T.Of(args.Integer("total", 1));
                return t => Schedules.LinearDecay(from, end, t);
            case "cosine":
                (T max, T min) = Bounds(args);
                T total = T.Of(args.Integer("total", 1));
                return t => Schedules.Cosine(max, min, T.Of(0), total, t);
            case "warmup":
                T lrMax = args.Number("lr_max", "[0, inf)");
                T warmup = T.Of(args.Integer("warmup", 0));
                return t => Schedules.Warmup(lrMax, warmup, t);
            case "warmup_cosine":
                (T high, T low) = Bounds(args);
                long last = args.Integer("total", 1);
                T first = T.Of(args.Integer("warmup", 0, last));
                return t => Schedules.WarmupCosine(high, low, first, T.Of(last), t);
            default:
                throw new OracleException(ErrorKind.Unsupported, "kind", $"kind = {kind} is not implemented here");
        }
    }

    private static (T Max, T Min) Bounds<T>(Arguments<T> args)
        where T : struct, IReal<T>
    {
        T max = args.Number("lr_max", "[0, inf)");
        T min = args.NumberOr("lr_min", 0, "[0, inf)");
        return args.Widen(min) <= args.Widen(max)
            ? (max, min)
            : throw OracleException.Invalid("lr_min", $"lr_min = {min} is outside [0, lr_max = {max}]");
    }
}
