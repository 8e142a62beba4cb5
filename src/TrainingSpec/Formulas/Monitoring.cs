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
        where T : IReal<T>
    {
        T largest = x.IsEmpty ? T.Of(double.NaN) : T.Abs(x[0]);
        for (int i = 1; i < x.Length; i++)
            largest = T.Max(largest, T.Abs(x[i]));
        return largest;
    }

    /// <summary>min|x|: the smallest magnitude.</summary>
    [Formula("monitoring.min_abs", TeX = @"\min \lvert x \rvert", Source = "D2 Monitoring Gradient Norms")]
    public static T MinAbs<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T smallest = x.IsEmpty ? T.Of(double.NaN) : T.Abs(x[0]);
        for (int i = 1; i < x.Length; i++)
            smallest = T.Min(smallest, T.Abs(x[i]));
        return smallest;
    }

    /// <summary>max x, with its sign.</summary>
    [Formula("monitoring.max", TeX = @"\max x", Source = "D1 Exercise 3: Gradient Monitoring")]
    public static T Max<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T largest = x.IsEmpty ? T.Of(double.NaN) : x[0];
        for (int i = 1; i < x.Length; i++)
            largest = T.Max(largest, x[i]);
        return largest;
    }

    /// <summary>min x, with its sign.</summary>
    [Formula("monitoring.min", TeX = @"\min x", Source = "D1 Exercise 3: Gradient Monitoring")]
    public static T Min<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T smallest = x.IsEmpty ? T.Of(double.NaN) : x[0];
        for (int i = 1; i < x.Length; i++)
            smallest = T.Min(smallest, x[i]);
        return smallest;
    }

    /// <summary>The share of elements that are zero, of either sign.</summary>
    [Formula("monitoring.zero_fraction", TeX = "z", Source = "D3 Gradient Flow Diagnostics")]
    public static T ZeroFraction<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        var zeros = new T[x.Length];
        for (int i = 0; i < zeros.Length; i++)
            zeros[i] = T.IfEqual(x[i], T.Of(0), T.Of(1), T.Of(0));
        return Reduction.Sum<T>(zeros) / T.Of(x.Length);
    }

    /// <summary>(Σx)/n.</summary>
    [Formula("monitoring.mean", TeX = @"\bar{x}", Source = "D3 Gradient Flow Diagnostics")]
    public static T Mean<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        // Divided by a power of two near the largest, which is exact, the sum can't overflow.
        T scale = T.BinaryScale(Norms.LargestMagnitude(x)), count = T.Of(x.Length);
        T computed = scale * (Reduction.Sum<T>(Norms.Scaled(x, scale)) / count);
        return T.States ? T.Rewritten(Reduction.Sum(x) / count, computed) : computed;
    }

    [AccuracyException("monitoring.mean", "entries of both signs may cancel, and the roundings of their sum stay")]
    private static T MeanUnit<T>(ReadOnlySpan<T> x)
        where T : IReal<T> => MaxAbs(x);

    /// <summary>(Σ(x − x̄)²)/n: the variance of the elements themselves, with n below the sum.</summary>
    [Formula("monitoring.variance", TeX = "s^2", Source = "D3 Gradient Flow Diagnostics")]
    public static T Variance<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T count = T.Of(x.Length), scale = T.BinaryScale(Norms.LargestMagnitude(x));
        T[] deviations = Deviations(Norms.Scaled(x, scale));
        T spread = T.BinaryScale(Norms.LargestMagnitude<T>(deviations));
        T computed = T.Product(Reduction.SumOfSquares<T>(Norms.Scaled<T>(deviations, spread)) / count, scale * spread, scale * spread);
        if (!T.States)
            return computed;
        T mean = Mean(x), sum = T.Of(0);
        foreach (T element in x)
            sum += (element - mean) * (element - mean);
        return T.Rewritten(sum / count, computed);
    }

    /// <summary>x − x̄ for every element: the rounding of the mean is taken out of them again, so that a small spread about a large mean keeps its digits.</summary>
    /// <remarks>No element may exceed 2 in magnitude, so that nothing overflows.</remarks>
    internal static T[] Deviations<T>(T[] x)
        where T : IReal<T>
    {
        TakeOutMean<T>(x);
        return x;
    }

    /// <summary>The same in place.</summary>
    internal static void TakeOutMean<T>(Span<T> x)
        where T : IReal<T>
    {
        T count = T.Of(x.Length), mean = Reduction.Sum<T>(x) / count;
        for (int i = 0; i < x.Length; i++)
            x[i] -= mean;
        T left = Reduction.Sum<T>(x) / count;
        for (int i = 0; i < x.Length; i++)
            x[i] -= left;
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
