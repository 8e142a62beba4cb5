using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>A matrix inside a flat array: where it starts and how far rows and columns lie apart, so that a transpose is another reading of the same numbers.</summary>
/// <param name="Start">Index of element (0, 0).</param>
/// <param name="RowStride">Distance between rows.</param>
/// <param name="ColumnStride">Distance between columns.</param>
public readonly record struct MatrixLayout(int Start, int RowStride, int ColumnStride)
{
    /// <summary>A row-major matrix of the given number of columns, from index 0.</summary>
    public static MatrixLayout RowMajor(int columns) => new(0, columns, 1);

    /// <summary>The same numbers with rows and columns swapped.</summary>
    public MatrixLayout Transposed => new(Start, ColumnStride, RowStride);

    /// <summary>Start and strides; what the compiler makes would print the transpose of the transpose without end.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"start {Start}, strides {RowStride} and {ColumnStride}");
}

/// <summary>The matrix product whose bits are part of the specification: each output is a chain of fused multiply-adds over ascending k, from +0.</summary>
/// <remarks>The error of an output is at most γ_n·Σ|a_k·b_k| with n the inner length. Source: design "One result"; Higham (2002), equation 3.5.</remarks>
public static class MatrixProduct
{
    // Outputs that are computed side by side: their chains don't depend on each other, so the processor overlaps them.
    private const int Tile = 4;

    /// <summary>C = A·B, A of rows × inner, B of inner × columns.</summary>
    /// <exception cref="IndexOutOfRangeException">A layout reaches outside its array.</exception>
    public static void Multiply<T>(
        ReadOnlySpan<T> a, MatrixLayout aLayout, ReadOnlySpan<T> b, MatrixLayout bLayout, Span<T> c, MatrixLayout cLayout, int rows, int inner, int columns)
        where T : IReal<T> => Multiply<T, ReadOnlySpanCells<T>, ReadOnlySpanCells<T>, SpanCells<T>>(new(a), aLayout, new(b), bLayout, new(c), cLayout, rows, inner, columns);

    /// <summary>The same over cells.</summary>
    internal static void Multiply<T, TLeft, TRight, TResult>(
        TLeft a, MatrixLayout aLayout, TRight b, MatrixLayout bLayout, TResult c, MatrixLayout cLayout, int rows, int inner, int columns)
        where T : IReal<T>
        where TLeft : IReadCells<TLeft, T>, allows ref struct
        where TRight : IReadCells<TRight, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
    {
        for (int i = 0; i < rows; i++)
        {
            int aRow = aLayout.Start + i * aLayout.RowStride;
            int cRow = cLayout.Start + i * cLayout.RowStride;
            int j = 0;
            for (; j + Tile <= columns; j += Tile)
            {
                T sum0 = T.Of(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
                int aAt = aRow;
                int bAt = bLayout.Start + j * bLayout.ColumnStride;
                for (int k = 0; k < inner; k++)
                {
                    T left = TLeft.Read(a, aAt);
                    sum0 = Next(sum0, left, TRight.Read(b, bAt));
                    sum1 = Next(sum1, left, TRight.Read(b, bAt + bLayout.ColumnStride));
                    sum2 = Next(sum2, left, TRight.Read(b, bAt + 2 * bLayout.ColumnStride));
                    sum3 = Next(sum3, left, TRight.Read(b, bAt + 3 * bLayout.ColumnStride));
                    aAt += aLayout.ColumnStride;
                    bAt += bLayout.RowStride;
                }

                int cAt = cRow + j * cLayout.ColumnStride;
                TResult.Write(c, cAt, sum0);
                TResult.Write(c, cAt + cLayout.ColumnStride, sum1);
                TResult.Write(c, cAt + 2 * cLayout.ColumnStride, sum2);
                TResult.Write(c, cAt + 3 * cLayout.ColumnStride, sum3);
            }

            for (; j < columns; j++)
                TResult.Write(c, cRow + j * cLayout.ColumnStride, Chain<T, TLeft, TRight>(a, aRow, aLayout.ColumnStride, b, bLayout.Start + j * bLayout.ColumnStride, bLayout.RowStride, inner));
        }
    }

    /// <summary>Σ aₖ·bₖ as one chain of fused multiply-adds over ascending k, from +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Chain<T, TLeft, TRight>(TLeft a, int aAt, int aStride, TRight b, int bAt, int bStride, int length)
        where T : IReal<T>
        where TLeft : IReadCells<TLeft, T>, allows ref struct
        where TRight : IReadCells<TRight, T>, allows ref struct
    {
        T sum = T.Of(0);
        for (int k = 0; k < length; k++, aAt += aStride, bAt += bStride)
            sum = Next(sum, TLeft.Read(a, aAt), TRight.Read(b, bAt));
        return sum;
    }

    /// <summary>The chain with one more product: every way to form the matrix product takes this step, over ascending k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Next<T>(T sum, T left, T right)
        where T : IReal<T> => T.Fma(left, right, sum);
}
