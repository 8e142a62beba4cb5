using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>The mean cross-entropy of flat logits (B, T, V) over all positions, with its gradient.</summary>
/// <remarks>Source: D4 "Cross-Entropy Loss", "Code Implementation".</remarks>
public static class TokenLoss
{
    /// <summary>The mean over positions of −ln p(target), in nats, and (p − y)/N; the same bits as <see cref="CrossEntropyLoss"/> on rows.</summary>
    /// <param name="logits">N rows of V logits, flat.</param>
    /// <param name="targets">N classes.</param>
    /// <exception cref="ArgumentException">No targets, or logits that are no rows of one length for them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class.</exception>
    public static (T Loss, T[] Gradient) Evaluate<T>(ReadOnlySpan<T> logits, int[] targets)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Length == 0 || logits.IsEmpty || logits.Length % targets.Length != 0)
            throw new ArgumentException($"targets has {targets.Length} entries for {logits.Length} logits, which is outside one per row", nameof(targets));
        int vocabulary = logits.Length / targets.Length;
        var rows = new T[targets.Length][];
        for (int n = 0; n < rows.Length; n++)
            rows[n] = logits.Slice(n * vocabulary, vocabulary).ToArray();
        CrossEntropyResult<T> result = CrossEntropyLoss.Evaluate(rows, targets);
        var gradient = new T[logits.Length];
        for (int n = 0; n < rows.Length; n++)
            result.Gradient[n].CopyTo(gradient, n * vocabulary);
        return (result.Loss, gradient);
    }

    /// <summary>The same by a device's operations; the gradient is a rented tensor.</summary>
    /// <param name="logits">N rows of V logits, flat.</param>
    /// <param name="targets">N classes.</param>
    /// <param name="operations">What computes it.</param>
    /// <exception cref="ArgumentException">No targets, or logits that are no rows of one length for them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class.</exception>
    public static (T Loss, T[] Gradient) Evaluate<T>(T[] logits, int[] targets, ITensorOperations<T> operations)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(operations);
        if (!AreRows(logits, targets))
            return Evaluate<T>(operations.Read(logits), targets);
        T[] gradient = operations.Rent(logits.Length);
        T loss = Mean(logits, targets, gradient, operations);
        if (Tensors.IsFinite(loss))
            return (loss, gradient);
        operations.Return(gradient);
        return Evaluate<T>(operations.Read(logits), targets);
    }

    /// <summary>The loss alone, the same bits, by a device's operations; no gradient is computed but of a loss that is not finite.</summary>
    /// <param name="logits">N rows of V logits, flat.</param>
    /// <param name="targets">N classes.</param>
    /// <param name="operations">What computes it.</param>
    /// <exception cref="ArgumentException">No targets, or logits that are no rows of one length for them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class.</exception>
    public static T Loss<T>(T[] logits, int[] targets, ITensorOperations<T> operations)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(operations);
        return AreRows(logits, targets) && Mean(logits, targets, [], operations) is var loss && Tensors.IsFinite(loss) ? loss : Evaluate<T>(operations.Read(logits), targets).Loss;
    }

    private static bool AreRows<T>(T[] logits, int[] targets) =>
        targets.Length > 0 && logits.Length > 0 && logits.Length % targets.Length == 0 && !Array.Exists(targets, target => (uint)target >= (uint)(logits.Length / targets.Length));

    private static T Mean<T>(T[] logits, int[] targets, T[] gradient, ITensorOperations<T> operations)
        where T : IReal<T>
    {
        T[] losses = operations.Rent(targets.Length);
        operations.CrossEntropy(logits, targets, losses, gradient);
        T mean = Monitoring.Mean<T>(operations.Read(losses));
        operations.Return(losses);
        return mean;
    }
}
