namespace TrainingSpec.Models;

/// <summary>The tensors of a checkpoint, taken out one after the other by the shapes of a model.</summary>
/// <param name="tensors">The file's tensors.</param>
/// <param name="file">What the message calls the file.</param>
internal sealed class CheckpointTensors(IReadOnlyList<NamedTensor> tensors, string file)
{
    private readonly Dictionary<string, NamedTensor> _left = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>True where nothing is left.</summary>
    public bool IsEmpty => _left.Count == 0;

    /// <summary>Takes one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="sizes">The sizes that it must have.</param>
    /// <exception cref="TensorFileException">There is none, or it has others.</exception>
    public NamedTensor Take(string name, int[] sizes)
    {
        if (!_left.Remove(name, out NamedTensor? tensor))
            throw new TensorFileException($"{file}: the file has no {name}, which the model has");
        return tensor.Shape.SequenceEqual(sizes)
            ? tensor
            : throw new TensorFileException($"{file}: {name} has shape [{string.Join(", ", tensor.Shape)}] and not [{string.Join(", ", sizes)}] as in the model");
    }

    /// <summary>Refuses what is left.</summary>
    /// <exception cref="TensorFileException">Something is.</exception>
    public void RequireNone()
    {
        if (!IsEmpty)
            throw new TensorFileException($"{file}: the file has {_left.Keys.First()}, which the model has not");
    }
}
