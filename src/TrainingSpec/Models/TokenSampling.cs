using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Models;

/// <summary>Draws tokens from a model's logits.</summary>
/// <remarks>Source: Fan, Lewis, Dauphin, "Hierarchical neural story generation" (2018), section 5.1, for the k largest; Ackley, Hinton, Sejnowski (1985) for the temperature.</remarks>
public static class TokenSampling
{
    /// <summary>One token: of the k largest logits, each with the probability that softmax gives it at the temperature.</summary>
    /// <param name="logits">A row of V logits, finite.</param>
    /// <param name="temperature">τ in (0, inf): below 1 the likely ones become likelier.</param>
    /// <param name="most">k in [1, inf); of equal logits the lower ids count.</param>
    /// <param name="uniform">A number of [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its domain.</exception>
    public static int Draw(ReadOnlySpan<Real32> logits, double temperature, int most, double uniform)
    {
        Domain.Require("(0, inf)", temperature, nameof(temperature));
        Domain.Require("[1, inf)", (long)most, nameof(most));
        Domain.Require("[0, 1)", uniform, nameof(uniform));
        Real32[] row = logits.ToArray();
        int[] ids = [.. Enumerable.Range(0, row.Length).OrderByDescending(i => row[i].Value).ThenBy(i => i).Take(most)];
        Real64[] scaled = [.. ids.Select(i => (Real64)(row[i].Value / temperature))], probabilities = new Real64[ids.Length];
        Softmax.Probabilities<Real64>(scaled, probabilities);
        double below = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            below += probabilities[i].Value;
            if (uniform < below)
                return ids[i];
        }

        // The sum may have been rounded to less than 1.
        return ids[^1];
    }

    /// <summary>A text that goes on from a beginning, token by token; a pure function of the seed.</summary>
    /// <param name="gpt">The model; of a longer text it sees the last tokens of its context.</param>
    /// <param name="beginning">Ids, at least one.</param>
    /// <param name="count">How many tokens follow.</param>
    /// <param name="temperature">τ in (0, inf).</param>
    /// <param name="most">k in [1, inf).</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The ids that follow.</returns>
    public static int[] Continue(Gpt<Real32> gpt, IReadOnlyList<int> beginning, int count, double temperature, int most, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(gpt);
        ArgumentNullException.ThrowIfNull(beginning);
        List<int> ids = [.. beginning];
        int vocabulary = gpt.Config.Vocabulary;
        for (int n = 0; n < count; n++)
        {
            using GptRun<Real32> run = gpt.Forward([[.. ids.TakeLast(gpt.Config.Context)]]);
            ids.Add(Draw(run.Logits.AsSpan(^vocabulary..), temperature, most, RandomStreams.Uniform<Real64>(seed, 0, (ulong)n).Value));
        }

        return [.. ids.Skip(beginning.Count)];
    }
}
