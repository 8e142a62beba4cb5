using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>One forward pass of a GPT, with what its backward pass needs.</summary>
/// <remarks>Source: D4 "Gradient Flow Through GPT": transformer stack, final layer norm, output map.</remarks>
/// <typeparam name="T">The number.</typeparam>
public sealed class GptRun<T>
    where T : IReal<T>
{
    private readonly IReadOnlyDictionary<string, T[]> _weights;
    private readonly int[] _ids;
    private readonly CheckpointedChain<T, GptGradients<T>> _blocks;
    private readonly LayerNormLayer<T> _finalNorm;

    internal GptRun(GptConfig config, IReadOnlyDictionary<string, T[]> weights, int[] ids, int batch, int length, CheckpointPlan plan)
    {
        Config = config;
        Batch = batch;
        Length = length;
        _weights = weights;
        _ids = ids;
        var embedded = new T[Tokens * config.Width];
        Embedding.Forward<T>(ids, length, weights["wte"], config.LearnedPositions ? weights["wpe"] : [], embedded, config.Width);
        _blocks = new CheckpointedChain<T, GptGradients<T>>(plan, embedded, (n, x) => new EvaluatedBlock(new GptBlock<T>(this, GptConfig.BlockName(n)), GptConfig.BlockName(n), x));
        _finalNorm = new LayerNormLayer<T>(this, "lnf");
        Embedded = embedded;
        TransformerHidden = _blocks.Output;
        NormalizedHidden = _finalNorm.Forward(TransformerHidden);
        Logits = new T[Tokens * config.Vocabulary];
        Linear.Forward<T>(NormalizedHidden, weights[HeadName], [], Logits, config.Width, config.Vocabulary);
    }

    /// <summary>The model's shape.</summary>
    public GptConfig Config { get; }

    /// <summary>B, sequences.</summary>
    public int Batch { get; }

    /// <summary>T, positions.</summary>
    public int Length { get; }

    /// <summary>B·T.</summary>
    public int Tokens => Batch * Length;

    /// <summary>Shape of the logits: (B, T, V).</summary>
    public (int Batch, int Length, int Vocabulary) LogitsShape => (Batch, Length, Config.Vocabulary);

    /// <summary>The sum of embeddings (B, T, C).</summary>
    public T[] Embedded { get; }

    /// <summary>h_trans (B, T, C): the output of the last block.</summary>
    public T[] TransformerHidden { get; }

    /// <summary>h_norm (B, T, C): the output of the final layer norm.</summary>
    public T[] NormalizedHidden { get; }

    /// <summary>The logits (B, T, V), row-major.</summary>
    public T[] Logits { get; }

    /// <summary>The most blocks whose activations were held at once so far.</summary>
    public long PeakBlocks => _blocks.Peak;

    /// <summary>How often a block was evaluated so far: once each, and again where its activations were not held.</summary>
    public long BlockEvaluations => _blocks.Evaluations;

    private string HeadName => Config.Tied ? "wte" : "head.w";

    /// <summary>All gradients from ∂L/∂logits, from the loss towards the inputs; may be called again and gives the same answer.</summary>
    /// <param name="dLogits">∂L/∂logits (B, T, V).</param>
    /// <param name="firstWrite">Told the name of each tensor when its gradient is first written: the parameters' names, and logits, h_norm, h_trans, h.N (all of block N), embeddings.</param>
    /// <exception cref="ArgumentException">The gradient has another length than the logits.</exception>
    public GptGradients<T> Backward(T[] dLogits, Action<string>? firstWrite = null)
    {
        ArgumentNullException.ThrowIfNull(dLogits);
        if (dLogits.Length != Logits.Length)
            throw new ArgumentException($"dLogits has {dLogits.Length} elements, the logits have {Logits.Length}", nameof(dLogits));
        var gradients = new GptGradients<T>(Config, firstWrite)
        {
            Logits = dLogits,
        };
        gradients.Reached("logits");
        Linear.WeightGradient<T>(dLogits, NormalizedHidden, gradients.Write(HeadName), Config.Width, Config.Vocabulary);
        gradients.NormalizedHidden = new T[NormalizedHidden.Length];
        Linear.InputGradient<T>(dLogits, _weights[HeadName], gradients.NormalizedHidden, Config.Width, Config.Vocabulary);
        gradients.Reached("h_norm");
        gradients.TransformerHidden = _finalNorm.Backward(gradients.NormalizedHidden, gradients);
        gradients.Reached("h_trans");
        T[] dx = _blocks.Backward(gradients.TransformerHidden, gradients);
        gradients.Embedded = dx;
        gradients.Reached("embeddings");
        if (Config.LearnedPositions)
            Embedding.AddPositionGradient<T>(dx, Length, gradients.Write("wpe"), Config.Width);
        Embedding.AddTokenGradient<T>(_ids, dx, gradients.Write("wte"), Config.Width);
        return gradients;
    }

    /// <summary>A weight by name.</summary>
    internal T[] Weight(string name) => _weights[name];

    /// <summary>A block after its forward pass.</summary>
    private sealed class EvaluatedBlock(GptBlock<T> block, string name, T[] x) : IEvaluatedLayer<T, GptGradients<T>>
    {
        public T[] Output { get; } = block.Forward(x);

        public T[] Backward(T[] dOutput, T[] input, GptGradients<T> gradients)
        {
            T[] dInput = block.Backward(dOutput, gradients);
            gradients.Reached(name);
            return dInput;
        }
    }
}
