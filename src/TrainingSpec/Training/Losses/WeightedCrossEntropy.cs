using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Cross-entropy with a weight for each class, against classes or against labels that are distributions.</summary>
/// <remarks>
/// A class's weight multiplies its own term −y·ln p, that of a smoothed label too. The mean is over the weights of the targets where they are classes, and over the rows where they are labels.
/// Source: PyTorch's cross_entropy, weight and class probabilities.
/// </remarks>
public static class WeightedCrossEntropy
{
    /// <summary>The loss against classes.</summary>
    /// <param name="logits">N rows of K logits.</param>
    /// <param name="targets">N classes, each in [0, K − 1] or the ignored index.</param>
    /// <param name="weights">K weights in [0, inf).</param>
    /// <param name="options">Smoothing, reduction and ignored index.</param>
    /// <exception cref="ShapeMismatchException">Ragged rows, or another number of targets than rows or of weights than classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class, or a weight is below 0.</exception>
    /// <exception cref="InvalidArgumentException">No rows, no classes, no row kept for a mean, or a row of −∞ alone.</exception>
    public static CrossEntropyResult<T> OfClasses<T>(T[][] logits, int[] targets, T[] weights, CrossEntropyOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        int kept = CrossEntropyLoss.RequireClasses(logits, targets, options);
        RequireWeights(logits, weights);
        var smoothing = LabelSmoothing<T>.Of(options.LabelSmoothing, logits[0].Length);
        Func<int, T>? Labels(int row) => targets[row] == options.IgnoreIndex ? null : j => weights[j] * (j == targets[row] ? smoothing.Target : smoothing.Other);
        T[] used = Array.ConvertAll(Array.FindAll(targets, t => t != options.IgnoreIndex), t => weights[t]);
        return Evaluate(logits, Labels, Reduction.Sum<T>(used), options.Reduction, kept);
    }

    /// <summary>The loss against labels.</summary>
    /// <param name="logits">N rows of K logits.</param>
    /// <param name="labels">N rows of K labels, which need not add up to 1.</param>
    /// <param name="weights">K weights in [0, inf); null for 1 each.</param>
    /// <param name="options">Smoothing and reduction; no row is ignored.</param>
    /// <exception cref="ShapeMismatchException">Ragged rows, or other shapes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is below 0.</exception>
    /// <exception cref="InvalidArgumentException">No rows, no classes, or a row of −∞ alone.</exception>
    public static CrossEntropyResult<T> OfLabels<T>(T[][] logits, T[][] labels, T[]? weights, CrossEntropyOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensors.RequireSome(logits, "logits");
        return OfOwnLabels(logits, Tensors.Copy(Tensors.RequireSome(labels, "targets")), ref weights, options);
    }

    /// <summary>The same, by which the labels become what their rows add to the loss and the weights are given up: no row is held twice.</summary>
    /// <param name="logits">N rows of K logits.</param>
    /// <param name="labels">N rows of K labels, which are overwritten.</param>
    /// <param name="weights">K weights in [0, inf); null for 1 each, and null afterwards.</param>
    /// <param name="options">Smoothing and reduction; no row is ignored.</param>
    internal static CrossEntropyResult<T> OfOwnLabels<T>(T[][] logits, T[][] labels, ref T[]? weights, CrossEntropyOptions options)
        where T : IReal<T>
    {
        int kept = CrossEntropyLoss.RequireClasses(logits, new int[Tensors.RequireSome(logits, "logits").Length], options with { IgnoreIndex = null });
        Tensors.RequireSameShape(logits, "logits", Tensors.RequireSome(labels, "targets"), "targets");
        if (weights is not null)
            RequireWeights(logits, weights);
        var smoothing = LabelSmoothing<T>.Of(options.LabelSmoothing, logits[0].Length);
        foreach (T[] row in labels)
            Weigh(row, weights, smoothing);
        weights = null;
        return Evaluate(logits, row => j => labels[row][j], T.Of(kept), options.Reduction, kept);
    }

    private static void Weigh<T>(T[] labels, T[]? weights, LabelSmoothing<T> smoothing)
        where T : IReal<T>
    {
        for (int j = 0; j < labels.Length; j++)
        {
            T smoothed = smoothing.TargetShare * labels[j] + smoothing.Other;
            labels[j] = weights is null ? smoothed : weights[j] * smoothed;
        }
    }

    private static CrossEntropyResult<T> Evaluate<T>(T[][] logits, Func<int, Func<int, T>?> labelsOf, T divisor, LossReduction reduction, int kept)
        where T : IReal<T>
    {
        T[][] gradient = Tensors.ZerosLike(logits);
        var losses = new T[logits.Length];
        var keptLosses = new T[kept];
        int next = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = T.Of(0);
            if (labelsOf(i) is { } label)
                keptLosses[next++] = losses[i] = CrossEntropy.Row(logits[i], label, gradient[i]);
        }

        T loss = Reduction.Sum<T>(keptLosses);
        if (reduction != LossReduction.Mean)
            return new CrossEntropyResult<T>(loss, losses, gradient, kept);
        foreach (T[] row in gradient)
        {
            for (int j = 0; j < row.Length; j++)
                row[j] /= divisor;
        }

        return new CrossEntropyResult<T>(loss / divisor, losses, gradient, kept);
    }

    private static void RequireWeights<T>(T[][] logits, T[] weights)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Length != logits[0].Length)
            throw new ShapeMismatchException("weight", $"weight has {Tensors.Text(weights.Length)} entries, logits has {Tensors.Text(logits[0].Length)} classes");
        int below = Array.FindIndex(weights, w => T.AllLess(w, T.Of(0)));
        if (below >= 0)
            throw Domain.Outside("[0, inf)", weights[below].ToString()!, "weight");
    }
}
