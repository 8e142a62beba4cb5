namespace TrainingSpec.Devices;

/// <summary>Tensors that are handed out again once they are given back, by their exact length, so that a step of the same sizes allocates none.</summary>
/// <typeparam name="T">The element.</typeparam>
internal sealed class TensorBuffers<T>
{
    private readonly Dictionary<int, Stack<T[]>> _free = [];

    /// <summary>A tensor that holds anything.</summary>
    public T[] Rent(int count) => _free.TryGetValue(count, out Stack<T[]>? free) && free.TryPop(out T[]? tensor) ? tensor : new T[count];

    /// <summary>Takes one back.</summary>
    public void Return(T[] tensor)
    {
        if (!_free.TryGetValue(tensor.Length, out Stack<T[]>? free))
            _free.Add(tensor.Length, free = new Stack<T[]>());
        free.Push(tensor);
    }
}
