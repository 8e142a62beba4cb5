using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>The shape of D0's character model.</summary>
/// <param name="Vocabulary">V: how many characters there are, in [2, inf).</param>
/// <param name="Context">n: how many characters are seen, in [1, inf).</param>
/// <param name="Width">E: numbers of an embedding, in [1, inf).</param>
/// <param name="Hidden">H: hidden units, in [1, inf).</param>
public sealed record CharacterConfig(int Vocabulary, int Context, int Width, int Hidden)
{
    /// <summary>The weights, by name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size lies outside.</exception>
    public IReadOnlyList<WeightShape> Weights()
    {
        Domain.Require("[2, inf)", (long)Vocabulary, "vocabulary");
        Hyperparameters.Context.Require((long)Context);
        Hyperparameters.Width.Require((long)Width);
        Domain.Require("[1, inf)", (long)Hidden, "hidden");
        return [new("embedding", Vocabulary, Width), new("hidden.w", Hidden, Context * Width), new("hidden.b", 1, Hidden), new("output.w", Vocabulary, Hidden), new("output.b", 1, Vocabulary)];
    }
}

/// <summary>Some characters and the one that follows, as ids.</summary>
/// <param name="Context">n ids.</param>
/// <param name="Target">The id that follows.</param>
public sealed record CharacterExample(int[] Context, int Target);

/// <summary>D0's character model: embeddings side by side, a hidden layer of rectifiers, a softmax over characters.</summary>
/// <remarks>Source: D0 "What Are We Optimizing?", "Initialization", "Dropout"; Bengio et al. (2003), section 2, whose model it is but for the hidden units' function.</remarks>
public static class CharacterModel
{
    /// <summary>Random weights by He's law, biases 0, embeddings normal; weight number i takes stream i of the seed.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="seed">The seed.</param>
    public static OrderedDictionary<string, T[]> Start<T>(CharacterConfig config, ulong seed)
        where T : struct, IReal<T>
    {
        ArgumentNullException.ThrowIfNull(config);
        var weights = new OrderedDictionary<string, T[]>();
        foreach (WeightShape shape in config.Weights())
        {
            var values = new T[shape.Count];
            Array.Fill(values, T.Of(0));
            if (!shape.Name.EndsWith(".b", StringComparison.Ordinal))
            {
                T deviation = shape.Name == "embedding" ? T.Of(1) : new Initializer { Scheme = InitializationScheme.HeNormal, FanIn = shape.Columns, FanOut = shape.Rows }.Moments<T>().Deviation;
                RandomStreams.FillNormal<T>(seed, (ulong)weights.Count, 0, values);
                for (int i = 0; i < values.Length; i++)
                    values[i] = Initialization.NormalWeight(values[i], deviation);
            }

            weights.Add(shape.Name, values);
        }

        return weights;
    }

    /// <summary>Every place of a text that has n characters before it, in order.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="context">n.</param>
    /// <exception cref="ArgumentException">The text is not longer than the context.</exception>
    public static CharacterExample[] Examples(ReadOnlySpan<int> ids, int context)
    {
        if (ids.Length <= context)
            throw new ArgumentException($"the text has {ids.Length} characters, which is outside texts longer than the context of {context}", nameof(ids));
        var examples = new CharacterExample[ids.Length - context];
        for (int i = 0; i < examples.Length; i++)
            examples[i] = new(ids.Slice(i, context).ToArray(), ids[i + context]);
        return examples;
    }

    /// <summary>−ln of the target's probability, of one example, over any number: over <see cref="Variable{T}"/> it is D0's record, from which its gradients come.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="weights">By name.</param>
    /// <param name="example">The example.</param>
    /// <param name="kept">What each hidden unit is multiplied by in dropout, 0 or 1/(1 − p); null outside training.</param>
    public static T Loss<T>(CharacterConfig config, IReadOnlyDictionary<string, T[]> weights, CharacterExample example, T[]? kept = null)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(example);
        T[] x = new T[config.Context * config.Width], hidden = new T[config.Hidden], logits = new T[config.Vocabulary];
        for (int i = 0; i < config.Context; i++)
            weights["embedding"].AsSpan(example.Context[i] * config.Width, config.Width).CopyTo(x.AsSpan(i * config.Width));
        Linear.Forward<T>(x, weights["hidden.w"], weights["hidden.b"], hidden, x.Length, hidden.Length);
        for (int j = 0; j < hidden.Length; j++)
            hidden[j] = kept is null ? Activations.Relu(hidden[j]) : Activations.Relu(hidden[j]) * kept[j];
        Linear.Forward<T>(hidden, weights["output.w"], weights["output.b"], logits, hidden.Length, logits.Length);
        return Softmax.LogSumExp<T>(logits) - logits[example.Target];
    }

    /// <summary>The mean loss of examples, without dropout.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="weights">By name.</param>
    /// <param name="examples">At least one.</param>
    public static T Mean<T>(CharacterConfig config, IReadOnlyDictionary<string, T[]> weights, IReadOnlyList<CharacterExample> examples)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(examples);
        return Reduction.Sum<T>([.. examples.Select(example => Loss(config, weights, example))]) / T.Of(examples.Count);
    }
}
