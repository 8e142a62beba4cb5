using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, its first paragraph: what is meant by training dynamics.</summary>
internal static class TrainingDynamics
{
    /// <summary>The quantities that are named change while a network trains; what is fixed by its design does not.</summary>
    [Claim("D3-001")]
    [Turn("facts/evolve/3", "width", Verdict.Erratum)]
    [Turn("facts/evolve", "[\"activations\", \"number of layers\"]", Verdict.Erratum)]
    internal static Finding WhatEvolves(Claim claim)
    {
        string[] named = claim.Facts["evolve"].Texts, evolving = Kept.Of(301, static seed => Evolving(seed));
        Working.Tried($"20 steps of gradient descent on a network of 3 tanh layers; changing at every step: {string.Join(", ", evolving)}");
        Tally tally = new Tally("named quantities that change at every step").AddAll(named.Select(evolving.Contains)).Shown();
        return Judge.Holds(
            tally.Always,
            $"{tally} change",
            $"over 20 steps {Sentence.And(named)} change at every step, while width and number of layers stay",
            $"over 20 steps only {tally} of {Sentence.And(named)} change");
    }

    private static string[] Evolving(int seed)
    {
        var draws = new Draws(seed);
        var network = new DeepNetwork(4, 3, Squashing.Tanh, 0.5, seed);
        (double[] x, double[] y) = (DeepNetwork.Normals(draws, 32), DeepNetwork.Normals(draws, 32, 0.5));
        var log = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        void Log(string name, double value) => (log.TryGetValue(name, out List<double>? series) ? series : log[name] = []).Add(value);
        for (int step = 0; step < 20; step++)
        {
            Log("loss", network.Loss(x, y));
            Log("activations", DeepNetwork.Norm([.. network.Outputs[1..].SelectMany(o => o)]));
            Log("parameters", DeepNetwork.Norm([.. network.Weights.SelectMany(w => w)]));
            Log("gradients", DeepNetwork.Norm(network.Descend(x, y, 0.1)));
            Log("width", network.Biases[0].Length);
            Log("number of layers", network.Weights.Length);
        }

        return [.. log.Where(series => series.Value.Zip(series.Value.Skip(1)).All(pair => pair.First != pair.Second)).Select(series => series.Key)];
    }
}
