namespace TrainingSpec.Models;

/// <summary>A tensor with its name and shape.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes, the slowest first.</param>
/// <param name="Values">Its elements, row after row.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, float[] Values);
