using System.Diagnostics;
using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Benchmarks;

/// <summary>A GPT's training step at D4's and at nanoGPT's small sizes, and what D4's is made of, beside PyTorch in the same run: rounds in turn, so that a noisy machine disturbs both alike.</summary>
/// <param name="output">Receives the report.</param>
internal sealed class StepRun(TextWriter output)
{
    /// <summary>Sequences of a batch.</summary>
    public const int Sequences = 16;

    // Of Tiny Shakespeare.
    private const int Characters = 65;

    // Of the feed-forward part's first map.
    private const int Rows = 1024, Inputs = 128, Outputs = 512;
    private const int Elements = 4_000_000;

    // Parts of a step of Adam read θ, m, v and the gradient, and write three of them.
    private const double StepBytes = 28;

    // A norm reads x and writes y and x̂; a rounding in place reads and writes one.
    private const double NormBytes = 12, RoundingBytes = 8;

    /// <summary>D4's model.</summary>
    public static GptConfig Config { get; } = new() { Vocabulary = 2000, Width = 128, Layers = 4, Heads = 4, Context = 64, Bias = false };

    /// <summary>What is measured, by name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Contests(new CpuOperations(1)).Select(contest => contest.Name)];

    /// <summary>Measures.</summary>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="python">The Python that may have PyTorch.</param>
    /// <param name="only">A part of the names of what is measured; null for all.</param>
    public IReadOnlyList<Figure> Run(int rounds, string python, string? only)
    {
        var figures = new List<Figure>();
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            using PyTorchPeer? peer = PyTorchPeer.Start(python, "pytorch_step.py", threads, output, threads);
            if (peer is not null)
                output.WriteLine($"beside PyTorch {peer.Version} and the library that multiplies its matrices, on as many threads");
            output.WriteLine(Figure.Head);
            var operations = new CpuOperations(threads);
            foreach (Contest contest in Contests(operations).Where(contest => only is null || contest.Name.Contains(only, StringComparison.Ordinal)))
                figures.Add(Measure(contest, threads, rounds, peer));
        }

        if (Environment.ProcessorCount > 1)
            figures.AddRange(AllAgainstOne(rounds, only));
        return figures;
    }

    // What is bound by memory must not lose by threads.
    private IEnumerable<Figure> AllAgainstOne(int rounds, string? only)
    {
        int threads = Environment.ProcessorCount;
        foreach ((Contest one, Contest all) in Contests(new CpuOperations(1)).Zip(Contests(new CpuOperations(threads))).Where(pair => only is null || pair.First.Name.Contains(only, StringComparison.Ordinal)))
        {
            List<double> own = [], other = [];
            for (int warm = 0; warm < 3; warm++)
                Time(one.Run, one.Repeats * 4);
            for (int round = 0; round < rounds; round++)
            {
                own.Add(Time(all.Run, all.Repeats));
                other.Add(Time(one.Run, one.Repeats));
            }

            var figure = Figure.Of(one.Name + ", over 1 thread", threads, one.Unit, one.Amount, own, other);
            output.WriteLine(figure.Text);
            output.Flush();
            yield return figure;
        }
    }

    private Figure Measure(Contest contest, int threads, int rounds, PyTorchPeer? peer)
    {
        List<double> own = [], other = [];

        // Compiled in full after some calls and a pause.
        for (int warm = 0; warm < 3; warm++)
        {
            Time(contest.Run, contest.Repeats * 12);
            Thread.Sleep(150);
        }

        for (int round = 0; round < rounds; round++)
        {
            own.Add(Time(contest.Run, contest.Repeats));
            if (peer is not null && contest.Peer is { } asked)
                other.Add(peer.Step(string.Create(CultureInfo.InvariantCulture, $"{contest.Repeats} {asked}")));
        }

        var figure = Figure.Of(contest.Name, threads, contest.Unit, contest.Amount, own, other);
        output.WriteLine(figure.Text);
        output.Flush();
        return figure;
    }

    // What a contest needs is made when it first runs: those that nobody asked for cost nothing.
    private static IEnumerable<Contest> Contests(CpuOperations operations)
    {
        double products = 2e-9 * Rows * Inputs * Outputs;
        Lazy<Real32[]> x = Normal(Rows * Inputs, 1), weight = Normal(Inputs * Outputs, 2), y = Normal(Rows * Outputs, 3), dx = Zeros(Rows * Inputs), dWeight = Zeros(Inputs * Outputs), result = Zeros(Rows * Outputs);
        yield return new Contest("matrix product x·Wᵀ", "GFLOP/s", products, 2, () => operations.Linear(x.Value, weight.Value, [], result.Value, Inputs, Outputs), $"matmul nt {Rows} {Inputs} {Outputs}");
        yield return new Contest("matrix product dy·W", "GFLOP/s", products, 2, () => operations.LinearInputGradient(y.Value, weight.Value, dx.Value, Inputs, Outputs), $"matmul nn {Rows} {Outputs} {Inputs}");
        yield return new Contest("matrix product dyᵀ·x", "GFLOP/s", products, 2, () => operations.LinearWeightGradient(y.Value, x.Value, dWeight.Value, Inputs, Outputs), $"matmul tn {Outputs} {Rows} {Inputs}");
        int classes = Config.Vocabulary, tokens = Sequences * Config.Context;
        Lazy<Real32[]> logits = Normal(tokens * classes, 4), losses = Zeros(tokens), gradient = Zeros(tokens * classes);
        int[] targets = Ids(tokens, 5, classes);
        yield return new Contest("softmax with cross-entropy", "million elements/s", 1e-6 * tokens * classes, 1, () => operations.CrossEntropy(logits.Value, targets, losses.Value, gradient.Value), $"cross_entropy {tokens} {classes}");
        Lazy<Real32[]> theta = Normal(Elements, 6), m = Zeros(Elements), v = Zeros(Elements), g = Normal(Elements, 7);
        AdamCoefficients<Real32> coefficients = AdamOptimizer.Coefficients<Real32>(new AdamOptions { LearningRate = 1e-3, WeightDecay = 0.1, Decay = DecayKind.Old }, 10);
        yield return new Contest("AdamW", "GB/s", StepBytes * 1e-9 * Elements, 1, () => operations.AdamStep(theta.Value, m.Value, v.Value, g.Value, coefficients), $"adamw {Elements}");
        const int rows = Elements / Inputs;
        Lazy<Real32[]> gain = Normal(Inputs, 10), reciprocals = Zeros(rows);
        yield return new Contest("RMS normalization", "GB/s", NormBytes * 1e-9 * rows * Inputs, 1, () => operations.RmsNorm(theta.Value, gain.Value, 1e-6, m.Value, v.Value, reciprocals.Value), null);
        yield return new Contest("stochastic rounding to bfloat16", "GB/s", RoundingBytes * 1e-9 * Elements, 1, () => operations.RoundStochastically(g.Value, CastTarget.BFloat16, new RandomPlace(1, 2, 0)), null);
        GptPreset small = GptPreset.All.Single(preset => preset.Name == "shakespeare-char");
        yield return Step("GPT step", operations, Config, Sequences);
        yield return Step($"GPT step, {small.Name}", operations, small.Config with { Vocabulary = Characters }, small.Sequences);
        var gpt = new Lazy<Gpt<Real32>>(() => Model(operations, Config));
        TokenBatch batch = Batch(Config, Sequences);
        yield return new Contest("GPT loss alone", "tokens/s", tokens, 1, () => gpt.Value.Loss(batch.Inputs, batch.Targets), null);
    }

    private static Contest Step(string name, ITensorOperations<Real32> operations, GptConfig config, int sequences)
    {
        var trainer = new Lazy<GptTrainer<Real32>>(() => Trainer(operations, config));
        TokenBatch batch = Batch(config, sequences);
        return new Contest(
            name, "tokens/s", sequences * config.Context, 1, () => trainer.Value.Step(batch, 1e-3),
            $"step {config.Vocabulary} {config.Width} {config.Layers} {config.Heads} {config.Context} {sequences} {(config.Activation == Activation.Gelu ? "none" : "tanh")}");
    }

    /// <summary>A trainer of a model.</summary>
    public static GptTrainer<Real32> Trainer(ITensorOperations<Real32> operations, GptConfig config) =>
        new(Model(operations, config), new AdamOptions { LearningRate = 1, WeightDecay = 0.01, Decay = DecayKind.Old }, 1);

    /// <summary>A batch of random tokens.</summary>
    public static TokenBatch Batch(GptConfig config, int sequences) =>
        new([.. Ids(sequences * config.Context, 8, config.Vocabulary).Chunk(config.Context)], [.. Ids(sequences * config.Context, 9, config.Vocabulary).Chunk(config.Context)]);

    private static Gpt<Real32> Model(ITensorOperations<Real32> operations, GptConfig config) => new(config, GptInitialization.Normal<Real32>(config, 1), operations);

    private static double Time(Action run, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
            run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    private static Lazy<Real32[]> Zeros(int count) => new(() => new Real32[count]);

    private static Lazy<Real32[]> Normal(int count, ulong seed) => new(() =>
    {
        var values = new Real32[count];
        RandomStreams.FillNormal<Real32>(seed, 0, 0, values);
        return values;
    });

    private static int[] Ids(int count, int seed, int vocabulary)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
    }

    // What is done in one call, how much that is, how often a sample repeats it (shorter than a time slice where it can be), and what the peer is told, if it has the like.
    private sealed record Contest(string Name, string Unit, double Amount, int Repeats, Action Run, FormattableString? Asked)
    {
        public string? Peer => Asked?.ToString(CultureInfo.InvariantCulture);
    }
}
