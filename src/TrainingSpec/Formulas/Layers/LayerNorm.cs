using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Layer normalization of the rows of a flat array, with gain and bias, forward and backward.</summary>
/// <remarks>x, y (N, C); g, b (C). The variance is that of the row itself, over C. Source: Ba, Kiros, Hinton, "Layer normalization" (2016), equations 3 and 4.</remarks>
public static class LayerNorm
{
    /// <summary>1/√(σ² + ε): the reciprocal standard deviation.</summary>
    [Formula("layer_norm.reciprocal_deviation", TeX = "r", Source = "Ba et al. (2016), equation 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ReciprocalDeviation<T>(
        [Domain(@"\sigma^2", "[0, inf)")] T variance,
        [Domain(nameof(Hyperparameters.LayerNormEpsilon), WithoutLowest = true)] T eps)
        where T : IReal<T> => T.Of(1) / Norms.RootOfSum(variance, eps);

    /// <summary>(x − μ)·r: an element with its row's mean taken out and its deviation scaled to 1.</summary>
    [Formula("layer_norm.normalized", TeX = @"\hat{x}_i", Source = "Ba et al. (2016), equation 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Normalized<T>(
        [Domain("x_i", "(-inf, inf)")] T x,
        [Domain(@"\mu", "(-inf, inf)")] T mean,
        [Domain("r", "(0, inf)")] T reciprocalDeviation)
        where T : IReal<T> => Differences.Times(x, mean, reciprocalDeviation);

    /// <summary>g·x̂ + b: the output.</summary>
    [Formula("layer_norm.output", TeX = "y_i", Source = "Ba et al. (2016), equation 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Output<T>(
        [Domain(@"\hat{x}_i", "(-inf, inf)")] T normalized,
        [Domain("g_i", "(-inf, inf)")] T gain,
        [Domain("b_i", "(-inf, inf)")] T bias)
        where T : IReal<T> => T.Fma(gain, normalized, bias);

    /// <summary>r·(d − d̄ − x̂·p̄): ∂L/∂x from d = ∂L/∂x̂, its mean over the row, and the row's mean of d·x̂.</summary>
    [Formula("layer_norm.input_gradient", TeX = @"\frac{\partial L}{\partial x_i}", Source = "the chain rule through Ba et al. (2016), equations 3 and 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T InputGradientOf<T>(
        [Domain("d_i", "(-inf, inf)")] T d,
        [Domain(@"\bar{d}", "(-inf, inf)")] T mean,
        [Domain(@"\hat{x}_i", "(-inf, inf)")] T normalized,
        [Domain(@"\bar{p}", "(-inf, inf)")] T product,
        [Domain("r", "(0, inf)")] T reciprocalDeviation)
        where T : IReal<T>
    {
        T across = Differences.Times(d, mean, reciprocalDeviation), along = T.Product(reciprocalDeviation, normalized, product), smaller = T.Of(WideSums.Part) * reciprocalDeviation;

        // Ordinarily with one rounding of the sum, which cancels in narrow rows; else term by term.
        var (apart, error) = ErrorFree.TwoSum(d, -mean);
        T inner = T.Fma(-normalized, product, apart) + error, sum = NormalRange.IfNormal(T.Max(T.Abs(apart), T.Abs(inner)), reciprocalDeviation * inner, across - along);
        return T.Rewritten(
            reciprocalDeviation * (d - mean - normalized * product),
            WideSums.Of(T.Max(T.Abs(across), T.Abs(along)), sum, Differences.Times(d, mean, smaller) - T.Product(smaller, normalized, product)));
    }

    [AccuracyException("layer_norm.input_gradient", "the gradient without its mean and its part along the row may cancel, and the roundings of both stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T InputGradientUnit<T>(T d, T mean, T normalized, T product, T reciprocalDeviation)
        where T : IReal<T> => T.Abs(d - mean) * reciprocalDeviation;

    /// <summary>Normalizes every row; keeps x̂ (N, C) and r (N) for the backward pass. Rows that are not centred keep their mean, as RMS normalization has them.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with each other.</exception>
    public static void Forward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gain, ReadOnlySpan<T> bias, T eps, Span<T> y, Span<T> normalized, Span<T> reciprocalDeviations, bool centred = true)
        where T : IReal<T>
    {
        int width = gain.Length;
        Require(x.Length, width, bias.Length, y.Length, normalized.Length, reciprocalDeviations.Length);
        SpanCells<T> room = RowRoom.Of<T>(width, 1);
        for (int n = 0; n < reciprocalDeviations.Length; n++)
        {
            reciprocalDeviations[n] = Row<T, ReadOnlySpanCells<T>, SpanCells<T>, SpanCells<T>>(
                new(x.Slice(n * width, width)), new(gain), new(bias), width, eps, new(y.Slice(n * width, width)), new(normalized.Slice(n * width, width)), room, centred);
        }
    }

    /// <summary>One row, with room for another; the reciprocal deviation. A number may be lanes of which each is a row.</summary>
    internal static T Row<T, TRow, TResult, TRoom>(TRow x, TRow gain, TRow bias, int count, T eps, TResult y, TResult normalized, TRoom room, bool centred = true)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        // Row and √ε divided by a power of two near the larger, which is exact: no mean and no square overflows.
        T ofRow = T.BinaryScale(Norms.LargestMagnitude<T, TRow>(x, count)), scale = T.IfEqual(eps, T.Of(0), ofRow, T.Max(ofRow, T.BinaryScale(T.Sqrt(eps))));
        TRoom deviations = RowRoom.Row<T, TRoom>(room, count, 0);
        Norms.ScaleInto<T, TRow, TRoom>(x, count, scale, deviations);
        if (centred)
            Monitoring.TakeOutMean<T, TRoom>(deviations, count, room);
        T variance = Reduction.SumOfSquares<T, TRoom, TRoom>(deviations, count, room) / T.Of(count);

        // Without ε the scale may be so small that its reciprocal is infinite.
        T r = ReciprocalDeviation(variance, T.IfEqual(eps, T.Of(0), eps, T.Proportion(eps, T.Of(1) / scale, scale)));
        Normalize<T, TRow, TResult, TRoom>(gain, bias, deviations, count, r, y, normalized);
        return T.IfEqual(variance, T.Of(0), ReciprocalDeviation(variance, eps), r / scale);
    }

    private static void Normalize<T, TRow, TResult, TRoom>(TRow gain, TRow bias, TRoom deviations, int count, T r, TResult y, TResult normalized)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        for (int i = 0; i < count; i++)
        {
            // Equal elements are their own mean, whatever ε has become beside them.
            T deviation = TRoom.Read(deviations, i), centred = T.IfEqual(deviation, T.Of(0), T.Of(0), deviation * r);
            TResult.Write(normalized, i, centred);
            TResult.Write(y, i, Output(centred, TRow.Read(gain, i), TRow.Read(bias, i)));
        }
    }

    /// <summary>The same with ε as the real number that it is: where T can't hold its digits, rows are normalized in more and rounded once.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">T can't hold ε: it becomes infinite, or 0.</exception>
    public static void Forward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gain, ReadOnlySpan<T> bias, double eps, Span<T> y, Span<T> normalized, Span<T> reciprocalDeviations, bool centred = true)
        where T : IReal<T>
    {
        T rounded = Hyperparameters.LayerNormEpsilon.Rounded<T>(eps);
        if (Hyperparameter.HasDigits<T>(eps))
        {
            Forward(x, gain, bias, rounded, y, normalized, reciprocalDeviations, centred);
            return;
        }

        DoubleDouble[] output = new DoubleDouble[y.Length], rows = new DoubleDouble[normalized.Length], reciprocals = new DoubleDouble[reciprocalDeviations.Length];
        Forward<DoubleDouble>(DoubleDouble.ValuesOf(x), DoubleDouble.ValuesOf(gain), DoubleDouble.ValuesOf(bias), (DoubleDouble)eps, output, rows, reciprocals, centred);
        DoubleDouble.RoundedTo<T>(output).CopyTo(y);
        DoubleDouble.RoundedTo<T>(rows).CopyTo(normalized);
        DoubleDouble.RoundedTo<T>(reciprocals).CopyTo(reciprocalDeviations);
    }

    /// <summary>∂L/∂x from ∂L/∂y and what the forward pass kept.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with each other.</exception>
    public static void InputGradient<T>(
        ReadOnlySpan<T> dy, ReadOnlySpan<T> gain, ReadOnlySpan<T> normalized, ReadOnlySpan<T> reciprocalDeviations, Span<T> dx, bool centred = true)
        where T : IReal<T>
    {
        int width = gain.Length;
        Require(dy.Length, width, width, dx.Length, normalized.Length, reciprocalDeviations.Length);
        var room = new T[RowRoom.Cells(width, 2)];
        for (int n = 0; n < reciprocalDeviations.Length; n++)
            RowGradient(dy.Slice(n * width, width), gain, normalized.Slice(n * width, width), reciprocalDeviations[n], dx.Slice(n * width, width), room, centred);
    }

    /// <summary>∂L/∂x of one row, with room for ∂L/∂x̂ and its products with x̂. A number may be lanes of which each is a row.</summary>
    internal static void RowGradient<T, TRow, TResult, TRoom>(TRow dy, TRow gain, TRow normalized, int count, T reciprocalDeviation, TResult dx, TRoom room, bool centred = true)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        TRoom d = RowRoom.Row<T, TRoom>(room, count, 0), products = RowRoom.Row<T, TRoom>(room, count, 1);
        for (int i = 0; i < count; i++)
        {
            T inner = TRow.Read(dy, i) * TRow.Read(gain, i);
            TRoom.Write(d, i, inner);
            TRoom.Write(products, i, inner * TRow.Read(normalized, i));
        }

        T mean = centred ? Reduction.Sum<T, TRoom, TRoom>(d, count, room) / T.Of(count) : T.Of(0), product = Reduction.Sum<T, TRoom, TRoom>(products, count, room) / T.Of(count);
        InputGradients<T, TRow, TResult, TRoom>(d, count, mean, normalized, product, reciprocalDeviation, dx);
    }

    /// <summary>1 where ∂L/∂x̂, which a row's gradient leaves in its room, keeps its digits, and no sum of it or of its products with x̂, whose magnitudes are below the root of their number, overflows; else 0. Without ∂L/∂y there is nothing to keep.</summary>
    internal static T Ordinary<T, TRow, TRoom>(TRow dy, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T largest = Norms.LargestMagnitude<T, TRoom>(RowRoom.Row<T, TRoom>(room, count, 0), count), zero = T.Of(0), one = T.Of(1), sum = largest * T.Of(count) * T.Of(count);
        T within = T.IfLess(sum, T.Of(double.PositiveInfinity), NormalRange.IfNormal(largest, one, zero), zero);
        return T.Max(within, T.IfEqual(Norms.LargestMagnitude<T, TRow>(dy, count), zero, one, zero));
    }

    /// <summary>The same of a row in arrays; one that leaves the range on the way is computed in digits without a bound on the exponent, and rounded once.</summary>
    /// <returns>True where the row is ordinary. Over lanes, false means that the lanes in which it is not have other bits than alone.</returns>
    internal static bool RowGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> gain, ReadOnlySpan<T> normalized, T reciprocalDeviation, Span<T> dx, Span<T> room, bool centred = true)
        where T : IReal<T>
    {
        RowGradient<T, ReadOnlySpanCells<T>, SpanCells<T>, SpanCells<T>>(new(dy), new(gain), new(normalized), dy.Length, reciprocalDeviation, new(dx), new(room), centred);
        if (T.AllEqual(Ordinary<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(dy), dy.Length, new(room)), T.Of(1)))
            return true;
        WideRowGradient(dy, gain, normalized, reciprocalDeviation, dx, centred);
        return false;
    }

    // Infinities, NaN and numbers that are more than one value stay as they are.
    private static void WideRowGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> gain, ReadOnlySpan<T> normalized, T reciprocalDeviation, Span<T> dx, bool isCentred)
        where T : IReal<T>
    {
        if (BigReal.ValuesOf(dy) is not { } up || BigReal.ValuesOf(gain) is not { } g || BigReal.ValuesOf(normalized) is not { } centred || BigReal.ValueOf(reciprocalDeviation) is not { } r)
            return;
        BigReal[] result = new BigReal[up.Length], room = new BigReal[RowRoom.Cells(up.Length, 2)];
        RowGradient<BigReal>(up, g, centred, r, result, room, isCentred);
        for (int i = 0; i < result.Length; i++)
            dx[i] = result[i].To<T>();
    }

    // Compiled in full at once and apart: beside other loops the compiler gives up inlining, and over lanes each vector travels through memory.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void InputGradients<T, TRow, TResult, TRoom>(TRoom d, int count, T mean, TRow normalized, T product, T reciprocalDeviation, TResult dx)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        for (int i = 0; i < count; i++)
            TResult.Write(dx, i, InputGradientOf(TRoom.Read(d, i), mean, TRow.Read(normalized, i), product, reciprocalDeviation));
    }

    /// <summary>∂L/∂g = Σ over rows of ∂L/∂y·x̂, a chain of fused multiply-adds over ascending rows, from +0; where that overflows, of smaller terms.</summary>
    /// <exception cref="ArgumentException">The lengths are at odds with each other.</exception>
    public static void GainGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> normalized, Span<T> dGain)
        where T : IReal<T>
    {
        int width = dGain.Length;
        Require(dy.Length, width, width, dy.Length, normalized.Length, width == 0 ? 0 : dy.Length / width);
        GainGradient<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(dy), new(normalized), dy.Length, new(dGain), width, 0, width);
        T part = WideSums.PartOf<T>(dy.Length / width);
        for (int i = 0; i < width; i++)
        {
            if (WideSums.IsFinite(dGain[i]))
                continue;
            T sum = T.Of(0);
            for (int at = i; at < dy.Length; at += width)
                sum = T.Fma(part * dy[at], normalized[at], sum);
            dGain[i] = WideSums.Of(dGain[i], dGain[i], sum, part);
        }
    }

    /// <summary>The same over cells, for the columns from one to before another.</summary>
    internal static void GainGradient<T, TRow, TResult>(TRow dy, TRow normalized, int count, TResult dGain, int width, int first, int end)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
    {
        for (int i = first; i < end; i++)
            TResult.Write(dGain, i, T.Of(0));
        for (int start = 0; start < count; start += width)
        {
            for (int i = first; i < end; i++)
                TResult.Write(dGain, i, T.Fma(TRow.Read(dy, start + i), TRow.Read(normalized, start + i), TResult.Read(dGain, i)));
        }
    }

    private static void Require(int x, int width, int bias, int y, int normalized, int rows)
    {
        if (width == 0)
            throw new ArgumentException("gain has 0 elements, at least 1 is needed", nameof(width));
        if (bias != width)
            throw new ArgumentException($"bias has {bias} elements, gain has {width}", nameof(bias));
        if (x != rows * width || y != x || normalized != x)
            throw new ArgumentException($"x has {x} elements, y {y}, normalized {normalized}; {rows} rows of {width} are needed", nameof(x));
    }
}
