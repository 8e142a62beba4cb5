using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Gpt;

/// <summary>What the trainer adds to a step: micro-batches, checkpoint plans, and what it says of numbers that are not finite.</summary>
public sealed class GptTrainerTests
{
    private static readonly GptConfig Config = new() { Vocabulary = 7, Width = 4, Layers = 9, Heads = 2, Context = 4 };
    private static readonly AdamOptions Options = AdamOptions.AdamW(0.01);
    private static readonly TokenText Text = new([.. Enumerable.Range(0, 60).Select(i => (i * i) % 7)], 4, "text");

    [Test]
    public void Micro_batches_have_the_bits_of_the_loop_that_accumulates_and_nearly_those_of_one_large_batch()
    {
        TokenBatch[] parts = [Text.Batch(1, 1, 2), Text.Batch(1, 2, 2), Text.Batch(1, 3, 3)];
        Gpt<Real32> one = Model(), other = Model();
        TrainingStep<Real32> step = new GptTrainer<Real32>(one, Options, 1).Step(parts, 0.01);
        TrainingStep<Real32> loop = AccumulatedTraining.Step(new GptTraining<Real32>(other), new TokenLossTraining<Real32>(), new GlobalNormClipping<Real32>(1), new AdamTraining<Real32>(Options), parts, 0.01);
        Assert.That(step, Is.EqualTo(loop));
        Assert.That(Bits(one), Is.EqualTo(Bits(other)));
        TokenBatch whole = new([.. parts.SelectMany(p => p.Inputs)], [.. parts.SelectMany(p => p.Targets)]);
        Assert.That(new GptTrainer<Real32>(Model(), Options, 1).Step(whole, 0.01).Loss.Value, Is.EqualTo(step.Loss.Value).Within(1e-6));
    }

    [Test]
    public void Every_plan_has_the_same_bits_and_the_best_holds_least()
    {
        var peaks = new Dictionary<int, long>();
        int[] expected = [];
        foreach (int segments in new[] { 9, 4, 3, 1 })
        {
            var operations = new CountedOperations();
            var gpt = new Gpt<Real32>(Config, GptInitialization.Normal<Real32>(Config, 5, 0.3), operations);
            var trainer = new GptTrainer<Real32>(gpt, Options, 1) { Plan = CheckpointPlan.Of(9, segments) };
            for (int step = 1; step <= 2; step++)
                trainer.Step(Text.Batch(1, step, 2), 0.01);
            expected = segments == 9 ? Bits(gpt) : expected;
            Assert.That(Bits(gpt), Is.EqualTo(expected), $"{segments} segments");
            Assert.That(operations.Held, Is.Zero, "all is given back");
            peaks.Add(segments, operations.Peak);
        }

        // What a block keeps, in elements: two norms' results and what they keep, queries, keys, values, what was attended to and its weights, hidden units before and after, its output.
        const int tokens = 8, width = tokens * 4;
        long block = 6 * width + 2 * tokens + 3 * width + new ReferenceOperations<Real32>().AttentionWeightCount(new(2, 4, 2, 2)) + 8 * width;
        Assert.That(peaks[9] - peaks[3], Is.InRange((9 - 5) * block - 8 * width, (9 - 5) * block + 8 * width), "nine blocks' activations against five");
        Assert.That(peaks[3], Is.LessThan(peaks[4]).And.LessThan(peaks[1]));
    }

    // A validation is hundreds of them: what one keeps, a device's memory lacks.
    [Test]
    public void A_loss_alone_gives_back_all_that_it_rents()
    {
        var operations = new CountedOperations();
        var gpt = new Gpt<Real32>(Config, GptInitialization.Normal<Real32>(Config, 5, 0.3), operations);
        TokenBatch batch = Text.Batch(1, 1, 2);
        double loss = gpt.Loss(batch.Inputs, batch.Targets).Value;
        Assert.That(loss, Is.EqualTo(Model().LossAndGradients(batch.Inputs, batch.Targets).Loss.Value));
        Assert.That((operations.Held, operations.Peak > 0), Is.EqualTo((0L, true)));
    }

    [Test]
    public void A_loss_alone_goes_forward_and_holds_no_more_for_more_blocks()
    {
        TokenBatch batch = Text.Batch(1, 1, 2);
        long[] peaks = [.. new[] { 3, 9 }.Select(layers =>
        {
            var counted = new CountedOperations();
            GptConfig config = SmallGpt.Config(layers: layers);
            new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, 5, 0.3), new ForwardAlone(counted)).Loss([[2, 0, 2], [4, 2, 1]], [[0, 2, 3], [2, 1, 1]]);
            return counted.Peak;
        })];
        Assert.That(peaks[1], Is.EqualTo(peaks[0]));
        Assert.That(() => new Gpt<Real32>(Config, GptInitialization.Normal<Real32>(Config, 5, 0.3), new ForwardAlone(new CountedOperations())).LossAndGradients(batch.Inputs, batch.Targets), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void The_check_that_fires_first_is_named()
    {
        Gpt<Real32> gpt = Model();
        var trainer = new GptTrainer<Real32>(gpt, Options, 1);
        trainer.Step(Text.Batch(1, 1, 2), 0.01);
        gpt.Weights["wte"][0] = float.NaN;
        int[] before = Bits(gpt);
        Assert.That(() => trainer.Step(Text.Batch(1, 2, 2), 0.01), Throws.TypeOf<NonFiniteException>().With.Property("Argument").EqualTo("loss").And.Message.EqualTo("the loss is NaN"));
        Assert.That(Bits(gpt), Is.EqualTo(before), "nothing was changed");

        // All gains' gradients are at fault: the one nearest to the loss is named.
        gpt = new Gpt<Real32>(Config, GptInitialization.Normal<Real32>(Config, 5, 0.3), new NaNGains());
        before = Bits(gpt);
        Assert.That(() => new GptTrainer<Real32>(gpt, Options, 1).Step(Text.Batch(1, 1, 2), 0.01), Throws.TypeOf<NonFiniteException>().With.Property("Argument").EqualTo("grads").And.Message.EqualTo("the gradient of lnf.g is not finite"));
        Assert.That(Bits(gpt), Is.EqualTo(before), "nothing was changed");
    }

    private sealed class NaNGains() : WrappedOperations<Real32>(new ReferenceOperations<Real32>())
    {
        public override void GainGradient(Real32[] dy, Real32[] normalized, Real32[] dGain) => Array.Fill(dGain, (Real32)float.NaN);
    }

    private sealed class ForwardAlone(CountedOperations counted) : WrappedOperations<Real32>(counted)
    {
        public override void CrossEntropy(Real32[] logits, int[] targets, Real32[] losses, Real32[] gradient)
        {
            if (gradient.Length > 0)
                throw new NotSupportedException();
            base.CrossEntropy(logits, targets, losses, gradient);
        }

        public override void LinearInputGradient(Real32[] dy, Real32[] weight, Real32[] dx, int inputs, int outputs) => throw new NotSupportedException();

        public override void LinearWeightGradient(Real32[] dy, Real32[] x, Real32[] dWeight, int inputs, int outputs) => throw new NotSupportedException();
    }

    private static Gpt<Real32> Model() => new(Config, GptInitialization.Normal<Real32>(Config, 5, 0.3), new CpuOperations(1));

    private static int[] Bits(Gpt<Real32> gpt) => [.. gpt.Weights.Values.SelectMany(w => w).Select(v => BitConverter.SingleToInt32Bits(v.Value))];
}
