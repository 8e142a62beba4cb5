using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Token and position embeddings, forward and backward.</summary>
/// <remarks>ids (B, T) flat; token table (V, C); position table (context, C); x (B, T, C). Source: Radford et al. (2018), equation 2.</remarks>
public static class Embedding
{
    /// <summary>x = wte[id] + wpe[t]; an empty position table adds nothing.</summary>
    /// <exception cref="IndexOutOfRangeException">An id or a position is outside its table.</exception>
    public static void Forward<T>(ReadOnlySpan<int> ids, int length, ReadOnlySpan<T> tokens, ReadOnlySpan<T> positions, Span<T> x, int width)
        where T : IReal<T>
    {
        for (int n = 0; n < ids.Length; n++)
        {
            for (int c = 0; c < width; c++)
                x[n * width + c] = Element<T, ReadOnlySpanCells<T>>(new(tokens), new(positions), positions.IsEmpty ? 0 : 1, ids[n], n % length, width, c);
        }
    }

    /// <summary>One element: a token's, and where there are positions a position's added to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Element<T, TRow>(TRow tokens, TRow positions, int hasPositions, int id, int position, int width, int column)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
    {
        T token = TRow.Read(tokens, id * width + column);
        return hasPositions == 0 ? token : token + TRow.Read(positions, position * width + column);
    }

    /// <summary>Adds ∂L/∂x to the rows of the tokens that were read, in ascending order of place: a token that occurs twice gets both.</summary>
    /// <exception cref="IndexOutOfRangeException">An id is outside the table.</exception>
    public static void AddTokenGradient<T>(ReadOnlySpan<int> ids, ReadOnlySpan<T> dx, Span<T> dTokens, int width)
        where T : IReal<T>
    {
        AddTokenGradient<T, ReadOnlySpanCells<int>, ReadOnlySpanCells<T>, SpanCells<T>>(new(ids), ids.Length, new(dx), new(dTokens), width, 0, width);
    }

    /// <summary>The same over cells, for the columns from one to before another.</summary>
    internal static void AddTokenGradient<T, TIds, TRow, TResult>(TIds ids, int count, TRow dx, TResult dTokens, int width, int first, int end)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TIds : IReadCells<TIds, int>, allows ref struct
    {
        for (int n = 0; n < count; n++)
        {
            int row = TIds.Read(ids, n) * width;
            for (int c = first; c < end; c++)
                TResult.Write(dTokens, row + c, TResult.Read(dTokens, row + c) + TRow.Read(dx, n * width + c));
        }
    }

    /// <summary>Adds ∂L/∂x to the rows of the positions, over ascending sequences.</summary>
    /// <exception cref="IndexOutOfRangeException">A position is outside the table.</exception>
    public static void AddPositionGradient<T>(ReadOnlySpan<T> dx, int length, Span<T> dPositions, int width)
        where T : IReal<T>
    {
        AddPositionGradient<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(dx), dx.Length, length, new(dPositions), width, 0, width);
    }

    /// <summary>The same over cells, for the columns from one to before another.</summary>
    internal static void AddPositionGradient<T, TRow, TResult>(TRow dx, int count, int length, TResult dPositions, int width, int first, int end)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
    {
        for (int start = 0; start < count; start += width)
        {
            int place = start / width % length * width;
            for (int c = first; c < end; c++)
                TResult.Write(dPositions, place + c, TResult.Read(dPositions, place + c) + TRow.Read(dx, start + c));
        }
    }
}
