using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>LARS as part of a training loop.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="options">Hyperparameters; the learning rate comes from the loop.</param>
public sealed class LarsTraining<T>(LarsOptions options) : OptimizerTraining<T, LarsState<T>>
    where T : IReal<T>
{
    /// <inheritdoc/>
    protected override (T[][] Parameters, LarsState<T> State) Next(T[][] parameters, T[][] grads, LarsState<T>? state, double learningRate) =>
        LarsOptimizer.Step(parameters, grads, state, options with { LearningRate = learningRate });
}
