using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Generators;

/// <summary>The smallest trained model: a row of logits per token, so that every gradient can be followed by hand.</summary>
internal sealed class BigramModel<T>(int vocabulary) : ITrainedModel<T>
    where T : IReal<T>
{
    private int[] _seen = [];

    public OrderedDictionary<string, T[]> Weights { get; } = new()
    {
        ["w"] = [.. Enumerable.Range(0, vocabulary * vocabulary).Select(i => T.Of(i % 5 * 0.25 - 0.5))],
    };

    public T[] Forward(int[][] inputs)
    {
        _seen = [.. inputs.SelectMany(row => row)];
        return [.. _seen.SelectMany(token => Weights["w"].Skip(token * vocabulary).Take(vocabulary))];
    }

    public OrderedDictionary<string, T[]> Backward(T[] dLogits)
    {
        var gradient = new T[vocabulary * vocabulary];
        Array.Fill(gradient, T.Of(0));
        for (int n = 0; n < _seen.Length; n++)
        {
            for (int j = 0; j < vocabulary; j++)
                gradient[_seen[n] * vocabulary + j] += dLogits[n * vocabulary + j];
        }

        return new()
        {
            ["w"] = gradient,
        };
    }
}

/// <summary>Leaves gradients as they are, over any number; the norm is not measured.</summary>
internal sealed class NoClipping<T> : IGradientClipping<T>
    where T : IReal<T>
{
    public GlobalNormClip<T> Clip(T[][] gradients) => new(gradients, T.Of(0), T.Of(1));
}
