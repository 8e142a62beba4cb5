using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

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

    /// <inheritdoc/>
    /// <remarks>For each iteration X·Xᵀ, its square, and that times X: at most three times rows · columns · the smaller of them.</remarks>
    public override long Products(MatrixShape shape) => 3 * Iterations * shape.Rows * shape.Columns * Math.Min(shape.Rows, shape.Columns);

    internal override SlotLayout Layout { get; } = new("muon", [new("m")], null);

    private protected override (Hyperparameter Known, double Value)[] Reals => [(Hyperparameters.MuonEpsilon, Epsilon)];

    private protected override (DoubleDouble[][] Parameters, SlotState<DoubleDouble> State) Wide(
        DoubleDouble[][] parameters, IReadOnlyList<MatrixShape> shapes, DoubleDouble[][] grads, SlotState<DoubleDouble>? state)
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
            DoubleDouble[] matrix = Tensors.Made(b.Length, j => Nesterov ? Sgd.Nesterov(part * g[j], part * b[j], momentum) : part * b[j]);
            DoubleDouble[] direction = Formulas.Muon.Direction<DoubleDouble>(matrix, shapes[i].Rows, shapes[i].Columns, part * Epsilon, Iterations);
            DoubleDouble scale = Formulas.Muon.Scale<DoubleDouble>(shapes[i].Rows, shapes[i].Columns);
            for (int j = 0; j < b.Length; j++)
                theta[i][j] = Sgd.Update(theta[i][j], scale * direction[j], lr) - AdamW.Decay(theta[i][j], decay);
        }

        return (theta, new SlotState<DoubleDouble>(Layout, (state?.Step ?? 0) + 1, [buffers], 1));
    }
}
