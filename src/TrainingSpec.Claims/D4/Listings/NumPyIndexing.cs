namespace TrainingSpec.Claims.D4.Listings;

/// <summary>How NumPy resolves an index and broadcasts shapes.</summary>
internal static class NumPyIndexing
{
    /// <summary>The position that an index means on an axis: negative ones count from the end.</summary>
    /// <exception cref="PythonException">IndexError: outside [−length, length − 1].</exception>
    public static int Resolve(int index, int length) =>
        index >= -length && index < length
            ? (index + length) % length
            : throw new PythonException(PythonError.IndexError, $"index {index} is outside an axis of size {length}");

    /// <summary>The common shape: axes are matched from the right, and an axis of size 1 is stretched.</summary>
    /// <exception cref="PythonException">IndexError: two axes differ and neither is 1.</exception>
    public static int[] Broadcast(params IReadOnlyList<int[]> shapes)
    {
        int[] result = new int[shapes.Max(s => s.Length)];
        for (int axis = 1; axis <= result.Length; axis++)
        {
            int[] sizes = [.. shapes.Select(s => axis <= s.Length ? s[^axis] : 1).Where(n => n != 1).Distinct()];
            result[^axis] = sizes.Length switch
            {
                0 => 1,
                1 => sizes[0],
                _ => throw new PythonException(PythonError.IndexError, $"sizes {string.Join(" and ", sizes)} cannot be broadcast"),
            };
        }

        return result;
    }

    /// <summary>The element of a small array that a position of the broadcast shape reads: its index along an axis of size 1 is 0.</summary>
    public static int Stretch(int position, int size) => size == 1 ? 0 : position;
}
