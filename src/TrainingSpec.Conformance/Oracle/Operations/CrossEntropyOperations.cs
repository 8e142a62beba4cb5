using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>cross_entropy: the loss of rows of logits against target classes, and its gradient.</summary>
internal sealed class CrossEntropyOperation : IOperation
{
    private const int Ignored = -1;

    /// <inheritdoc/>
    public string Name => "cross_entropy";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] logits = args.Matrix("logits");
        bool soft = args.IsNested("targets");
        T[][] labels = soft ? args.Matrix("targets") : [];
        long[] targets = soft ? [] : args.Integers("targets");
        double smoothing = args.Hyperparameter(Hyperparameters.LabelSmoothing);
        LossReduction reduction = ElementwiseLossAnswers.Reduction(args);
        long? ignore = args.IntegerOrNull("ignore_index");
        T[]? weights = args.RowOrNull("weight", "[0, inf)");
        args.Done();
        answer.Takes(Sizes.Of(logits) + (reduction == LossReduction.None ? logits.Length : 1));
        if (soft && ignore is not null)
            throw OracleException.Invalid("ignore_index", "ignore_index is for classes: no row of labels is ignored");
        if ((soft ? labels.Length : targets.Length) != logits.Length)
            throw OracleException.Shape("targets", Wording.Of($"targets has {(soft ? labels.Length : targets.Length)} entries, logits has {logits.Length} rows"));
        var classes = new int[targets.Length];
        for (int i = 0; i < classes.Length; i++)
            classes[i] = targets[i] == ignore ? Ignored : Class(targets[i], logits[i].Length, i);
        Logits.RefuseAllMinusInfinity(args, logits.Where((_, i) => soft || classes[i] != Ignored), "logits");
        var options = new CrossEntropyOptions
        {
            LabelSmoothing = smoothing,
            Reduction = reduction,
            IgnoreIndex = Ignored,
        };
        CrossEntropyResult<T> result = soft ? WeightedCrossEntropy.OfOwnLabels(logits, labels, ref weights, options)
            : weights is null ? CrossEntropyLoss.Evaluate(logits, classes, options)
            : WeightedCrossEntropy.OfClasses(logits, classes, weights, options);
        if (reduction == LossReduction.None)
            answer.Row("loss", result.RowLosses);
        else
            answer.Number("loss", result.Loss);
        answer.Tensors("grad_logits", result.Gradient);
    }

    private static int Class(long target, int classes, int row) => target >= 0 && target < classes
        ? (int)target
        : throw OracleException.Invalid("targets", Wording.Of($"targets[{row}] = {target} is outside [0, {classes - 1}]"));
}

/// <summary>smooth_labels: (1 − s)·one-hot + s/K for each target.</summary>
internal sealed class SmoothLabelsOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "smooth_labels";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        long classes = args.Whole(Hyperparameters.Classes);
        long[] targets = args.Integers("targets", 0, classes - 1);
        double smoothing = args.Hyperparameter(Hyperparameters.Smoothing);
        args.Done();
        if (targets.Length > 0 && classes > Protocol.MaxValues / targets.Length)
            throw Answer<T>.TooLong("num_classes");
        answer.Takes(targets.Length * classes);
        answer.Tensors("labels", CrossEntropyLoss.SmoothLabels<T>(Array.ConvertAll(targets, t => (int)t), (int)Math.Min(classes, int.MaxValue), smoothing));
    }
}
