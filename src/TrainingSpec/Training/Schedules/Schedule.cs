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

    /// <summary>The rate at a step: derived from the hyperparameters as real and whole numbers, and rounded once to the number asked for.</summary>
    /// <remarks>A rate that has grown beyond what the number holds is infinite.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative, or the number can't hold the rate of a schedule that does not grow, or the first rate of one that does.</exception>
    public T At<T>(long step)
        where T : IReal<T>
    {
        Hyperparameters.Step.Require(step);
        return Straightforward.Is<T>() ? Evaluate<T>(step) : Rounded<T>(step);
    }

    // The rate rounded once; of a schedule that grows the first one must be held.
    internal virtual T Rounded<T>(long step)
        where T : IReal<T>
    {
        T held = Highest.Rounded<T>(Evaluate<DoubleDouble>(Grows ? 0 : step));
        return Grows ? Evaluate<DoubleDouble>(step).To<T>() : held;
    }

    // The rate before it is rounded.
    internal T Exact<T>(long step)
        where T : IReal<T> => Evaluate<T>(step);

    // How many of the steps, in order, are not after this one.
    private protected static int Reached(ReadOnlySpan<long> steps, long step)
    {
        int low = 0, high = steps.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = steps[middle] <= step ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>How many rates are computed for one: of a product those of all its schedules.</summary>
    public virtual long RatesPerStep => 1;

    // What the highest rate is called, or where the schedule grows the first one.
    private protected virtual Hyperparameter Highest => Hyperparameters.MaximumRate;

    // What of a rate that falls or grows by γ is beyond where it ends.
    private protected static T Ended<T>(T rate, double gamma, double? end)
        where T : IReal<T> => end is not { } bound ? rate : gamma > 1 ? T.Min(T.Of(bound), rate) : T.Max(T.Of(bound), rate);

    private protected static Hyperparameter Higher(double lr, double? end) => end > lr ? Hyperparameters.RateBound : Hyperparameters.LearningRate;

    // True where rates have no bound.
    private protected virtual bool Grows => false;

    private protected abstract T Evaluate<T>(long step)
        where T : IReal<T>;

    private protected static T Whole<T>(long steps)
        where T : IReal<T> => Straightforward.Is<T>() ? T.Of(steps) : DoubleDouble.Whole(steps).To<T>();

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

    private protected override Hyperparameter Highest => Hyperparameters.LearningRate;

    private protected override T Evaluate<T>(long step) => Schedules.Constant(T.Of(LearningRate));
}

/// <summary>η·γ^⌊t/k⌋.</summary>
public sealed record StepDecaySchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lr"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <param name="gamma"><c>gamma</c>, of <see cref="Hyperparameters.Gamma"/>.</param>
    /// <param name="every"><c>every</c>, of <see cref="Hyperparameters.Every"/>.</param>
    /// <param name="end"><c>lr_end</c>, of <see cref="Hyperparameters.RateBound"/>; null for no end.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public StepDecaySchedule(double lr, double gamma, long every, double? end = null)
    {
        End = end is { } bound ? Hyperparameters.RateBound.Require(bound) : null;
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

    /// <summary>η_end; null for none.</summary>
    public double? End { get; }

    private protected override Hyperparameter Highest => Higher(LearningRate, End);

    private protected override bool Grows => Gamma > 1 && End is null;

    // Whole steps are divided as whole numbers, so that no fall comes a step early.
    private protected override T Evaluate<T>(long step) => Ended(Schedules.StepDecay(T.Of(LearningRate), T.Of(Gamma), T.Of(1), Whole<T>(step / Every)), Gamma, End);
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

    private protected override Hyperparameter Highest => Hyperparameters.LearningRate;

    private protected override T Evaluate<T>(long step) => Schedules.LinearDecay(T.Of(LearningRate), Whole<T>(Total), Whole<T>(step));
}
