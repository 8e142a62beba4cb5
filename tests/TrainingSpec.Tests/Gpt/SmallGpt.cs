using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Gpt;

/// <summary>Small models on which every parameter can be looked at.</summary>
internal static class SmallGpt
{
    public static GptConfig Config(bool bias = true, bool tied = true, bool learnedPositions = true, Activation activation = Activation.GeluTanh, int layers = 2) => new()
    {
        Vocabulary = 5,
        Width = 4,
        Layers = layers,
        Heads = 2,
        Context = 4,
        MlpRatio = 2,
        Bias = bias,
        Tied = tied,
        LearnedPositions = learnedPositions,
        Activation = activation,
    };

    // Two sequences of three; token 2 occurs twice in one and again in the other.
    public static int[][] Inputs => [[2, 0, 2], [4, 2, 1]];

    public static int[][] Targets => [[0, 2, 3], [2, 1, 1]];

    /// <summary>Weights that leave nothing at a special value: gains and biases are random too.</summary>
    public static OrderedDictionary<string, Real64[]> Weights(GptConfig config, ulong seed = 1)
    {
        OrderedDictionary<string, Real64[]> weights = GptInitialization.Normal<Real64>(config, seed, 0.5);
        ulong stream = 1000;
        foreach ((string name, Real64[] values) in weights)
        {
            if (!name.EndsWith(".g", StringComparison.Ordinal) && !name.EndsWith(".b", StringComparison.Ordinal))
                continue;
            double centre = name.EndsWith(".g", StringComparison.Ordinal) ? 1 : 0;
            RandomStreams.FillNormal<Real64>(seed, stream++, 0, values);
            for (int i = 0; i < values.Length; i++)
                values[i] = centre + 0.3 * values[i];
        }

        return weights;
    }

    public static OrderedDictionary<string, T[]> Over<T>(OrderedDictionary<string, Real64[]> weights, Func<double, T> of)
    {
        var result = new OrderedDictionary<string, T[]>();
        foreach ((string name, Real64[] values) in weights)
            result.Add(name, Array.ConvertAll(values, v => of(v)));
        return result;
    }
}
