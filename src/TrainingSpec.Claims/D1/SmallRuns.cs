using TrainingSpec.Claims.Experiments;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.D1;

/// <summary>How a run's learning rate goes.</summary>
internal enum RateShape
{
    /// <summary>The warmup, then constant.</summary>
    Constant,

    /// <summary>The document's snippets: warmup, then a cosine to a tenth.</summary>
    Snippets,

    /// <summary>The document's prose: warmup, constant to 80 % of the steps, then a cosine to a tenth.</summary>
    Phases,
}

/// <summary>All that a run depends on; two equal settings are one run.</summary>
/// <param name="Seed">Of the weights and of the text.</param>
/// <param name="Steps">Updates.</param>
/// <param name="Rate">The highest learning rate.</param>
internal sealed record TrainingSetting(int Seed, int Steps, double Rate)
{
    public int Warmup { get; init; }

    public RateShape Shape { get; init; }

    public double WeightDecay { get; init; }

    /// <summary>Sequences of the training text, gone through in order again and again; 0 for new text at every step.</summary>
    public int Corpus { get; init; }

    /// <summary>Steps between two measurements.</summary>
    public int Every { get; init; } = 50;

    /// <summary>The rate of an update, counted from 1 as in the document's log.</summary>
    public double RateAt(int update) =>
        update < Warmup ? Rate * update / Warmup
        : Shape == RateShape.Constant ? Rate
        : Shape == RateShape.Snippets ? Listings.ScheduleListing.At(Rate, update, Warmup, Steps, Rate / 10)
        : Listings.ScheduleListing.Phases(Rate, update, Warmup, Steps, Rate / 10, 0.8);
}

/// <summary>What was measured of a run: of every update its batch's loss and gradient norm, and at every measurement what else.</summary>
internal sealed record TrainedRun(double[] Loss, double[] GradientNorm, Measurement[] Measured);

/// <summary>What is measured of a model between updates.</summary>
/// <param name="Step">Updates so far.</param>
/// <param name="HeldOut">Loss on text that is not trained on.</param>
/// <param name="Trained">Loss on the first sequences of the training text; NaN where there is none.</param>
/// <param name="Norm">Norm of all weights.</param>
/// <param name="Distance">Norm of their distance from the start.</param>
/// <param name="Marginal">Divergence of the mean prediction from the frequencies of the held-out targets.</param>
/// <param name="Successor">Mean probability of the source's usual successor.</param>
internal readonly record struct Measurement(int Step, double HeldOut, double Trained, double Norm, double Distance, double Marginal, double Successor);

/// <summary>Small GPTs under Adam, as the document trains its own.</summary>
internal static class SmallRuns
{
    public const int Batch = 4;
    private const int HeldOutSequences = 32;
    private static readonly GptConfig Config = SmallGpt.Smallest;

    /// <summary>What the runs are, for the steps of a check.</summary>
    public static string What { get; } =
        $"GPTs of width {Config.Width} on {Config.Vocabulary} tokens, batches of {Batch} sequences of {Config.Context}; a token's successor is fixed with probability {SkewedText.Follows.ToString(System.Globalization.CultureInfo.InvariantCulture)}, else drawn by Zipf's law; Adam";

    /// <summary>The run of a setting.</summary>
    public static TrainedRun Of(TrainingSetting setting) => Kept.Of(setting, static x => Train(x));

    private static TrainedRun Train(TrainingSetting setting)
    {
        Gpt<Real64> gpt = SmallGpt.Fresh(setting.Seed);
        var draws = new Draws(setting.Seed);
        TokenBatch held = SkewedText.Of(new Draws(1_000_000 + setting.Seed), Config, HeldOutSequences);
        TokenBatch? corpus = setting.Corpus == 0 ? null : SkewedText.Of(new Draws(2_000_000 + setting.Seed), Config, setting.Corpus);
        double[] start = Flat(gpt);
        List<Measurement> measured = [Measure(gpt, 0, held, corpus, start)];
        TrainingStep<Real64>[] steps = SmallGpt.Train(
            gpt,
            setting.WeightDecay == 0 ? new AdamOptions { LearningRate = setting.Rate } : AdamOptions.AdamW(setting.Rate) with { WeightDecay = setting.WeightDecay },
            setting.Steps,
            t => corpus is null ? SkewedText.Of(draws, Config, Batch) : Cut(corpus, t * Batch % setting.Corpus, Batch),
            t => setting.RateAt(t + 1),
            t =>
            {
                if ((t + 1) % setting.Every == 0)
                    measured.Add(Measure(gpt, t + 1, held, corpus, start));
            });
        return new TrainedRun([.. steps.Select(s => s.Loss.Value)], [.. steps.Select(s => s.GradientNorm.Value)], [.. measured]);
    }

    private static Measurement Measure(Gpt<Real64> gpt, int step, TokenBatch held, TokenBatch? corpus, double[] start)
    {
        double[] weights = Flat(gpt);
        Real64[] logits = gpt.Forward(held.Inputs).Logits;
        int[] inputs = [.. held.Inputs.SelectMany(x => x)], targets = [.. held.Targets.SelectMany(x => x)];
        double[] mean = new double[Config.Vocabulary], seen = new double[Config.Vocabulary];
        double loss = 0, successor = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            var log = new Real64[Config.Vocabulary];
            Formulas.Softmax.LogProbabilities<Real64>(logits.AsSpan(i * Config.Vocabulary, Config.Vocabulary), log);
            loss -= log[targets[i]].Value / inputs.Length;
            successor += Math.Exp(log[SkewedText.Successor(inputs[i], Config.Vocabulary)].Value) / inputs.Length;
            seen[targets[i]] += 1.0 / inputs.Length;
            for (int k = 0; k < mean.Length; k++)
                mean[k] += Math.Exp(log[k].Value) / inputs.Length;
        }

        double marginal = seen.Zip(mean, (f, p) => f > 0 ? f * Math.Log(f / p) : 0).Sum();
        TokenBatch? some = corpus is null ? null : Cut(corpus, 0, Math.Min(HeldOutSequences, corpus.Inputs.Length));
        return new Measurement(
            step, loss, some is null ? double.NaN : gpt.Loss(some.Inputs, some.Targets).Value,
            Math.Sqrt(weights.Sum(w => w * w)), Math.Sqrt(weights.Zip(start, (a, b) => (a - b) * (a - b)).Sum()), marginal, successor);
    }

    private static double[] Flat(Gpt<Real64> gpt) => [.. gpt.Weights.Values.SelectMany(w => w).Select(w => w.Value)];

    private static TokenBatch Cut(TokenBatch text, int first, int count) => new(
        [.. Enumerable.Range(first, count).Select(i => text.Inputs[i % text.Inputs.Length])], [.. Enumerable.Range(first, count).Select(i => text.Targets[i % text.Inputs.Length])]);
}

/// <summary>Text with frequent and rare tokens in which a token mostly has one successor.</summary>
internal static class SkewedText
{
    /// <summary>The probability of the usual successor, besides what the frequencies give it.</summary>
    public const double Follows = 0.6;

    /// <summary>The usual successor.</summary>
    public static int Successor(int token, int vocabulary) => (3 * token + 1) % vocabulary;

    /// <summary>Sequences with their targets.</summary>
    public static TokenBatch Of(Draws draws, GptConfig config, int sequences)
    {
        double[] weights = [.. Enumerable.Range(1, config.Vocabulary).Select(i => 1.0 / i)];
        double sum = weights.Sum();
        int[][] inputs = new int[sequences][], targets = new int[sequences][];
        for (int b = 0; b < sequences; b++)
        {
            var tokens = new int[config.Context + 1];
            tokens[0] = Rank();
            for (int i = 1; i < tokens.Length; i++)
                tokens[i] = draws.Uniform(0, 1) < Follows ? Successor(tokens[i - 1], config.Vocabulary) : Rank();
            (inputs[b], targets[b]) = D4.Listings.NextTokenPairs.Of(tokens);
        }

        return new TokenBatch(inputs, targets);

        int Rank()
        {
            double u = draws.Uniform(0, sum);
            int k = 0;
            while (k < weights.Length - 1 && u >= weights[k])
                u -= weights[k++];
            return k;
        }
    }
}
