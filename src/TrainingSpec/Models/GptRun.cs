using TrainingSpec.Devices;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>One forward pass of a GPT, with what its backward pass needs.</summary>
/// <remarks>Source: D4 "Gradient Flow Through GPT": transformer stack, final layer norm, output map.</remarks>
/// <typeparam name="T">The number.</typeparam>
public sealed class GptRun<T> : IDisposable
    where T : IReal<T>
{
    private readonly IReadOnlyDictionary<string, T[]> _weights;
    private readonly int[] _ids;
    private readonly KeptTensors<T> _kept;
    private readonly CheckpointedChain<T, GptGradients<T>> _blocks;
    private readonly LayerNormLayer<T> _finalNorm;
    private readonly T[] _embedded;
    private readonly T[] _normalizedHidden;

    internal GptRun(GptConfig config, ITensorOperations<T> operations, IReadOnlyDictionary<string, T[]> weights, int[] ids, int batch, int length, CheckpointPlan plan)
    {
        Config = config;
        Operations = operations;
        Batch = batch;
        Length = length;
        _weights = weights;
        _ids = ids;
        _kept = new KeptTensors<T>(operations);
        T[] embedded = _kept.Keep(Tokens * config.Width);
        operations.Embed(ids, length, weights["wte"], config.LearnedPositions ? weights["wpe"] : [], embedded, config.Width);
        _blocks = new CheckpointedChain<T, GptGradients<T>>(plan, embedded, (n, x) => new EvaluatedBlock(this, GptConfig.BlockName(n), x));
        _finalNorm = new LayerNormLayer<T>(this, _kept, "lnf");
        _embedded = embedded;
        _normalizedHidden = _finalNorm.Forward(_blocks.Output);
        LogitTensor = _kept.Keep(Tokens * config.Vocabulary);
        operations.Linear(_normalizedHidden, weights[HeadName], [], LogitTensor, config.Width, config.Vocabulary);
    }

    /// <summary>What runs the layers.</summary>
    internal ITensorOperations<T> Operations { get; }

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
    public T[] Embedded => Operations.Read(_embedded);

    /// <summary>h_trans (B, T, C): the output of the last block.</summary>
    public T[] TransformerHidden => Operations.Read(_blocks.Output);

    /// <summary>h_norm (B, T, C): the output of the final layer norm.</summary>
    public T[] NormalizedHidden => Operations.Read(_normalizedHidden);

    /// <summary>The logits (B, T, V), row-major.</summary>
    public T[] Logits => Operations.Read(LogitTensor);

    /// <summary>The logits, wherever they live.</summary>
    internal T[] LogitTensor { get; }

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
        if (dLogits.Length != LogitTensor.Length)
            throw new ArgumentException($"dLogits has {dLogits.Length} elements, the logits have {LogitTensor.Length}", nameof(dLogits));
        var gradients = new GptGradients<T>(Config, Operations, firstWrite)
        {
            LogitTensor = dLogits,
        };
        gradients.Reached("logits");
        Operations.LinearWeightGradient(dLogits, _normalizedHidden, gradients.Write(HeadName), Config.Width, Config.Vocabulary);
        gradients.NormalizedHiddenTensor = Operations.Rent(_normalizedHidden.Length);
        Operations.LinearInputGradient(dLogits, _weights[HeadName], gradients.NormalizedHiddenTensor, Config.Width, Config.Vocabulary);
        gradients.Reached("h_norm");
        gradients.TransformerHiddenTensor = _finalNorm.Backward(gradients.NormalizedHiddenTensor, gradients);
        gradients.Reached("h_trans");
        T[] dx = _blocks.Backward(gradients.TransformerHiddenTensor, gradients);
        gradients.EmbeddedTensor = dx;
        gradients.Reached("embeddings");
        if (Config.LearnedPositions)
            Operations.AddPositionGradient(dx, Length, gradients.Write("wpe"), Config.Width);
        Operations.AddTokenGradient(_ids, dx, gradients.Write("wte"), Config.Width);
        return gradients;
    }

    /// <summary>Gives back all that the pass keeps; nothing of it may be read from then on. A pass that is not disposed of is left to the garbage collector.</summary>
    public void Dispose()
    {
        _blocks.Release();
        _kept.Dispose();
    }

    /// <summary>A weight by name.</summary>
    internal T[] Weight(string name) => _weights[name];

    /// <summary>A block after its forward pass.</summary>
    private sealed class EvaluatedBlock : IEvaluatedLayer<T, GptGradients<T>>
    {
        private readonly string _name;
        private readonly ITensorOperations<T> _operations;
        private readonly KeptTensors<T> _kept;
        private readonly GptBlock<T> _block;

        public EvaluatedBlock(GptRun<T> run, string name, T[] x)
        {
            (_name, _operations, _kept) = (name, run.Operations, new KeptTensors<T>(run.Operations));
            _block = new GptBlock<T>(run, _kept, name);
            Output = _block.Forward(x);
        }

        public T[] Output { get; }

        public void Release() => _kept.Dispose();

        public T[] Backward(T[] dOutput, T[] input, GptGradients<T> gradients)
        {
            T[] dInput = _block.Backward(dOutput, gradients);
            gradients.Reached(_name);

            // What lies between two blocks nobody else reads.
            if (!ReferenceEquals(dOutput, gradients.TransformerHiddenTensor))
                _operations.Return(dOutput);
            return dInput;
        }
    }
}
