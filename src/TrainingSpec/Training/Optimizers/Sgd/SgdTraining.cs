using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>SGD as part of a training loop.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="options">Hyperparameters; the learning rate comes from the loop.</param>
public sealed class SgdTraining<T>(SgdOptions options) : OptimizerTraining<T, SgdState<T>>
    where T : IReal<T>
{
    /// <inheritdoc/>
    protected override (T[][] Parameters, SgdState<T> State) Next(T[][] parameters, T[][] grads, SgdState<T>? state, double learningRate) =>
        SgdOptimizer.Step(parameters, grads, state, options with { LearningRate = learningRate });
}
