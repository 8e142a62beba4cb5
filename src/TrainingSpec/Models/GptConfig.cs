using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>One named weight array of a model.</summary>
/// <param name="Name">Its name in the oracle protocol, such as "h.0.attn.qkv.w".</param>
/// <param name="Rows">Rows of a row-major matrix; 1 for a vector.</param>
/// <param name="Columns">Columns.</param>
public readonly record struct WeightShape(string Name, int Rows, int Columns)
{
    /// <summary>Number of elements.</summary>
    public int Count => Rows * Columns;
}

/// <summary>The shape of a GPT: pre-norm blocks, causal attention, GPT-2's weights. Each size is checked when it is set.</summary>
/// <remarks>Source: Radford et al. (2019), section 2.3; the oracle protocol, gpt.loss; D4 "Try It Yourself".</remarks>
public sealed record GptConfig
{
    /// <summary><c>vocab</c> V: entries of the vocabulary, of <see cref="Hyperparameters.Vocabulary"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required int Vocabulary { get; init => field = Size(value, Hyperparameters.Vocabulary); }

    /// <summary><c>width</c> C: the embedding width, a multiple of the heads, of <see cref="Hyperparameters.Width"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required int Width { get; init => field = Size(value, Hyperparameters.Width); }

    /// <summary><c>layers</c> L: blocks, of <see cref="Hyperparameters.Layers"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required int Layers { get; init => field = Size(value, Hyperparameters.Layers); }

    /// <summary><c>heads</c> H, of <see cref="Hyperparameters.Heads"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required int Heads { get; init => field = Size(value, Hyperparameters.Heads); }

    /// <summary><c>context</c> T: the most positions of a sequence, of <see cref="Hyperparameters.Context"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required int Context { get; init => field = Size(value, Hyperparameters.Context); }

    /// <summary><c>mlp_ratio</c> r: hidden width of the feed-forward part over C, of <see cref="Hyperparameters.MlpRatio"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public int MlpRatio { get; init => field = Size(value, Hyperparameters.MlpRatio); } = (int)Hyperparameters.MlpRatio.Default;

    /// <summary><c>bias</c>: whether the linear maps of the blocks have biases; layer norms keep theirs.</summary>
    public bool Bias { get; init; } = true;

    /// <summary><c>tied</c>: whether the output map shares the token table.</summary>
    public bool Tied { get; init; } = true;

    /// <summary><c>learned_positions</c>: whether there is a position table; without one nothing is added to the token's embedding.</summary>
    public bool LearnedPositions { get; init; } = true;

    /// <summary><c>activation</c> of the feed-forward part.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such activation.</exception>
    public Activation Activation
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw Domain.Outside("{relu, gelu_tanh, gelu}", value.ToString(), "activation");
    } = Activation.GeluTanh;

    /// <summary><c>eps</c> ε of the layer norms, of <see cref="Hyperparameters.LayerNormEpsilon"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.LayerNormEpsilon.Require(value); } = Hyperparameters.LayerNormEpsilon.Default;

    /// <summary>D = C/H.</summary>
    /// <exception cref="ArgumentException">The heads don't divide the width.</exception>
    public int HeadWidth => Width % Heads == 0
        ? Width / Heads
        : throw new ArgumentException($"heads = {Heads} is outside the divisors of width = {Width}", nameof(Heads));

    /// <summary>r·C, the hidden width of the feed-forward part.</summary>
    public int Hidden => MlpRatio * Width;

    /// <summary>All weights in GPT-2's order.</summary>
    /// <exception cref="ArgumentException">The heads don't divide the width.</exception>
    public IReadOnlyList<WeightShape> Weights()
    {
        _ = HeadWidth;
        var weights = new List<WeightShape>
        {
            new("wte", Vocabulary, Width),
        };
        if (LearnedPositions)
            weights.Add(new("wpe", Context, Width));
        for (int n = 0; n < Layers; n++)
        {
            string block = BlockName(n);
            AddNorm(weights, block + ".ln1");
            AddLinear(weights, block + ".attn.qkv", 3 * Width, Width);
            AddLinear(weights, block + ".attn.proj", Width, Width);
            AddNorm(weights, block + ".ln2");
            AddLinear(weights, block + ".mlp.fc", Hidden, Width);
            AddLinear(weights, block + ".mlp.proj", Width, Hidden);
        }

        AddNorm(weights, "lnf");
        if (!Tied)
            weights.Add(new("head.w", Vocabulary, Width));
        return weights;
    }

    /// <summary>The sizes that fix the number of parameters.</summary>
    public GptShape Shape => new()
    {
        Vocabulary = Vocabulary,
        Width = Width,
        Layers = Layers,
        Context = Context,
        MlpRatio = MlpRatio,
        Bias = Bias,
        Tied = Tied,
        LearnedPositions = LearnedPositions,
    };

    /// <summary>The name of block <paramref name="index"/>, counted from 0: "h.0".</summary>
    public static string BlockName(int index) => "h." + index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void AddLinear(List<WeightShape> weights, string name, int outputs, int inputs)
    {
        weights.Add(new(name + ".w", outputs, inputs));
        if (Bias)
            weights.Add(new(name + ".b", 1, outputs));
    }

    private void AddNorm(List<WeightShape> weights, string name)
    {
        weights.Add(new(name + ".g", 1, Width));
        weights.Add(new(name + ".b", 1, Width));
    }

    private static int Size(int value, Hyperparameter known) => (int)known.Require((long)value);
}
