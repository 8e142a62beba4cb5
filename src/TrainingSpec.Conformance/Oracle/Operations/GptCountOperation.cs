using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>gpt.count: the parameters of a GPT of a given shape, an exact whole number whatever the dtype.</summary>
internal sealed class GptCountOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "gpt.count";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        var shape = new GptShape
        {
            Vocabulary = args.Whole(Hyperparameters.Vocabulary),
            Width = args.Whole(Hyperparameters.Width),
            Layers = args.Whole(Hyperparameters.Layers),
            Context = args.Whole(Hyperparameters.Context),
            MlpRatio = args.Whole(Hyperparameters.MlpRatio),
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
