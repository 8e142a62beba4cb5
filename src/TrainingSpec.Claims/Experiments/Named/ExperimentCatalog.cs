using TrainingSpec.Checking;
using TrainingSpec.Claims.Experiments.Named;

namespace TrainingSpec.Claims.Experiments;

/// <summary>All experiments that have a name.</summary>
public static class ExperimentCatalog
{
    /// <summary>The documents' exercises in their order, then the other experiments.</summary>
    public static IReadOnlyList<Experiment> All { get; } =
    [
        LearningRates.Experiment,
        InitializationRace.Experiment,
        BatchSizes.Experiment,
        EarlyStopping.Experiment,
        GradientNorms.Experiment,
        LossCurve.Experiment,
        LossLogging.Experiment,
        GradientMonitor.Experiment,
        Initializations.Experiment,
        LinearScaling.Experiment,
        BrokenTrainings.Experiment,
        StoppingLoop.Experiment,
        GradientHistogram.Experiment,
        RateFinder.Experiment,
        Forgetting.Experiment,
        FlatMinima.Experiment,
        LargeBatches.Experiment,
        MixedPrecision.Experiment,
    ];

    /// <summary>The experiment of a name, in any case.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Experiment Find(string name) => All.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"name = {name} is none of the {All.Count} that spec experiment lists{NearNames.Question(name, All.Select(e => e.Name))}", nameof(name));
}
