using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Rows and heads of attention that go through more, or less, than the number holds: the same formulas over <see cref="BigReal"/>, rounded once.</summary>
/// <remarks>Numbers that are more than one value, and rows with infinities or NaN, stay as they are. It takes up to a thousand times as long as the ordinary way.</remarks>
internal static class WideAttention
{
    // Sums of products of two doubles reach from 2⁻²¹⁴⁸ to beyond 2²⁰⁴⁸: exact in so many bits.
    private const int ExactBits = 4352;

    [ThreadStatic]
    private static long _asked;

    [ThreadStatic]
    private static long? _most;

    /// <summary>Computes on this thread with at most so many products this way; rows and heads beyond them stay as they are, so that what is computed is worth nothing where more were asked for.</summary>
    /// <returns>How many were asked for.</returns>
    public static long Limited(long most, Action compute)
    {
        (long asked, long? before) = (_asked, _most);
        try
        {
            (_asked, _most) = (0, most);
            compute();
            return _asked;
        }
        finally
        {
            (_asked, _most) = (asked, before);
        }
    }

    // Whether so many products more are beyond the limit; those count, and so do the ones that are computed.
    private static bool IsTooMuch(long products)
    {
        if (_most is not { } most || products <= most - _asked)
            return false;
        _asked += products;
        return true;
    }

    /// <summary>By how much each score of a row lies below the largest one, which is all that softmax asks; with what a mask adds, and −∞ where it is.</summary>
    public static void Scores<T>(ReadOnlySpan<T> qkv, MatrixLayout query, MatrixLayout keys, int width, ReadOnlySpan<T> mask, Span<T> scores)
        where T : IReal<T>
    {
        int count = scores.Length;
        if (IsTooMuch((long)count * width) || Values(qkv, query, 1, width) is not { } q || Values(qkv, keys, count, width) is not { } k)
            return;
        BigReal[]? added = mask.IsEmpty ? null : new BigReal[count];
        for (int j = 0; j < mask.Length; j++)
        {
            if (DoubleDouble.ValueOf(mask[j]) is not { } value || double.IsNaN(value.High))
                return;
            added![j] = double.IsInfinity(value.High) ? (BigReal)value.High : (BigReal)value.High + value.Low;
        }

        _asked += (long)count * width;
        BigReal[] below = BigReal.WithPrecision(ExactBits, () =>
        {
            var products = new BigReal[count];
            MatrixProduct.Multiply<BigReal>(q, MatrixLayout.RowMajor(width), k, MatrixLayout.RowMajor(width).Transposed, products, MatrixLayout.RowMajor(count), 1, width, count);
            for (int j = 0; j < (added?.Length ?? 0); j++)
                products[j] = Attention.MaskedScore(Attention.Score<BigReal>(products[j], width), added![j]);
            BigReal largest = Softmax.Maximum<BigReal>(products);
            return Array.ConvertAll(products, product => product - largest);
        });
        for (int j = 0; j < count; j++)
            scores[j] = (added is null ? Attention.Score(below[j], width) : below[j]).To<T>();
    }

    /// <summary>A position's output, of weights that add up to 1.</summary>
    public static void Output<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> qkv, MatrixLayout values, Span<T> y)
        where T : IReal<T>
    {
        int count = weights.Length, width = y.Length;
        if (IsTooMuch((long)count * width) || Values(weights, MatrixLayout.RowMajor(count), 1, count) is not { } w || Values(qkv, values, count, width) is not { } v)
            return;
        _asked += (long)count * width;
        BigReal all = Reduction.Sum<BigReal>(w);
        var sums = new BigReal[width];
        MatrixProduct.Multiply<BigReal>(w, MatrixLayout.RowMajor(count), v, MatrixLayout.RowMajor(width), sums, MatrixLayout.RowMajor(width), 1, count, width);
        for (int c = 0; c < width; c++)
            y[c] = (sums[c] / all).To<T>();
    }

    /// <summary>The gradients of one head, row after row, so that no square of the length is held; false where they were left as they are.</summary>
    public static bool InputGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> qkv, ReadOnlySpan<T> weights, Attention.Places at, int length, int width, Span<T> dQkv)
        where T : IReal<T>
    {
        MatrixLayout rows = MatrixLayout.RowMajor(width);
        if (IsTooMuch(GradientProducts(length, width)) || Values(dy, at.Output, length, width) is not { } up || Values(qkv, at.Query, length, width) is not { } q || Values(qkv, at.Key, length, width) is not { } k || Values(qkv, at.Value, length, width) is not { } v)
            return false;
        _asked += GradientProducts(length, width);
        BigReal[] dQ = new BigReal[q.Length], dK = new BigReal[q.Length], dV = new BigReal[q.Length];
        for (int i = 0; i < length; i++)
        {
            if (Values(weights, new MatrixLayout(i * length, length, 1), 1, i + 1) is not { } w)
                return false;
            var dScores = new BigReal[i + 1];
            MatrixLayout here = rows with { Start = i * width };
            BigReal.WithPrecision(ExactBits, () =>
            {
                MatrixProduct.Multiply<BigReal>(up, here, v, rows.Transposed, dScores, MatrixLayout.RowMajor(dScores.Length), 1, width, dScores.Length);
                return true;
            });
            ScoreGradients(w, dScores, width);
            MatrixProduct.Multiply<BigReal>(dScores, MatrixLayout.RowMajor(i + 1), k, rows, dQ, here, 1, i + 1, width);
            for (int n = 0; n < (i + 1) * width; n++)
            {
                dK[n] = MatrixProduct.Next(dK[n], dScores[n / width], q[i * width + n % width]);
                dV[n] = MatrixProduct.Next(dV[n], w[n / width], up[i * width + n % width]);
            }
        }

        Write(dQ, dQkv, at.Query, width);
        Write(dK, dQkv, at.Key, width);
        Write(dV, dQkv, at.Value, width);
        return true;
    }

    /// <summary>At most so many products of <see cref="Attention.Forward{T}"/>, and with a gradient of the output of <see cref="Attention.InputGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, AttentionShape, Span{T})"/>, go this way: what magnitudes alone say.</summary>
    public static long Products<T>(ReadOnlySpan<T> qkv, AttentionShape shape, ReadOnlySpan<T> mask, ReadOnlySpan<T> dy)
        where T : IReal<T>
    {
        long products = 0;
        int length = shape.Length, width = shape.HeadWidth;
        var added = new double[length];
        for (int n = 0; n < mask.Length; n++)
        {
            if (n % length <= n / length && Value(mask[n]) is var value && !double.IsNegativeInfinity(value))
                added[n / length] = Math.Max(added[n / length], Math.Abs(value));
        }

        for (int head = 0; head < shape.Batch * shape.Heads; head++)
        {
            Attention.Places at = Attention.Places.Of(shape, head);
            double key = Value(at.Key.Largest(qkv, length, width)) / Math.Sqrt(width);
            bool isWideValue = !WideSums.IsFinite(at.Value.Largest(qkv, length, width) * T.Of(2));
            for (int i = 0; i < length; i++)
            {
                double query = 0;
                foreach (T x in qkv.Slice(at.Query.Row(i).Start, width))
                    query += Math.Abs(Value(x));

                // Twice as much, for the roundings of the scores.
                bool isWideScore = !Attention.TellsOne(T.Of(2 * (query * key + added[i])));
                products += (i + 1L) * width * ((isWideScore ? 1 : 0) + (isWideValue ? 1 : 0));
            }

            if (!dy.IsEmpty && !Attention.IsOrdinary(dy, qkv, at, length, width))
                products += GradientProducts(length, width);
        }

        return products;
    }

    private static long GradientProducts(int length, int width) => 2L * length * (length + 1) * width;

    // 0 for what is more than one value, and stays as it is.
    private static double Value<T>(T x)
        where T : IReal<T> => DoubleDouble.ValueOf(x)?.High ?? 0;

    // Of the weights as parts of their sum, which the rounding of each has moved away from 1; exact up to that quotient, so that gradients that are equal cancel.
    private static void ScoreGradients(BigReal[] w, BigReal[] gradients, int width)
    {
        var (all, centred) = BigReal.WithPrecision(ExactBits, () =>
        {
            BigReal all = Reduction.Sum<BigReal>(w), sum = Reduction.Sum<BigReal>([.. w.Zip(gradients, (weight, gradient) => weight * gradient)]);
            return (all, Array.ConvertAll(gradients, gradient => gradient * all - sum));
        });
        for (int j = 0; j < w.Length; j++)
            gradients[j] = Attention.Score(Attention.ScoreGradient<BigReal>(w[j], centred[j], 0) / all, width);
    }

    private static void Write<T>(BigReal[] x, Span<T> into, MatrixLayout layout, int columns)
        where T : IReal<T>
    {
        for (int i = 0; i < x.Length; i++)
            into[layout.Start + i / columns * layout.RowStride + i % columns] = x[i].To<T>();
    }

    // The finite numbers of a matrix, row by row; null where one is infinite, NaN, or no single value.
    private static BigReal[]? Values<T>(ReadOnlySpan<T> x, MatrixLayout layout, int rows, int columns)
        where T : IReal<T>
    {
        var values = new BigReal[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            if (BigReal.ValueOf(x[layout.Start + i / columns * layout.RowStride + i % columns * layout.ColumnStride]) is not { } value)
                return null;
            values[i] = value;
        }

        return values;
    }
}
