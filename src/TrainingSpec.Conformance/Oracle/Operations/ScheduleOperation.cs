using System.Collections;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>schedule: learning rates at given steps, counted from 0; each kind has its own arguments.</summary>
internal sealed class ScheduleOperation : IOperation
{
    // As deep as sequences and products of them may be.
    private const int MaxDepth = 8;

    private static readonly string[] Kinds =
    [
        "constant", "step_decay", "linear_decay", "cosine", "warmup", "warmup_cosine", "warmup_hold_cosine",
        "exponential", "multi_step", "polynomial", "inverse_sqrt", "cosine_restarts", "one_cycle", "cyclic", "constant_factor", "linear_factor",
        "warmup_linear", "warmup_polynomial", "warmup_hold_linear", "inverse_time", "sequence", "product", "plateau",
    ];

    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        string kind = args.Choice("kind", true, Kinds);
        long[] steps = args.Integers("steps", 0);
        Schedule schedule = kind == "plateau" ? Plateau(args) : Read(kind, args, 0);
        (double Least, double Most)? momentum = schedule is MomentumCycle && args.Flag("cycle_momentum", false)
            ? (args.HyperparameterOr(Hyperparameters.BaseMomentum, kind == "cyclic" ? 0.8 : 0.85), args.HyperparameterOr(Hyperparameters.MaxMomentum, kind == "cyclic" ? 0.9 : 0.95))
            : null;
        args.Done();
        Arguments.RequireRates("steps", steps.Length * schedule.RatesPerStep);
        answer.Takes(momentum is null ? steps.Length : 2L * steps.Length);
        answer.Row("lr", Array.ConvertAll(steps, schedule.At<T>));
        if (momentum is { } cycle)
            answer.Row("momentum", Array.ConvertAll(steps, step => ((MomentumCycle)schedule).MomentumAt<T>(step, cycle.Least, cycle.Most)));
    }

    private static Schedule Read(string kind, Arguments args, int depth) => kind switch
    {
        "constant" => new ConstantSchedule(Rate(args)),
        "step_decay" => new StepDecaySchedule(Rate(args), args.Hyperparameter(Hyperparameters.Gamma), args.Whole(Hyperparameters.Every), End(args)),
        "linear_decay" => new LinearDecaySchedule(Rate(args), Total(args)),
        "cosine" => new CosineSchedule(Max(args), Min(args), Total(args), args.Hyperparameter(Hyperparameters.Power)),
        "exponential" => new ExponentialSchedule(Rate(args), args.Hyperparameter(Hyperparameters.Gamma), args.Whole(Hyperparameters.ExponentialEvery), End(args)),
        "multi_step" => new MultiStepSchedule(Rate(args), args.Integers("milestones", 0), args.Hyperparameter(Hyperparameters.MilestoneGamma)),
        "polynomial" => new PolynomialSchedule(Max(args), Min(args), Total(args), args.Hyperparameter(Hyperparameters.Power), args.Flag("cycle", false)),
        "inverse_time" => new InverseTimeSchedule(Rate(args), args.Hyperparameter(Hyperparameters.RateDecay), args.Whole(Hyperparameters.ExponentialEvery), args.Flag("staircase", false)),
        "cosine_restarts" => new CosineRestartsSchedule(Max(args), Min(args), args.Whole(Hyperparameters.FirstPeriod), args.Whole(Hyperparameters.PeriodFactor), args.Hyperparameter(Hyperparameters.CycleGamma)),
        "one_cycle" => new OneCycleSchedule(
            Max(args), Total(args), args.Hyperparameter(Hyperparameters.PeakShare), args.Hyperparameter(Hyperparameters.DivFactor), args.Hyperparameter(Hyperparameters.FinalDivFactor),
            args.Choice("anneal_strategy", false, "cos", "linear") == "cos", args.Flag("three_phase", false)),
        "cyclic" => new CyclicSchedule(
            Min(args), Max(args), args.Whole(Hyperparameters.StepsUp), args.WholeOrNull(Hyperparameters.StepsDown),
            args.Choice("mode", false, "triangular", "triangular2", "exp_range") switch { "triangular" => CycleMode.Triangular, "triangular2" => CycleMode.Halved, _ => CycleMode.Exponential },
            args.Hyperparameter(Hyperparameters.CycleGamma)),
        "constant_factor" => new ConstantFactorSchedule(Rate(args), args.Hyperparameter(Hyperparameters.ConstantFactor), Total(args)),
        "linear_factor" => new LinearFactorSchedule(Rate(args), args.Hyperparameter(Hyperparameters.StartFactor), args.Hyperparameter(Hyperparameters.EndFactor), Total(args)),
        "sequence" => new SequenceSchedule(Parts(args, depth), args.Integers("milestones", 0)),
        "product" => new ProductSchedule(Parts(args, depth)),
        _ => Warmed(kind, args),
    };

    // What begins with a warmup; from 0 in the formulas of their own, from a share of the maximum as a sequence.
    private static Schedule Warmed(string kind, Arguments args)
    {
        double max = Max(args), min = kind is "warmup" or "inverse_sqrt" ? 0 : Min(args), factor = args.Hyperparameter(Hyperparameters.WarmupFactor);
        bool holds = kind.StartsWith("warmup_hold", StringComparison.Ordinal), cosine = kind.EndsWith("cosine", StringComparison.Ordinal);
        long warmup = args.Whole(Hyperparameters.Warmup), start = holds ? args.Whole(Hyperparameters.DecayStart) : warmup;
        if (kind == "warmup")
            return factor == 0 ? new WarmupSchedule(max, warmup) : SequenceSchedule.Warmed(new ConstantSchedule(max), factor, warmup);
        if (kind == "inverse_sqrt")
            return SequenceSchedule.Warmed(new InverseSqrtSchedule(max, Hyperparameters.Timescale.Require(args.WholeOrNull(Hyperparameters.Timescale) ?? warmup)), factor, warmup);
        long total = Total(args);
        double power = kind == "warmup_polynomial" ? args.Hyperparameter(Hyperparameters.Power) : 1;

        // The plain form sees to the order of its arguments for all.
        Schedule plain = holds ? new WarmupHoldCosineSchedule(max, min, warmup, start, total) : new WarmupCosineSchedule(max, min, warmup, total);
        if (factor == 0 && cosine)
            return plain;
        Schedule decay = total == start ? new ConstantSchedule(min) : cosine ? new CosineSchedule(max, min, total - start) : new PolynomialSchedule(max, min, total - start, power);
        Schedule held = start == warmup ? decay : new SequenceSchedule([new ConstantSchedule(max), decay], [start - warmup]);
        return warmup == total ? new SequenceSchedule([new LinearFactorSchedule(max, factor, 1, warmup), held], [warmup]) : SequenceSchedule.Warmed(held, factor, warmup);
    }

    private static Schedule[] Parts(Arguments args, int depth) => depth < MaxDepth
        ? args.Sections("schedules", section => Read(section.Choice("kind", true, Kinds.AsSpan(..^1)), section, depth + 1))
        : throw OracleException.Invalid("schedules", Wording.Of($"schedules are nested deeper than {MaxDepth} sequences"));

    private static PlateauSchedule Plateau<T>(Arguments<T> args)
        where T : struct, IReal<T>
    {
        double lr = Rate(args);
        return new PlateauSchedule(lr, new Widened<T>(args.RowOrEmpty("metrics"), args.Widen), new PlateauOptions
        {
            Maximize = args.Choice("mode", false, "min", "max") == "max",
            Absolute = args.Choice("threshold_mode", false, "rel", "abs") == "abs",
            Factor = args.Hyperparameter(Hyperparameters.PlateauFactor),
            Patience = args.Whole(Hyperparameters.PlateauPatience),
            Threshold = args.Hyperparameter(Hyperparameters.PlateauThreshold),
            Cooldown = args.Whole(Hyperparameters.Cooldown),
            Minimum = Min(args),
            Epsilon = args.Hyperparameter(Hyperparameters.PlateauEpsilon),
        });
    }

    private static double Rate(Arguments args) => args.Hyperparameter(Hyperparameters.LearningRate);

    private static double? End(Arguments args) => args.HyperparameterOr(Hyperparameters.RateBound, double.NaN) is var end && double.IsNaN(end) ? null : end;

    private static double Max(Arguments args) => args.Hyperparameter(Hyperparameters.MaximumRate);

    private static double Min(Arguments args) => args.Hyperparameter(Hyperparameters.MinimumRate);

    private static long Total(Arguments args) => args.Whole(Hyperparameters.Total);

    // Widened where it is read: a history may fill half of the memory by itself.
    private sealed class Widened<T>(T[] row, Func<T, double> widen) : IReadOnlyList<double>
    {
        public int Count => row.Length;

        public double this[int index] => widen(row[index]);

        public IEnumerator<double> GetEnumerator() => row.Select(widen).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
