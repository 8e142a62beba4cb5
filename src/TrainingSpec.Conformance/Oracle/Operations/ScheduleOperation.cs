using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>schedule: learning rates at given steps, counted from 0; each kind has its own arguments.</summary>
internal sealed class ScheduleOperation : IOperation
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
            "step_decay" => new StepDecaySchedule(Rate(args), args.Hyperparameter(Hyperparameters.Gamma), args.Whole(Hyperparameters.Every)),
            "linear_decay" => new LinearDecaySchedule(Rate(args), Total(args)),
            "cosine" => new CosineSchedule(Max(args), Min(args), Total(args)),
            "warmup" => new WarmupSchedule(Max(args), args.Whole(Hyperparameters.Warmup)),
            "warmup_cosine" => new WarmupCosineSchedule(Max(args), Min(args), args.Whole(Hyperparameters.Warmup), Total(args)),
            _ => new WarmupHoldCosineSchedule(Max(args), Min(args), args.Whole(Hyperparameters.Warmup), args.Whole(Hyperparameters.DecayStart), Total(args)),
        };
        args.Done();
        answer.Takes(steps.Length);
        answer.Row("lr", Array.ConvertAll(steps, schedule.At<T>));
    }

    private static double Rate(Arguments args) => args.Hyperparameter(Hyperparameters.LearningRate);

    private static double Max(Arguments args) => args.Hyperparameter(Hyperparameters.MaximumRate);

    private static double Min(Arguments args) => args.Hyperparameter(Hyperparameters.MinimumRate);

    private static long Total(Arguments args) => args.Whole(Hyperparameters.Total);
}
