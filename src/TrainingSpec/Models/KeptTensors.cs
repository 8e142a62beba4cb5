using TrainingSpec.Devices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Models;

/// <summary>Rented tensors that stay together until they are given back together.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="operations">Where they are rented.</param>
internal sealed class KeptTensors<T>(ITensorOperations<T> operations) : IDisposable
    where T : IReal<T>
{
    private readonly List<T[]> _rented = [];

    /// <summary>A tensor that stays.</summary>
    public T[] Keep(int count) => Kept(operations.Rent(count));

    /// <summary>A rented tensor that stays from now on.</summary>
    public T[] Kept(T[] tensor)
    {
        _rented.Add(tensor);
        return tensor;
    }

    /// <summary>Gives all back; none may be read from then on.</summary>
    public void Dispose()
    {
        foreach (T[] tensor in _rented)
            operations.Return(tensor);
        _rented.Clear();
    }
}
