using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The linear map y = W·x + b on rows of a flat array, forward and backward.</summary>
/// <remarks>x (N, I), W (O, I), b (O), y (N, O), all row-major. Source: D4 "Gradient Flow Through GPT"; the oracle protocol, gpt.loss.</remarks>
public static class Linear
{
    /// <summary>y = W·x + b for every row; an empty bias means none.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with the two widths.</exception>
    public static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y, int inputs, int outputs)
        where T : IReal<T>
    {
        int rows = Rows(x.Length, y.Length, weight.Length, bias.Length, inputs, outputs);
        MatrixProduct.Multiply(
            x, MatrixLayout.RowMajor(inputs), weight, MatrixLayout.RowMajor(inputs).Transposed, y, MatrixLayout.RowMajor(outputs), rows, inputs, outputs);
        if (!bias.IsEmpty)
            AddBias(bias, y);
    }

    /// <summary>∂L/∂x = ∂L/∂y · W.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with the two widths.</exception>
    public static void InputGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> weight, Span<T> dx, int inputs, int outputs)
        where T : IReal<T>
    {
        int rows = Rows(dx.Length, dy.Length, weight.Length, 0, inputs, outputs);
        MatrixProduct.Multiply(
            dy, MatrixLayout.RowMajor(outputs), weight, MatrixLayout.RowMajor(inputs), dx, MatrixLayout.RowMajor(inputs), rows, outputs, inputs);
    }

    /// <summary>∂L/∂W = (∂L/∂y)ᵀ · x, the chain running over ascending rows.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with the two widths.</exception>
    public static void WeightGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dWeight, int inputs, int outputs)
        where T : IReal<T>
    {
        int rows = Rows(x.Length, dy.Length, dWeight.Length, 0, inputs, outputs);
        MatrixProduct.Multiply(
            dy, MatrixLayout.RowMajor(outputs).Transposed, x, MatrixLayout.RowMajor(inputs), dWeight, MatrixLayout.RowMajor(inputs), outputs, rows, inputs);
    }

    /// <summary>∂L/∂b = Σ over rows of ∂L/∂y, in ascending order from +0; where that overflows, of smaller terms.</summary>
    /// <exception cref="ArgumentException">The gradient is not made of rows of the bias's length.</exception>
    public static void BiasGradient<T>(ReadOnlySpan<T> dy, Span<T> dBias)
        where T : IReal<T>
    {
        if (dBias.IsEmpty || dy.Length % dBias.Length != 0)
            throw new ArgumentException($"dy has {dy.Length} elements, which is outside multiples of {dBias.Length}", nameof(dy));
        BiasGradient<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(dy), dy.Length, new(dBias), dBias.Length, 0, dBias.Length);
        T part = WideSums.PartOf<T>(dy.Length / dBias.Length);
        for (int i = 0; i < dBias.Length; i++)
        {
            if (WideSums.IsFinite(dBias[i]))
                continue;
            T sum = T.Of(0);
            for (int at = i; at < dy.Length; at += dBias.Length)
                sum = T.Fma(part, dy[at], sum);
            dBias[i] = WideSums.Of(dBias[i], dBias[i], sum, part);
        }
    }

    /// <summary>The same over cells, for the columns from one to before another; a sum that overflows stays so.</summary>
    internal static void BiasGradient<T, TRow, TResult>(TRow dy, int count, TResult dBias, int width, int first, int end)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
    {
        for (int i = first; i < end; i++)
            TResult.Write(dBias, i, T.Of(0));
        for (int start = 0; start < count; start += width)
        {
            for (int i = first; i < end; i++)
                TResult.Write(dBias, i, TResult.Read(dBias, i) + TRow.Read(dy, start + i));
        }
    }

    /// <summary>y = x + y for every element: a residual sum.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Add<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : IReal<T>
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"y has {y.Length} elements, x has {x.Length}", nameof(y));
        for (int i = 0; i < x.Length; i++)
            y[i] = x[i] + y[i];
    }

    /// <summary>y = y + b for every row.</summary>
    /// <exception cref="ArgumentException">The result is not made of rows of the bias's length.</exception>
    public static void AddBias<T>(ReadOnlySpan<T> bias, Span<T> y)
        where T : IReal<T>
    {
        if (bias.IsEmpty || y.Length % bias.Length != 0)
            throw new ArgumentException($"y has {y.Length} elements, which is outside multiples of {bias.Length}", nameof(y));
        for (; !y.IsEmpty; y = y[bias.Length..])
        {
            for (int i = 0; i < bias.Length; i++)
                y[i] = y[i] + bias[i];
        }
    }

    private static int Rows(int x, int y, int weight, int bias, int inputs, int outputs)
    {
        Domain.Require("[1, inf)", (long)inputs, nameof(inputs));
        Domain.Require("[1, inf)", (long)outputs, nameof(outputs));
        if (weight != inputs * outputs)
            throw new ArgumentException($"weight has {weight} elements, {outputs} x {inputs} are needed", nameof(weight));
        if (bias != 0 && bias != outputs)
            throw new ArgumentException($"bias has {bias} elements, 0 or {outputs} are needed", nameof(bias));
        int rows = x / inputs;
        if (rows * inputs != x || rows * outputs != y)
            throw new ArgumentException($"y has {y} elements for {x} inputs, which is outside rows of {inputs} to {outputs}", nameof(y));
        return rows;
    }
}
