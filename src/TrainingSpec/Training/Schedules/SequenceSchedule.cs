using TrainingSpec.Formulas;

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
        _schedules = [.. schedules];
        _milestones = [.. milestones.Select(m => Hyperparameters.Step.Require(m, "milestones"))];
        if (_schedules.Length == 0)
            throw Tensors.Bad("schedules", "schedules = [] is outside lists of at least one schedule");
        if (_milestones.Length != _schedules.Length - 1)
            throw Tensors.Bad("milestones", $"milestones has {Tensors.Text(_milestones.Length)} steps, {Tensors.Text(_schedules.Length - 1)} are needed between {Tensors.Text(_schedules.Length)} schedules");
        for (int i = 1; i < _milestones.Length; i++)
        {
            if (_milestones[i] < _milestones[i - 1])
                throw Tensors.Bad("milestones", $"milestones[{Tensors.Text(i)}] = {Tensors.Text(_milestones[i])} is before the one before it");
        }
    }

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

    private protected override T Evaluate<T>(long step)
    {
        int last = Reached(_milestones, step);
        return _schedules[last].Exact<T>(last == 0 ? step : step - _milestones[last - 1]);
    }
}
