using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Rows and columns of a matrix that is held flat, row by row.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">How many columns.</param>
public readonly record struct MatrixShape(int Rows, int Columns);

/// <summary>Muon on a list of matrices, with the decay of AdamW, as a pure function of parameters, gradients and state.</summary>
/// <remarks>
/// In sums of two doubles, each number of the result rounded once: five iterations take a rounding of a small singular value times 485, which no number that is kept notices. NaN and infinities propagate as IEEE 754 says.
/// Source: Jordan et al. (2024), "Muon: An optimizer for hidden layers in neural networks".
/// </remarks>
public sealed record MuonOptimizer
{
    /// <summary>Learning rate <c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Hyperparameters.LearningRate.Require(value); }

    /// <summary><c>momentum</c> μ, of <see cref="Hyperparameters.MuonMomentum"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Momentum { get; init => field = Hyperparameters.MuonMomentum.Require(value); } = Hyperparameters.MuonMomentum.Default;

    /// <summary>True where the matrix is g + μ·b, else it is the buffer b.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary><c>ns_steps</c>: how many iterations, of <see cref="Hyperparameters.Iterations"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long Iterations { get; init => field = Hyperparameters.Iterations.Require(value); } = (long)Hyperparameters.Iterations.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.MuonEpsilon"/>; at 0 a matrix without a gradient makes its direction NaN (0/0).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.MuonEpsilon.Require(value); } = Hyperparameters.MuonEpsilon.Default;

    /// <summary><c>weight_decay</c> λ, of <see cref="Hyperparameters.MuonDecay"/>: lr·λ·θ of the old parameter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Hyperparameters.MuonDecay.Require(value); } = Hyperparameters.MuonDecay.Default;

    internal static SlotLayout Layout { get; } = new("muon", [new("m")], null);

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
        Tensors.CopyOrZeros(state?.Kept[0], parameters);
        Hyperparameters.LearningRate.Rounded<T>(LearningRate);
        Hyperparameters.MuonEpsilon.Rounded<T>(Epsilon);
        Hyperparameters.MuonDecay.Rounded<T>(WeightDecay);
        return Tensors.InMoreDigits(parameters, grads, state?.In<DoubleDouble>(), (p, g, s) => Wide(p, shapes, g, s), s => s.In<T>());
    }

    /// <summary>A state from what <see cref="SlotState{T}.ToJson"/> wrote.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of Muon over this number.</exception>
    public static SlotState<T> Restore<T>(ReadOnlySpan<byte> utf8)
        where T : IReal<T> => SlotState<T>.FromJson(Layout, utf8);

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

    private (DoubleDouble[][] Parameters, SlotState<DoubleDouble> State) Wide(DoubleDouble[][] parameters, IReadOnlyList<MatrixShape> shapes, DoubleDouble[][] grads, SlotState<DoubleDouble>? state)
    {
        DoubleDouble[][] theta = Tensors.Copy(parameters), buffers = Tensors.CopyOrZeros(state?.Kept[0], parameters);
        DoubleDouble momentum = Momentum, lr = LearningRate, decay = AdamW.DecayRate<DoubleDouble>(LearningRate, WeightDecay);
        for (int i = 0; i < theta.Length; i++)
        {
            (DoubleDouble[] g, DoubleDouble[] b) = (grads[i], buffers[i]);
            for (int j = 0; j < b.Length; j++)
                b[j] = Sgd.Entered(b[j], g[j], momentum, 1);

            // A quarter of a large matrix and of ε has the same direction, and the look-ahead does not leave the range.
            DoubleDouble part = DoubleDouble.IfLess(1, DoubleDouble.Max(Norms.LargestMagnitude<DoubleDouble>(g), Norms.LargestMagnitude<DoubleDouble>(b)), 0.25, 1);
            DoubleDouble[] matrix = [.. g.Zip(b, (x, y) => Nesterov ? Sgd.Nesterov(part * x, part * y, momentum) : part * y)];
            DoubleDouble[] direction = Formulas.Muon.Direction<DoubleDouble>(matrix, shapes[i].Rows, shapes[i].Columns, part * Epsilon, Iterations);
            DoubleDouble scale = Formulas.Muon.Scale<DoubleDouble>(shapes[i].Rows, shapes[i].Columns);
            for (int j = 0; j < b.Length; j++)
                theta[i][j] = Sgd.Update(theta[i][j], scale * direction[j], lr) - AdamW.Decay(theta[i][j], decay);
        }

        return (theta, new SlotState<DoubleDouble>(Layout, (state?.Step ?? 0) + 1, [buffers], 1));
    }
}
