using TrainingSpec.Devices;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>The reference GPT: pre-norm blocks, causal attention, forward and hand-written backward pass over any number.</summary>
/// <remarks>Source: Radford et al. (2019), section 2; the oracle protocol, gpt.loss; D4 "Language Modeling Objective", "Gradient Flow Through GPT".</remarks>
/// <typeparam name="T">The number.</typeparam>
public sealed class Gpt<T>
    where T : IReal<T>
{
    private readonly OrderedDictionary<string, T[]> _weights = [];

    /// <summary>A model on weights given by name; the arrays are used as they are, so that an optimizer may change them in place.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="operations">What runs its layers, with the same bits; null for the reference.</param>
    /// <exception cref="ArgumentException">A weight is missing, unknown or of another length.</exception>
    public Gpt(GptConfig config, IReadOnlyDictionary<string, T[]> weights, ITensorOperations<T>? operations = null)
    {
        Operations = operations ?? new ReferenceOperations<T>();
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        Config = config;
        foreach (WeightShape shape in config.Weights())
        {
            if (!weights.TryGetValue(shape.Name, out T[]? values))
                throw new ArgumentException($"weights lacks {shape.Name}", nameof(weights));
            if (values.Length != shape.Count)
                throw new ArgumentException($"weights.{shape.Name} has {values.Length} elements, {shape.Rows} x {shape.Columns} are needed", nameof(weights));
            _weights.Add(shape.Name, values);
        }

        foreach (string name in weights.Keys)
        {
            if (!_weights.ContainsKey(name))
                throw new ArgumentException($"weights.{name} is outside the weights of this shape", nameof(weights));
        }
    }

    /// <summary>The shape.</summary>
    public GptConfig Config { get; }

    /// <summary>What runs its layers.</summary>
    public ITensorOperations<T> Operations { get; }

    /// <summary>The weights by name, in GPT-2's order; the live arrays, into which this brings what the operations have made of them.</summary>
    public OrderedDictionary<string, T[]> Weights
    {
        get
        {
            foreach (T[] weight in _weights.Values)
                Operations.Read(weight);
            return _weights;
        }
    }

    /// <summary>The weights, wherever they live.</summary>
    internal OrderedDictionary<string, T[]> WeightTensors => _weights;

    /// <summary>Says that weights have been changed in their arrays; needed where the operations keep tensors in memory of their own.</summary>
    public void WeightsChanged()
    {
        foreach (T[] weight in _weights.Values)
            Operations.Written(weight);
    }

    /// <summary>Runs a batch forward.</summary>
    /// <param name="inputs">Token ids (B, T): sequences of one length, at most the context; ids in [0, V − 1].</param>
    /// <param name="plan">Which blocks' activations are held for the backward pass; null holds all. The gradients are the same bits whatever the plan.</param>
    /// <exception cref="ArgumentException">No sequences, an empty one, sequences of unequal lengths, or a plan for another number of layers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is no token, or a sequence is longer than the context.</exception>
    public GptRun<T> Forward(int[][] inputs, CheckpointPlan? plan = null)
    {
        plan ??= CheckpointPlan.Of(Config.Layers, Config.Layers);
        if (plan.Layers != Config.Layers)
            throw new ArgumentException($"plan is for {plan.Layers} layers, the model has {Config.Layers}", nameof(plan));
        int[] ids = Flatten(inputs, nameof(inputs));
        int length = inputs[0].Length;
        if (length > Config.Context)
            throw Domain.Outside($"[1, {Config.Context}]", Text(length), nameof(inputs));
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)Config.Vocabulary)
                throw Domain.Outside($"[0, {Config.Vocabulary - 1}]", Text(id), nameof(inputs));
        }

        return new GptRun<T>(Config, Operations, _weights, ids, inputs.Length, length, plan);
    }

    /// <summary>The mean loss of a batch, in nats, with the gradients of all weights.</summary>
    /// <exception cref="ArgumentException">Inputs or targets are empty, ragged or of other shapes than each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is no token, or a sequence is longer than the context.</exception>
    public (T Loss, GptGradients<T> Gradients) LossAndGradients(int[][] inputs, int[][] targets)
    {
        GptRun<T> run = Forward(inputs);
        (T loss, T[] dLogits) = TokenLoss.Evaluate(run.LogitTensor, Flatten(targets, nameof(targets)), Operations);
        return (loss, run.Backward(dLogits));
    }

    /// <summary>The mean loss of a batch, in nats, by a forward pass that holds what two blocks need at most and computes no gradient.</summary>
    /// <exception cref="ArgumentException">Inputs or targets are empty, ragged or of other shapes than each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is no token, or a sequence is longer than the context.</exception>
    public T Loss(int[][] inputs, int[][] targets)
    {
        using GptRun<T> run = Forward(inputs, CheckpointPlan.Of(Config.Layers, 1));
        return TokenLoss.Loss(run.LogitTensor, Flatten(targets, nameof(targets)), Operations);
    }

    /// <summary>Rows of one length as one flat array.</summary>
    internal static int[] Flatten(int[][] rows, string argument)
    {
        ArgumentNullException.ThrowIfNull(rows, argument);
        if (rows.Length == 0 || rows[0].Length == 0)
            throw new ArgumentException($"{argument} is empty, which is outside batches of at least one token", argument);
        var flat = new int[rows.Length * rows[0].Length];
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != rows[0].Length)
                throw new ArgumentException($"{argument}[{Text(i)}] has {Text(rows[i].Length)} tokens, {argument}[0] has {Text(rows[0].Length)}", argument);
            rows[i].CopyTo(flat, i * rows[0].Length);
        }

        return flat;
    }

    private static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
