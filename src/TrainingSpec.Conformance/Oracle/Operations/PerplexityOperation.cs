using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>perplexity: e to the mean loss in nats; Infinity on overflow.</summary>
internal sealed class PerplexityOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "perplexity";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T loss = args.NumberOrInfinity("loss");
        args.Done();
        answer.Takes(1);
        answer.Number("perplexity", Perplexity.Of(loss));
    }
}
