using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>How large arguments are, so that an answer's size is known before it is computed.</summary>
internal static class Sizes
{
    /// <summary>The numbers in a list of tensors.</summary>
    public static long Of<T>(T[][] tensors)
    {
        long size = 0;
        foreach (T[] tensor in tensors)
            size += tensor.Length;
        return size;
    }

    /// <summary>A row of one number.</summary>
    public static T[] Filled<T>(int count, double value)
        where T : IReal<T>
    {
        var row = new T[count];
        Array.Fill(row, T.Of(value));
        return row;
    }

    /// <summary>A row a number of times, one behind the other.</summary>
    public static T[] Repeated<T>(T[] row, int times)
    {
        var all = new T[row.Length * times];
        for (int at = 0; at < all.Length; at += row.Length)
            row.CopyTo(all, at);
        return all;
    }

    /// <summary>The rows of lists of rows side by side, row after row in one list: what stands beside each other in several matrices comes together.</summary>
    public static T[] Flat<T>(params ReadOnlySpan<T[][]> matrices)
    {
        var flat = new T[matrices[0].Length * matrices[0][0].Length * matrices.Length];
        int at = 0;
        for (int i = 0; i < matrices[0].Length; i++)
        {
            foreach (T[][] matrix in matrices)
            {
                matrix[i].CopyTo(flat, at);
                at += matrix[i].Length;
            }
        }

        return flat;
    }
}
