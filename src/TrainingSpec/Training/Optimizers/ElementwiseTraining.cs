using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>An elementwise optimizer as part of a training loop.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="optimizer">The optimizer; the learning rate comes from the loop.</param>
public sealed class ElementwiseTraining<T>(ElementwiseOptimizer optimizer) : OptimizerTraining<T, SlotState<T>>
    where T : IReal<T>
{
    /// <inheritdoc/>
    protected override (T[][] Parameters, SlotState<T> State) Next(T[][] parameters, T[][] grads, SlotState<T>? state, double learningRate) =>
        (optimizer with { LearningRate = learningRate }).Step(parameters, grads, state);
}
