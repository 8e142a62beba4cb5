using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Softmax, log-softmax and log-sum-exp for narrow formats: computed in double-double from the row as the format holds it, and rounded once.</summary>
/// <remarks>
/// Double alone would decide ties of the format: −36.625 − 10⁻¹⁶ is −36.625 in binary64, halfway between two numbers of bfloat16, and lies on one side of it.
/// Source: the oracle protocol, softmax.
/// </remarks>
public static class SoftmaxRounded
{
    /// <summary>Probabilities of a row of logits.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    public static void Probabilities<T>(ReadOnlySpan<T> logits, Span<T> result)
        where T : IBinaryFormat<T>
    {
        var wide = new DoubleDouble[result.Length];
        Softmax.Probabilities<DoubleDouble>(Widened(logits), wide);
        Round(wide, result);
    }

    /// <summary>Logarithms of the probabilities of a row.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    public static void LogProbabilities<T>(ReadOnlySpan<T> logits, Span<T> result)
        where T : IBinaryFormat<T>
    {
        if (result.Length != logits.Length)
            throw new ArgumentException($"result has {result.Length} elements, logits has {logits.Length}", nameof(result));
        var wide = new DoubleDouble[result.Length];
        Softmax.LogProbabilities<DoubleDouble>(Widened(logits), wide);
        Round(wide, result);
    }

    /// <summary>ln Σ e^xᵢ.</summary>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    public static T LogSumExp<T>(ReadOnlySpan<T> x)
        where T : IBinaryFormat<T> =>
        Softmax.LogSumExp<DoubleDouble, WidenedCells<T>, SpanCells<DoubleDouble>>(new(Softmax.NotEmpty(x)), x.Length, RowRoom.Of<DoubleDouble>(x.Length, 1)).To<T>();

    private static DoubleDouble[] Widened<T>(ReadOnlySpan<T> x)
        where T : IBinaryFormat<T>
    {
        var wide = new DoubleDouble[x.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = T.ToDouble(x[i]);
        return wide;
    }

    private static void Round<T>(DoubleDouble[] wide, Span<T> result)
        where T : IBinaryFormat<T>
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = wide[i].To<T>();
    }

    // The row in double-double, widened where it is read.
    private readonly ref struct WidenedCells<T>(ReadOnlySpan<T> row) : IReadCells<WidenedCells<T>, DoubleDouble>
        where T : IBinaryFormat<T>
    {
        private readonly ReadOnlySpan<T> _row = row;

        public static DoubleDouble Read(WidenedCells<T> cells, int index) => T.ToDouble(cells._row[index]);

        public static WidenedCells<T> From(WidenedCells<T> cells, int start) => new(cells._row[start..]);
    }
}
