using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The L2 norm of one tensor or of a list of them, without overflow or underflow on the way.</summary>
/// <remarks>
/// Elements are divided by a power of two near the largest one, which is exact, so that bits do not depend on the scale.
/// Source: D4 "Max Norm Clipping"; Blue (1978), "A portable Fortran program to find the Euclidean norm of a vector".
/// </remarks>
public static class Norms
{
    private const int Chains = 4;
    private const int LongRow = 16;

    /// <summary>s·√S: the norm from the sum of squares of elements that were divided by s.</summary>
    [Formula("norms.unscale", TeX = @"\lVert x \rVert_2", Source = "Blue (1978)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Unscale<T>(
        [Domain("s", "(0, inf)")] T scale,
        [Domain("S", "[0, inf)")] T sumOfSquares)
        where T : IReal<T> => scale * T.Sqrt(sumOfSquares);

    /// <summary>√Σx²; 0 for an empty tensor; NaN and the infinities propagate.</summary>
    [Formula("norms.l2", TeX = @"\lVert x \rVert_2", Source = "D4 Max Norm Clipping")]
    public static T L2<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T computed = L2<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(x), x.Length, RowRoom.Of<T>(x.Length, 1));
        if (!T.States)
            return computed;
        T sum = T.Of(0);
        foreach (T element in x)
            sum += element * element;
        return T.Rewritten(T.Sqrt(sum), computed);
    }

    /// <summary>The same over cells.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="count">How many.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static T L2<T, TRow, TRoom>(TRow x, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T scale = T.BinaryScale(LargestMagnitude<T, TRow>(x, count));
        return Unscale(scale, ScaledSumOfSquares<T, TRow, TRoom>(x, count, scale, room));
    }

    /// <summary>The norm of all tensors together; their sums of squares are added pairwise in the given order.</summary>
    public static T Global<T>(IReadOnlyList<T[]> tensors)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(tensors);
        T largest = T.Of(0);
        foreach (T[] tensor in tensors)
            largest = T.Max(largest, LargestMagnitude<T>(tensor));
        T scale = T.BinaryScale(largest);
        var sums = new T[tensors.Count];
        for (int i = 0; i < sums.Length; i++)
            sums[i] = ScaledSumOfSquares<T>(tensors[i], scale);
        return Unscale(scale, Reduction.Pairwise<T>(sums));
    }

    /// <summary>(|x|/m)^p: the share of an element in a p-norm, m the largest magnitude.</summary>
    [Formula("norms.p_share", TeX = "r", Source = "the definition of the p-norm; Blue (1978) for the quotient", Where = "magnitude <= largest")]
    public static T PShare<T>(
        [Domain(@"\lvert x \rvert", "(0, inf)")] T magnitude,
        [Domain("m", "(0, inf)")] T largest,
        [Domain("p", "[1, inf)")] T order)
        where T : IReal<T> => T.Pow(magnitude / largest, order);

    [AccuracyException("norms.p_share", "a rounding of the quotient counts p times, which the root takes back")]
    private static T PShareUnit<T>(T magnitude, T largest, T order)
        where T : IReal<T> => PShare(magnitude, largest, order) * order;

    /// <summary>m·S^(1/p): the p-norm from the sum of the shares.</summary>
    [Formula("norms.p_root", TeX = @"\lVert x \rVert_p", Source = "the definition of the p-norm")]
    public static T PRoot<T>(
        [Domain("m", "(0, inf)")] T largest,
        [Domain("S", "[1, inf)")] T sum,
        [Domain("p", "[1, inf)")] T order)
        where T : IReal<T> => largest * T.Pow(sum, T.Of(1) / order);

    [AccuracyException("norms.p_root", "a rounding of the exponent 1/p counts as often as the root is a factor e")]
    private static T PRootUnit<T>(T largest, T sum, T order)
        where T : IReal<T> => PRoot(largest, sum, order) * T.Max(T.Of(1), T.Log(sum) / order);

    /// <summary>The norm of order p of all tensors together, without overflow or underflow on the way; NaN and the infinities propagate.</summary>
    /// <param name="tensors">The tensors; their sums are added pairwise in the given order.</param>
    /// <param name="order">p, of <see cref="Hyperparameters.NormOrder"/>; 2 is <see cref="Global"/>, and ∞ the largest magnitude.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order lies outside.</exception>
    public static T P<T>(IReadOnlyList<T[]> tensors, double order)
        where T : IReal<T>
    {
        Hyperparameters.NormOrder.Require(order);
        if (order == 2)
            return Global(tensors);
        T largest = T.Of(0), p = T.Of(order);
        foreach (T[] tensor in tensors)
            largest = T.Max(largest, LargestMagnitude<T>(tensor));
        if (double.IsPositiveInfinity(order))
            return largest;

        // Sums of magnitudes are exact where they can be; where nothing or no number is left of the largest, that is the norm.
        T unit = order == 1 ? T.BinaryScale(largest) : largest;
        T Share(T x) => order == 1 ? T.Abs(x) / unit : T.IfLess(T.Of(0), T.Abs(x), PShare(T.Abs(x), unit, p), T.Of(0));
        T sum = Reduction.Pairwise<T>([.. tensors.Select(tensor => Reduction.Sum<T>(Array.ConvertAll(tensor, Share)))]);
        T norm = order == 1 ? unit * sum : PRoot(unit, sum, p);
        return T.IfLess(T.Of(0), largest, T.IfLess(largest, T.Of(double.PositiveInfinity), norm, largest), largest);
    }

    /// <summary>max|x|; 0 for an empty tensor, NaN if any element is NaN.</summary>
    public static T LargestMagnitude<T>(ReadOnlySpan<T> x)
        where T : IReal<T> => LargestMagnitude<T, ReadOnlySpanCells<T>>(new(x), x.Length);

    /// <summary>The same over cells.</summary>
    public static T LargestMagnitude<T, TRow>(TRow x, int count)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
    {
        int chained = count < LongRow ? 0 : count / Chains * Chains;
        T largest = chained == 0 ? T.Of(0) : InChains<T, TRow>(x, chained);
        for (int i = chained; i < count; i++)
            largest = T.Max(largest, T.Abs(TRow.Read(x, i)));
        return largest;
    }

    // In chains that don't wait for each other; a largest number has no other bits in another order. Compiled in full at once and apart, so that over lanes no vector travels through memory.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T InChains<T, TRow>(TRow x, int count)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
    {
        T first = T.Of(0), second = first, third = first, fourth = first;
        for (int i = 0; i < count; i += Chains)
        {
            first = T.Max(first, T.Abs(TRow.Read(x, i)));
            second = T.Max(second, T.Abs(TRow.Read(x, i + 1)));
            third = T.Max(third, T.Abs(TRow.Read(x, i + 2)));
            fourth = T.Max(fourth, T.Abs(TRow.Read(x, i + 3)));
        }

        return T.Max(T.Max(first, second), T.Max(third, fourth));
    }

    /// <summary>√(x + y) for x and y ≥ 0, whose sum may be more than the number holds: above 1 a quarter of both, which is exact, and twice the root.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T RootOfSum<T>(T x, T y)
        where T : IReal<T>
    {
        T larger = T.Max(x, y), one = T.Of(1);
        T quarter = T.IfLess(one, larger, T.Of(0.25), one), two = T.IfLess(one, larger, T.Of(2), one);
        return T.Rewritten(T.Sqrt(x + y), two * T.Sqrt(quarter * x + quarter * y));
    }

    /// <summary>√(x + y), or a root of x that was found in another way where x is more than the number holds; beside that no y counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T RootOfSum<T>(T x, T y, T root)
        where T : IReal<T> => T.IfLess(x, T.Of(double.PositiveInfinity), RootOfSum(x, y), root);

    /// <summary>A power of two near the largest magnitude of all tensors; 1 where that is 0 or not finite.</summary>
    internal static T Scale<T>(IEnumerable<T[]> tensors)
        where T : IReal<T> => T.BinaryScale(tensors.Aggregate(T.Of(0), (largest, tensor) => T.Max(largest, LargestMagnitude<T>(tensor))));

    /// <summary>x/s for every element.</summary>
    internal static T[] Scaled<T>(ReadOnlySpan<T> x, T scale)
        where T : IReal<T>
    {
        var scaled = new T[x.Length];
        ScaleInto<T>(x, scale, scaled);
        return scaled;
    }

    /// <summary>x/s for every element, into another tensor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The result is shorter.</exception>
    internal static void ScaleInto<T>(ReadOnlySpan<T> x, T scale, Span<T> result)
        where T : IReal<T>
    {
        ScaleInto<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(x), x.Length, scale, new(result[..x.Length]));
    }

    /// <summary>x/s for every element, into other cells.</summary>
    internal static void ScaleInto<T, TRow, TRoom>(TRow x, int count, T scale, TRoom result)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        for (int i = 0; i < count; i++)
            TRoom.Write(result, i, TRow.Read(x, i) / scale);
    }

    /// <summary>Σ(x/s)², with room for a row.</summary>
    internal static T ScaledSumOfSquares<T, TRow, TRoom>(TRow x, int count, T scale, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        TRoom scaled = RowRoom.Row<T, TRoom>(room, count, 0);
        ScaleInto<T, TRow, TRoom>(x, count, scale, scaled);
        return Reduction.SumOfSquares<T, TRoom, TRoom>(scaled, count, room);
    }

    private static T ScaledSumOfSquares<T>(ReadOnlySpan<T> x, T scale)
        where T : IReal<T> => Reduction.SumOfSquares<T, ScaledCells<T>, SpanCells<T>>(new(x, scale), x.Length, RowRoom.Of<T>(x.Length, 0));

    // x/s, divided where it is read: a tensor may fill half of the memory by itself.
    private readonly ref struct ScaledCells<T>(ReadOnlySpan<T> x, T scale) : IReadCells<ScaledCells<T>, T>
        where T : IReal<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly T _scale = scale;

        public static T Read(ScaledCells<T> cells, int index) => cells._x[index] / cells._scale;

        public static ScaledCells<T> From(ScaledCells<T> cells, int start) => new(cells._x[start..], cells._scale);
    }
}
