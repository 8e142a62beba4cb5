using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The sizes of one attention layer on a batch.</summary>
/// <param name="Batch">B, sequences.</param>
/// <param name="Length">T, positions of a sequence.</param>
/// <param name="Heads">H.</param>
/// <param name="HeadWidth">D = C/H.</param>
public readonly record struct AttentionShape(int Batch, int Length, int Heads, int HeadWidth)
{
    /// <summary>C = H·D.</summary>
    public int Width => Heads * HeadWidth;

    /// <summary>B·H·T·T, elements of the attention weights.</summary>
    public int WeightCount => Batch * Heads * Length * Length;
}

/// <summary>Causal multi-head attention, forward and backward: a position attends to itself and to earlier ones, later ones are never read.</summary>
/// <remarks>
/// qkv (B, T, 3C) holds queries, keys, values, each C wide, heads side by side; weights (B, H, T, T) are 0 above the diagonal; y (B, T, C).
/// Source: Vaswani et al., "Attention is all you need" (2017), equation 1; Radford et al. (2019); D4 "Language Modeling Objective".
/// </remarks>
public static class Attention
{
    /// <summary>(q·k)/√D: a score from the product of a query and a key.</summary>
    [Formula("attention.score", TeX = "s_{ij}", Source = "Vaswani et al. (2017), equation 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Score<T>(
        [Domain(@"q_i \cdot k_j", "(-inf, inf)")] T product,
        [Domain("D", "[1, inf)", Whole = true)] T headWidth)
        where T : IReal<T> => product / T.Sqrt(headWidth);

    /// <summary>s + m, and −∞ where the mask m is: a score whose key the query may not look at has no weight, whatever it is itself.</summary>
    [Formula("attention.masked_score", TeX = "s'_{ij}", Source = "Vaswani et al. (2017), section 3.2.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaskedScore<T>(
        [Domain("s_{ij}", "(-inf, inf)")] T score,
        [Domain("m_{ij}", "[-inf, inf)")] T mask)
        where T : IReal<T> => T.IfEqual(mask, T.Of(double.NegativeInfinity), mask, score + mask);

    /// <summary>w·(d − Σw·d): the gradient of a score from that of its weight, through softmax.</summary>
    [Formula("attention.score_gradient", TeX = @"\frac{\partial L}{\partial s_{ij}}", Source = "the chain rule through softmax")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ScoreGradient<T>(
        [Domain("w_{ij}", "[0, 1]")] T weight,
        [Domain("d_{ij}", "(-inf, inf)")] T gradient,
        [Domain(@"\bar{d}_i", "(-inf, inf)")] T weightedMean)
        where T : IReal<T> => T.Rewritten(weight * (gradient - weightedMean), Differences.Times(gradient, weightedMean, weight));

    /// <summary>Attends; keeps the weights for the backward pass.</summary>
    /// <remarks>
    /// Scores so large that the number tells no 1 beside them are compared exactly. A query that may look at no key has weights of 0 alone and the output 0; so all that the backward pass gives it is 0.
    /// </remarks>
    /// <param name="qkv">Queries, keys and values.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="weights">Receives the weights.</param>
    /// <param name="y">Receives the output.</param>
    /// <param name="mask">T·T numbers in [−∞, ∞) that are added to the scores of every head, those of a query side by side; empty for none.</param>
    /// <returns>True where no score and no output was too large for that. Over lanes, false means that the lanes in which one was have other bits than alone.</returns>
    /// <exception cref="ArgumentException">The lengths are at odds with the shape.</exception>
    public static bool Forward<T>(ReadOnlySpan<T> qkv, AttentionShape shape, Span<T> weights, Span<T> y, ReadOnlySpan<T> mask = default)
        where T : IReal<T>
    {
        Require(shape, qkv.Length, weights.Length, y.Length);
        if (mask.Length != 0 && mask.Length != shape.Length * shape.Length)
            throw new ArgumentException($"mask has {mask.Length} elements, {shape.Length} x {shape.Length} are needed", nameof(mask));
        T headWidth = T.Of(shape.HeadWidth);
        bool ordinary = true;
        weights.Fill(T.Of(0));
        T[] scores = new T[shape.Length], room = new T[RowRoom.Cells(shape.Length, 2)];
        for (int head = 0; head < shape.Batch * shape.Heads; head++)
        {
            Places at = Places.Of(shape, head);
            for (int i = 0; i < shape.Length; i++)
            {
                // Row i of the scores, as far as position i.
                Span<T> row = weights.Slice((head * shape.Length + i) * shape.Length, i + 1);
                Scores<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(qkv), at, i, shape.HeadWidth, headWidth, new(scores));
                ReadOnlySpan<T> added = mask.IsEmpty ? mask : mask.Slice(i * shape.Length, i + 1);
                Span<T> output = y.Slice(at.Output.Row(i).Start, shape.HeadWidth);
                if (!added.IsEmpty && T.AllEqual(AddMask<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(added), i + 1, new(scores)), T.Of(0)))
                {
                    output.Fill(T.Of(0));
                    continue;
                }

                if (!TellsOne(added.IsEmpty ? Norms.LargestMagnitude<T>(scores.AsSpan(0, i + 1)) : LargestKept<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(added), i + 1, new(scores))))
                {
                    ordinary = false;
                    WideAttention.Scores(qkv, at.Query.Row(i), at.Key, shape.HeadWidth, added, scores.AsSpan(0, i + 1));
                }

                Attend<T, ReadOnlySpanCells<T>, SpanCells<T>, SpanCells<T>>(new(scores), new(qkv), at, i, shape.HeadWidth, new(row), new(y), new(room));

                if (!WideSums.IsFinite(Norms.LargestMagnitude<T>(output)))
                {
                    ordinary = false;
                    WideAttention.Output(row, qkv, at.Value, output);
                }
            }
        }

        return ordinary;
    }

    /// <summary>At most how many products of attention, and with dy of its gradients, are computed over <see cref="BigReal"/>, since the number tells no 1 beside a score or does not hold what is on the way: each takes up to a thousand times as long as another.</summary>
    /// <param name="qkv">Queries, keys and values.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="mask">What is added to the scores; empty for nothing.</param>
    /// <param name="dy">∂L/∂y; empty where no gradients are asked.</param>
    /// <exception cref="ArgumentException">The lengths are at odds with the shape.</exception>
    public static long WideProducts<T>(ReadOnlySpan<T> qkv, AttentionShape shape, ReadOnlySpan<T> mask, ReadOnlySpan<T> dy)
        where T : IReal<T>
    {
        Require(shape, qkv.Length, shape.WeightCount, dy.IsEmpty ? qkv.Length / 3 : dy.Length);
        return WideAttention.Products(qkv, shape, mask, dy);
    }

    /// <summary>Computes on this thread, with at most so many products over <see cref="BigReal"/> in all attention there: where more were asked for, what is computed is worth nothing.</summary>
    /// <param name="most">How many.</param>
    /// <param name="compute">What to compute.</param>
    /// <returns>How many were asked for.</returns>
    public static long WithWideProducts(long most, Action compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return WideAttention.Limited(most, compute);
    }

    /// <summary>Adds a row of the mask to as many scores; 1 where a key may be looked at, else 0. A number may be lanes with one mask.</summary>
    internal static T AddMask<T, TRow, TRoom>(TRow mask, int count, TRoom scores)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T none = T.Of(double.NegativeInfinity), one = T.Of(1), any = T.Of(0);
        for (int j = 0; j < count; j++)
        {
            T added = TRow.Read(mask, j);
            TRoom.Write(scores, j, MaskedScore(TRoom.Read(scores, j), added));
            any = T.IfEqual(added, none, any, one);
        }

        return any;
    }

    /// <summary>The largest magnitude of masked scores and of what was added to them, of keys that may be looked at.</summary>
    internal static T LargestKept<T, TRow, TRoom>(TRow mask, int count, TRoom scores)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T none = T.Of(double.NegativeInfinity), largest = T.Of(0);
        for (int j = 0; j < count; j++)
        {
            T added = TRow.Read(mask, j);
            largest = T.IfEqual(added, none, largest, T.Max(largest, T.Max(T.Abs(TRoom.Read(scores, j)), T.Abs(added))));
        }

        return largest;
    }

    // Whether 1 is not lost beside x, and x is neither infinite nor NaN.
    internal static bool TellsOne<T>(T x)
        where T : IReal<T> => T.AllLess(x, x + T.Of(1));

    /// <summary>The scores of position i with itself and earlier ones.</summary>
    internal static void Scores<T, TRow, TRoom>(TRow qkv, Places at, int i, int width, T headWidth, TRoom scores)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        MatrixProduct.Multiply<T, TRow, TRow, TRoom>(qkv, at.Query.Row(i), qkv, at.Key.Transposed, scores, MatrixLayout.RowMajor(i + 1), 1, width, i + 1);
        for (int j = 0; j <= i; j++)
            TRoom.Write(scores, j, Score(TRoom.Read(scores, j), headWidth));
    }

    /// <summary>The weights of position i from its scores, and its output.</summary>
    internal static void Attend<T, TRow, TResult, TRoom>(TRoom scores, TRow qkv, Places at, int i, int width, TResult weights, TResult y, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        Softmax.Probabilities<T, TRoom, TResult, TRoom>(scores, i + 1, weights, room);
        MatrixProduct.Multiply<T, TResult, TRow, TResult>(weights, MatrixLayout.RowMajor(i + 1), qkv, at.Value, y, at.Output.Row(i), 1, i + 1, width);
    }

    /// <summary>∂L/∂qkv from ∂L/∂y and the weights that the forward pass kept.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with the shape.</exception>
    public static bool InputGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> qkv, ReadOnlySpan<T> weights, AttentionShape shape, Span<T> dQkv)
        where T : IReal<T> => InputGradient(dy, qkv, weights, shape, dQkv, new T[shape.Length * shape.Length]);

    /// <summary>The same with room for T·T gradients of scores, which are overwritten.</summary>
    /// <returns>True where nothing on the way was, or could have been, too large or too small for the number. Over lanes, false means that the lanes in which it was have other bits than alone.</returns>
    /// <exception cref="ArgumentException">The lengths are at odds with the shape.</exception>
    public static bool InputGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> qkv, ReadOnlySpan<T> weights, AttentionShape shape, Span<T> dQkv, Span<T> dScores)
        where T : IReal<T>
    {
        Require(shape, qkv.Length, weights.Length, dy.Length);
        if (dQkv.Length != qkv.Length)
            throw new ArgumentException($"dQkv has {dQkv.Length} elements, qkv has {qkv.Length}", nameof(dQkv));
        int length = shape.Length;
        if (dScores.Length != length * length)
            throw new ArgumentException($"dScores has {dScores.Length} elements, {length} x {length} are needed", nameof(dScores));
        T headWidth = T.Of(shape.HeadWidth);
        var room = new T[RowRoom.Cells(length, 1)];
        bool ordinary = true;
        for (int head = 0; head < shape.Batch * shape.Heads; head++)
        {
            Places at = Places.Of(shape, head);
            ReadOnlySpan<T> w = weights.Slice(head * length * length, length * length);
            if (!IsOrdinary(dy, qkv, at, length, shape.HeadWidth))
            {
                ordinary = false;
                if (WideAttention.InputGradient(dy, qkv, w, at, length, shape.HeadWidth, dQkv))
                    continue;
            }

            for (int i = 0; i < length; i++)
            {
                QueryGradient<T, ReadOnlySpanCells<T>, SpanCells<T>, SpanCells<T>>(
                    new(dy), new(qkv), new(w.Slice(i * length, length)), at, i, shape.HeadWidth, headWidth, new(dScores.Slice(i * length, length)), new(dQkv), new(room));
            }

            // A key and a value are read by their own position and by later ones alone.
            for (int j = 0; j < length; j++)
            {
                KeyAndValueGradient<T, ReadOnlySpanCells<T>, SpanCells<T>, SpanCells<T>>(new(dy), new(qkv), new(w), at, j, length, shape.HeadWidth, new(dScores), new(dQkv));
            }
        }

        return ordinary;
    }

    // Whether queries and keys are not so large that they bring back what was lost, no product of a gradient and a value underflows, and no sum overflows: each has at most 2⁴⁰ terms.
    internal static bool IsOrdinary<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> qkv, Places at, int length, int width)
        where T : IReal<T>
    {
        T zero = T.Of(0), one = T.Of(1), terms = T.Of(1L << 40), value = at.Value.Largest(qkv, length, width), up = zero, least = zero;
        for (int i = 0; i < length; i++)
        {
            // The least of the rows' largest gradients that are not 0.
            T largest = Norms.LargestMagnitude(dy.Slice(at.Output.Row(i).Start, width));
            up = T.Max(up, largest);
            least = T.IfEqual(largest, zero, least, T.IfEqual(least, zero, largest, T.Min(least, largest)));
        }

        T read = T.Max(at.Query.Largest(qkv, length, width), at.Key.Largest(qkv, length, width));
        T small = T.IfEqual(least, zero, one, T.IfEqual(value, zero, one, NormalRange.IfNormal(least * value, one, zero)));
        return TellsOne(read) && WideSums.IsFinite(up * terms) && WideSums.IsFinite(up * value * (one + read) * terms) && T.AllEqual(small, one);
    }

    /// <summary>∂L of position i's scores and query, from its row of weights.</summary>
    internal static void QueryGradient<T, TRow, TResult, TRoom>(TRow dy, TRow qkv, TRow weights, Places at, int i, int width, T headWidth, TRoom dScores, TResult dQkv, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        MatrixProduct.Multiply<T, TRow, TRow, TRoom>(dy, at.Output.Row(i), qkv, at.Value.Transposed, dScores, MatrixLayout.RowMajor(i + 1), 1, width, i + 1);
        TRoom products = RowRoom.Row<T, TRoom>(room, i + 1, 0);
        for (int j = 0; j <= i; j++)
            TRoom.Write(products, j, TRow.Read(weights, j) * TRoom.Read(dScores, j));
        T mean = Reduction.Sum<T, TRoom, TRoom>(products, i + 1, room);
        for (int j = 0; j <= i; j++)
            TRoom.Write(dScores, j, Score(ScoreGradient(TRow.Read(weights, j), TRoom.Read(dScores, j), mean), headWidth));
        MatrixProduct.Multiply<T, TRoom, TRow, TResult>(dScores, MatrixLayout.RowMajor(i + 1), qkv, at.Key, dQkv, at.Query.Row(i), 1, i + 1, width);
    }

    /// <summary>∂L of position j's key and value, from all weights and all gradients of scores of its head.</summary>
    internal static void KeyAndValueGradient<T, TRow, TResult, TRoom>(TRow dy, TRow qkv, TRow weights, Places at, int j, int length, int width, TRoom dScores, TResult dQkv)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        var column = new MatrixLayout(j * length + j, 1, length);
        MatrixProduct.Multiply<T, TRoom, TRow, TResult>(dScores, column, qkv, at.Query.Row(j), dQkv, at.Key.Row(j), 1, length - j, width);
        MatrixProduct.Multiply<T, TRow, TRow, TResult>(weights, column, dy, at.Output.Row(j), dQkv, at.Value.Row(j), 1, length - j, width);
    }

    private static void Require(AttentionShape shape, int qkv, int weights, int y)
    {
        int tokens = shape.Batch * shape.Length;
        if (tokens * 3 * shape.Width != qkv || tokens * shape.Width != y || shape.WeightCount != weights)
            throw new ArgumentException($"qkv has {qkv} elements, weights {weights}, y {y}, which is outside the sizes of {shape}", nameof(shape));
    }

    /// <summary>Where one head's queries, keys, values and outputs of one sequence lie: matrices of T rows and D columns.</summary>
    internal readonly record struct Places(Place Query, Place Key, Place Value, Place Output)
    {
        public static Places Of(AttentionShape shape, int head)
        {
            int sequence = head / shape.Heads;
            int column = head % shape.Heads * shape.HeadWidth;
            int start = sequence * shape.Length * 3 * shape.Width + column;
            return new Places(
                new Place(start, 3 * shape.Width),
                new Place(start + shape.Width, 3 * shape.Width),
                new Place(start + 2 * shape.Width, 3 * shape.Width),
                new Place(sequence * shape.Length * shape.Width + column, shape.Width));
        }
    }

    /// <summary>A matrix of rows that lie a stride apart.</summary>
    internal readonly record struct Place(int Start, int Stride)
    {
        public MatrixLayout Transposed => ((MatrixLayout)this).Transposed;

        public static implicit operator MatrixLayout(Place place) => new(place.Start, place.Stride, 1);

        public MatrixLayout Row(int index) => new(Start + index * Stride, Stride, 1);

        /// <summary>The largest magnitude in some rows.</summary>
        public T Largest<T>(ReadOnlySpan<T> x, int rows, int width)
            where T : IReal<T>
        {
            T largest = T.Of(0);
            for (int i = 0; i < rows; i++)
                largest = T.Max(largest, Norms.LargestMagnitude(x.Slice(Start + i * Stride, width)));
            return largest;
        }
    }
}
