using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.Experiments;

/// <summary>Small models of the reference GPT's kind, and texts for them.</summary>
internal static class SmallGpt
{
    /// <summary>The sizes of a model that runs hundreds of steps in a moment.</summary>
    public static GptConfig Smallest { get; } = new() { Vocabulary = 8, Width = 4, Layers = 1, Heads = 1, Context = 6, MlpRatio = 2 };

    /// <summary>A model of the smallest sizes at its usual random start.</summary>
    public static Gpt<Real64> Fresh(int seed, double deviation = 0.02) => new(Smallest, GptInitialization.Normal<Real64>(Smallest, (ulong)seed, deviation));

    /// <summary>Trains a model of the smallest sizes by AdamW without decay and clipping, on batches of 4 texts; the losses before each update.</summary>
    public static double[] Train(Gpt<Real64> gpt, Draws draws, int steps, Func<int, double> rate) =>
        [.. Train(gpt, AdamOptions.AdamW(0), steps, _ => Batch(Text(draws, Smallest.Vocabulary, 4, Smallest.Context)), rate).Select(step => step.Loss.Value)];

    /// <summary>Trains a model without clipping; what each update said.</summary>
    /// <param name="gpt">The model.</param>
    /// <param name="options">The optimizer's.</param>
    /// <param name="steps">Updates.</param>
    /// <param name="batch">The batch of an update, counted from 0.</param>
    /// <param name="rate">Its learning rate.</param>
    /// <param name="after">Called after each update.</param>
    public static TrainingStep<Real64>[] Train(Gpt<Real64> gpt, AdamOptions options, int steps, Func<int, TokenBatch> batch, Func<int, double> rate, Action<int>? after = null)
    {
        var trainer = new GptTrainer<Real64>(gpt, options, double.PositiveInfinity);
        var said = new TrainingStep<Real64>[steps];
        for (int t = 0; t < steps; t++)
        {
            said[t] = trainer.Step(batch(t), rate(t));
            after?.Invoke(t);
        }

        return said;
    }

    /// <summary>Inputs and targets as a training step takes them.</summary>
    public static TokenBatch Batch((int[][] Inputs, int[][] Targets) text) => new(text.Inputs, text.Targets);

    /// <summary>The trace of the covariance of 64 single texts' gradients, and that over the squared norm of their mean, both without bias.</summary>
    public static (double Spread, double Noise) GradientSpread(Gpt<Real64> gpt, int seed)
    {
        const int Samples = 64;
        (int[][] inputs, int[][] targets) = Text(new Draws(seed), Smallest.Vocabulary, Samples, Smallest.Context);
        double[][] all = [.. inputs.Zip(targets, (x, y) => gpt.LossAndGradients([x], [y]).Gradients.Parameters.Values.SelectMany(g => g).Select(g => g.Value).ToArray())];
        double[] mean = [.. Enumerable.Range(0, all[0].Length).Select(i => all.Average(g => g[i]))];
        double spread = all.Sum(g => g.Zip(mean, (a, b) => (a - b) * (a - b)).Sum()) / (Samples - 1);
        return (spread, spread / (mean.Sum(m => m * m) - spread / Samples));
    }

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
