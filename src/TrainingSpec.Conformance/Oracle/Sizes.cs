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
}
