using System.Diagnostics;
using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>Compares whole training steps of tiny GPTs on a device with those of the reference, bit by bit: losses, norms, weights and moments.</summary>
public static class GptStepCheck
{
    private const int Steps = 2;

    /// <summary>The models, by what is special about each.</summary>
    public static IReadOnlyDictionary<string, GptConfig> Models { get; } = new OrderedDictionary<string, GptConfig>
    {
        ["tied, biases, GELU by tanh"] = new() { Vocabulary = 11, Width = 8, Layers = 2, Heads = 2, Context = 4 },
        ["untied, no biases, no positions, GELU"] = new() { Vocabulary = 5, Width = 4, Layers = 1, Heads = 1, Context = 3, Tied = false, Bias = false, LearnedPositions = false, Activation = Activation.Gelu },
        ["untied, biases, ReLU"] = new() { Vocabulary = 7, Width = 6, Layers = 1, Heads = 3, Context = 3, Tied = false, Activation = Activation.Relu },
    };

    /// <summary>Two steps of one of <see cref="Models"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="model">The name of the model.</param>
    /// <exception cref="KeyNotFoundException">There is no such model.</exception>
    public static OperationComparison Run(IDevice device, string model)
    {
        ArgumentNullException.ThrowIfNull(device);
        GptConfig config = Models[model];
        List<(string Name, Real32[] Values)> expected = Train(config, new ReferenceOperations<Real32>());
        long start = Stopwatch.GetTimestamp();
        List<(string Name, Real32[] Values)> actual = Train(config, device.Operations);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long differences = 0, values = 0;
        DeviceDifference? first = null;
        foreach (((string name, Real32[] right), (_, Real32[] got)) in expected.Zip(actual))
        {
            values += right.Length;
            for (int i = 0; i < right.Length; i++)
            {
                if (DeviceCheck.Bits(right[i]) == DeviceCheck.Bits(got[i]))
                    continue;
                differences++;
                first ??= new DeviceDifference($"{Steps} steps of a GPT ({model})", name, i, right[i].Value, got[i].Value);
            }
        }

        return new OperationComparison("GptTrainer.Step", model, new DeviceCheckResult(Steps, values, differences, first), seconds);
    }

    private static List<(string Name, Real32[] Values)> Train(GptConfig config, ITensorOperations<Real32> operations)
    {
        var gpt = new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, 1), operations);
        var trainer = new GptTrainer<Real32>(gpt, new AdamOptions { LearningRate = 1, WeightDecay = 0.1 }, 0.5);
        var random = new SplitMix(7);
        int[][] Rows(int length) => [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, length).Select(_ => (int)(random.Next() % (ulong)config.Vocabulary)).ToArray())];
        var results = new List<(string, Real32[])>();
        for (int step = 0; step < Steps; step++)
        {
            // The second batch is shorter, so that memory is used again for other sizes.
            TrainingStep<Real32> done = trainer.Step(new TokenBatch(Rows(config.Context - step), Rows(config.Context - step)), 0.01);
            results.Add(($"loss, norm and scale of step {step}", [done.Loss, done.GradientNorm, done.Scale]));
        }

        results.AddRange(gpt.Weights.Select(weight => (weight.Key, weight.Value)));
        AdamState<Real32> state = trainer.State!;
        results.AddRange(gpt.Weights.Keys.Select((name, i) => ($"first moment of {name}", state.First[i])));
        results.AddRange(gpt.Weights.Keys.Select((name, i) => ($"second moment of {name}", state.Second[i])));
        return results;
    }
}
