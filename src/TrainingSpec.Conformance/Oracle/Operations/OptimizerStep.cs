using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>What the operations that do one step of an optimizer share.</summary>
internal static class OptimizerStep
{
    /// <summary>Reads parameters, gradients, state and hyperparameters, does the step and writes parameters and state.</summary>
    /// <typeparam name="T">The number.</typeparam>
    /// <typeparam name="TState">What the optimizer carries from step to step.</typeparam>
    /// <param name="args">The request's arguments.</param>
    /// <param name="answer">Where the result goes.</param>
    /// <param name="read">Reads a state; called once all arguments have been seen.</param>
    /// <param name="write">What writes a state.</param>
    /// <param name="configure">Reads the hyperparameters and gives the step.</param>
    public static void Run<T, TState>(
        Arguments<T> args,
        Answer<T> answer,
        Func<JsonElement, TState> read,
        Func<TState, Action<Utf8JsonWriter>> write,
        Func<Func<T[][], T[][], TState?, (T[][] Parameters, TState State)>> configure)
        where T : struct, IReal<T>
        where TState : class
    {
        T[][] parameters = args.Tensors("params");
        T[][] grads = args.TensorsLike("grads", parameters, "params");
        JsonElement? state = args.State("state");
        Func<T[][], T[][], TState?, (T[][] Parameters, TState State)> step = configure();
        args.Done();
        (T[][] updated, TState after) = step(parameters, grads, state is { } json ? read(json) : null);
        answer.Tensors("params", updated);
        answer.Value("state", write(after));
    }
}
