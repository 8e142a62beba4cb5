using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>LAMB as part of a training loop.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="options">Hyperparameters; the learning rate comes from the loop.</param>
public sealed class LambTraining<T>(LambOptions options) : OptimizerTraining<T, LambState<T>>
    where T : IReal<T>
{
    /// <inheritdoc/>
    protected override (T[][] Parameters, LambState<T> State) Next(T[][] parameters, T[][] grads, LambState<T>? state, double learningRate) =>
        LambOptimizer.Step(parameters, grads, state, options with { LearningRate = learningRate });
}
