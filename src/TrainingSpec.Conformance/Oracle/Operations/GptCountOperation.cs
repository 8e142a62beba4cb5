using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>gpt.count: the parameters of a GPT of a given shape, an exact whole number whatever the dtype.</summary>
public sealed class GptCountOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "gpt.count";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        long vocab = args.Integer("vocab", 1);
        long width = args.Integer("width", 1);
        long layers = args.Integer("layers", 1);
        long context = args.Integer("context", 1);
        bool bias = args.Flag("bias", true);
        bool tied = args.Flag("tied", true);
        bool learned = args.Flag("learned_positions", true);
        long ratio = args.IntegerOr("mlp_ratio", 4, 1);
        args.Done();

        // Counts stay exact in binary64 up to 2⁵³; a rounded one would be a wrong answer.
        double count = GptParameters.Count<Real64>(vocab, width, layers, context, ratio, bias ? 1 : 0, tied ? 1 : 0, learned ? 1 : 0);
        if (count > 1L << 53)
            throw OracleException.Invalid("width", "the model has more than 2^53 parameters, which is more than is counted exactly here");
        answer.Integer("parameters", (long)count);
    }
}
