using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>An optimizer that is a pure function of parameters, gradients and state, as part of a training loop: keeps the state from step to step.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="TState">What the optimizer carries from step to step; immutable.</typeparam>
public abstract class OptimizerTraining<T, TState> : IRestorableOptimizer<T>
    where T : IReal<T>
    where TState : class
{
    /// <summary>The state after the last step, null before the first; set it to go on from a saved one.</summary>
    public TState? State { get; set; }

    /// <summary>True where the objective is to grow: the gradients change their sign before anything else, and decay does not.</summary>
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    public Action Remember()
    {
        TState? state = State;
        return () => State = state;
    }

    /// <inheritdoc/>
    public void Step(OrderedDictionary<string, T[]> weights, OrderedDictionary<string, T[]> gradients, double learningRate)
    {
        T[][] live = TrainingLoop.Aligned(weights, gradients, out T[][] grads);
        (T[][] updated, State) = Next(live, Maximize ? Ascent.Of(grads) : grads, State, learningRate);
        for (int i = 0; i < live.Length; i++)
            updated[i].CopyTo(live[i], 0);
    }

    /// <summary>The parameters and the state after one step; the arguments are left as they are.</summary>
    /// <param name="parameters">A flat array per tensor.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">The state after the step before; null before the first.</param>
    /// <param name="learningRate">The rate of this step, of <see cref="Formulas.Hyperparameters.LearningRate"/>.</param>
    protected abstract (T[][] Parameters, TState State) Next(T[][] parameters, T[][] grads, TState? state, double learningRate);
}
