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
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] logits = args.Matrix("logits");
        long[] targets = args.Integers("targets");
        double smoothing = args.Hyperparameter(Hyperparameters.LabelSmoothing);
        string reduction = args.Choice("reduction", false, "mean", "sum", "none");
        long? ignore = args.IntegerOrNull("ignore_index");
        args.Done();
        answer.Takes(Sizes.Of(logits) + (reduction == "none" ? logits.Length : 1));
        if (targets.Length != logits.Length)
            throw OracleException.Shape("targets", Wording.Of($"targets has {targets.Length} entries, logits has {logits.Length} rows"));
        var classes = new int[targets.Length];
        for (int i = 0; i < classes.Length; i++)
            classes[i] = targets[i] == ignore ? Ignored : Class(targets[i], logits[i].Length, i);
        Logits.RefuseAllMinusInfinity(args, logits.Where((_, i) => classes[i] != Ignored), "logits");
        CrossEntropyResult<T> result = CrossEntropyLoss.Evaluate(logits, classes, new CrossEntropyOptions
        {
            LabelSmoothing = smoothing,
            Reduction = reduction switch
            {
                "sum" => LossReduction.Sum,
                "none" => LossReduction.None,
                _ => LossReduction.Mean,
            },
            IgnoreIndex = Ignored,
        });
        if (reduction == "none")
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
