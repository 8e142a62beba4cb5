using System.Runtime.InteropServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Devices;

/// <summary>The blocked product over lanes has the bits of the chain, in its three transpositions and at every edge of a tile and of a block.</summary>
internal sealed class LaneMatrixProductTests
{
    // Around tiles of 6 rows and 16 or 32 columns, blocks of 192 products and of 96 rows.
    private static readonly int[] RowCounts = [1, 5, 6, 7, 97], InnerCounts = [0, 1, 191, 192, 193, 385], ColumnCounts = [1, 15, 16, 17, 31, 32, 33, 67];

    [Test]
    public void Bits_are_those_of_the_chain([Values("nn", "nt", "tn", "tt")] string kind)
    {
        foreach (int rows in RowCounts)
        {
            foreach (int inner in InnerCounts)
            {
                foreach (int columns in ColumnCounts)
                    Same(kind, rows, inner, columns, (uint)(rows * 7 + inner * 3 + columns), special: false);
            }
        }
    }

    [Test]
    public void What_is_not_ordinary_stays_in_its_row_and_column([Values("nn", "nt", "tn", "tt")] string kind) => Same(kind, 13, 200, 37, 5, special: true);

    [Test]
    public void A_layout_that_reaches_outside_is_refused()
    {
        float[] x = new float[6];
        Assert.That(() => LaneMatrixProduct.Multiply<Lanes>(x, MatrixLayout.RowMajor(3), x, MatrixLayout.RowMajor(3), new float[9], 3, 3, 3), Throws.ArgumentException.With.Message.Contains("b has 6 elements"));
        Assert.That(() => LaneMatrixProduct.Multiply<Lanes>(x, MatrixLayout.RowMajor(3), x, MatrixLayout.RowMajor(2), new float[5], 3, 3, 2), Throws.ArgumentException.With.Message.Contains("a has 6 elements"));
        Assert.That(() => LaneMatrixProduct.Multiply<Lanes>(x, MatrixLayout.RowMajor(3), x, MatrixLayout.RowMajor(2), new float[3], 2, 3, 2), Throws.ArgumentException.With.Message.Contains("c has 3 elements"));
    }

    private static void Same(string kind, int rows, int inner, int columns, uint seed, bool special)
    {
        float[] a = Numbers(rows * inner, seed), b = Numbers(inner * columns, seed + 1);
        if (special)
            (a[3], a[40], a[77], b[9], b[100], b[1000]) = (float.NaN, float.PositiveInfinity, 1e-45f, -0f, float.NegativeInfinity, 3e38f);
        MatrixLayout left = kind[0] == 'n' ? MatrixLayout.RowMajor(inner) : MatrixLayout.RowMajor(rows).Transposed;
        MatrixLayout right = kind[1] == 'n' ? MatrixLayout.RowMajor(columns) : MatrixLayout.RowMajor(inner).Transposed;
        float[] expected = new float[rows * columns], narrow = new float[rows * columns], wide = new float[rows * columns];
        Array.Fill(narrow, 7);
        Array.Fill(wide, 7);

        // A loop of its own, with the runtime's fused multiply-add.
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                float sum = 0;
                for (int k = 0; k < inner; k++)
                    sum = MathF.FusedMultiplyAdd(a[i * left.RowStride + k * left.ColumnStride], b[k * right.RowStride + j * right.ColumnStride], sum);
                expected[i * columns + j] = sum;
            }
        }

        LaneMatrixProduct.Multiply<Lanes>(a, left, b, right, narrow, rows, inner, columns);
        LaneMatrixProduct.Multiply<WideLanes>(a, left, b, right, wide, rows, inner, columns);
        Assert.That(Bits(narrow).SequenceEqual(Bits(expected)), $"{kind} {rows} x {inner} x {columns}, lanes");
        Assert.That(Bits(wide).SequenceEqual(Bits(expected)), $"{kind} {rows} x {inner} x {columns}, wide lanes");
    }

    private static int[] Bits(float[] x) => Array.ConvertAll(x, v => float.IsNaN(v) ? int.MaxValue : BitConverter.SingleToInt32Bits(v));

    private static float[] Numbers(int count, uint seed)
    {
        var x = new float[count];
        RandomStreams.FillNormal<Real32>(seed, 0, 0, MemoryMarshal.Cast<float, Real32>(x.AsSpan()));
        return x;
    }
}
