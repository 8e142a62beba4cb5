using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>smooth_labels: (1 − s)·one-hot + s/K for each target.</summary>
public sealed class SmoothLabelsOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "smooth_labels";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        long classes = args.Integer("num_classes", 1);
        long[] targets = args.Integers("targets", 0, classes - 1);
        T smoothing = args.Number("smoothing", "[0, 1]");
        args.Done();
        if ((UInt128)(ulong)targets.Length * (ulong)classes > Protocol.MaxValues)
            throw Answer<T>.TooLong("num_classes");
        T count = T.Of(classes);
        answer.Tensors("labels", targets.Select(target =>
        {
            var row = new T[classes];
            Array.Fill(row, CrossEntropy.SmoothedLabel(T.Of(0), smoothing, count));
            row[target] = CrossEntropy.SmoothedLabel(T.Of(1), smoothing, count);
            return row;
        }));
    }
}
