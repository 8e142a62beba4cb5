using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Schedules one after another: each counts its own steps from the milestone at which it begins, the first from 0.</summary>
/// <remarks>Source: PyTorch's SequentialLR.</remarks>
public sealed record SequenceSchedule : Schedule
{
    private readonly Schedule[] _schedules;
    private readonly long[] _milestones;

    /// <summary>Makes the schedule.</summary>
    /// <param name="schedules">The schedules, at least one.</param>
    /// <param name="milestones">The first step of each but the first schedule, none before the one before.</param>
    /// <exception cref="InvalidArgumentException">There are not as many milestones as schedules but one, or they are out of order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A milestone is negative.</exception>
    public SequenceSchedule(IReadOnlyList<Schedule> schedules, IReadOnlyList<long> milestones)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        ArgumentNullException.ThrowIfNull(milestones);
        _schedules = Some(schedules);
        _milestones = [.. milestones.Select(m => Hyperparameters.Step.Require(m, "milestones"))];
        if (_milestones.Length != _schedules.Length - 1)
            throw Tensors.Bad("milestones", $"milestones has {Tensors.Text(_milestones.Length)} steps, {Tensors.Text(_schedules.Length - 1)} are needed between {Tensors.Text(_schedules.Length)} schedules");
        for (int i = 1; i < _milestones.Length; i++)
        {
            if (_milestones[i] < _milestones[i - 1])
                throw Tensors.Bad("milestones", $"milestones[{Tensors.Text(i)}] = {Tensors.Text(_milestones[i])} is before the one before it");
        }
    }

    internal static Schedule[] Some(IReadOnlyList<Schedule> schedules) =>
        schedules.Count > 0 ? [.. schedules] : throw Tensors.Bad("schedules", "schedules = [] is outside lists of at least one schedule");

    /// <summary>A schedule after a linear warmup over w steps from a share of its first rate, which it has at step w.</summary>
    /// <param name="after">The schedule; its step 0 is step w of the whole.</param>
    /// <param name="factor"><c>start_factor</c>, of <see cref="Hyperparameters.WarmupFactor"/>.</param>
    /// <param name="warmup"><c>warmup</c>, of <see cref="Hyperparameters.Warmup"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public static SequenceSchedule Warmed(Schedule after, double factor, long warmup)
    {
        ArgumentNullException.ThrowIfNull(after);
        Hyperparameters.WarmupFactor.Require(factor);
        return Hyperparameters.Warmup.Require(warmup) == 0 ? new([after], []) : new([new LinearFactorSchedule(after.At(0), factor, 1, warmup), after], [warmup]);
    }

    /// <inheritdoc/>
    public override long RatesPerStep => _schedules.Max(schedule => schedule.RatesPerStep);

    internal override T Rounded<T>(long step)
    {
        (Schedule schedule, long own) = Part(step);
        return schedule.Rounded<T>(own);
    }

    private protected override T Evaluate<T>(long step)
    {
        (Schedule schedule, long own) = Part(step);
        return schedule.Exact<T>(own);
    }

    // The schedule of a step, and which of its own steps that is.
    private (Schedule Schedule, long Own) Part(long step)
    {
        int last = Reached(_milestones, step);
        return (_schedules[last], last == 0 ? step : step - _milestones[last - 1]);
    }
}

/// <summary>The product of schedules at each step, in their order: a rate, and factors of it. A product beyond what the number holds is infinite.</summary>
/// <remarks>Source: PyTorch's ChainedScheduler, of whose schedulers all but one have factors; Vaswani et al. (2017), section 5.3.</remarks>
public sealed record ProductSchedule : Schedule
{
    private readonly Schedule[] _schedules;

    /// <summary>Makes the schedule.</summary>
    /// <param name="schedules">The schedules, at least one.</param>
    /// <exception cref="InvalidArgumentException">There is none.</exception>
    public ProductSchedule(IReadOnlyList<Schedule> schedules)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        _schedules = SequenceSchedule.Some(schedules);
    }

    /// <inheritdoc/>
    public override long RatesPerStep => _schedules.Sum(schedule => schedule.RatesPerStep);

    internal override T Rounded<T>(long step) => Evaluate<DoubleDouble>(step).To<T>();

    private protected override T Evaluate<T>(long step) => _schedules.Aggregate(T.Of(1), (product, schedule) => product * schedule.Exact<T>(step));
}
