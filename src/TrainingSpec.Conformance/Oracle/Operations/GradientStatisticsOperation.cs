using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>grad_stats: norm, extremes and share of zeros of the finite entries of all gradients, and the count of the others.</summary>
internal sealed class GradientStatisticsOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "grad_stats";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] grads = args.Tensors("grads");
        args.Done();
        answer.Takes(7);
        GradientStatistics<T> statistics = GradientStatistics.Of(grads);
        answer.Number("norm", statistics.Norm);
        answer.Number("max_abs", statistics.MaxAbs);
        answer.Number("min_abs", statistics.MinAbs);
        answer.Number("max", statistics.Max);
        answer.Number("min", statistics.Min);
        answer.Number("zero_fraction", statistics.ZeroFraction);
        answer.Integer("nonfinite", statistics.NonFinite);
    }
}
