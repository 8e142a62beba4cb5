using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What Muon multiplies a direction by.</summary>
public enum MuonScale
{
    /// <summary><see cref="Formulas.Muon.Scale"/>.</summary>
    Shape,

    /// <summary><see cref="Formulas.Muon.RmsScale"/>.</summary>
    RootMeanSquare,

    /// <summary>1.</summary>
    None,
}

/// <summary>Muon on a list of matrices.</summary>
/// <remarks>
/// Five iterations take a rounding of a small singular value times 485, which in sums of two doubles no number that is kept notices.
/// Source: Jordan et al. (2024), "Muon: An optimizer for hidden layers in neural networks".
/// </remarks>
public sealed record MuonOptimizer : MatrixOptimizer
{
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

    /// <summary><c>scale</c>: what a direction is multiplied by.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no scale.</exception>
    public MuonScale Scale
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw Domain.Outside("{Shape, RootMeanSquare, None}", Tensors.Text((int)value), "scale");
    }

    /// <inheritdoc/>
    /// <remarks>For each iteration X·Xᵀ, its square, and that times X: at most three times rows · columns · the smaller of them.</remarks>
    public override long Products(MatrixShape shape) => 3 * Iterations * shape.Rows * shape.Columns * Math.Min(shape.Rows, shape.Columns);

    internal override SlotLayout Layout { get; } = new("muon", [new("m")], null);

    private protected override (Hyperparameter Known, double Value)[] Reals => [(Hyperparameters.MuonEpsilon, Epsilon)];

    private protected override (T[][] Parameters, SlotState<T> State) Move<T>(T[][] parameters, IReadOnlyList<MatrixShape> shapes, T[][] grads, SlotState<T>? state)
    {
        T[][] theta = Tensors.Copy(parameters), buffers = Tensors.CopyOrZeros(state?.Kept[0], parameters);
        T one = T.Of(1), momentum = T.Of(Momentum), lr = T.Of(LearningRate), decay = AdamW.DecayRate(lr, T.Of(WeightDecay));
        for (int i = 0; i < theta.Length; i++)
        {
            (T[] g, T[] b) = (grads[i], buffers[i]);
            for (int j = 0; j < b.Length; j++)
                b[j] = Sgd.Entered(b[j], g[j], momentum, one);

            // A quarter of a large matrix and of ε has the same direction, and the look-ahead does not leave the range.
            T part = T.IfLess(one, T.Max(Norms.LargestMagnitude<T>(g), Norms.LargestMagnitude<T>(b)), T.Of(0.25), one);
            T[] matrix = Tensors.Made(b.Length, j => Nesterov ? Sgd.Nesterov(part * g[j], part * b[j], momentum) : part * b[j]);
            T[] direction = Formulas.Muon.Direction<T>(matrix, shapes[i].Rows, shapes[i].Columns, part * T.Of(Epsilon), Iterations);
            T rows = T.Of(shapes[i].Rows), columns = T.Of(shapes[i].Columns);
            T scale = Scale switch
            {
                MuonScale.Shape => Formulas.Muon.Scale(rows, columns),
                MuonScale.RootMeanSquare => Formulas.Muon.RmsScale(rows, columns),
                _ => one,
            };
            for (int j = 0; j < b.Length; j++)
                theta[i][j] = Sgd.Update(theta[i][j], scale * direction[j], lr) - AdamW.Decay(theta[i][j], decay);
        }

        return (theta, new SlotState<T>(Layout, (state?.Step ?? 0) + 1, [buffers], 1));
    }
}
