using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>Cosine decay from η_max at step 0 to η_min at step T, held there.</summary>
public sealed record CosineSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lrMax"><c>lr_max</c>, in [0, inf).</param>
    /// <param name="lrMin"><c>lr_min</c>, in [0, lr_max].</param>
    /// <param name="total"><c>total</c>, in [1, inf).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public CosineSchedule(double lrMax, double lrMin, long total)
    {
        RequireOrdered(lrMax, lrMin);
        Maximum = lrMax;
        Minimum = lrMin;
        Total = Domain.Require("[1, inf)", total, "total");
    }

    /// <summary>η_max.</summary>
    public double Maximum { get; }

    /// <summary>η_min.</summary>
    public double Minimum { get; }

    /// <summary>T, in steps.</summary>
    public long Total { get; }

    private protected override T Evaluate<T>(T step) => Schedules.Cosine(T.Of(Maximum), T.Of(Minimum), T.Of(0), T.Of(Total), step);
}

/// <summary>Linear warmup from 0 to η_max at step w, held there; w = 0 means none.</summary>
public sealed record WarmupSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lrMax"><c>lr_max</c>, in [0, inf).</param>
    /// <param name="warmup"><c>warmup</c>, in [0, inf).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public WarmupSchedule(double lrMax, long warmup)
    {
        Maximum = Domain.Require("[0, inf)", lrMax, "lr_max");
        Warmup = Domain.Require("[0, inf)", warmup, "warmup");
    }

    /// <summary>η_max.</summary>
    public double Maximum { get; }

    /// <summary>w, in steps.</summary>
    public long Warmup { get; }

    private protected override T Evaluate<T>(T step) => Schedules.Warmup(T.Of(Maximum), T.Of(Warmup), step);
}

/// <summary>Linear warmup over w steps, then cosine decay to η_min at step T, held there.</summary>
public sealed record WarmupCosineSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lrMax"><c>lr_max</c>, in [0, inf).</param>
    /// <param name="lrMin"><c>lr_min</c>, in [0, lr_max].</param>
    /// <param name="warmup"><c>warmup</c>, in [0, total].</param>
    /// <param name="total"><c>total</c>, in [1, inf), warmup included.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public WarmupCosineSchedule(double lrMax, double lrMin, long warmup, long total)
    {
        RequireOrdered(lrMax, lrMin);
        Maximum = lrMax;
        Minimum = lrMin;
        Total = Domain.Require("[1, inf)", total, "total");
        if (warmup < 0 || warmup > total)
            throw Domain.Outside($"[0, total = {Tensors.Text(total)}]", Tensors.Text(warmup), "warmup");
        Warmup = warmup;
    }

    /// <summary>η_max.</summary>
    public double Maximum { get; }

    /// <summary>η_min.</summary>
    public double Minimum { get; }

    /// <summary>w, in steps.</summary>
    public long Warmup { get; }

    /// <summary>T, in steps, warmup included.</summary>
    public long Total { get; }

    private protected override T Evaluate<T>(T step) =>
        Schedules.WarmupCosine(T.Of(Maximum), T.Of(Minimum), T.Of(Warmup), T.Of(Total), step);
}

/// <summary>The three-phase schedule: linear warmup over w steps, η_max until step a, then cosine decay to η_min at step T, held there.</summary>
/// <remarks>Source: D1 "The Three-Phase Schedule".</remarks>
public sealed record WarmupHoldCosineSchedule : Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="lrMax"><c>lr_max</c>, in [0, inf).</param>
    /// <param name="lrMin"><c>lr_min</c>, in [0, lr_max].</param>
    /// <param name="warmup"><c>warmup</c>, in [0, decay_start].</param>
    /// <param name="decayStart"><c>decay_start</c>, in [0, total], warmup included.</param>
    /// <param name="total"><c>total</c>, in [1, inf), warmup included.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public WarmupHoldCosineSchedule(double lrMax, double lrMin, long warmup, long decayStart, long total)
    {
        RequireOrdered(lrMax, lrMin);
        Maximum = lrMax;
        Minimum = lrMin;
        Total = Domain.Require("[1, inf)", total, "total");
        if (decayStart < 0 || decayStart > total)
            throw Domain.Outside($"[0, total = {Tensors.Text(total)}]", Tensors.Text(decayStart), "decay_start");
        if (warmup < 0 || warmup > decayStart)
            throw Domain.Outside($"[0, decay_start = {Tensors.Text(decayStart)}]", Tensors.Text(warmup), "warmup");
        DecayStart = decayStart;
        Warmup = warmup;
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

    private protected override T Evaluate<T>(T step) =>
        Schedules.WarmupHoldCosine(T.Of(Maximum), T.Of(Minimum), T.Of(Warmup), T.Of(DecayStart), T.Of(Total), step);
}
