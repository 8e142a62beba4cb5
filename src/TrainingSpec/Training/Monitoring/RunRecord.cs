namespace TrainingSpec.Training;

/// <summary>What a run logged; a series or number that was not logged is empty or null, and rules that need it find nothing.</summary>
public sealed record RunRecord
{
    /// <summary>Training losses at equal intervals, in nats.</summary>
    public IReadOnlyList<double> TrainingLoss { get; init; } = [];

    /// <summary>Validation losses at equal intervals, in nats.</summary>
    public IReadOnlyList<double> ValidationLoss { get; init; } = [];

    /// <summary>Norms of all gradients together, before clipping.</summary>
    public IReadOnlyList<double> GradientNorms { get; init; } = [];

    /// <summary>The latest gradient norm of each layer, first layer first.</summary>
    public IReadOnlyList<double> LayerGradientNorms { get; init; } = [];

    /// <summary>Learning rates, one for each training loss.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>Logged steps whose rate is not the schedule's; see <see cref="RunCurves.OffSchedule"/>.</summary>
    public IReadOnlyList<long> StepsOffSchedule { get; init; } = [];

    /// <summary>The share of units that are zero on every example of a batch, in [0, 1].</summary>
    public double? DeadUnitShare { get; init; }

    /// <summary>The loss that the task allows for, in nats.</summary>
    public double? AttainableLoss { get; init; }

    /// <summary>Wall-clock seconds of an epoch.</summary>
    public double? SecondsPerEpoch { get; init; }
}
