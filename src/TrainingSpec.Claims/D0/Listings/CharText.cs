using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D0.Listings;

/// <summary>Texts for the character model: each character is drawn from a law to which the two before it add their scores.</summary>
internal static class CharText
{
    /// <summary>Examples from a text: windows of two characters and the next one, in the text's order.</summary>
    /// <param name="seed">Of the text.</param>
    /// <param name="count">Examples.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="lawSeed">Of the law.</param>
    public static Example[] Windows(int seed, int count, int vocabulary = 8, int lawSeed = 36)
    {
        double[][] law = Kept.Of((vocabulary, lawSeed), static x => Law(x.vocabulary, x.lawSeed));
        var draws = new Draws(seed);
        var text = new int[count + 2];
        for (int i = 0; i < text.Length; i++)
            text[i] = i < 2 ? draws.Index(vocabulary) : Drawn(law[text[i - 2] * vocabulary + text[i - 1]], draws.Uniform(0, 1));
        return [.. Enumerable.Range(0, count).Select(i => new Example(text[i], text[i + 1], text[i + 2]))];
    }

    /// <summary>Every pair of characters once, with a target by chance: nothing to learn but by heart.</summary>
    public static Example[] RandomTargets(int seed, int vocabulary = 8)
    {
        var draws = new Draws(seed);
        return [.. Enumerable.Range(0, vocabulary * vocabulary).Select(i => new Example(i / vocabulary, i % vocabulary, draws.Index(vocabulary)))];
    }

    /// <summary>The least mean loss that any model can have on these examples: the entropy of the targets given their two characters.</summary>
    public static double Floor(IReadOnlyList<Example> examples) =>
        examples.GroupBy(e => (e.First, e.Second)).Sum(group => group.Count() * Entropy(group)) / examples.Count;

    /// <summary>The entropy of the targets alone: the loss of one who only counts characters.</summary>
    public static double Unigram(IReadOnlyList<Example> examples) => Entropy(examples);

    private static double Entropy(IEnumerable<Example> examples)
    {
        int[] counts = [.. examples.GroupBy(e => e.Target).Select(g => g.Count())];
        double n = counts.Sum();
        return counts.Sum(c => -c / n * Real64.Log(c / n).Value);
    }

    private static double[][] Law(int vocabulary, int seed)
    {
        var draws = new Draws(seed);
        double[][] scores = [.. Enumerable.Range(0, 2 * vocabulary).Select(_ => Array.ConvertAll(draws.Normals(vocabulary), z => 1.5 * z))];
        return [.. Enumerable.Range(0, vocabulary * vocabulary).Select(pair =>
        {
            double[] weights = [.. scores[pair / vocabulary].Zip(scores[vocabulary + pair % vocabulary], (a, b) => Real64.Exp(a + b).Value)];
            double sum = weights.Sum();
            return weights.Select(w => w / sum).ToArray();
        })];
    }

    private static int Drawn(double[] law, double u)
    {
        for (int i = 0; i < law.Length; i++)
        {
            if ((u -= law[i]) < 0)
                return i;
        }

        return law.Length - 1;
    }
}
