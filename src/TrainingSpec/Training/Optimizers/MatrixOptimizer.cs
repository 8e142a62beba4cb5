using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Rows and columns of a matrix that is held flat, row by row.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">How many columns.</param>
public readonly record struct MatrixShape(int Rows, int Columns);

/// <summary>An optimizer that knows the rows and columns of what it moves, with the decay of AdamW, as a pure function of parameters, gradients and state.</summary>
/// <remarks>In sums of two doubles, each number of the result rounded once. Hyperparameters are checked when they are set and may change from step to step. NaN and infinities propagate as IEEE 754 says.</remarks>
public abstract record MatrixOptimizer
{
    private protected MatrixOptimizer()
    {
    }

    /// <summary>Learning rate <c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Hyperparameters.LearningRate.Require(value); }

    /// <summary><c>weight_decay</c> λ, of <see cref="Hyperparameters.MatrixDecay"/>: lr·λ·θ of the old parameter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Hyperparameters.MatrixDecay.Require(value); } = Hyperparameters.MatrixDecay.Default;

    internal abstract SlotLayout Layout { get; }

    /// <summary>How many products a step of one matrix takes beyond what is linear in its elements.</summary>
    /// <param name="shape">The matrix's rows and columns.</param>
    public virtual long Products(MatrixShape shape) => 0;

    // The hyperparameters that meet elements, beside rate and decay.
    private protected abstract (Hyperparameter Known, double Value)[] Reals { get; }

    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per matrix, row by row.</param>
    /// <param name="shapes"><c>shapes</c>: the rows and columns of each.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters, or shapes that aren't theirs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: it becomes infinite, or ε 0.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, or a state of other shapes or of another optimizer.</exception>
    public (T[][] Parameters, SlotState<T> State) Step<T>(T[][] parameters, IReadOnlyList<MatrixShape> shapes, T[][] grads, SlotState<T>? state)
        where T : IReal<T>
    {
        Tensors.RequireGradients(parameters, grads);
        RequireShapes(parameters, shapes);
        if (state is not null && state.Kind != Layout.Kind)
            throw Tensors.Bad("state", $"state is of kind '{state.Kind}', '{Layout.Kind}' is needed");
        foreach ((Hyperparameter known, double value) in Reals.Append((Hyperparameters.LearningRate, LearningRate)).Append((Hyperparameters.MatrixDecay, WeightDecay)))
            known.Rounded<T>(value);
        return Straightforward.Is<T>()
            ? Move(parameters, shapes, grads, state)
            : Tensors.InMoreDigits(parameters, grads, state?.In<DoubleDouble>(), (p, g, s) => Move(p, shapes, g, s), s => s.In<T>());
    }

    /// <summary>A state from what <see cref="SlotState{T}.ToJson"/> wrote.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of this optimizer over this number.</exception>
    public SlotState<T> Restore<T>(ReadOnlySpan<byte> utf8)
        where T : IReal<T> => SlotState<T>.FromJson(Layout, utf8);

    private protected abstract (T[][] Parameters, SlotState<T> State) Move<T>(T[][] parameters, IReadOnlyList<MatrixShape> shapes, T[][] grads, SlotState<T>? state)
        where T : IReal<T>;

    private static void RequireShapes<T>(T[][] parameters, IReadOnlyList<MatrixShape> shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        if (shapes.Count != parameters.Length)
            throw new ShapeMismatchException("shapes", $"shapes has {Tensors.Text(shapes.Count)} entries, params has {Tensors.Text(parameters.Length)} tensors");
        foreach ((int i, MatrixShape shape) in shapes.Index())
        {
            if (shape.Rows < 1 || shape.Columns < 1 || (long)shape.Rows * shape.Columns != parameters[i].Length)
                throw new ShapeMismatchException("shapes", $"shapes[{Tensors.Text(i)}] is {Tensors.Text(shape.Rows)} by {Tensors.Text(shape.Columns)}, params[{Tensors.Text(i)}] has {Tensors.Text(parameters[i].Length)} elements");
        }
    }
}
