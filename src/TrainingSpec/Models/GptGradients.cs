using TrainingSpec.Devices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Models;

/// <summary>The gradients of one backward pass: of every parameter by name, and of the tensors between the parts of the model.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class GptGradients<T> : IDisposable
    where T : IReal<T>
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly ITensorOperations<T> _operations;
    private readonly Action<string>? _firstWrite;

    internal GptGradients(GptConfig config, ITensorOperations<T> operations, Action<string>? firstWrite)
    {
        _operations = operations;
        _firstWrite = firstWrite;
        foreach (WeightShape shape in config.Weights())
        {
            T[] zeros = operations.Rent(shape.Count);
            operations.Fill(zeros, T.Of(0));
            Tensors.Add(shape.Name, zeros);
        }
    }

    /// <summary>∂L/∂w for every parameter, in GPT-2's order; fresh arrays in every backward pass.</summary>
    public OrderedDictionary<string, T[]> Parameters
    {
        get
        {
            foreach (T[] tensor in Tensors.Values)
                _operations.Read(tensor);
            return Tensors;
        }
    }

    /// <summary>∂L/∂logits (B, T, V), as given.</summary>
    public T[] Logits => _operations.Read(LogitTensor);

    /// <summary>∂L/∂h_norm (B, T, C): of what the output map reads.</summary>
    public T[] NormalizedHidden => _operations.Read(NormalizedHiddenTensor);

    /// <summary>∂L/∂h_trans (B, T, C): of what the last block gives to the final layer norm.</summary>
    public T[] TransformerHidden => _operations.Read(TransformerHiddenTensor);

    /// <summary>∂L/∂x (B, T, C): of the sum of embeddings that goes into the first block.</summary>
    public T[] Embedded => _operations.Read(EmbeddedTensor);

    /// <summary>The gradients of the parameters, wherever they live.</summary>
    internal OrderedDictionary<string, T[]> Tensors { get; } = [];

    /// <summary>What <see cref="Logits"/> reads, wherever it lives.</summary>
    internal T[] LogitTensor { get; set; } = [];

    /// <summary>What <see cref="NormalizedHidden"/> reads, wherever it lives.</summary>
    internal T[] NormalizedHiddenTensor { get; set; } = [];

    /// <summary>What <see cref="TransformerHidden"/> reads, wherever it lives.</summary>
    internal T[] TransformerHiddenTensor { get; set; } = [];

    /// <summary>What <see cref="Embedded"/> reads, wherever it lives.</summary>
    internal T[] EmbeddedTensor { get; set; } = [];

    /// <summary>Gives back all gradients but that of the logits, which was given; none may be read from then on. What is not disposed of is left to the garbage collector.</summary>
    public void Dispose()
    {
        foreach (T[] tensor in (T[][])[.. Tensors.Values, NormalizedHiddenTensor, TransformerHiddenTensor, EmbeddedTensor])
            _operations.Return(tensor);
        Tensors.Clear();
        (NormalizedHiddenTensor, TransformerHiddenTensor, EmbeddedTensor) = ([], [], []);
    }

    /// <summary>Says that a tensor's gradient has been reached.</summary>
    internal void Reached(string name)
    {
        if (_written.Add(name))
            _firstWrite?.Invoke(name);
    }

    /// <summary>The array that a parameter's gradient is written into.</summary>
    internal T[] Write(string name)
    {
        Reached(name);
        return Tensors[name];
    }
}
