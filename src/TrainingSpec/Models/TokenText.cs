using TrainingSpec.Formulas;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>A text's ids, each of which is predicted from those before it: batches of windows at drawn places for training, windows side by side for evaluation.</summary>
public sealed class TokenText
{
    private readonly int[] _ids;

    /// <summary>A text.</summary>
    /// <param name="ids">The ids, more than the context.</param>
    /// <param name="context">T: how many ids a window has.</param>
    /// <param name="name">What the message calls the text.</param>
    /// <exception cref="ArgumentException">The text is not longer than the context.</exception>
    public TokenText(int[] ids, int context, string name)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Length <= context)
            throw new ArgumentException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} has {ids.Length} tokens, which is outside texts longer than the context of {context}"));
        (_ids, Context) = (ids, context);
    }

    /// <summary>T.</summary>
    public int Context { get; }

    /// <summary>How many ids there are.</summary>
    public int Count => _ids.Length;

    /// <summary>How many windows side by side have a target for each of their ids.</summary>
    public int WindowCount => (_ids.Length - 1) / Context;

    /// <summary>The batch of a step: a pure function of seed and step, so that a run goes on as if it had never stopped.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step's number.</param>
    /// <param name="sequences">B: how many windows.</param>
    public TokenBatch Batch(ulong seed, long step, int sequences)
    {
        // The streams below belong to the weights.
        var draws = new RandomSequence(seed, (1UL << 32) + (ulong)step);
        return Of([.. Enumerable.Range(0, sequences).Select(_ => draws.Below(_ids.Length - Context))]);
    }

    /// <summary>All windows side by side, so many at a time.</summary>
    /// <param name="sequences">How many windows a batch has at most.</param>
    public IEnumerable<TokenBatch> Windows(int sequences) =>
        Enumerable.Range(0, WindowCount).Select(w => w * Context).Chunk(sequences).Select(Of);

    private TokenBatch Of(int[] starts) => new(
        [.. starts.Select(s => _ids[s..(s + Context)])],
        [.. starts.Select(s => _ids[(s + 1)..(s + 1 + Context)])]);
}
