using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>mse: the squared errors of predictions, and their gradient.</summary>
internal sealed class SquaredLossOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "mse";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        (T[] predictions, T[] targets, T[]? weights, LossReduction reduction) = ElementwiseLossAnswers.Read(args, answer);
        args.Done();
        answer.Losses(ElementwiseLoss.Squared(predictions, targets, reduction, weights), reduction);
    }
}

/// <summary>huber: Huber's loss of predictions, and its gradient.</summary>
internal sealed class HuberLossOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "huber";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        (T[] predictions, T[] targets, T[]? weights, LossReduction reduction) = ElementwiseLossAnswers.Read(args, answer);
        double delta = args.Hyperparameter(Hyperparameters.HuberDelta);
        args.Done();
        answer.Losses(ElementwiseLoss.Huber(predictions, targets, delta, reduction, weights), reduction);
    }
}

/// <summary>smooth_l1: the smooth absolute error of predictions, and its gradient.</summary>
internal sealed class SmoothL1LossOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "smooth_l1";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        (T[] predictions, T[] targets, T[]? weights, LossReduction reduction) = ElementwiseLossAnswers.Read(args, answer);
        double beta = args.Hyperparameter(Hyperparameters.SmoothBeta);
        args.Done();
        answer.Losses(ElementwiseLoss.SmoothL1(predictions, targets, beta, reduction, weights), reduction);
    }
}

/// <summary>bce_with_logits: binary cross-entropy of logits, and its gradient.</summary>
internal sealed class BinaryCrossEntropyOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "bce_with_logits";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] logits = args.Matrix("logits"), targets = args.TensorsLike("targets", logits, "logits");
        T[]? positive = args.RowOrNull("pos_weight", "[0, inf)");
        T[][]? weights = args.TensorsLikeOrNull("weight", logits, "logits");
        double smoothing = args.Hyperparameter(Hyperparameters.LabelSmoothing);
        LossReduction reduction = ElementwiseLossAnswers.Reduction(args);
        args.Done();
        int rows = logits.Length, columns = logits[0].Length;
        answer.Takes((long)rows * columns + (reduction == LossReduction.None ? (long)rows * columns : 1));
        if (positive is not null && positive.Length != columns)
            throw OracleException.Shape("pos_weight", Wording.Of($"pos_weight has {positive.Length} entries, logits has {columns} columns"));
        T[]? each = positive is null ? null : Sizes.Repeated(positive, rows);
        ElementwiseLossResult<T> result = ElementwiseLoss.BinaryCrossEntropy(Sizes.Flat<T>(logits), Sizes.Flat<T>(targets), each, reduction, weights is null ? null : Sizes.Flat<T>(weights), smoothing);
        if (reduction == LossReduction.None)
            answer.Columns("loss", result.Losses, columns, 0, columns);
        else
            answer.Number("loss", result.Loss);
        answer.Columns("grad_logits", result.Gradient, columns, 0, columns);
    }
}

/// <summary>What the losses of single numbers share.</summary>
internal static class ElementwiseLossAnswers
{
    /// <summary>Reads predictions, targets, weights and reduction, and notes how long the answer will be.</summary>
    public static (T[] Predictions, T[] Targets, T[]? Weights, LossReduction Reduction) Read<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] predictions = args.Row("predictions"), targets = args.RowOf("targets", predictions.Length, "predictions");
        T[]? weights = args.RowOrNull("weight", "[0, inf)");
        LossReduction reduction = Reduction(args);
        answer.Takes(predictions.Length + (reduction == LossReduction.None ? predictions.Length : 1L));
        return (predictions, targets, weights, reduction);
    }

    /// <summary>Reads the reduction.</summary>
    public static LossReduction Reduction(Arguments args) => args.Choice("reduction", false, "mean", "sum", "none") switch
    {
        "sum" => LossReduction.Sum,
        "none" => LossReduction.None,
        _ => LossReduction.Mean,
    };

    /// <summary>Writes losses and gradient of predictions.</summary>
    public static void Losses<T>(this Answer<T> answer, ElementwiseLossResult<T> result, LossReduction reduction)
        where T : struct, IReal<T>
    {
        if (reduction == LossReduction.None)
            answer.Row("loss", result.Losses);
        else
            answer.Number("loss", result.Loss);
        answer.Row("grad_predictions", result.Gradient);
    }
}
