using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Adafactor on a list of matrices; of one row or column, as of a vector, nothing is lost.</summary>
/// <remarks>
/// A state holds the roots of the second moments of rows and of columns, and with momentum a number for each element.
/// Source: Shazeer and Stern (2018), "Adafactor: Adaptive learning rates with sublinear memory cost", Algorithms 4 to 6; momentum as in its implementation in Tensor2Tensor.
/// </remarks>
public sealed record AdafactorOptimizer : MatrixOptimizer
{
    private const int Row = 0, Column = 1, Average = 2;

    // Powers of two: roots above the first are made smaller by the second.
    private const double Large = 1.0 * (1L << 62) * (1L << 62) * (1L << 62) * (1L << 62), Part = 1.0 / (1L << 32);

    /// <summary><c>decay_rate</c> c, of <see cref="Hyperparameters.MomentExponent"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double DecayRate { get; init => field = Hyperparameters.MomentExponent.Require(value); } = Hyperparameters.MomentExponent.Default;

    /// <summary><c>eps</c> ε₁, of <see cref="Hyperparameters.SquareEpsilon"/>; at 0 a row or column that has never had a gradient makes its matrix NaN (0/0).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.SquareEpsilon.Require(value); } = Hyperparameters.SquareEpsilon.Default;

    /// <summary><c>eps_scale</c> ε₂, of <see cref="Hyperparameters.LeastSize"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double LeastSize { get; init => field = Hyperparameters.LeastSize.Require(value); } = Hyperparameters.LeastSize.Default;

    /// <summary><c>clip_threshold</c> d, of <see cref="Hyperparameters.ClipThreshold"/>; at infinity nothing is clipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double ClipThreshold { get; init => field = Hyperparameters.ClipThreshold.Require(value); } = Hyperparameters.ClipThreshold.Default;

    /// <summary><c>beta1</c>, of <see cref="Hyperparameters.StepMomentum"/>; where it becomes positive the average begins at 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta1 { get; init => field = Hyperparameters.StepMomentum.Require(value); } = Hyperparameters.StepMomentum.Default;

    /// <summary>True where the rate is at most 1/√t.</summary>
    public bool RelativeStep { get; init; } = true;

    /// <summary>True where the rate is multiplied by the size of the parameters.</summary>
    public bool ScaleParameter { get; init; } = true;

    /// <summary><c>eps_on</c>: ε₁ is what the root of an element's second moment counts as at least, and the mean of the rows' second moments, and not added to squares.</summary>
    public bool EpsilonOnEstimate { get; init; }

    /// <summary><c>decay_by</c>: the decay is α·λ·θ, with the rate of the step, and not lr·λ·θ.</summary>
    public bool DecayByStep { get; init; }

    internal override SlotLayout Layout { get; } = new("adafactor", [new("row", NonNegative: true), new("column", NonNegative: true), new("m")], null) { OwnLengths = true };

    private protected override (Hyperparameter Known, double Value)[] Reals =>
        [(Hyperparameters.SquareEpsilon, Epsilon), (Hyperparameters.LeastSize, LeastSize), (Hyperparameters.ClipThreshold, ClipThreshold)];

    private protected override (T[][] Parameters, SlotState<T> State) Move<T>(T[][] parameters, IReadOnlyList<MatrixShape> shapes, T[][] grads, SlotState<T>? state)
    {
        RequireState(state, shapes);
        long step = (state?.Step ?? 0) + 1;
        T count = DoubleDouble.Whole(step).To<T>(), share = Formulas.Adafactor.Share(T.Of(DecayRate), count), lr = T.Of(LearningRate), lambda = T.Of(WeightDecay);
        T relative = RelativeStep ? Formulas.Adafactor.RelativeRate(lr, count) : lr, least = T.Of(LeastSize), threshold = T.Of(ClipThreshold);
        T[][] theta = Tensors.Copy(parameters);
        T[][][] kept = [new T[theta.Length][], new T[theta.Length][], new T[theta.Length][]];
        for (int i = 0; i < theta.Length; i++)
        {
            (int rows, int columns) = shapes[i];
            T[] g = grads[i];
            kept[Row][i] = Roots(state?.Kept[Row][i], g, columns, share);
            kept[Column][i] = Roots(state?.Kept[Column][i], [.. Enumerable.Range(0, g.Length).Select(at => g[at % rows * columns + at / rows])], rows, share);
            T[] u = Directions(g, kept[Row][i], kept[Column][i]);
            T size = RootMeanSquare(u), rate = ScaleParameter ? Formulas.Adafactor.Rate(relative, RootMeanSquare(theta[i]), least) : relative;
            T decay = AdamW.DecayRate(DecayByStep ? rate : lr, lambda);
            T[] steps = Array.ConvertAll(u, x => rate * Formulas.Adafactor.Clipped(x, size, threshold));
            kept[Average][i] = Beta1 > 0 ? steps = Averaged(state?.Kept[Average][i], steps) : [];
            for (int j = 0; j < g.Length; j++)
                theta[i][j] = theta[i][j] - steps[j] - Formulas.WeightDecay.Decoupled(theta[i][j], decay);
        }

        return (theta, new SlotState<T>(Layout, step, kept, 1));
    }

    private static void RequireState<T>(SlotState<T>? state, IReadOnlyList<MatrixShape> shapes)
        where T : IReal<T>
    {
        if (state is not null && state.TensorCount != shapes.Count)
            throw Tensors.Bad("state", $"state holds {Tensors.Text(state.TensorCount)} tensors, params has {Tensors.Text(shapes.Count)}");
        foreach ((int i, MatrixShape shape) in shapes.Index())
        {
            if (state is not null && (state.Kept[Row][i].Length != shape.Rows || state.Kept[Column][i].Length != shape.Columns || state.Kept[Average][i].Length is not 0 and int held && held != shape.Rows * shape.Columns))
                throw Tensors.Bad("state", $"state holds other lengths for tensor {Tensors.Text(i)} than its {Tensors.Text(shape.Rows)} rows and {Tensors.Text(shape.Columns)} columns");
        }
    }

    // The roots of the second moments of so many gradients each.
    private T[] Roots<T>(T[]? before, T[] gradients, int length, T share)
        where T : IReal<T>
    {
        T zero = T.Of(0), eps = T.Of(EpsilonOnEstimate ? 0 : Epsilon);
        return Tensors.Made(gradients.Length / length, i => Formulas.Adafactor.MomentRoot(before is null ? zero : before[i], RootMeanSquare(gradients[(i * length)..((i + 1) * length)]), eps, share));
    }

    // g/√v̂. A part of both has the same quotient, and the root of an element, at most √rows times that of its column, does not leave the range.
    private T[] Directions<T>(T[] gradients, T[] rows, T[] columns)
        where T : IReal<T>
    {
        T all = RootMeanSquare(rows), floor = T.Of(EpsilonOnEstimate ? Epsilon : 0), part = T.IfLess(T.Of(Large), all, T.Of(Part), T.Of(1));
        if (EpsilonOnEstimate)
            all = T.Max(all, T.Sqrt(floor));
        T Root(int row, int column) => rows.Length == 1 ? part * columns[column] : columns.Length == 1 ? part * rows[row] : Formulas.Adafactor.ElementRoot(rows[row], part * columns[column], all);
        return Tensors.Made(gradients.Length, at => part * gradients[at] / T.Max(Root(at / columns.Length, at % columns.Length), part * floor));
    }

    private T[] Averaged<T>(T[]? before, T[] steps)
        where T : IReal<T>
    {
        T beta = T.Of(Beta1), share = Adam.Share(beta), zero = T.Of(0);
        return Tensors.Made(steps.Length, j => Adam.FirstMoment(before is { Length: > 0 } ? before[j] : zero, steps[j], beta, share));
    }

    // In a unit of their own: the norm may be more than the number holds where the mean is not. A vector has as many means of one as elements.
    private static T RootMeanSquare<T>(T[] x)
        where T : IReal<T>
    {
        if (x is [T only])
            return T.Abs(only);
        T unit = T.BinaryScale(Norms.LargestMagnitude<T>(x));
        return unit * (Norms.L2<T>(Norms.Scaled<T>(x, unit)) / T.Sqrt(T.Of(x.Length)));
    }
}
