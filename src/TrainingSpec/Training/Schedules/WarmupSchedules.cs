using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>Cosine decay from η_max at step 0 to η_min at step T, held there.</summary>
public sealed record CosineSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lrMax"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>.</param>
    /// <param name="lrMin"><c>lr_min</c>, of <see cref="Hyperparameters.MinimumRate"/>, up to <c>lr_max</c>.</param>
    /// <param name="total"><c>total</c>, of <see cref="Hyperparameters.Total"/>.</param>
    /// <param name="power"><c>power</c>, of <see cref="Hyperparameters.Power"/>: that of the cosine's share of the height.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public CosineSchedule(double lrMax, double lrMin, long total, double power = 1)
    {
        Power = Hyperparameters.Power.Require(power);
        RequireOrdered(lrMax, lrMin);
        Maximum = lrMax;
        Minimum = lrMin;
        Total = Hyperparameters.Total.Require(total);
    }

    /// <summary>η_max.</summary>
    public double Maximum { get; }

    /// <summary>η_min.</summary>
    public double Minimum { get; }

    /// <summary>T, in steps.</summary>
    public long Total { get; }

    /// <summary>p.</summary>
    public double Power { get; }

    private protected override T Evaluate<T>(long step)
    {
        T zero = T.Of(0), high = T.Of(Maximum), low = T.Of(Minimum);
        if (Power == 1)
            return Schedules.Cosine(high, low, zero, Whole<T>(Total), Whole<T>(step));
        T half = T.Pow(Schedules.Cosine(T.Of(1), zero, zero, Whole<T>(Total), Whole<T>(step)), T.Of(0.5 * Power));
        return T.Min(high, low + T.Product(high - low, half, half));
    }
}

/// <summary>Linear warmup from 0 to η_max at step w, held there; w = 0 means none.</summary>
public sealed record WarmupSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lrMax"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>.</param>
    /// <param name="warmup"><c>warmup</c>, of <see cref="Hyperparameters.Warmup"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public WarmupSchedule(double lrMax, long warmup)
    {
        Maximum = Hyperparameters.MaximumRate.Require(lrMax);
        Warmup = Hyperparameters.Warmup.Require(warmup);
    }

    /// <summary>η_max.</summary>
    public double Maximum { get; }

    /// <summary>w, in steps.</summary>
    public long Warmup { get; }

    private protected override T Evaluate<T>(long step) => Schedules.Warmup(T.Of(Maximum), Whole<T>(Warmup), Whole<T>(step));
}

/// <summary>Linear warmup over w steps, then cosine decay to η_min at step T, held there.</summary>
public sealed record WarmupCosineSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lrMax"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>.</param>
    /// <param name="lrMin"><c>lr_min</c>, of <see cref="Hyperparameters.MinimumRate"/>, up to <c>lr_max</c>.</param>
    /// <param name="warmup"><c>warmup</c>, of <see cref="Hyperparameters.Warmup"/>.</param>
    /// <param name="total"><c>total</c>, of <see cref="Hyperparameters.Total"/>, warmup included.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public WarmupCosineSchedule(double lrMax, double lrMin, long warmup, long total)
    {
        RequireOrdered(lrMax, lrMin);
        Maximum = lrMax;
        Minimum = lrMin;
        Total = Hyperparameters.Total.Require(total);
        Warmup = Hyperparameters.Warmup.RequireUpTo(warmup, total, $"total = {Tensors.Text(total)}");
    }

    /// <summary>η_max.</summary>
    public double Maximum { get; }

    /// <summary>η_min.</summary>
    public double Minimum { get; }

    /// <summary>w, in steps.</summary>
    public long Warmup { get; }

    /// <summary>T, in steps, warmup included.</summary>
    public long Total { get; }

    private protected override T Evaluate<T>(long step) =>
        Schedules.WarmupCosine(T.Of(Maximum), T.Of(Minimum), Whole<T>(Warmup), Whole<T>(Total), Whole<T>(step));
}

/// <summary>The three-phase schedule: linear warmup over w steps, η_max until step a, then cosine decay to η_min at step T, held there.</summary>
/// <remarks>Source: D1 "The Three-Phase Schedule".</remarks>
public sealed record WarmupHoldCosineSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lrMax"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>.</param>
    /// <param name="lrMin"><c>lr_min</c>, of <see cref="Hyperparameters.MinimumRate"/>, up to <c>lr_max</c>.</param>
    /// <param name="warmup"><c>warmup</c>, of <see cref="Hyperparameters.Warmup"/>.</param>
    /// <param name="decayStart"><c>decay_start</c>, of <see cref="Hyperparameters.DecayStart"/>, up to <c>total</c>, warmup included.</param>
    /// <param name="total"><c>total</c>, of <see cref="Hyperparameters.Total"/>, warmup included.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public WarmupHoldCosineSchedule(double lrMax, double lrMin, long warmup, long decayStart, long total)
    {
        RequireOrdered(lrMax, lrMin);
        Maximum = lrMax;
        Minimum = lrMin;
        Total = Hyperparameters.Total.Require(total);
        DecayStart = Hyperparameters.DecayStart.RequireUpTo(decayStart, total, $"total = {Tensors.Text(total)}");
        Warmup = Hyperparameters.Warmup.RequireUpTo(warmup, decayStart, $"decay_start = {Tensors.Text(decayStart)}");
    }

    /// <summary>η_max.</summary>
    public double Maximum { get; }

    /// <summary>η_min.</summary>
    public double Minimum { get; }

    /// <summary>w, in steps.</summary>
    public long Warmup { get; }

    /// <summary>a, the first step of the decay.</summary>
    public long DecayStart { get; }

    /// <summary>T, in steps, warmup included.</summary>
    public long Total { get; }

    private protected override T Evaluate<T>(long step) =>
        Schedules.WarmupHoldCosine(T.Of(Maximum), T.Of(Minimum), Whole<T>(Warmup), Whole<T>(DecayStart), Whole<T>(Total), Whole<T>(step));
}
