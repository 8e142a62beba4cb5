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
    /// <param name="configure">Reads the hyperparameters and gives the step, and how many numbers its state holds for each parameter.</param>
    public static void Run<T, TState>(
        Arguments<T> args,
        Answer<T> answer,
        Func<ReadOnlySpan<byte>, TState> read,
        Func<TState, Action<Utf8JsonWriter>> write,
        Func<(int Moments, Func<T[][], T[][], TState?, (T[][] Parameters, TState State)> Step)> configure)
        where T : struct, IReal<T>
        where TState : class
    {
        T[][] parameters = args.Tensors("params");
        T[][] grads = args.TensorsLike("grads", parameters, "params");
        JsonText? state = args.State("state");
        (int moments, Func<T[][], T[][], TState?, (T[][] Parameters, TState State)> step) = configure();
        args.Done();
        long size = Sizes.Of(parameters);
        if (state is { } given)
            RefuseForeign(given, size, parameters.Length);
        long held = Math.Max(moments * size, Math.Min(state?.Scalars ?? 0, 2 * size));
        answer.Takes(size + held);
        (T[][] updated, TState after) = step(parameters, grads, state is { } saved ? read(saved.Text.Span) : null);
        answer.Tensors("params", updated);
        answer.Value("state", held, write(after));
    }

    // A state of these parameters holds two numbers for each, a length for each tensor and a few words; a larger one is refused unread.
    private static void RefuseForeign(JsonText state, long size, int tensors)
    {
        if (state.Scalars > 2 * size + tensors + 16 || state.Lists > 2L * tensors + 16)
            throw OracleException.Invalid("state", Wording.Of($"state holds {state.Scalars} values in {state.Lists} lists, more than a state of these params"));
    }
}
