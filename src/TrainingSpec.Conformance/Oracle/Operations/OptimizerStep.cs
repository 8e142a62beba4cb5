using System.Text.Json;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

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
        int most = Math.Max(moments, 2);
        if (state is { } given)
            RefuseForeign(given, most, size, parameters.Length);
        long held = Math.Max(moments * size, Math.Min(state?.Scalars ?? 0, most * size));
        answer.Takes(size + held);
        (T[][] updated, TState after) = step(parameters, grads, state is { } saved ? read(saved.Text.Span) : null);
        answer.Tensors("params", updated);
        answer.Value("state", held, write(after));
    }

    /// <summary>The same for an optimizer that moves each element by itself.</summary>
    /// <param name="args">The request's arguments.</param>
    /// <param name="answer">Where the result goes.</param>
    /// <param name="configure">Reads the hyperparameters and gives the optimizer.</param>
    public static void Run<T>(Arguments<T> args, Answer<T> answer, Func<Arguments<T>, ElementwiseOptimizer> configure)
        where T : struct, IReal<T>
    {
        ElementwiseOptimizer? optimizer = null;
        Run<T, SlotState<T>>(args, answer, text => SlotState<T>.FromJson(optimizer!, text), state => state.WriteTo, () =>
        {
            optimizer = configure(args);
            return (optimizer.KeptPerElement, optimizer.Step);
        });
    }

    // A state of these parameters holds at most so many numbers for each, a length for each tensor and a few words; a larger one is refused unread.
    private static void RefuseForeign(JsonText state, long most, long size, int tensors)
    {
        if (state.Scalars > most * size + tensors + 16 || state.Lists > most * tensors + 16)
            throw OracleException.Invalid("state", Wording.Of($"state holds {state.Scalars} values in {state.Lists} lists, more than a state of these params"));
    }
}
