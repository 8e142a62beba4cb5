using TrainingSpec.Checking;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Gpt;
using TrainingSpec.Training;
using Loop = TrainingSpec.Training.TrainingLoop;

namespace TrainingSpec.Tests.TrainingLoop;

public class TrainingLoopTests
{
    private static readonly TokenBatch Batch = new(SmallGpt.Inputs, SmallGpt.Targets);

    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NaN)]
    [TestCase(-1)]
    public void A_rate_that_is_none_is_refused_before_anything_is_called(double rate)
    {
        var recorder = new Recorder();
        Generators.Refusal.Refused(() => Loop.Step(recorder, recorder, recorder, recorder, Batch, rate), "lr", "is outside [0, inf)");
        Assert.That(recorder.Calls, Is.Empty);
    }

    [Test]
    [Rule("TRAINING-LOOP-1")]
    public void A_step_calls_its_parts_in_order()
    {
        var recorder = new Recorder();
        TrainingStep<Real64> step = Loop.Step(recorder, recorder, recorder, recorder, Batch, 0.5);
        Assert.That(recorder.Calls, Is.EqualTo(new[] { "forward", "loss", "loss-gradient", "backward", "clip", "step" }));
        Assert.That(step, Is.EqualTo(new TrainingStep<Real64>(7, 3, 0.5, 0.5)));
        Assert.That(recorder.Stepped["w"].Select(g => g.Value), Is.EqualTo(new[] { 2.0 }), "the optimizer gets the clipped gradients");
    }

    [Test]
    [Rule("TRAINING-LOOP-2")]
    public void The_loss_of_a_step_is_that_before_its_update()
    {
        Gpt<Real64> model = Model();
        double before = model.Loss(Batch.Inputs, Batch.Targets);
        double reported = Step(model, 0.01).Loss;
        Assert.That(reported, Is.EqualTo(before));
        Assert.That(model.Loss(Batch.Inputs, Batch.Targets).Value, Is.LessThan(before));
    }

    [Test]
    [Rule("TRAINING-LOOP-3")]
    public void A_rate_of_0_leaves_every_bit_and_the_next_step_sees_the_same_gradients()
    {
        Gpt<Real64> model = Model();
        Real64[][] saved = [.. model.Weights.Values.Select(w => w.ToArray())];
        var optimizer = new AdamTraining<Real64>(AdamOptions.AdamW(0));
        TrainingStep<Real64> first = Step(model, 0, optimizer);
        TrainingStep<Real64> second = Step(model, 0, optimizer);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(model.Weights.Values, Is.EqualTo(saved));
        Assert.That(optimizer.State!.Step, Is.EqualTo(2));
    }

    [Test]
    public void Training_on_one_batch_learns_it()
    {
        Gpt<Real32> model = new(SmallGpt.Config(), SmallGpt.Over(SmallGpt.Weights(SmallGpt.Config()), v => (Real32)(float)v));
        TrainingStep<Real32>[] history = Loop.Run(
            new GptTraining<Real32>(model), new TokenLossTraining<Real32>(), new GlobalNormClipping<Real32>(1),
            new AdamTraining<Real32>(AdamOptions.AdamW(0)), new ConstantSchedule(0.02), _ => Batch, 200);

        // Two of the six targets have the same token before them in the same place of no other sequence, so all six can be learnt.
        Assert.That(history[0].Loss.Value, Is.GreaterThan(1));
        Assert.That(history[^1].Loss.Value, Is.LessThan(0.05f));
    }

    [Test]
    [Rule("TRAINING-LOOP-7")]
    public void A_weight_without_a_gradient_is_an_error()
    {
        var weights = new OrderedDictionary<string, Real64[]>
        {
            ["a"] = [1],
            ["b"] = [1],
        };
        var gradients = new OrderedDictionary<string, Real64[]>
        {
            ["a"] = [1],
        };
        Assert.That(
            () => new SgdTraining<Real64>(new SgdOptions
            {
                LearningRate = 1,
            }).Step(weights, gradients, 1), Throws.ArgumentException.With.Message.Contains("grads lacks b"));
        gradients.Add("b", [2]);
        gradients.Add("c", [2]);
        Assert.That(() => Loop.Aligned(weights, gradients, out _), Throws.ArgumentException.With.Message.Contains("3 tensors"));
    }

    [Law(MaxTest = 200)]
    [Rule("TRAINING-LOOP-4")]
    public bool A_step_is_as_long_as_the_rate_times_the_clipped_gradient(ulong seed, byte bound)
    {
        var model = new Gpt<Real64>(SmallGpt.Config(), SmallGpt.Weights(SmallGpt.Config(), seed));
        double maxNorm = (1 + bound) / 128.0, rate = 0.5;
        double[] before = [.. model.Weights.Values.SelectMany(w => w).Select(w => w.Value)];
        TrainingStep<Real64> step = Loop.Step(
            new GptTraining<Real64>(model), new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(maxNorm), new SgdTraining<Real64>(new SgdOptions { LearningRate = 0 }), Batch, rate);
        double[] after = [.. model.Weights.Values.SelectMany(w => w).Select(w => w.Value)];
        double way = Math.Sqrt(after.Zip(before, (a, b) => (a - b) * (a - b)).Sum());

        // A weight of size |w| moves by a rounded difference: n of them are off by u·|w| each at most, and the norms by their own roundings.
        double allowed = Real64.UnitRoundoff * (Math.Sqrt(before.Sum(w => w * w)) + Math.Sqrt(after.Sum(w => w * w)) + 4 * before.Length * way);
        return Math.Abs(way - rate * Math.Min(maxNorm, step.GradientNorm)) <= allowed;
    }

    [Test]
    [Rule("TRAINING-LOOP-5")]
    public void Each_step_takes_the_rate_of_its_number_and_its_own_batch()
    {
        var asked = new List<int>();
        TrainingStep<Real64>[] history = Loop.Run(
            new GptTraining<Real64>(Model()), new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(1), new AdamTraining<Real64>(AdamOptions.AdamW(0)),
            new WarmupSchedule(1, 4), step =>
            {
                asked.Add(step);
                return Batch;
            }, 6);
        Assert.That(history.Select(s => s.LearningRate), Is.EqualTo(new[] { 0, 0.25, 0.5, 0.75, 1, 1 }));
        Assert.That(asked, Is.EqualTo(Enumerable.Range(0, 6)));
    }

    [Law(MaxTest = 100)]
    [Rule("TRAINING-LOOP-6")]
    public bool A_training_that_goes_on_from_a_saved_state_has_the_bits_of_one_that_never_stopped(ulong seed, byte at)
    {
        int stop = at % 5;
        Gpt<Real64> Fresh() => new(SmallGpt.Config(layers: 1), SmallGpt.Weights(SmallGpt.Config(layers: 1), seed));
        void Train(Gpt<Real64> model, AdamTraining<Real64> optimizer, int steps) => Loop.Run(
            new GptTraining<Real64>(model), new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(1), optimizer, new ConstantSchedule(0.01), _ => Batch, steps);
        Gpt<Real64> whole = Fresh(), half = Fresh();
        Train(whole, new AdamTraining<Real64>(AdamOptions.AdamW(0)), 5);
        var before = new AdamTraining<Real64>(AdamOptions.AdamW(0));
        Train(half, before, stop);
        var after = new AdamTraining<Real64>(AdamOptions.AdamW(0)) { State = before.State is { } state ? AdamState<Real64>.FromJson(state.ToJson()) : null };
        Train(half, after, 5 - stop);
        return whole.Weights.Values.Zip(half.Weights.Values).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }

    [Test]
    public void Sgd_steps_along_the_gradient()
    {
        var weights = new OrderedDictionary<string, Real64[]>
        {
            ["a"] = [1, 2],
        };
        var gradients = new OrderedDictionary<string, Real64[]>
        {
            ["a"] = [4, -8],
        };
        new SgdTraining<Real64>(new SgdOptions
        {
            LearningRate = 0,
        }).Step(weights, gradients, 0.25);
        Assert.That(weights["a"].Select(w => w.Value), Is.EqualTo(new[] { 0.0, 4.0 }));
    }

    private static Gpt<Real64> Model() => new(SmallGpt.Config(), SmallGpt.Weights(SmallGpt.Config()));

    private static TrainingStep<Real64> Step(Gpt<Real64> model, double lr, AdamTraining<Real64>? optimizer = null) => Loop.Step(
        new GptTraining<Real64>(model), new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(1),
        optimizer ?? new AdamTraining<Real64>(AdamOptions.AdamW(0)), Batch, lr);

    private sealed class Recorder : ITrainedModel<Real64>, ITrainingLoss<Real64>, IGradientClipping<Real64>, ITrainingOptimizer<Real64>
    {
        public List<string> Calls { get; } = [];

        public OrderedDictionary<string, Real64[]> Stepped { get; private set; } = [];

        public OrderedDictionary<string, Real64[]> Weights { get; } = [];

        public Real64[] Forward(int[][] inputs) => Record("forward", new Real64[1]);

        public OrderedDictionary<string, Real64[]> Backward(Real64[] dLogits) => Record("backward", new OrderedDictionary<string, Real64[]>
        {
            ["w"] = [4],
        });

        public Real64 Loss(Real64[] logits, int[][] targets) => Record<Real64>("loss", 7);

        public Real64[] Gradient(Real64[] logits, int[][] targets) => Record("loss-gradient", new Real64[1]);

        public GlobalNormClip<Real64> Clip(Real64[][] gradients) => Record("clip", new GlobalNormClip<Real64>([[2]], 3, 0.5));

        public void Step(OrderedDictionary<string, Real64[]> weights, OrderedDictionary<string, Real64[]> gradients, double learningRate) =>
            Stepped = Record("step", gradients);

        private T Record<T>(string call, T result)
        {
            Calls.Add(call);
            return result;
        }
    }
}
