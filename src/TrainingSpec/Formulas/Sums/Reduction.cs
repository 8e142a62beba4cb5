using System.Globalization;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>How one element enters an accumulator of a reduction.</summary>
/// <typeparam name="T">The number.</typeparam>
public interface ITerm<T>
    where T : IReal<T>
{
    /// <summary>The accumulator after the element has entered it.</summary>
    static abstract T Accumulate(T accumulator, T x);
}

/// <summary>Σ x: accumulator + x.</summary>
/// <typeparam name="T">The number.</typeparam>
public readonly struct PlainTerm<T> : ITerm<T>
    where T : IReal<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Accumulate(T accumulator, T x) => accumulator + x;
}

/// <summary>Σ x²: accumulator + x·x, rounded once.</summary>
/// <typeparam name="T">The number.</typeparam>
public readonly struct SquareTerm<T> : ITerm<T>
    where T : IReal<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Accumulate(T accumulator, T x) => T.Fma(x, x, accumulator);
}

/// <summary>max x: the larger of accumulator and element; NaN if either is.</summary>
/// <typeparam name="T">The number.</typeparam>
public readonly struct MaximumTerm<T> : ITerm<T>
    where T : IReal<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Accumulate(T accumulator, T x) => T.Max(accumulator, x);
}

/// <summary>Sums whose shape is part of the specification, so that lanes, threads and devices give the same bits.</summary>
/// <remarks>
/// Element i of a block of <see cref="BlockLength"/> enters accumulator i mod <see cref="Accumulators"/>, in ascending order; accumulators start
/// at +0 and are added as a binary tree (j with j + 32, then + 16, … + 1); blocks are added pairwise, neighbours first, an odd last one moving up.
/// The error is at most γ_d·Σ|terms| with d = <see cref="Depth"/>. Source: design "One result"; Higham, Accuracy and Stability (2002), §4.2.
/// </remarks>
public static class Reduction
{
    /// <summary>Strided accumulators inside a block.</summary>
    public const int Accumulators = 64;

    /// <summary>Elements of a block.</summary>
    public const int BlockLength = 4096;

    /// <summary>Σ xᵢ in the fixed shape; 0 for an empty span.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x)
        where T : IReal<T> => Fold<T, PlainTerm<T>>(x);

    /// <summary>Σ xᵢ² in the fixed shape; 0 for an empty span.</summary>
    public static T SumOfSquares<T>(ReadOnlySpan<T> x)
        where T : IReal<T> => Fold<T, SquareTerm<T>>(x);

    /// <summary>Σ xᵢ of the first <paramref name="count"/> cells; 0 for none.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="count">How many.</param>
    /// <param name="room">As many cells as <see cref="Room"/> says, which are overwritten.</param>
    public static T Sum<T, TRow, TRoom>(TRow x, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct => Fold<T, PlainTerm<T>, TRow, TRoom>(x, count, room);

    /// <summary>Σ xᵢ² of the first <paramref name="count"/> cells; 0 for none.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="count">How many.</param>
    /// <param name="room">As many cells as <see cref="Room"/> says, which are overwritten.</param>
    public static T SumOfSquares<T, TRow, TRoom>(TRow x, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct => Fold<T, SquareTerm<T>, TRow, TRoom>(x, count, room);

    /// <summary>How many blocks <paramref name="count"/> elements make.</summary>
    public static int Blocks(int count) => count == 0 ? 0 : (count - 1) / BlockLength + 1;

    /// <summary>Cells that a reduction of <paramref name="count"/> elements takes for accumulators and sums of blocks.</summary>
    public static int Room(int count) => Accumulators + Blocks(count);

    /// <summary>The most roundings that one element passes through in a reduction of <paramref name="count"/> elements: the n of γ_n.</summary>
    public static int Depth(long count)
    {
        Domain.Require("[0, inf)", count, nameof(count));
        long inBlock = (Math.Min(count, BlockLength) + Accumulators - 1) / Accumulators;
        long blocks = (count + BlockLength - 1) / BlockLength;
        int levels = 0;
        for (; blocks > 1; blocks = (blocks + 1) / 2)
            levels++;
        return (int)inBlock + 6 + levels;
    }

    /// <summary>Elements first, first + stride, … of the first <paramref name="count"/> enter one accumulator, in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T, TTerm, TCells>(T accumulator, TCells x, int first, int stride, int count)
        where T : IReal<T>
        where TTerm : ITerm<T>
        where TCells : IReadCells<TCells, T>, allows ref struct
    {
        for (int i = first; i < count; i += stride)
            accumulator = TTerm.Accumulate(accumulator, TCells.Read(x, i));
        return accumulator;
    }

    /// <summary>Adds values pairwise, neighbours first, an odd last one moving up; 0 for none. Overwrites the cells.</summary>
    public static T Pairwise<T, TCells>(TCells values, int count)
        where T : IReal<T>
        where TCells : ICells<TCells, T>, allows ref struct
    {
        if (count == 0)
            return T.Of(0);
        while (count > 1)
        {
            int half = count / 2;
            for (int i = 0; i < half; i++)
                TCells.Write(values, i, TCells.Read(values, 2 * i) + TCells.Read(values, 2 * i + 1));
            if (count % 2 == 1)
                TCells.Write(values, half, TCells.Read(values, count - 1));
            count = half + count % 2;
        }

        return TCells.Read(values, 0);
    }

    /// <summary>Adds values pairwise, neighbours first, an odd last one moving up; 0 for an empty span. Overwrites the span.</summary>
    public static T Pairwise<T>(Span<T> values)
        where T : IReal<T> => Pairwise<T, SpanCells<T>>(new SpanCells<T>(values), values.Length);

    /// <summary>One block of at most <see cref="BlockLength"/> elements.</summary>
    public static T Block<T, TTerm>(ReadOnlySpan<T> x)
        where T : IReal<T>
        where TTerm : ITerm<T>
    {
        if (x.Length > BlockLength)
            throw Domain.Outside("[0, 4096]", x.Length.ToString(CultureInfo.InvariantCulture), nameof(x));
        AccumulatorArray<T> storage = default;
        Span<T> accumulators = storage;
        return Block<T, TTerm, ReadOnlySpanCells<T>, SpanCells<T>>(new(x), x.Length, new(accumulators));
    }

    // A block of at most BlockLength cells, with room for its accumulators.
    private static T Block<T, TTerm, TRow, TRoom>(TRow x, int count, TRoom accumulators)
        where T : IReal<T>
        where TTerm : ITerm<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        int filled = 1;
        while (filled < count && filled < Accumulators)
            filled *= 2;
        for (int j = 0; j < filled; j++)
            TRoom.Write(accumulators, j, Chain<T, TTerm, TRow>(T.Of(0), x, j, Accumulators, count));
        return Tree<T, TRoom>(accumulators, filled);
    }

    /// <summary>Adds the <see cref="Accumulators"/> accumulators of a block as a binary tree. Overwrites the cells.</summary>
    /// <param name="accumulators">The accumulators.</param>
    /// <param name="filled">A power of two; all from there on are +0, which changes no sum that began at +0, and aren't read.</param>
    public static T Tree<T, TCells>(TCells accumulators, int filled = Accumulators)
        where T : IReal<T>
        where TCells : ICells<TCells, T>, allows ref struct
    {
        for (int half = filled / 2; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
                TCells.Write(accumulators, j, TCells.Read(accumulators, j) + TCells.Read(accumulators, j + half));
        }

        return TCells.Read(accumulators, 0);
    }

    /// <summary>Adds the <see cref="Accumulators"/> accumulators of a block as a binary tree. Overwrites the span.</summary>
    public static T Tree<T>(Span<T> accumulators)
        where T : IReal<T> => Tree<T, SpanCells<T>>(new SpanCells<T>(accumulators));

    private static T Fold<T, TTerm>(ReadOnlySpan<T> x)
        where T : IReal<T>
        where TTerm : ITerm<T>
    {
        return x.Length <= BlockLength ? Block<T, TTerm>(x) : Fold<T, TTerm, ReadOnlySpanCells<T>, SpanCells<T>>(new(x), x.Length, new(new T[Room(x.Length)]));
    }

    private static T Fold<T, TTerm, TRow, TRoom>(TRow x, int count, TRoom room)
        where T : IReal<T>
        where TTerm : ITerm<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        int blocks = Blocks(count);
        for (int b = 0; b < blocks; b++)
        {
            int start = b * BlockLength, length = count - start;
            if (length > BlockLength)
                length = BlockLength;
            TRoom.Write(room, Accumulators + b, Block<T, TTerm, TRow, TRoom>(TRow.From(x, start), length, room));
        }

        return Pairwise<T, TRoom>(TRoom.From(room, Accumulators), blocks);
    }

    [InlineArray(Accumulators)]
    private struct AccumulatorArray<T>
    {
        private T _first;
    }
}
