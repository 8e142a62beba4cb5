using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Benchmarks;

/// <summary>Twenty steps of a GPT of D1's sizes on lanes and threads, bit by bit against the scalar reference.</summary>
internal static class StepCheck
{
    private const int Steps = 20, Sequences = 4;

    /// <summary>0 where all losses, norms and weights have the same bits, else 1.</summary>
    public static int Run(TextWriter output)
    {
        var config = new GptConfig { Vocabulary = 259, Width = 64, Layers = 2, Heads = 4, Context = 64 };
        (uint[] Steps, uint[] Weights) right = Train(config, new ReferenceOperations<Real32>());
        int differing = 0;
        foreach (int lanes in CpuDevice.LaneCounts)
        {
            foreach (int threads in new[] { 1, 2, 7 })
            {
                (uint[] Steps, uint[] Weights) got = Train(config, new CpuOperations(threads, lanes));
                bool same = got.Steps.AsSpan().SequenceEqual(right.Steps) && got.Weights.AsSpan().SequenceEqual(right.Weights);
                differing += same ? 0 : 1;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Steps} steps of a GPT of D1's sizes, {lanes} lanes on {threads} threads: {got.Weights.Length} weights, losses and norms {(same ? "have the reference's bits" : "DIFFER from the reference's")}"));
                output.Flush();
            }
        }

        return differing == 0 ? 0 : 1;
    }

    private static (uint[] Steps, uint[] Weights) Train(GptConfig config, ITensorOperations<Real32> operations)
    {
        OrderedDictionary<string, Real32[]> weights = GptInitialization.Normal<Real32>(config, 1);
        var trainer = new GptTrainer<Real32>(new Gpt<Real32>(config, weights, operations), new AdamOptions { LearningRate = 1, WeightDecay = 0.01 }, 1);
        var steps = new List<uint>();
        for (int step = 0; step < Steps; step++)
        {
            var random = new Random(step);
            int[][] Rows() => [.. Enumerable.Range(0, Sequences).Select(_ => Enumerable.Range(0, config.Context).Select(_ => random.Next(config.Vocabulary)).ToArray())];
            TrainingStep<Real32> done = trainer.Step(new TokenBatch(Rows(), Rows()), 1e-3);
            steps.AddRange([Bits(done.Loss), Bits(done.GradientNorm), Bits(done.Scale)]);
        }

        return ([.. steps], [.. weights.Values.SelectMany(values => values.Select(Bits))]);
    }

    private static uint Bits(Real32 x) => BitConverter.SingleToUInt32Bits(x.Value);
}
