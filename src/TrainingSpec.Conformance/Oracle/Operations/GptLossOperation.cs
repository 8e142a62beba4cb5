using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>gpt.loss: the mean loss of a batch under a GPT of given weights, in nats, and the gradients of all weights.</summary>
internal sealed class GptLossOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "gpt.loss";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        GptConfig config = args.Section("config", Config<T>);
        long parameters = Parameters(config);
        OrderedDictionary<string, T[]> weights = args.NamedRows("weights", [.. config.Weights().Select(shape => (shape.Name, shape.Count))]);
        int[][] inputs = args.IntegerRows("inputs", 0, config.Vocabulary - 1);
        int[][] targets = args.IntegerRows("targets", 0, config.Vocabulary - 1);
        args.Done();
        answer.Takes(parameters + 1);
        RequireSizes(config, parameters, inputs, targets);
        (T Loss, GptGradients<T> Gradients)? result = null;
        long wide = Attention.WithWideProducts(Protocol.MaxWideProducts, () => result = new Gpt<T>(config, weights).LossAndGradients(inputs, targets));
        if (wide > Protocol.MaxWideProducts)
            throw OracleException.Invalid("weights", Wording.Of($"weights holds numbers so large that {wide} products of attention are computed beyond the dtype, which is outside [0, {Protocol.MaxWideProducts}]"));
        answer.Number("loss", result!.Value.Loss);
        answer.Rows("grads", result.Value.Gradients.Parameters);
    }

    private static GptConfig Config<T>(Arguments args)
        where T : struct, IReal<T>
    {
        var config = new GptConfig
        {
            Vocabulary = (int)args.Whole(Hyperparameters.Vocabulary, Protocol.MaxValues),
            Width = (int)args.Whole(Hyperparameters.Width, Protocol.MaxValues),
            Layers = (int)args.Whole(Hyperparameters.Layers, Protocol.MaxValues),
            Heads = (int)args.Whole(Hyperparameters.Heads, Protocol.MaxValues, required: true),
            Context = (int)args.Whole(Hyperparameters.Context, Protocol.MaxValues),
            MlpRatio = (int)args.Whole(Hyperparameters.MlpRatio, Protocol.MaxValues),
            Bias = args.Flag("bias", true),
            Tied = args.Flag("tied", true),
            LearnedPositions = args.Flag("learned_positions", true),
            Activation = args.Choice("activation", required: true, "gelu", "gelu_tanh", "relu") switch
            {
                "gelu" => Activation.Gelu,
                "gelu_tanh" => Activation.GeluTanh,
                _ => Activation.Relu,
            },
            Epsilon = args.Hyperparameter(Hyperparameters.LayerNormEpsilon),
        };
        if (config.Width % config.Heads != 0)
            throw OracleException.Invalid("heads", Wording.Of($"heads = {config.Heads} is outside the divisors of the width {config.Width}"));
        try
        {
            Hyperparameters.LayerNormEpsilon.Rounded<T>(config.Epsilon);
        }
        catch (OutsideDomainException e)
        {
            throw OracleException.Invalid("eps", e.Message);
        }

        return config;
    }

    // A gradient for each parameter stands in the answer; more than it may hold are refused before a name is made for any.
    private static long Parameters(GptConfig config)
    {
        try
        {
            long parameters = config.Shape.CountParameters();
            return parameters < Protocol.MaxValues ? parameters : throw Answer<Real64>.TooLong("config");
        }
        catch (OverflowException)
        {
            throw Answer<Real64>.TooLong("config");
        }
    }

    private static void RequireSizes(GptConfig config, long parameters, int[][] inputs, int[][] targets)
    {
        int positions = inputs[0].Length;
        if (positions > config.Context)
            throw OracleException.Invalid("inputs", Wording.Of($"inputs has {positions} positions, which is outside [1, {config.Context}], the context"));
        if (targets.Length != inputs.Length || targets[0].Length != positions)
            throw OracleException.Shape("targets", Wording.Of($"targets has {targets.Length} lists of {targets[0].Length}, inputs has {inputs.Length} of {positions}"));
        long tokens = (long)inputs.Length * positions, width = config.Width, layers = config.Layers;

        // Before products of sizes that are each within limits leave 64 bits.
        if (Exceeds(tokens, config.Vocabulary + 4 * width + layers * (12 * width + 3 * config.Hidden + (long)config.Heads * positions), Protocol.MaxKept))
            throw OracleException.Invalid("inputs", Wording.Of($"inputs has {tokens} tokens, of which a forward pass keeps more than {Protocol.MaxKept} numbers"));
        if (Exceeds(tokens, parameters + layers * positions * width, Protocol.MaxProducts))
            throw OracleException.Invalid("inputs", Wording.Of($"inputs has {tokens} tokens, for which more than {Protocol.MaxProducts} products are needed"));
    }

    private static bool Exceeds(long x, long y, long most) => y > most / x;
}
