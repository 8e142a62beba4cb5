using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Adam or AdamW as part of a training loop.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="options">Hyperparameters; the learning rate comes from the loop.</param>
public sealed class AdamTraining<T>(AdamOptions options) : OptimizerTraining<T, AdamState<T>>
    where T : IReal<T>
{
    /// <inheritdoc/>
    protected override (T[][] Parameters, AdamState<T> State) Next(T[][] parameters, T[][] grads, AdamState<T>? state, double learningRate) =>
        AdamOptimizer.Step(parameters, grads, state, options with { LearningRate = learningRate });
}
