using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>Rows of a tensor into lanes and back: number i of the lanes holds element i of each row.</summary>
internal static class LaneBlocks
{
    /// <summary>As many rows as there are lanes, or fewer: the other lanes hold 0.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="first">Where the first row begins.</param>
    /// <param name="stride">How far rows lie apart.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="lanes">Receives as many numbers as a row is long.</param>
    public static void Gather<T>(ReadOnlySpan<float> x, int first, int stride, int rows, Span<T> lanes)
        where T : unmanaged, ILanes<T>
    {
        Span<int> starts = stackalloc int[rows];
        for (int row = 0; row < rows; row++)
            starts[row] = first + row * stride;
        Gather(x, starts, lanes);
    }

    /// <summary>Rows that begin anywhere.</summary>
    public static void Gather<T>(ReadOnlySpan<float> x, ReadOnlySpan<int> starts, Span<T> lanes)
        where T : unmanaged, ILanes<T>
    {
        if (starts.Length < T.Count)
            lanes.Clear();
        Require(x.Length, starts, lanes.Length);
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(lanes));
        Span<int> places = stackalloc int[LaneTransposition.Side];
        LaneTransposition.Places(T.Count, places);
        int inSquares = LaneTransposition.InSquares(starts.Length), length = LaneTransposition.InSquares(lanes.Length);
        for (int lane = 0; lane < inSquares; lane += LaneTransposition.Side)
            LaneTransposition.Squares(ref from, starts.Slice(lane, LaneTransposition.Side), LaneTransposition.Side, ref Unsafe.Add(ref to, lane), places, LaneTransposition.Side * T.Count, length / LaneTransposition.Side);
        for (int i = 0; i < lanes.Length; i++)
        {
            for (int lane = i < length ? inSquares : 0; lane < starts.Length; lane++)
                Unsafe.Add(ref to, i * T.Count + lane) = Unsafe.Add(ref from, starts[lane] + i);
        }
    }

    /// <summary>The rows back.</summary>
    public static void Scatter<T>(ReadOnlySpan<T> lanes, Span<float> x, int first, int stride, int rows)
        where T : unmanaged, ILanes<T>
    {
        Span<int> starts = stackalloc int[rows];
        for (int row = 0; row < rows; row++)
            starts[row] = first + row * stride;
        Scatter(lanes, x, starts);
    }

    /// <summary>Rows that begin anywhere, back.</summary>
    public static void Scatter<T>(ReadOnlySpan<T> lanes, Span<float> x, ReadOnlySpan<int> starts)
        where T : unmanaged, ILanes<T>
    {
        Require(x.Length, starts, lanes.Length);
        ref float to = ref MemoryMarshal.GetReference(x);
        ref float from = ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(lanes));
        Span<int> places = stackalloc int[LaneTransposition.Side];
        LaneTransposition.Places(T.Count, places);
        int inSquares = LaneTransposition.InSquares(starts.Length), length = LaneTransposition.InSquares(lanes.Length);
        for (int lane = 0; lane < inSquares; lane += LaneTransposition.Side)
            LaneTransposition.Squares(ref Unsafe.Add(ref from, lane), places, LaneTransposition.Side * T.Count, ref to, starts.Slice(lane, LaneTransposition.Side), LaneTransposition.Side, length / LaneTransposition.Side);
        for (int i = 0; i < lanes.Length; i++)
        {
            for (int lane = i < length ? inSquares : 0; lane < starts.Length; lane++)
                Unsafe.Add(ref to, starts[lane] + i) = Unsafe.Add(ref from, i * T.Count + lane);
        }
    }

    /// <summary>One row into one lane.</summary>
    public static void GatherOne<T>(ReadOnlySpan<float> row, Span<T> lanes, int lane)
        where T : unmanaged, ILanes<T>
    {
        Span<float> to = MemoryMarshal.Cast<T, float>(lanes);
        for (int i = 0, at = lane; i < row.Length; i++, at += T.Count)
            to[at] = row[i];
    }

    /// <summary>One row out of one lane.</summary>
    public static void ScatterOne<T>(ReadOnlySpan<T> lanes, Span<float> row, int lane)
        where T : unmanaged, ILanes<T>
    {
        ReadOnlySpan<float> from = MemoryMarshal.Cast<T, float>(lanes);
        for (int i = 0, at = lane; i < row.Length; i++, at += T.Count)
            row[i] = from[at];
    }

    // References are followed without a check of their own.
    private static void Require(int length, ReadOnlySpan<int> starts, int width)
    {
        foreach (int start in starts)
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start + (ulong)width, (ulong)length, nameof(starts));
    }
}
