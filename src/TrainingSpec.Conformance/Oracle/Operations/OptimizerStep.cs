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
    /// <param name="configure">Reads the hyperparameters, of all or of a group, and gives the step, and how many numbers its state holds for each parameter.</param>
    public static void Run<T, TState>(
        Arguments<T> args,
        Answer<T> answer,
        Func<ReadOnlySpan<byte>, TState> read,
        Func<TState, Action<Utf8JsonWriter>> write,
        Func<Arguments, (int Moments, Func<T[][], T[][], TState?, (T[][] Parameters, TState State)> Step)> configure)
        where T : struct, IReal<T>
        where TState : class
    {
        T[][] parameters = args.Tensors("params");
        T[][] grads = args.TensorsLike("grads", parameters, "params");
        JsonText? state = args.State("state");
        if (args.Flag("maximize", false))
            grads = Ascent.Of(grads);
        var general = configure(args);
        bool grouped = args.Optional("groups") is { Kind: not JsonValueKind.Null };
        var sections = grouped ? args.Sections("groups", own => (Tensors: own.Integers("tensors", 0, parameters.Length - 1), Own: configure(own.Over(args)))) : [];
        args.Done();
        var groups = new TensorGroups(parameters.Length, [.. sections.Select(section => Array.ConvertAll(section.Tensors, tensor => (int)tensor))]);
        (int Moments, Func<T[][], T[][], TState?, (T[][] Parameters, TState State)> Step)[] steps = [general, .. sections.Select(section => section.Own)];
        long size = Sizes.Of(parameters);
        int most = Math.Max(steps.Max(step => step.Moments), 2);
        if (state is { } given)
            RefuseForeign(given, most, size, parameters.Length, sections.Length);
        long kept = Enumerable.Range(0, groups.Count).Sum(group => steps[group].Moments * groups[group].Sum(tensor => (long)parameters[tensor].Length));
        long held = Math.Max(kept, Math.Min(state?.Scalars ?? 0, most * size));
        answer.Takes(size + held);
        var states = new TState?[groups.Count];
        if (state is { } saved && grouped)
            states = GroupedStates.Read(saved, groups, text => read(text.Span));
        else if (state is { } whole)
            states[0] = read(whole.Text.Span);
        (T[][] updated, TState?[] after) = groups.Step(parameters, grads, states, (group, p, g, s) => steps[group].Step(p, g, s));
        answer.Tensors("params", updated);
        answer.Value("state", held, grouped ? GroupedStates.Writing(groups, Array.ConvertAll(after, one => one is null ? null : write(one))) : write(after[0]!));
    }

    /// <summary>The same for an optimizer that moves each element by itself.</summary>
    /// <param name="args">The request's arguments.</param>
    /// <param name="answer">Where the result goes.</param>
    /// <param name="configure">Reads the hyperparameters and gives the optimizer.</param>
    public static void Run<T>(Arguments<T> args, Answer<T> answer, Func<Arguments, ElementwiseOptimizer> configure)
        where T : struct, IReal<T>
    {
        ElementwiseOptimizer? last = null;
        Run<T, SlotState<T>>(args, answer, text => SlotState<T>.FromJson(last!, text), state => state.WriteTo, own =>
        {
            ElementwiseOptimizer optimizer = configure(own);
            last = optimizer;
            return (optimizer.KeptPerElement, optimizer.Step);
        });
    }

    // A state of these parameters holds at most so many numbers for each, a length for each tensor and a few words; a larger one is refused unread.
    internal static void RefuseForeign(JsonText state, long most, long size, int tensors, int groups = 0)
    {
        if (state.Scalars > most * size + 2L * tensors + 16 * (groups + 1L) || state.Lists > most * tensors + 16 * (groups + 1L))
            throw OracleException.Invalid("state", Wording.Of($"state holds {state.Scalars} values in {state.Lists} lists, more than a state of these params"));
    }
}
