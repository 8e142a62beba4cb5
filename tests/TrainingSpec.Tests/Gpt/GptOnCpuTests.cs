using System.Collections.Concurrent;
using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Gpt;

/// <summary>A GPT over lanes and threads has the bits of the scalar reference: losses, gradients, and weights after steps.</summary>
internal sealed class GptOnCpuTests
{
    // All machines are compared with the same answers, which take the reference longest.
    private static readonly ConcurrentDictionary<string, Lazy<(Real32 Loss, GptGradients<Real32> Gradients)>> Answers = new();

    // Every run has each number of lanes and of threads, and not each with each.
    private static IEnumerable<TestCaseData> Machines() => Deep.AllButEvery(4, from lanes in CpuDevice.LaneCounts from threads in new[] { 1, 7, 2 } select new TestCaseData(lanes, threads));

    // Odd sizes beside those that lanes divide; one head, many; fewer heads than lanes and more.
    private static IEnumerable<(string Name, GptConfig Config, int Batch, int Length)> Shapes()
    {
        yield return ("tied, bias, tanh", SmallGpt.Config(), 2, 3);
        yield return ("untied, no bias, erf, no positions", SmallGpt.Config(bias: false, tied: false, learnedPositions: false, activation: Activation.Gelu), 3, 4);
        yield return ("relu, odd width", SmallGpt.Config(activation: Activation.Relu, layers: 1) with { Width = 33, Heads = 3, Vocabulary = 19 }, 5, 4);
        yield return ("lanes divide the width, 21 heads in all", SmallGpt.Config(activation: Activation.Gelu) with { Width = 48, Heads = 3, Vocabulary = 259, Context = 19 }, 7, 17);
        yield return ("one head, one token", SmallGpt.Config() with { Width = 16, Heads = 1, Vocabulary = 2 }, 1, 1);
        yield return ("more inner than a block", SmallGpt.Config(layers: 1) with { Width = 100, Heads = 4, MlpRatio = 3, Vocabulary = 11 }, 70, 3);
    }

    [TestCaseSource(nameof(Machines))]
    public void Loss_and_gradients_have_the_bits_of_the_reference(int lanes, int threads)
    {
        foreach ((string name, GptConfig config, int batch, int length) in Shapes())
        {
            OrderedDictionary<string, Real32[]> weights = Weights(config, 1);
            (int[][] inputs, int[][] targets) = Batch(config, batch, length, 5);
            (Real32 loss, GptGradients<Real32> right) = Reference(name, config, weights, inputs, targets);
            (Real32 lossOnLanes, GptGradients<Real32> gradients) = new Gpt<Real32>(config, weights, new CpuOperations(threads, lanes)).LossAndGradients(inputs, targets);
            Assert.That(Bits(lossOnLanes), Is.EqualTo(Bits(loss)), name);
            foreach ((string weight, Real32[] values) in right.Parameters)
                Assert.That(Bits(gradients.Parameters[weight]), Is.EqualTo(Bits(values)), $"{name}: {weight}");
            Assert.That(Bits(gradients.Logits), Is.EqualTo(Bits(right.Logits)), $"{name}: logits");
            Assert.That(Bits(gradients.Embedded), Is.EqualTo(Bits(right.Embedded)), $"{name}: embeddings");
        }
    }

    // NaN and infinities, scores that overflow where others don't, subnormal and equal numbers.
    [TestCaseSource(nameof(Machines))]
    public void What_is_not_ordinary_stays_in_its_own_row_or_head(int lanes, int threads)
    {
        GptConfig config = SmallGpt.Config(activation: Activation.Gelu) with { Width = 32, Heads = 4, Vocabulary = 7 };
        (int[][] inputs, int[][] targets) = Batch(config, 6, 4, 9);
        inputs = [.. inputs.Select(row => row.Select(id => id == 6 ? 5 : id).ToArray())];
        inputs[4][1] = 6;
        foreach ((string weight, int at, float value) in new[]
        {
            ("wte", 6 * 32 + 3, float.NaN), ("wte", 6 * 32 + 3, float.PositiveInfinity), ("wte", 6 * 32, 3e38f), ("h.0.attn.qkv.w", 0, 1e30f), ("h.0.attn.qkv.w", 32 * 32, 3e38f), ("h.1.mlp.fc.w", 5, 1e-42f),
            ("h.1.attn.qkv.w", 7, float.NegativeInfinity), ("lnf.b", 2, float.NaN), ("h.0.ln1.g", 0, 1e38f), ("wpe", 0, 1e-45f),
        })
        {
            OrderedDictionary<string, Real32[]> weights = Weights(config, 2);
            weights[weight][at] = value;
            if (weight == "h.0.attn.qkv.w")
                weights[weight].AsSpan(32 * 32, 64).Fill(value);
            (Real32 loss, GptGradients<Real32> right) = Reference($"{weight}[{at}] = {value}", config, weights, inputs, targets);
            (Real32 lossOnLanes, GptGradients<Real32> gradients) = new Gpt<Real32>(config, weights, new CpuOperations(threads, lanes)).LossAndGradients(inputs, targets);
            Assert.That(Bits(lossOnLanes), Is.EqualTo(Bits(loss)), $"{weight} = {value}");
            foreach ((string name, Real32[] values) in right.Parameters)
                Assert.That(Bits(gradients.Parameters[name]), Is.EqualTo(Bits(values)), $"{weight} = {value}: {name}");
        }
    }

    // Buffers of a step are used again in the next, also for a batch of another size.
    [TestCaseSource(nameof(Machines))]
    [Rule("TRAINING-LOOP-8")]
    public void Steps_have_the_losses_norms_and_weights_of_the_training_loop(int lanes, int threads)
    {
        GptConfig config = SmallGpt.Config(activation: Activation.Gelu) with { Width = 32, Heads = 4, Vocabulary = 13, Context = 6 };
        OrderedDictionary<string, Real32[]> weights = Weights(config, 3), onLanes = Weights(config, 3);
        var options = new AdamOptions { LearningRate = 1, WeightDecay = 0.01, Decay = DecayKind.Old };
        var model = new GptTraining<Real32>(new Gpt<Real32>(config, weights));
        var loss = new TokenLossTraining<Real32>();
        var clipping = new GlobalNormClipping<Real32>(1);
        var optimizer = new AdamTraining<Real32>(options);
        var trainer = new GptTrainer<Real32>(new Gpt<Real32>(config, onLanes, new CpuOperations(threads, lanes)), options, 1);
        for (int step = 0; step < 6; step++)
        {
            (int[][] inputs, int[][] targets) = Batch(config, step % 2 == 0 ? 5 : 3, step < 4 ? 6 : 2, step);
            var batch = new TokenBatch(inputs, targets);
            double rate = 0.01 * (step + 1);
            TrainingStep<Real32> right = Training.TrainingLoop.Step(model, loss, clipping, optimizer, batch, rate), got = trainer.Step(batch, rate);
            Assert.That((Bits(got.Loss), Bits(got.GradientNorm), Bits(got.Scale)), Is.EqualTo((Bits(right.Loss), Bits(right.GradientNorm), Bits(right.Scale))), $"step {step}");
            foreach ((string name, Real32[] values) in weights)
                Assert.That(Bits(onLanes[name]), Is.EqualTo(Bits(values)), $"step {step}: {name}");
        }

        Assert.That(trainer.State!.ToJson(), Is.EqualTo(optimizer.State!.ToJson()));
    }

    // D1's sizes; all twenty steps are `spec bench --steps`.
    [Test]
    public void Two_steps_of_d1s_sizes_have_the_bits_of_the_reference()
    {
        GptConfig config = new() { Vocabulary = 259, Width = 64, Layers = 2, Heads = 4, Context = 64 };
        OrderedDictionary<string, Real32[]> weights = GptInitialization.Normal<Real32>(config, 1), onLanes = GptInitialization.Normal<Real32>(config, 1);
        var options = new AdamOptions { LearningRate = 1 };
        var reference = new GptTrainer<Real32>(new Gpt<Real32>(config, weights), options, 1);
        var trainer = new GptTrainer<Real32>(new Gpt<Real32>(config, onLanes, new CpuOperations(2)), options, 1);
        for (int step = 0; step < 2; step++)
        {
            (int[][] inputs, int[][] targets) = Batch(config, 4, 64, step);
            var batch = new TokenBatch(inputs, targets);
            Assert.That(Bits(trainer.Step(batch, 1e-3).Loss), Is.EqualTo(Bits(reference.Step(batch, 1e-3).Loss)));
        }

        foreach ((string name, Real32[] values) in weights)
            Assert.That(Bits(onLanes[name]), Is.EqualTo(Bits(values)), name);
    }

    [Test]
    public void A_step_of_sizes_seen_before_allocates_no_activations()
    {
        GptConfig config = new() { Vocabulary = 64, Width = 64, Layers = 2, Heads = 4, Context = 32, Bias = false };
        var trainer = new GptTrainer<Real32>(new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, 1), new CpuOperations(1)), new AdamOptions { LearningRate = 1 }, 1);
        (int[][] inputs, int[][] targets) = Batch(config, 16, 32, 1);
        var batch = new TokenBatch(inputs, targets);
        trainer.Step(batch, 0.01);
        trainer.Step(batch, 0.01);
        long before = GC.GetAllocatedBytesForCurrentThread();
        trainer.Step(batch, 0.01);

        // 512 tokens of 2 layers of some 1,000 numbers, with logits and gradients, are more than 5 MB; what is left are rows of attention and what goes from call to call.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(500_000));
    }

    private static (Real32 Loss, GptGradients<Real32> Gradients) Reference(string name, GptConfig config, OrderedDictionary<string, Real32[]> weights, int[][] inputs, int[][] targets) =>
        Answers.GetOrAdd(name, _ => new(() => new Gpt<Real32>(config, weights).LossAndGradients(inputs, targets))).Value;

    private static OrderedDictionary<string, Real32[]> Weights(GptConfig config, ulong seed) => SmallGpt.Over(SmallGpt.Weights(config, seed), v => Real32.Of(v));

    private static (int[][] Inputs, int[][] Targets) Batch(GptConfig config, int sequences, int length, int seed)
    {
        var random = new Random(seed);
        int[][] Rows() => [.. Enumerable.Range(0, sequences).Select(_ => Enumerable.Range(0, length).Select(_ => random.Next(config.Vocabulary)).ToArray())];
        return (Rows(), Rows());
    }

    // NaN counts as one value.
    private static int Bits(Real32 x) => float.IsNaN(x.Value) ? int.MaxValue : BitConverter.SingleToInt32Bits(x.Value);

    private static int[] Bits(Real32[] x) => Array.ConvertAll(x, Bits);
}
