using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Models;

/// <summary>The mean cross-entropy of flat logits (B, T, V) over all positions, with its gradient.</summary>
/// <remarks>Source: D4 "Cross-Entropy Loss", "Code Implementation".</remarks>
public static class TokenLoss
{
    /// <summary>The mean over positions of −ln p(target), in nats, and (p − y)/N.</summary>
    /// <param name="logits">N rows of V logits, flat.</param>
    /// <param name="targets">N classes.</param>
    /// <exception cref="ArgumentException">No targets, or logits that are no rows of one length for them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class.</exception>
    public static (T Loss, T[] Gradient) Evaluate<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets)
        where T : IReal<T>
    {
        if (targets.IsEmpty || logits.IsEmpty || logits.Length % targets.Length != 0)
            throw new ArgumentException($"targets has {targets.Length} entries for {logits.Length} logits, which is outside one per row", nameof(targets));
        int vocabulary = logits.Length / targets.Length;
        var gradient = new T[logits.Length];
        var losses = new T[targets.Length];
        T rows = T.Of(targets.Length);
        T zero = T.Of(0);
        for (int n = 0; n < losses.Length; n++)
        {
            Span<T> row = gradient.AsSpan(n * vocabulary, vocabulary);
            losses[n] = CrossEntropy.Row(logits.Slice(n * vocabulary, vocabulary), targets[n], zero, row);

            // The row already holds p − y; taking a label of 0 from it changes no bit.
            for (int i = 0; i < vocabulary; i++)
                row[i] = CrossEntropy.MeanGradient(row[i], zero, rows);
        }

        return (Reduction.Sum<T>(losses) / rows, gradient);
    }
}
