using TrainingSpec.Numbers;
using TrainingSpec.Training;

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
        var shape = new GptShape
        {
            Vocabulary = args.Integer("vocab", 1),
            Width = args.Integer("width", 1),
            Layers = args.Integer("layers", 1),
            Context = args.Integer("context", 1),
            MlpRatio = args.IntegerOr("mlp_ratio", 4, 1),
            Bias = args.Flag("bias", true),
            Tied = args.Flag("tied", true),
            LearnedPositions = args.Flag("learned_positions", true),
        };
        args.Done();
        answer.Takes(1);
        try
        {
            answer.Integer("parameters", shape.CountParameters());
        }
        catch (OverflowException)
        {
            throw OracleException.Invalid("width", "the model has 2^53 parameters or more, which are not counted exactly here");
        }
    }
}
