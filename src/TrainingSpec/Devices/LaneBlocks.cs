using System.Runtime.InteropServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>Rows of a tensor into lanes and back: number i of the lanes holds element i of each row.</summary>
internal static class LaneBlocks
{
    /// <summary>As many rows as there are lanes, or fewer: the other lanes hold 0.</summary>
    public static void Gather<T>(ReadOnlySpan<float> x, int width, int rows, Span<T> lanes)
        where T : unmanaged, ILanes<T>
    {
        if (rows < T.Count)
            lanes[..width].Clear();
        for (int row = 0; row < rows; row++)
            Gather(x.Slice(row * width, width), lanes, row);
    }

    /// <summary>The rows back.</summary>
    public static void Scatter<T>(ReadOnlySpan<T> lanes, Span<float> x, int width, int rows)
        where T : unmanaged, ILanes<T>
    {
        for (int row = 0; row < rows; row++)
            Scatter(lanes, x.Slice(row * width, width), row);
    }

    /// <summary>One row into one lane.</summary>
    public static void Gather<T>(ReadOnlySpan<float> row, Span<T> lanes, int lane)
        where T : unmanaged, ILanes<T>
    {
        Span<float> to = MemoryMarshal.Cast<T, float>(lanes);
        for (int i = 0, at = lane; i < row.Length; i++, at += T.Count)
            to[at] = row[i];
    }

    /// <summary>One row out of one lane.</summary>
    public static void Scatter<T>(ReadOnlySpan<T> lanes, Span<float> row, int lane)
        where T : unmanaged, ILanes<T>
    {
        ReadOnlySpan<float> from = MemoryMarshal.Cast<T, float>(lanes);
        for (int i = 0, at = lane; i < row.Length; i++, at += T.Count)
            row[i] = from[at];
    }
}
