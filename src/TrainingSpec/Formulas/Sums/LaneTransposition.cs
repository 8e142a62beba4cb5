using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrainingSpec.Formulas;

/// <summary>Floats from rows to columns, squares of them in registers.</summary>
internal static class LaneTransposition
{
    /// <summary>Rows and columns of a square.</summary>
    public const int Side = 8;

    /// <summary>How many of a number of rows or columns lie in whole squares: none where the processor has no such registers.</summary>
    public static int InSquares(int count) => Avx.IsSupported ? count / Side * Side : 0;

    /// <summary>Where rows that lie a stride apart begin.</summary>
    public static void Places(int stride, Span<int> places)
    {
        for (int i = 0; i < places.Length; i++)
            places[i] = i * stride;
    }

    /// <summary>Transposes squares one after the other. References are followed without a check.</summary>
    /// <param name="from">The first square.</param>
    /// <param name="rows">Where its rows begin, from there.</param>
    /// <param name="fromStep">How far squares lie apart.</param>
    /// <param name="to">Receives the first square.</param>
    /// <param name="columns">Where its columns, which lie there as rows, begin.</param>
    /// <param name="toStep">How far received squares lie apart.</param>
    /// <param name="count">How many squares.</param>
    public static void Squares(ref float from, ReadOnlySpan<int> rows, int fromStep, ref float to, ReadOnlySpan<int> columns, int toStep, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Vector256<float> x0 = At(ref from, rows[0]), x1 = At(ref from, rows[1]), x2 = At(ref from, rows[2]), x3 = At(ref from, rows[3]);
            Vector256<float> x4 = At(ref from, rows[4]), x5 = At(ref from, rows[5]), x6 = At(ref from, rows[6]), x7 = At(ref from, rows[7]);
            var (y0, y1, y2, y3) = Quarters(x0, x1, x2, x3);
            var (y4, y5, y6, y7) = Quarters(x4, x5, x6, x7);
            Avx.Permute2x128(y0, y4, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, columns[0]));
            Avx.Permute2x128(y1, y5, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, columns[1]));
            Avx.Permute2x128(y2, y6, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, columns[2]));
            Avx.Permute2x128(y3, y7, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, columns[3]));
            Avx.Permute2x128(y0, y4, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, columns[4]));
            Avx.Permute2x128(y1, y5, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, columns[5]));
            Avx.Permute2x128(y2, y6, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, columns[6]));
            Avx.Permute2x128(y3, y7, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, columns[7]));
            from = ref Unsafe.Add(ref from, fromStep);
            to = ref Unsafe.Add(ref to, toStep);
        }
    }

    // Four rows of eight: the columns of their left halves, each followed by that of the right half four further.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> First, Vector256<float> Second, Vector256<float> Third, Vector256<float> Fourth) Quarters(Vector256<float> x0, Vector256<float> x1, Vector256<float> x2, Vector256<float> x3)
    {
        Vector256<float> low = Avx.UnpackLow(x0, x1), high = Avx.UnpackHigh(x0, x1), otherLow = Avx.UnpackLow(x2, x3), otherHigh = Avx.UnpackHigh(x2, x3);
        return (Avx.Shuffle(low, otherLow, 0x44), Avx.Shuffle(low, otherLow, 0xEE), Avx.Shuffle(high, otherHigh, 0x44), Avx.Shuffle(high, otherHigh, 0xEE));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> At(ref float x, int place) => Vector256.LoadUnsafe(ref Unsafe.Add(ref x, place));
}
