using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>An optimizer of matrices as part of a training loop.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="optimizer">The optimizer; the learning rate comes from the loop.</param>
/// <param name="shapes">The rows and columns of each matrix.</param>
public sealed class MatrixTraining<T>(MatrixOptimizer optimizer, IReadOnlyList<MatrixShape> shapes) : OptimizerTraining<T, SlotState<T>>
    where T : IReal<T>
{
    /// <inheritdoc/>
    protected override (T[][] Parameters, SlotState<T> State) Next(T[][] parameters, T[][] grads, SlotState<T>? state, double learningRate) =>
        (optimizer with { LearningRate = learningRate }).Step(parameters, shapes, grads, state);
}
