using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Matrices whose columns, or rows where there are fewer, are orthonormal, every such matrix as likely as any other, times a gain.</summary>
/// <remarks>
/// The factor Q of A = QR with a positive diagonal of R, A a matrix of normal numbers; of a wide matrix the transpose. By modified Gram–Schmidt in double-double, which loses at most about κ(A)·2⁻¹⁰⁴
/// of orthogonality, so that the one rounding of each element remains. Sources: Saxe et al. (2014), section 3; Mezzadri (2007), section 5, for the sign; Björck (1967) for the loss.
/// </remarks>
public sealed record OrthogonalInitializer
{
    /// <summary><c>rows</c>, of <see cref="Hyperparameters.Rows"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required int Rows { get; init => field = (int)Hyperparameters.Rows.Require((long)value); }

    /// <summary><c>columns</c>, of <see cref="Hyperparameters.Columns"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required int Columns { get; init => field = (int)Hyperparameters.Columns.Require((long)value); }

    /// <summary><c>gain</c>, of <see cref="Hyperparameters.Gain"/>: the norm of the columns, or of the rows where there are fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Gain { get; init => field = Hyperparameters.Gain.Require(value); } = Hyperparameters.Gain.Default;

    /// <summary>The matrix of a seed, row by row; the normal numbers are <c>random.normal</c>, stream 0, the vectors that are made orthonormal one after the other.</summary>
    public T[][] Sample<T>(ulong seed)
        where T : IReal<T>
    {
        int length = Math.Max(Rows, Columns);
        var drawn = new DoubleDouble[(long)Rows * Columns];
        RandomStreams.FillNormalPairs<DoubleDouble>(seed, 0, 0, drawn);
        DoubleDouble[][] vectors = [.. drawn.Chunk(length)];
        for (int i = 0; i < vectors.Length; i++)
        {
            DoubleDouble norm = Norms.L2<DoubleDouble>(vectors[i]);
            for (int k = 0; k < length; k++)
                vectors[i][k] /= norm;
            for (int j = i + 1; j < vectors.Length; j++)
            {
                DoubleDouble along = Along(vectors[i], vectors[j]);
                for (int k = 0; k < length; k++)
                    vectors[j][k] -= along * vectors[i][k];
            }
        }

        return [.. Enumerable.Range(0, Rows).Select(i => Enumerable.Range(0, Columns).Select(j => (Gain * (Rows < Columns ? vectors[i][j] : vectors[j][i])).To<T>()).ToArray())];
    }

    private static DoubleDouble Along(DoubleDouble[] unit, DoubleDouble[] vector)
    {
        DoubleDouble sum = 0;
        for (int k = 0; k < unit.Length; k++)
            sum += unit[k] * vector[k];
        return sum;
    }
}
