using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>A learning rate for every step, a pure function of it. Steps count from 0; past the end the last value is held.</summary>
/// <remarks>Source: D4 "Learning Rate Scheduling"; D0 "Learning Rate Schedules".</remarks>
public abstract record Schedule
{
    private protected Schedule()
    {
    }

    /// <summary>The rate at a step, in binary64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double At(long step) => At<Real64>(step);

    /// <summary>The rate at a step, in the formula's number; from the first step on that a narrow number may not hold, in binary64, rounded once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public T At<T>(long step)
        where T : IReal<T>
    {
        Hyperparameters.Step.Require(step);
        // Steps on either side of a fencepost would be one number there.
        return step >= WholeNumbers<T>() ? T.Of(At<Real64>(step).Value) : Evaluate(T.Of(step));
    }

    // Up to here a narrow number holds every whole number; wider ones are taken as they are.
    private static long? WholeNumbers<T>() =>
        typeof(T) == typeof(Real32) ? 1L << 24 :
        typeof(T) == typeof(Float16) ? 1L << 11 :
        typeof(T) == typeof(BFloat16) ? 1L << 8 :
        null;

    private protected abstract T Evaluate<T>(T step)
        where T : IReal<T>;

    private protected static void RequireOrdered(double lrMax, double lrMin)
    {
        Hyperparameters.MaximumRate.Require(lrMax);
        Hyperparameters.MinimumRate.RequireUpTo(lrMin, lrMax, Hyperparameters.MaximumRate.Name);
    }
}

/// <summary>η at every step.</summary>
public sealed record ConstantSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lr"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public ConstantSchedule(double lr) => LearningRate = Hyperparameters.LearningRate.Require(lr);

    /// <summary>η.</summary>
    public double LearningRate { get; }

    private protected override T Evaluate<T>(T step) => Schedules.Constant(T.Of(LearningRate));
}

/// <summary>η·γ^⌊t/k⌋.</summary>
public sealed record StepDecaySchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lr"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <param name="gamma"><c>gamma</c>, of <see cref="Hyperparameters.Gamma"/>.</param>
    /// <param name="every"><c>every</c>, of <see cref="Hyperparameters.Every"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public StepDecaySchedule(double lr, double gamma, long every)
    {
        LearningRate = Hyperparameters.LearningRate.Require(lr);
        Gamma = Hyperparameters.Gamma.Require(gamma);
        Every = Hyperparameters.Every.Require(every);
    }

    /// <summary>η.</summary>
    public double LearningRate { get; }

    /// <summary>γ.</summary>
    public double Gamma { get; }

    /// <summary>k, in steps.</summary>
    public long Every { get; }

    private protected override T Evaluate<T>(T step) => Schedules.StepDecay(T.Of(LearningRate), T.Of(Gamma), T.Of(Every), step);
}

/// <summary>η·(1 − t/T), held at 0.</summary>
public sealed record LinearDecaySchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lr"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <param name="total"><c>total</c>, of <see cref="Hyperparameters.Total"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public LinearDecaySchedule(double lr, long total)
    {
        LearningRate = Hyperparameters.LearningRate.Require(lr);
        Total = Hyperparameters.Total.Require(total);
    }

    /// <summary>η.</summary>
    public double LearningRate { get; }

    /// <summary>T, in steps.</summary>
    public long Total { get; }

    private protected override T Evaluate<T>(T step) => Schedules.LinearDecay(T.Of(LearningRate), T.Of(Total), step);
}
