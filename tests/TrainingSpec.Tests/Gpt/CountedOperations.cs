using TrainingSpec.Devices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Gpt;

/// <summary>Counts how many elements are rented at once.</summary>
internal sealed class CountedOperations() : WrappedOperations<Real32>(new ReferenceOperations<Real32>())
{
    /// <summary>Elements that are rented now.</summary>
    public long Held { get; private set; }

    /// <summary>The most that were.</summary>
    public long Peak { get; private set; }

    public override Real32[] Rent(int count)
    {
        Held += count;
        Peak = Math.Max(Peak, Held);
        return base.Rent(count);
    }

    public override void Return(Real32[] tensor)
    {
        Held -= tensor.Length;
        base.Return(tensor);
    }
}
