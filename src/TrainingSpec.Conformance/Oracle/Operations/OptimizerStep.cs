using System.Text.Json;
using TrainingSpec.Formulas;
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
        where TState : class => RunTensors(args, answer, null, read, write, own =>
        {
            (int moments, Func<T[][], T[][], TState?, (T[][] Parameters, TState State)> step) = configure(own);
            return (moments, 0, _ => 0, (_, p, g, s) => step(p, g, s));
        });

    /// <summary>The same for an optimizer that knows the shapes of what it moves.</summary>
    /// <param name="args">The request's arguments.</param>
    /// <param name="answer">Where the result goes.</param>
    /// <param name="longest">The most rows or columns.</param>
    /// <param name="configure">Reads the hyperparameters and gives the optimizer, and how many numbers its state holds for each parameter, and for each row and column.</param>
    public static void RunMatrices<T>(Arguments<T> args, Answer<T> answer, int longest, Func<Arguments, (int Moments, int Sides, MatrixOptimizer Optimizer)> configure)
        where T : struct, IReal<T>
    {
        MatrixShape[] shapes = Array.ConvertAll(args.IntegerRows("shapes", 1, longest), shape =>
            shape is [int rows, int columns] ? new MatrixShape(rows, columns) : throw OracleException.Invalid("shapes", "shapes holds an entry that is no pair of rows and columns"));
        MatrixOptimizer? last = null;
        RunTensors<T, SlotState<T>>(args, answer, shapes, text => last!.Restore<T>(text), state => state.WriteTo, own =>
        {
            (int moments, int sides, MatrixOptimizer optimizer) = configure(own);
            last = optimizer;
            return (moments, sides, optimizer.Products, (ofGroup, p, g, s) => optimizer.Step(p, ofGroup, g, s));
        });
    }

    // Shapes are null where the optimizer does not ask for them.
    private static void RunTensors<T, TState>(
        Arguments<T> args,
        Answer<T> answer,
        MatrixShape[]? shapes,
        Func<ReadOnlySpan<byte>, TState> read,
        Func<TState, Action<Utf8JsonWriter>> write,
        Func<Arguments, (int Moments, int Sides, Func<MatrixShape, long> Products, Func<MatrixShape[], T[][], T[][], TState?, (T[][] Parameters, TState State)> Step)> configure)
        where T : struct, IReal<T>
        where TState : class
    {
        T[][] parameters = args.Tensors("params");
        T[][] grads = args.TensorsLike("grads", parameters, "params");
        if (shapes is not null && shapes.Length != parameters.Length)
            throw OracleException.Shape("shapes", Wording.Of($"shapes has {shapes.Length} entries, params has {parameters.Length} tensors"));
        JsonText? state = args.State("state");
        if (args.Flag("maximize", false))
            grads = Ascent.Of(grads);
        var general = configure(args);
        bool grouped = args.Optional("groups") is { Kind: not JsonValueKind.Null };
        var sections = grouped ? args.Sections("groups", own => (Tensors: own.Integers("tensors", 0, parameters.Length - 1), Own: configure(own.Over(args)))) : [];
        args.Done();
        var groups = new TensorGroups(parameters.Length, [.. sections.Select(section => Array.ConvertAll(section.Tensors, tensor => (int)tensor))]);
        (int Moments, int Sides, Func<MatrixShape, long> Products, Func<MatrixShape[], T[][], T[][], TState?, (T[][] Parameters, TState State)> Step)[] steps = [general, .. sections.Select(section => section.Own)];
        if (shapes is not null)
            RequireProducts(Enumerable.Range(0, groups.Count).Sum(group => groups[group].Sum(tensor => steps[group].Products(shapes[tensor]))));
        long size = Sizes.Of(parameters);
        int most = Math.Max(steps.Max(step => step.Moments + 3 * step.Sides), 2);
        if (state is { } given)
            RefuseForeign(given, most, size, parameters.Length, sections.Length);
        long SidesOf(int tensor) => shapes is null ? 0 : (long)shapes[tensor].Rows + shapes[tensor].Columns;
        long kept = Enumerable.Range(0, groups.Count).Sum(group => groups[group].Sum(tensor => (long)steps[group].Moments * parameters[tensor].Length + steps[group].Sides * SidesOf(tensor)));
        long held = Math.Max(kept, Math.Min(state?.Scalars ?? 0, most * size));
        answer.Takes(size + held);
        var states = new TState?[groups.Count];
        if (state is { } saved && grouped)
            states = GroupedStates.Read(saved, groups, text => read(text.Span));
        else if (state is { } whole)
            states[0] = read(whole.Text.Span);
        (T[][] updated, TState?[] after) = groups.Step(parameters, grads, states, (group, p, g, s) => steps[group].Step(shapes is null ? [] : [.. groups[group].Select(tensor => shapes[tensor])], p, g, s));
        answer.Tensors("params", updated);
        answer.Value("state", held, grouped ? GroupedStates.Writing(groups, Array.ConvertAll(after, one => one is null ? null : write(one))) : write(after[0]!));
    }

    private static void RequireProducts(long products)
    {
        if (products > Protocol.MaxProducts)
            throw OracleException.Invalid("shapes", Wording.Of($"shapes holds matrices whose products are {products}, which is outside [0, {Protocol.MaxProducts}]"));
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

    /// <summary>Where the decay of an optimizer enters, that has it in the gradient unless it is told otherwise.</summary>
    public static DecayKind Decay(Arguments args) => args.Flag("decoupled_weight_decay", false) ? DecayKind.Old : DecayKind.L2;

    // A state of these parameters holds at most so many numbers for each, a length for each tensor and a few words; a larger one is refused unread.
    internal static void RefuseForeign(JsonText state, long most, long size, int tensors, int groups = 0)
    {
        if (state.Scalars > most * size + 2L * tensors + 16 * (groups + 1L) || state.Lists > most * tensors + 16 * (groups + 1L))
            throw OracleException.Invalid("state", Wording.Of($"state holds {state.Scalars} values in {state.Lists} lists, more than a state of these params"));
    }
}
