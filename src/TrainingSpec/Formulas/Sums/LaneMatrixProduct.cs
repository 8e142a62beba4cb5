using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The product of <see cref="MatrixProduct"/> over SIMD lanes, with the same bits: each lane is one output, and its chain runs over ascending k.</summary>
/// <remarks>
/// Outputs are formed in tiles of <see cref="TileRows"/> rows and two numbers of lanes, over blocks of k: what a chain has reached goes to memory and comes back unrounded.
/// Source: design "One result"; Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
/// </remarks>
public static class LaneMatrixProduct
{
    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 6;

    // The right matrix of a tile's columns and this many k stays in the first cache, the left one of so many rows in the second.
    private const int InnerBlock = 192, RowBlock = 16 * TileRows;

    // Numbers in a line of the caches.
    private const int LineLength = 16;

    /// <summary>Columns of a tile.</summary>
    public static int TileColumns<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes> => 2 * TLanes.Count;

    /// <summary>How many tiles lie side by side.</summary>
    public static int Panels<TLanes>(int columns)
        where TLanes : unmanaged, ILanes<TLanes> => (columns + TileColumns<TLanes>() - 1) / TileColumns<TLanes>();

    /// <summary>C = A·B on one thread.</summary>
    /// <param name="a">A, rows × inner.</param>
    /// <param name="aLayout">Where A lies.</param>
    /// <param name="b">B, inner × columns.</param>
    /// <param name="bLayout">Where B lies.</param>
    /// <param name="c">Receives C, rows × columns, row-major from its start.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <exception cref="ArgumentException">A layout reaches outside its array.</exception>
    public static void Multiply<TLanes>(ReadOnlySpan<float> a, MatrixLayout aLayout, ReadOnlySpan<float> b, MatrixLayout bLayout, Span<float> c, int rows, int inner, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var right = new float[Panels<TLanes>(columns) * TileColumns<TLanes>() * inner];
        Pack<TLanes>(b, bLayout, inner, columns, 0, Panels<TLanes>(columns), right);
        MultiplyRows<TLanes>(a, aLayout, right, c, 0, rows, inner, columns);
    }

    /// <summary>Puts panels of B in the order in which tiles read them: k after k, a tile's columns side by side, 0 beyond the last.</summary>
    /// <param name="b">B, inner × columns.</param>
    /// <param name="layout">Where B lies.</param>
    /// <param name="inner">Rows of B.</param>
    /// <param name="columns">Columns of B.</param>
    /// <param name="first">The first panel.</param>
    /// <param name="end">The panel after the last.</param>
    /// <param name="right">All panels, inner × <see cref="TileColumns"/> each.</param>
    /// <exception cref="ArgumentException">The layout reaches outside the array.</exception>
    public static void Pack<TLanes>(ReadOnlySpan<float> b, MatrixLayout layout, int inner, int columns, int first, int end, Span<float> right)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Require(b.Length, layout, inner, columns, nameof(b));
        int width = TileColumns<TLanes>();
        for (int panel = first; panel < end && inner > 0; panel++)
        {
            Span<float> packed = right.Slice(panel * width * inner, width * inner);
            int column = panel * width, count = Math.Min(width, columns - column), start = layout.Start + column * layout.ColumnStride;
            if (count < width)
                packed.Clear();
            if (layout.ColumnStride == 1)
            {
                for (int k = 0; k < inner; k++)
                    b.Slice(start + k * layout.RowStride, count).CopyTo(packed[(k * width)..]);
                continue;
            }

            ref float from = ref Unsafe.AsRef(in b[start]);
            ref float to = ref MemoryMarshal.GetReference(packed);
            for (int k = 0; k < inner; k++)
            {
                for (nint j = 0, at = 0; j < count; j++, at += layout.ColumnStride)
                    Unsafe.Add(ref to, j) = Unsafe.Add(ref from, at);
                from = ref Unsafe.Add(ref from, layout.RowStride);
                to = ref Unsafe.Add(ref to, width);
            }
        }
    }

    /// <summary>Some rows of C = A·B, B having been packed.</summary>
    /// <param name="a">A, rows × inner.</param>
    /// <param name="layout">Where A lies.</param>
    /// <param name="right">What <see cref="Pack"/> made of B.</param>
    /// <param name="c">Receives the rows; all of C, row-major from its start.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="inner">Columns of A.</param>
    /// <param name="columns">Columns of C.</param>
    /// <exception cref="ArgumentException">The layout reaches outside the array.</exception>
    public static void MultiplyRows<TLanes>(ReadOnlySpan<float> a, MatrixLayout layout, ReadOnlySpan<float> right, Span<float> c, int first, int end, int inner, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Require(a.Length, layout, end, inner, nameof(a));
        Require(c.Length, MatrixLayout.RowMajor(columns), end, columns, nameof(c));
        Require(right.Length, MatrixLayout.RowMajor(TileColumns<TLanes>()), Panels<TLanes>(columns) * inner, TileColumns<TLanes>(), nameof(right));
        if (inner == 0)
            c[(first * columns)..(end * columns)].Clear();

        // A matrix whose k lie apart is copied by blocks, a tile's rows side by side.
        float[]? copy = layout.ColumnStride == 1 ? null : ArrayPool<float>.Shared.Rent(RowBlock * InnerBlock);
        for (int k = 0; k < inner; k += InnerBlock)
        {
            int depth = Math.Min(InnerBlock, inner - k);
            for (int row = first; row < end; row += RowBlock)
            {
                int count = Math.Min(RowBlock, end - row);
                int at = layout.Start + row * layout.RowStride + k * layout.ColumnStride;
                if (copy is null)
                {
                    Block<TLanes>(a[at..], layout.RowStride, TileRows * layout.RowStride, 1, right, c, row, count, k, depth, inner, columns);
                    continue;
                }

                CopyLeft(a[at..], layout, count, depth, copy);
                Block<TLanes>(copy, 1, TileRows * depth, TileRows, right, c, row, count, k, depth, inner, columns);
            }
        }

        if (copy is not null)
            ArrayPool<float>.Shared.Return(copy);
    }

    private static void CopyLeft(ReadOnlySpan<float> a, MatrixLayout layout, int rows, int depth, Span<float> copy)
    {
        for (int row = 0; row < rows; row += TileRows)
        {
            int count = Math.Min(TileRows, rows - row);
            ref float to = ref copy[row * depth];
            ref float from = ref Unsafe.AsRef(in a[row * layout.RowStride]);
            for (int k = 0; k < depth; k++)
            {
                if (count == TileRows && layout.RowStride == 1)
                    Unsafe.As<float, TileColumn>(ref to) = Unsafe.As<float, TileColumn>(ref from);
                else
                    CopyColumn(ref from, layout.RowStride, count, ref to);
                from = ref Unsafe.Add(ref from, layout.ColumnStride);
                to = ref Unsafe.Add(ref to, TileRows);
            }
        }
    }

    private static void CopyColumn(ref float from, nint stride, int count, ref float to)
    {
        for (nint i = 0, at = 0; i < count; i++, at += stride)
            Unsafe.Add(ref to, i) = Unsafe.Add(ref from, at);
    }

    private static void Block<TLanes>(
        ReadOnlySpan<float> a, int rowStride, int tileStride, int innerStride, ReadOnlySpan<float> right, Span<float> c, int row, int rows, int k, int depth, int inner, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int width = TileColumns<TLanes>();
        Span<float> edge = stackalloc float[TileRows * width];
        for (int column = 0; column < columns; column += width)
        {
            ReadOnlySpan<float> packed = right.Slice(column * inner + k * width, width * depth);
            int within = Math.Min(width, columns - column);
            for (int tile = 0; tile < rows; tile += TileRows)
            {
                int count = Math.Min(TileRows, rows - tile);
                ref float left = ref Unsafe.AsRef(in a[tile / TileRows * tileStride]);
                ref float output = ref c[(row + tile) * columns + column];
                if (count == TileRows && within == width)
                {
                    if (tile + 2 * TileRows <= rows)
                    {
                        // What the next tile writes, and what it is the first to read.
                        Announce(ref Unsafe.Add(ref output, TileRows * columns), columns, width);
                        if (column == 0 && innerStride == 1)
                            Announce(ref Unsafe.Add(ref left, tileStride), rowStride, depth);
                    }

                    Tile<TLanes>(ref left, rowStride, innerStride, TileRows, ref MemoryMarshal.GetReference(packed), depth, ref output, columns, k > 0);
                    continue;
                }

                // A tile at the edge is formed apart, and of it what lies inside goes to C.
                for (int i = 0; i < count && k > 0; i++)
                    MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref output, i * columns), within).CopyTo(edge[(i * width)..]);
                Tile<TLanes>(ref left, rowStride, innerStride, count, ref MemoryMarshal.GetReference(packed), depth, ref edge[0], width, k > 0);
                for (int i = 0; i < count; i++)
                    edge.Slice(i * width, within).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref output, i * columns), within));
            }
        }
    }

    // Asks for the rows of a tile before it is their turn, where the processor can be asked: it foresees no step from row to row.
    private static unsafe void Announce(ref float x, int stride, int count)
    {
        for (int i = 0; i < TileRows && Sse.IsSupported; i++)
        {
            for (int j = 0; j < count; j += LineLength)
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref x, i * stride + j)));
        }
    }

    // Twelve chains of lanes in registers. Rows beyond the last repeat it, and nothing is kept of them.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLanes>(ref float left, int rowStride, int innerStride, int rows, ref float right, int depth, ref float c, int columns, bool goesOn)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        nint row1 = Math.Min(1, rows - 1) * (nint)rowStride, row2 = Math.Min(2, rows - 1) * (nint)rowStride, row3 = Math.Min(3, rows - 1) * (nint)rowStride;
        nint row4 = Math.Min(4, rows - 1) * (nint)rowStride, row5 = Math.Min(5, rows - 1) * (nint)rowStride;
        TLanes sum00 = TLanes.Of(0), sum01 = sum00, sum10 = sum00, sum11 = sum00, sum20 = sum00, sum21 = sum00, sum30 = sum00, sum31 = sum00, sum40 = sum00, sum41 = sum00, sum50 = sum00, sum51 = sum00;
        if (goesOn)
        {
            (sum00, sum01) = Read<TLanes>(ref c, 0, columns, rows);
            (sum10, sum11) = Read<TLanes>(ref c, 1, columns, rows);
            (sum20, sum21) = Read<TLanes>(ref c, 2, columns, rows);
            (sum30, sum31) = Read<TLanes>(ref c, 3, columns, rows);
            (sum40, sum41) = Read<TLanes>(ref c, 4, columns, rows);
            (sum50, sum51) = Read<TLanes>(ref c, 5, columns, rows);
        }

        for (int k = 0; k < depth; k++)
        {
            TLanes right0 = At<TLanes>(ref right), right1 = At<TLanes>(ref Unsafe.Add(ref right, TLanes.Count));
            TLanes x = TLanes.Everywhere(left);
            sum00 = MatrixProduct.Next(sum00, x, right0);
            sum01 = MatrixProduct.Next(sum01, x, right1);
            x = TLanes.Everywhere(Unsafe.Add(ref left, row1));
            sum10 = MatrixProduct.Next(sum10, x, right0);
            sum11 = MatrixProduct.Next(sum11, x, right1);
            x = TLanes.Everywhere(Unsafe.Add(ref left, row2));
            sum20 = MatrixProduct.Next(sum20, x, right0);
            sum21 = MatrixProduct.Next(sum21, x, right1);
            x = TLanes.Everywhere(Unsafe.Add(ref left, row3));
            sum30 = MatrixProduct.Next(sum30, x, right0);
            sum31 = MatrixProduct.Next(sum31, x, right1);
            x = TLanes.Everywhere(Unsafe.Add(ref left, row4));
            sum40 = MatrixProduct.Next(sum40, x, right0);
            sum41 = MatrixProduct.Next(sum41, x, right1);
            x = TLanes.Everywhere(Unsafe.Add(ref left, row5));
            sum50 = MatrixProduct.Next(sum50, x, right0);
            sum51 = MatrixProduct.Next(sum51, x, right1);
            left = ref Unsafe.Add(ref left, innerStride);
            right = ref Unsafe.Add(ref right, 2 * TLanes.Count);
        }

        Write(ref c, 0, columns, rows, sum00, sum01);
        Write(ref c, 1, columns, rows, sum10, sum11);
        Write(ref c, 2, columns, rows, sum20, sum21);
        Write(ref c, 3, columns, rows, sum30, sum31);
        Write(ref c, 4, columns, rows, sum40, sum41);
        Write(ref c, 5, columns, rows, sum50, sum51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Left, TLanes Right) Read<TLanes>(ref float c, int row, int columns, int rows)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref float at = ref Unsafe.Add(ref c, (nint)Math.Min(row, rows - 1) * columns);
        return (At<TLanes>(ref at), At<TLanes>(ref Unsafe.Add(ref at, TLanes.Count)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TLanes>(ref float c, int row, int columns, int rows, TLanes left, TLanes right)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (row >= rows)
            return;
        ref float at = ref Unsafe.Add(ref c, (nint)row * columns);
        Unsafe.WriteUnaligned(ref Unsafe.As<float, byte>(ref at), left);
        Unsafe.WriteUnaligned(ref Unsafe.As<float, byte>(ref Unsafe.Add(ref at, TLanes.Count)), right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes At<TLanes>(ref float x)
        where TLanes : unmanaged, ILanes<TLanes> => Unsafe.ReadUnaligned<TLanes>(ref Unsafe.As<float, byte>(ref x));

    // References are followed without a check of their own.
    private static void Require(int length, MatrixLayout layout, int rows, int columns, string argument)
    {
        if (rows > 0 && columns > 0 && (layout.Start < 0 || layout.RowStride < 0 || layout.ColumnStride < 0 || layout.Start + (long)(rows - 1) * layout.RowStride + (long)(columns - 1) * layout.ColumnStride >= length))
            throw new ArgumentException($"{argument} has {length} elements, which is outside {rows} rows and {columns} columns of {layout}", argument);
    }

    [InlineArray(TileRows)]
    private struct TileColumn
    {
        private float _first;
    }
}
