using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Cross-entropy of rows of logits against target classes, with label smoothing, reductions and ignored rows.</summary>
/// <remarks>
/// The losses of the rows kept are added in the fixed shape of <see cref="Reduction"/>, so that an ignored row and an absent one give the same bits.
/// Logits of −∞ are legal where another logit of the row is larger. Source: D4 "Cross-Entropy Loss"; Szegedy et al. (2016), section 7.
/// </remarks>
public static class CrossEntropyLoss
{
    /// <summary>The loss in nats and its gradient with respect to the logits.</summary>
    /// <param name="logits">N rows of K logits.</param>
    /// <param name="targets">N classes, each in [0, K − 1] or the ignored index.</param>
    /// <param name="options">Smoothing, reduction and ignored index; null for none, mean and none.</param>
    /// <exception cref="ShapeMismatchException">Ragged rows, or another number of targets than rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class.</exception>
    /// <exception cref="InvalidArgumentException">No rows, no classes, no row kept for a mean, or a row of −∞ alone.</exception>
    public static CrossEntropyResult<T> Evaluate<T>(T[][] logits, int[] targets, CrossEntropyOptions? options = null)
        where T : IReal<T>
    {
        options ??= new CrossEntropyOptions();
        int kept = RequireClasses(logits, targets, options);
        var smoothing = LabelSmoothing<T>.Of(options.LabelSmoothing, logits[0].Length);
        T[][] gradient = Tensors.ZerosLike(logits);
        var rowLosses = new T[logits.Length];
        var keptLosses = new T[kept];
        int next = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            rowLosses[i] = T.Of(0);
            if (targets[i] == options.IgnoreIndex)
                continue;
            rowLosses[i] = CrossEntropy.Row(logits[i], targets[i], smoothing, gradient[i]);
            if (!Tensors.IsFinite(rowLosses[i]))
                rowLosses[i] = CrossEntropy.PartOfRow(logits[i], targets[i], smoothing) / T.Of(WideSums.Part);
            keptLosses[next++] = rowLosses[i];
        }

        T loss = options.Reduction == LossReduction.Mean ? Monitoring.Mean<T>(keptLosses) : Reduction.Sum<T>(keptLosses);
        if (options.Reduction == LossReduction.Mean && !Tensors.IsFinite(loss))
            loss = MeanOfParts(logits, targets, smoothing, options.IgnoreIndex);
        if (options.Reduction != LossReduction.Mean)
            return new CrossEntropyResult<T>(loss, rowLosses, gradient, kept);
        T rows = T.Of(kept);
        foreach (T[] row in gradient)
        {
            // The rows already hold p − y; taking a label of 0 from it changes no bit.
            for (int j = 0; j < row.Length; j++)
                row[j] = CrossEntropy.MeanGradient(row[j], T.Of(0), rows);
        }

        return new CrossEntropyResult<T>(loss, rowLosses, gradient, kept);
    }

    // A row's loss may be more than the number holds, and the mean not.
    private static T MeanOfParts<T>(T[][] logits, int[] targets, LabelSmoothing<T> smoothing, int? ignoreIndex)
        where T : IReal<T>
    {
        T[] parts = [.. Enumerable.Range(0, logits.Length).Where(i => targets[i] != ignoreIndex).Select(i => CrossEntropy.PartOfRow(logits[i], targets[i], smoothing))];
        return Monitoring.Mean<T>(parts) / T.Of(WideSums.Part);
    }

    /// <summary>(1 − s)·one-hot + s/K for each target: N rows of K labels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class, or <c>num_classes</c> or <c>smoothing</c> lies outside its domain.</exception>
    /// <exception cref="InvalidArgumentException">No targets.</exception>
    public static T[][] SmoothLabels<T>(int[] targets, int classes, double smoothing)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Length == 0)
            throw Tensors.Bad("targets", "targets = [] is outside lists of at least one class");
        Hyperparameters.Classes.Require(classes);
        Hyperparameters.Smoothing.Require(smoothing);
        var shared = LabelSmoothing<T>.Of(smoothing, classes);
        var labels = new T[targets.Length][];
        for (int i = 0; i < labels.Length; i++)
        {
            RequireClass(targets[i], classes, i);
            labels[i] = new T[classes];
            for (int j = 0; j < classes; j++)
                labels[i][j] = j == targets[i] ? shared.Target : shared.Other;
        }

        return labels;
    }

    // How many rows are kept; throws where logits and targets are none.
    internal static int RequireClasses<T>(T[][] logits, int[] targets, CrossEntropyOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(targets);
        Tensors.RequireSome(logits, "logits");
        RequireRectangle(logits, targets);
        int kept = CountKept(logits, targets, options.IgnoreIndex);
        return kept > 0 || options.Reduction != LossReduction.Mean ? kept : throw Tensors.Bad("targets", "targets holds ignored rows alone, which is outside lists with a mean");
    }

    private static void RequireRectangle<T>(T[][] logits, int[] targets)
    {
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i].Length != logits[0].Length)
                throw new ShapeMismatchException("logits", $"logits[{Tensors.Text(i)}] has {Tensors.Text(logits[i].Length)} classes, logits[0] has {Tensors.Text(logits[0].Length)}");
        }

        if (targets.Length != logits.Length)
            throw new ShapeMismatchException("targets", $"targets has {Tensors.Text(targets.Length)} entries, logits has {Tensors.Text(logits.Length)} rows");
    }

    private static int CountKept<T>(T[][] logits, int[] targets, int? ignoreIndex)
        where T : IReal<T>
    {
        int kept = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            RequireClass(targets[i], logits[i].Length, i);
            if (Tensors.AreEqual(Softmax.Maximum<T>(logits[i]), T.Of(double.NegativeInfinity)))
                throw Tensors.Bad("logits", $"logits[{Tensors.Text(i)}] is -Infinity alone, which is outside rows with a logit above it");
            kept++;
        }

        return kept;
    }

    private static void RequireClass(int target, int classes, int index)
    {
        if ((uint)target >= (uint)classes)
            throw new TargetOutOfRangeException(target, classes, index);
    }
}
