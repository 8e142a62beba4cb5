using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>norm.l2: the norm of all tensors together, without overflow or underflow on the way.</summary>
internal sealed class NormOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "norm.l2";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] tensors = args.Tensors("tensors");
        args.Done();
        answer.Takes(1);
        answer.Number("norm", Norms.Global(tensors));
    }
}
