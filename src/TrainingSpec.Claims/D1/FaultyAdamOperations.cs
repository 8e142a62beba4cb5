using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D1;

/// <summary>What is wrong with an optimizer.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Every element's update is written to one element of its tensor: the one whose index is the tensor's number.</summary>
    OneElement,

    /// <summary>There are no updates.</summary>
    NoUpdate,
}

/// <summary>Operations whose Adam computes moments and updates as it should, and then does not write each update to its element.</summary>
/// <remarks>Source: the trainer of D1's project, whose inner loop over a tensor's elements writes by the index of the outer loop over tensors.</remarks>
/// <typeparam name="T">The number.</typeparam>
/// <param name="inner">What computes.</param>
/// <param name="fault">Where updates go.</param>
public sealed class FaultyAdamOperations<T>(ITensorOperations<T> inner, Fault fault) : WrappedOperations<T>(inner)
    where T : IReal<T>
{
    private readonly Dictionary<T[], int> _numbers = [];

    /// <inheritdoc/>
    public override void AdamStep(T[] theta, T[] m, T[] v, T[] gradient, AdamCoefficients<T> coefficients)
    {
        ArgumentNullException.ThrowIfNull(theta);
        T[] before = [.. Read(theta)];
        base.AdamStep(theta, m, v, gradient, coefficients);
        if (fault == Fault.None)
            return;
        T change = Reduction.Sum<T>([.. Read(theta).Zip(before, (after, old) => after - old)]);
        before.CopyTo(theta, 0);

        // A dictionary of arrays goes by the arrays themselves, not by what is in them.
        if (!_numbers.TryGetValue(theta, out int number))
            _numbers.Add(theta, number = _numbers.Count);
        if (fault == Fault.OneElement)
            theta[number % theta.Length] += change;
        Written(theta);
    }
}
