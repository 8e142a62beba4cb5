using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Experiments;

/// <summary>Small models of the reference GPT's kind, and texts for them.</summary>
internal static class SmallGpt
{
    /// <summary>A model with every weight random: a gain or bias at its usual start would hide a wrong gradient.</summary>
    public static Gpt<T> Random<T>(GptConfig config, Draws draws)
        where T : IReal<T> => new(config, config.Weights().ToDictionary(
            w => w.Name,
            w => draws.Row(w.Count, 0.5).Select(x => T.Of(w.Name.EndsWith(".g", StringComparison.Ordinal) ? 1 + x : x)).ToArray(),
            StringComparer.Ordinal));

    /// <summary>Uniform ids of shape (batch, length).</summary>
    public static int[][] Ids(Draws draws, int vocabulary, int batch, int length) =>
        [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, length).Select(_ => draws.Index(vocabulary)).ToArray())];

    /// <summary>Inputs and targets from a source that mostly follows one successor: after id k usually comes 3k + 1 (mod V).</summary>
    public static (int[][] Inputs, int[][] Targets) Text(Draws draws, int vocabulary, int batch, int length)
    {
        int[][] inputs = new int[batch][], targets = new int[batch][];
        for (int b = 0; b < batch; b++)
        {
            var tokens = new int[length + 1];
            tokens[0] = draws.Index(vocabulary);
            for (int i = 1; i < tokens.Length; i++)
                tokens[i] = draws.Uniform(0, 1) < 0.8 ? (3 * tokens[i - 1] + 1) % vocabulary : draws.Index(vocabulary);
            (inputs[b], targets[b]) = D4.Listings.NextTokenPairs.Of(tokens);
        }

        return (inputs, targets);
    }
}
