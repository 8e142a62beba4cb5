using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>η·γ^(t/k).</summary>
/// <param name="LearningRate"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
/// <param name="Gamma"><c>gamma</c>, of <see cref="Hyperparameters.Gamma"/>.</param>
/// <param name="Every"><c>every</c>, of <see cref="Hyperparameters.ExponentialEvery"/>.</param>
/// <param name="End"><c>lr_end</c>, of <see cref="Hyperparameters.RateBound"/>; null for no end.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record ExponentialSchedule(double LearningRate, double Gamma, long Every = 1, double? End = null) : Schedule
{
    /// <summary>η.</summary>
    public double LearningRate { get; } = Hyperparameters.LearningRate.Require(LearningRate);

    /// <summary>γ.</summary>
    public double Gamma { get; } = Hyperparameters.Gamma.Require(Gamma);

    /// <summary>k, in steps.</summary>
    public long Every { get; } = Hyperparameters.ExponentialEvery.Require(Every);

    /// <summary>η_end; null for none.</summary>
    public double? End { get; } = End is { } end ? Hyperparameters.RateBound.Require(end) : null;

    private protected override Hyperparameter Highest => Higher(LearningRate, End);

    private protected override bool Grows => Gamma > 1 && End is null;

    private protected override T Evaluate<T>(long step) => Ended(ScheduleShapes.Exponential(T.Of(LearningRate), T.Of(Gamma), Whole<T>(Every), Whole<T>(step)), Gamma, End);
}

/// <summary>η·γⁿ, n the milestones up to this step; one that stands twice counts twice.</summary>
/// <param name="LearningRate"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
/// <param name="Milestones"><c>milestones</c>, steps in [0, inf), in any order.</param>
/// <param name="Gamma"><c>gamma</c>, of <see cref="Hyperparameters.MilestoneGamma"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record MultiStepSchedule(double LearningRate, IReadOnlyList<long> Milestones, double Gamma = 0.1) : Schedule
{
    /// <summary>η.</summary>
    public double LearningRate { get; } = Hyperparameters.LearningRate.Require(LearningRate);

    /// <summary>γ.</summary>
    public double Gamma { get; } = Hyperparameters.MilestoneGamma.Require(Gamma);

    // In order, so that those up to a step are found without looking at all.
    private readonly long[] _sorted = Sorted(Milestones);

    /// <summary>The milestones, in order.</summary>
    public IReadOnlyList<long> Milestones => _sorted;

    private protected override Hyperparameter Highest => Hyperparameters.LearningRate;

    private protected override bool Grows => Gamma > 1;

    private protected override T Evaluate<T>(long step) => Schedules.StepDecay(T.Of(LearningRate), T.Of(Gamma), T.Of(1), Whole<T>(Reached(_sorted, step)));

    private static long[] Sorted(IReadOnlyList<long> milestones)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        long[] sorted = [.. milestones.Select(m => Hyperparameters.Step.Require(m, "milestones"))];
        Array.Sort(sorted);
        return sorted;
    }
}

/// <summary>From η_max to η_min at step T as a power of the remaining share; a fall, or a rise where η_min is the larger.</summary>
/// <param name="Maximum"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>: the first rate.</param>
/// <param name="Minimum"><c>lr_min</c>, of <see cref="Hyperparameters.MinimumRate"/>: the last.</param>
/// <param name="Total"><c>total</c>, of <see cref="Hyperparameters.Total"/>.</param>
/// <param name="Power"><c>power</c>, of <see cref="Hyperparameters.Power"/>.</param>
/// <param name="Cycle"><c>cycle</c>: past step T another T begins, and so on, and the share is that of all of them.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record PolynomialSchedule(double Maximum, double Minimum, long Total, double Power = 1, bool Cycle = false) : Schedule
{
    /// <summary>η_max.</summary>
    public double Maximum { get; } = Hyperparameters.MaximumRate.Require(Maximum);

    /// <summary>η_min.</summary>
    public double Minimum { get; } = Hyperparameters.MinimumRate.Require(Minimum);

    /// <summary>T, in steps.</summary>
    public long Total { get; } = Hyperparameters.Total.Require(Total);

    /// <summary>p.</summary>
    public double Power { get; } = Hyperparameters.Power.Require(Power);

    private protected override Hyperparameter Highest => Maximum < Minimum ? Hyperparameters.MinimumRate : Hyperparameters.MaximumRate;

    private protected override T Evaluate<T>(long step)
    {
        // As many times T as reach the step, at least one; they may be more than 64 bits.
        T length = Cycle && step > Total ? Whole<T>((step - 1) / Total + 1) * Whole<T>(Total) : Whole<T>(Total);
        return ScheduleShapes.Polynomial(T.Of(Maximum), T.Of(Minimum), T.Of(Power), length, Whole<T>(step));
    }
}

/// <summary>η/(1 + κ·t/k): Adagrad's own decay of its rate, over k steps.</summary>
/// <remarks>Source: TensorFlow's InverseTimeDecay.</remarks>
/// <param name="LearningRate"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
/// <param name="Decay"><c>lr_decay</c> κ, of <see cref="Hyperparameters.RateDecay"/>.</param>
/// <param name="Every"><c>every</c>, of <see cref="Hyperparameters.ExponentialEvery"/>.</param>
/// <param name="Staircase"><c>staircase</c>: ⌊t/k⌋ stands for t/k.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record InverseTimeSchedule(double LearningRate, double Decay, long Every = 1, bool Staircase = false) : Schedule
{
    /// <summary>η.</summary>
    public double LearningRate { get; } = Hyperparameters.LearningRate.Require(LearningRate);

    /// <summary>κ.</summary>
    public double Decay { get; } = Hyperparameters.RateDecay.Require(Decay);

    /// <summary>k, in steps.</summary>
    public long Every { get; } = Hyperparameters.ExponentialEvery.Require(Every);

    private protected override Hyperparameter Highest => Hyperparameters.LearningRate;

    // Adagrad counts from 1.
    private protected override T Evaluate<T>(long step) => Staircase
        ? Adagrad.Rate(T.Of(LearningRate), T.Of(Decay), Whole<T>(step / Every) + T.Of(1))
        : Adagrad.Rate(T.Of(LearningRate), T.Of(Decay) / Whole<T>(Every), Whole<T>(step) + T.Of(1));
}

/// <summary>From η_max as the inverse root of the step, counted from s before the first one.</summary>
/// <param name="Maximum"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>.</param>
/// <param name="Timescale"><c>timescale</c>, of <see cref="Hyperparameters.Timescale"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record InverseSqrtSchedule(double Maximum, long Timescale) : Schedule
{
    /// <summary>η_max.</summary>
    public double Maximum { get; } = Hyperparameters.MaximumRate.Require(Maximum);

    /// <summary>s, in steps.</summary>
    public long Timescale { get; } = Hyperparameters.Timescale.Require(Timescale);

    private protected override T Evaluate<T>(long step) => ScheduleShapes.InverseSqrt(T.Of(Maximum), Whole<T>(Timescale), Whole<T>(step));
}

/// <summary>η times a factor that goes from one to another in T steps and is held.</summary>
/// <param name="LearningRate"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
/// <param name="Start"><c>start_factor</c>, of <see cref="Hyperparameters.StartFactor"/>.</param>
/// <param name="End"><c>end_factor</c>, of <see cref="Hyperparameters.EndFactor"/>.</param>
/// <param name="Total"><c>total</c>, of <see cref="Hyperparameters.Total"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record LinearFactorSchedule(double LearningRate, double Start, double End, long Total) : Schedule
{
    /// <summary>η.</summary>
    public double LearningRate { get; } = Hyperparameters.LearningRate.Require(LearningRate);

    /// <summary>f₀.</summary>
    public double Start { get; } = Hyperparameters.StartFactor.Require(Start);

    /// <summary>f₁.</summary>
    public double End { get; } = Hyperparameters.EndFactor.Require(End);

    /// <summary>T, in steps.</summary>
    public long Total { get; } = Hyperparameters.Total.Require(Total);

    private protected override Hyperparameter Highest => Hyperparameters.LearningRate;

    private protected override T Evaluate<T>(long step) => ScheduleShapes.LinearFactor(T.Of(LearningRate), T.Of(Start), T.Of(End), Whole<T>(Total), Whole<T>(step));
}

/// <summary>η·f before step T, η from there on.</summary>
/// <param name="LearningRate"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
/// <param name="Factor"><c>factor</c>, of <see cref="Hyperparameters.ConstantFactor"/>.</param>
/// <param name="Total"><c>total</c>, of <see cref="Hyperparameters.Total"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record ConstantFactorSchedule(double LearningRate, double Factor, long Total) : Schedule
{
    /// <summary>η.</summary>
    public double LearningRate { get; } = Hyperparameters.LearningRate.Require(LearningRate);

    /// <summary>f.</summary>
    public double Factor { get; } = Hyperparameters.ConstantFactor.Require(Factor);

    /// <summary>T, in steps.</summary>
    public long Total { get; } = Hyperparameters.Total.Require(Total);

    private protected override Hyperparameter Highest => Hyperparameters.LearningRate;

    private protected override T Evaluate<T>(long step) => step < Total ? T.Of(LearningRate) * T.Of(Factor) : T.Of(LearningRate);
}
