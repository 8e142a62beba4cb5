using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What is logged of gradients, parameters and activations: extremes, mean, spread, zeros, saturation; and how fast a step is.</summary>
/// <remarks>Rows have at least one element; the empty row has no extremes and gives NaN. Source: D1 "Gradient Monitoring"; D2 "Monitoring Gradient Norms"; D3 "Gradient Flow Diagnostics".</remarks>
public static class Monitoring
{
    /// <summary>max|x|: the largest magnitude.</summary>
    [Formula("monitoring.max_abs", TeX = @"\lVert x \rVert_\infty", Source = "D2 Monitoring Gradient Norms")]
    public static T MaxAbs<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T> => MaxAbs<T, ReadOnlySpanCells<T>>(new(x), x.Length);

    /// <summary>The same over cells.</summary>
    public static T MaxAbs<T, TRow>(TRow x, int count)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
    {
        T largest = count == 0 ? T.Of(double.NaN) : T.Abs(TRow.Read(x, 0));
        for (int i = 1; i < count; i++)
            largest = T.Max(largest, T.Abs(TRow.Read(x, i)));
        return largest;
    }

    /// <summary>min|x|: the smallest magnitude.</summary>
    [Formula("monitoring.min_abs", TeX = @"\min \lvert x \rvert", Source = "D2 Monitoring Gradient Norms")]
    public static T MinAbs<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T> => MinAbs<T, ReadOnlySpanCells<T>>(new(x), x.Length);

    /// <summary>The same over cells.</summary>
    public static T MinAbs<T, TRow>(TRow x, int count)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
    {
        T smallest = count == 0 ? T.Of(double.NaN) : T.Abs(TRow.Read(x, 0));
        for (int i = 1; i < count; i++)
            smallest = T.Min(smallest, T.Abs(TRow.Read(x, i)));
        return smallest;
    }

    /// <summary>max x, with its sign.</summary>
    [Formula("monitoring.max", TeX = @"\max x", Source = "D1 Exercise 3: Gradient Monitoring")]
    public static T Max<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T> => Max<T, ReadOnlySpanCells<T>>(new(x), x.Length);

    /// <summary>The same over cells.</summary>
    public static T Max<T, TRow>(TRow x, int count)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
    {
        T largest = count == 0 ? T.Of(double.NaN) : TRow.Read(x, 0);
        for (int i = 1; i < count; i++)
            largest = T.Max(largest, TRow.Read(x, i));
        return largest;
    }

    /// <summary>min x, with its sign.</summary>
    [Formula("monitoring.min", TeX = @"\min x", Source = "D1 Exercise 3: Gradient Monitoring")]
    public static T Min<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T> => Min<T, ReadOnlySpanCells<T>>(new(x), x.Length);

    /// <summary>The same over cells.</summary>
    public static T Min<T, TRow>(TRow x, int count)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
    {
        T smallest = count == 0 ? T.Of(double.NaN) : TRow.Read(x, 0);
        for (int i = 1; i < count; i++)
            smallest = T.Min(smallest, TRow.Read(x, i));
        return smallest;
    }

    /// <summary>The share of elements that are zero, of either sign.</summary>
    [Formula("monitoring.zero_fraction", TeX = "z", Source = "D3 Gradient Flow Diagnostics")]
    public static T ZeroFraction<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T> => ZeroFraction<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(x), x.Length, RowRoom.Of<T>(x.Length, 1));

    /// <summary>The same over cells.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="count">How many.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static T ZeroFraction<T, TRow, TRoom>(TRow x, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        TRoom zeros = RowRoom.Row<T, TRoom>(room, count, 0);
        for (int i = 0; i < count; i++)
            TRoom.Write(zeros, i, T.IfEqual(TRow.Read(x, i), T.Of(0), T.Of(1), T.Of(0)));
        return Reduction.Sum<T, TRoom, TRoom>(zeros, count, room) / T.Of(count);
    }

    /// <summary>(Σx)/n.</summary>
    [Formula("monitoring.mean", TeX = @"\bar{x}", Source = "D3 Gradient Flow Diagnostics")]
    public static T Mean<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T computed = Mean<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(x), x.Length, RowRoom.Of<T>(x.Length, 1));
        return T.States ? T.Rewritten(Reduction.Sum(x) / T.Of(x.Length), computed) : computed;
    }

    /// <summary>The same over cells.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="count">How many.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static T Mean<T, TRow, TRoom>(TRow x, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        // Divided by a power of two near the largest, which is exact, the sum can't overflow.
        T scale = T.BinaryScale(Norms.LargestMagnitude<T, TRow>(x, count));
        TRoom scaled = RowRoom.Row<T, TRoom>(room, count, 0);
        Norms.ScaleInto<T, TRow, TRoom>(x, count, scale, scaled);
        return scale * (Reduction.Sum<T, TRoom, TRoom>(scaled, count, room) / T.Of(count));
    }

    [AccuracyException("monitoring.mean", "entries of both signs may cancel, and the roundings of their sum stay")]
    private static T MeanUnit<T>(ReadOnlySpan<T> x)
        where T : IReal<T> => MaxAbs(x);

    /// <summary>(Σ(x − x̄)²)/n: the variance of the elements themselves, with n below the sum.</summary>
    [Formula("monitoring.variance", TeX = "s^2", Source = "D3 Gradient Flow Diagnostics")]
    public static T Variance<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T computed = Variance<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(x), x.Length, RowRoom.Of<T>(x.Length, 2));
        if (!T.States)
            return computed;
        T mean = Mean(x), sum = T.Of(0);
        foreach (T element in x)
            sum += (element - mean) * (element - mean);
        return T.Rewritten(sum / T.Of(x.Length), computed);
    }

    /// <summary>The same over cells.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="count">How many.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static T Variance<T, TRow, TRoom>(TRow x, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T scale = T.BinaryScale(Norms.LargestMagnitude<T, TRow>(x, count));
        TRoom deviations = RowRoom.Row<T, TRoom>(room, count, 1);
        Norms.ScaleInto<T, TRow, TRoom>(x, count, scale, deviations);
        TakeOutMean<T, TRoom>(deviations, count, room);
        T spread = T.BinaryScale(Norms.LargestMagnitude<T, TRoom>(deviations, count));
        return T.Product(Norms.ScaledSumOfSquares<T, TRoom, TRoom>(deviations, count, spread, room) / T.Of(count), scale * spread, scale * spread);
    }

    /// <summary>x − x̄ for every element, in place, with room for a reduction: the rounding of the mean is taken out of them again, so that a small spread about a large mean keeps its digits.</summary>
    /// <remarks>No element may exceed 2 in magnitude, so that nothing overflows.</remarks>
    internal static void TakeOutMean<T, TRoom>(TRoom x, int count, TRoom room)
        where T : IReal<T>
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T mean = Reduction.Sum<T, TRoom, TRoom>(x, count, room) / T.Of(count);
        for (int i = 0; i < count; i++)
            TRoom.Write(x, i, TRoom.Read(x, i) - mean);
        T left = Reduction.Sum<T, TRoom, TRoom>(x, count, room) / T.Of(count);
        for (int i = 0; i < count; i++)
            TRoom.Write(x, i, TRoom.Read(x, i) - left);
    }

    /// <summary>√s²: the standard deviation from the variance.</summary>
    [Formula("monitoring.deviation", TeX = "s", Source = "D3 Gradient Flow Diagnostics")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Deviation<T>([Domain("s^2", "[0, inf)")] T variance)
        where T : IReal<T> => T.Sqrt(variance);

    /// <summary>1 where |y| exceeds c, else 0: whether the output of a squashing activation is saturated.</summary>
    [Formula("monitoring.saturated", TeX = @"[\lvert y \rvert > c]", Source = "D3 Monitoring Training at Scale")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Saturated<T>(
        [Domain("y", "(-inf, inf)")] T activation,
        [Domain("c", "[0, inf)")] T threshold)
        where T : IReal<T> => T.IfLess(threshold, T.Abs(activation), T.Of(1), T.Of(0));

    /// <summary>n/t: tokens per second.</summary>
    [Formula("monitoring.throughput", TeX = "r", Source = "D2 Essential Metrics")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Throughput<T>(
        [Domain("n", "[0, inf)", Whole = true)] T tokens,
        [Domain("t", "(0, inf)")] T seconds)
        where T : IReal<T> => tokens / seconds;
}
