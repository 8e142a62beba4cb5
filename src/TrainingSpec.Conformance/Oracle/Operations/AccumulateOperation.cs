using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>accumulate: the mean gradient of micro-batches, weighted where weights are given.</summary>
internal sealed class AccumulateOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "accumulate";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][][] grads = args.TensorLists("micro_grads");
        T[]? weights = args.RowOrNull("weights", "[0, inf)");
        args.Done();
        answer.Takes(grads.Length == 0 ? 0 : Sizes.Of(grads[0]));
        answer.Tensors("grads", GradientAccumulator.Mean(grads, weights is null ? null : Array.ConvertAll(weights, args.Widen)));
    }
}
