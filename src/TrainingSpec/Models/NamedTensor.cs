namespace TrainingSpec.Models;

/// <summary>A tensor with its name and shape.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes, the slowest first.</param>
/// <param name="Values">Its elements, row after row; of a tensor in double precision they are rounded.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, float[] Values)
{
    /// <summary>Its elements in double precision, which a file then holds; null for a tensor in single precision.</summary>
    public double[]? Wide { get; init; }

    /// <summary>A tensor in double precision.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its sizes, the slowest first.</param>
    /// <param name="values">Its elements, row after row.</param>
    public static NamedTensor OfDoubles(string name, IReadOnlyList<int> shape, double[] values) => new(name, shape, Array.ConvertAll(values, v => (float)v)) { Wide = values };

    /// <summary>Bytes of its elements in a file.</summary>
    internal long Bytes => Wide is null ? 4L * Values.Length : 8L * Wide.Length;

    /// <summary>The type of its elements, as a file names it.</summary>
    internal string Type => Wide is null ? "F32" : "F64";
}
