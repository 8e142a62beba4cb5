using TrainingSpec.Numbers;
using TrainingSpec.Training;

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
        Schedule schedule = kind switch
        {
            "constant" => new ConstantSchedule(Rate(args)),
            "step_decay" => new StepDecaySchedule(Rate(args), args.Hyperparameter("gamma", "(0, 1]"), args.Integer("every", 1)),
            "linear_decay" => new LinearDecaySchedule(Rate(args), Total(args)),
            "cosine" => new CosineSchedule(Max(args), Min(args), Total(args)),
            "warmup" => new WarmupSchedule(Max(args), args.Integer("warmup", 0)),
            "warmup_cosine" => new WarmupCosineSchedule(Max(args), Min(args), args.Integer("warmup", 0), Total(args)),
            _ => new WarmupHoldCosineSchedule(Max(args), Min(args), args.Integer("warmup", 0), args.Integer("decay_start", 0), Total(args)),
        };
        args.Done();
        answer.Takes(steps.Length);
        answer.Row("lr", Array.ConvertAll(steps, schedule.At<T>));
    }

    private static double Rate<T>(Arguments<T> args)
        where T : struct, IReal<T> => args.Hyperparameter("lr", "[0, inf)");

    private static double Max<T>(Arguments<T> args)
        where T : struct, IReal<T> => args.Hyperparameter("lr_max", "[0, inf)");

    private static double Min<T>(Arguments<T> args)
        where T : struct, IReal<T> => args.Hyperparameter("lr_min", "[0, inf)", 0);

    private static long Total(Arguments args) => args.Integer("total", 1);
}
