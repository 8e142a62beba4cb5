using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>LARS as part of a training loop: keeps the state from step to step.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="options">Hyperparameters; the learning rate comes from the loop.</param>
public sealed class LarsTraining<T>(LarsOptions options) : IRestorableOptimizer<T>
    where T : IReal<T>
{
    /// <summary>The state after the last step; null before the first.</summary>
    public LarsState<T>? State { get; private set; }

    /// <inheritdoc/>
    public Action Remember()
    {
        LarsState<T>? state = State;
        return () => State = state;
    }

    /// <inheritdoc/>
    public void Step(OrderedDictionary<string, T[]> weights, OrderedDictionary<string, T[]> gradients, double learningRate)
    {
        T[][] live = TrainingLoop.Aligned(weights, gradients, out T[][] grads);
        (T[][] updated, State) = LarsOptimizer.Step(live, grads, State, options with
        {
            LearningRate = learningRate,
        });
        for (int i = 0; i < live.Length; i++)
            updated[i].CopyTo(live[i], 0);
    }
}

/// <summary>LAMB as part of a training loop: keeps the state from step to step.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="options">Hyperparameters; the learning rate comes from the loop.</param>
public sealed class LambTraining<T>(LambOptions options) : IRestorableOptimizer<T>
    where T : IReal<T>
{
    /// <summary>The state after the last step; null before the first.</summary>
    public LambState<T>? State { get; private set; }

    /// <inheritdoc/>
    public Action Remember()
    {
        LambState<T>? state = State;
        return () => State = state;
    }

    /// <inheritdoc/>
    public void Step(OrderedDictionary<string, T[]> weights, OrderedDictionary<string, T[]> gradients, double learningRate)
    {
        T[][] live = TrainingLoop.Aligned(weights, gradients, out T[][] grads);
        (T[][] updated, State) = LambOptimizer.Step(live, grads, State, options with
        {
            LearningRate = learningRate,
        });
        for (int i = 0; i < live.Length; i++)
            updated[i].CopyTo(live[i], 0);
    }
}
