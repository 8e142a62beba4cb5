using TrainingSpec.Checking;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using Loop = TrainingSpec.Training.TrainingLoop;

namespace TrainingSpec.Tests.GradientAccumulation;

/// <summary>Training with micro-batches is training with the batches that they are cut from.</summary>
internal sealed class AccumulatedTrainingTests
{
    private const int Vocabulary = 4;
    private static readonly SgdOptions Plain = new() { LearningRate = 0 };
    private static readonly AdamOptions WithoutEpsilon = AdamOptions.Adam(0) with { Epsilon = 0 };

    [Rule("GRADIENT-ACCUMULATION-2")]
    [Law(MaxTest = 300)]
    public bool A_step_of_unequal_micro_batches_is_the_step_of_the_whole_batch(int[] tokens, byte cut)
    {
        int[][] rows = Rows(tokens);
        int first = 1 + cut % (rows.Length - 1);
        var whole = new BigramModel<Bounded<Real64>>(Vocabulary);
        TrainingStep<Bounded<Real64>> at = Loop.Step(whole, new TokenLossTraining<Bounded<Real64>>(), new NoClipping<Bounded<Real64>>(), new SgdTraining<Bounded<Real64>>(Plain), Batch(rows), 0.5);
        var cutUp = new BigramModel<Bounded<Real64>>(Vocabulary);
        TrainingStep<Bounded<Real64>> micro = Step(cutUp, [Batch(rows[..first]), Batch(rows[first..])], 0.5);
        return Near(at.Loss, micro.Loss) && whole.Weights["w"].Zip(cutUp.Weights["w"]).All(p => Near(p.First, p.Second));
    }

    [Test]
    [Rule("GRADIENT-ACCUMULATION-1")]
    public void One_micro_batch_steps_with_the_bits_of_a_plain_step()
    {
        TokenBatch batch = Batch([[0, 1, 2], [3, 1, 1]]);
        var plain = new BigramModel<Real64>(Vocabulary);
        TrainingStep<Real64> expected = Loop.Step(plain, new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(0.25), new SgdTraining<Real64>(Plain), batch, 0.5);
        var micro = new BigramModel<Real64>(Vocabulary);
        TrainingStep<Real64> step = AccumulatedTraining.Step(micro, new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(0.25), new SgdTraining<Real64>(Plain), [batch], 0.5);
        Assert.That(step, Is.EqualTo(expected));
        Assert.That(step.Scale.Value, Is.LessThan(1), "the clipping sees the mean gradient");
        Assert.That(Over.Bits([micro.Weights["w"]]), Is.EqualTo(Over.Bits([plain.Weights["w"]])));
    }

    [Test]
    [Rule("GRADIENT-ACCUMULATION-3")]
    [Rule("GRADIENT-ACCUMULATION-5")]
    public void A_run_updates_once_per_window_with_the_rates_of_the_updates()
    {
        // Ten micro-batches in windows of four: updates at rates 0, 1/8 and 2/8, the last one of two micro-batches.
        TokenBatch[] batches = [.. Enumerable.Range(0, 10).Select(i => Batch([[i % 4, (i + 1) % 4, i * i % 4]]))];
        var schedule = new WarmupSchedule(1, 8);
        var model = new BigramModel<Real64>(Vocabulary);
        var byHand = new BigramModel<Real64>(Vocabulary);
        var optimizer = new SgdTraining<Real64>(Plain);
        TrainingStep<Real64>[] history = AccumulatedTraining.Run(
            model, new TokenLossTraining<Real64>(), new NoClipping<Real64>(), optimizer, schedule, batches, 4);
        TrainingStep<Real64>[] expected = [Step(byHand, batches[..4], 0), Step(byHand, batches[4..8], 0.125), Step(byHand, batches[8..], 0.25)];
        Assert.That(history, Is.EqualTo(expected));
        Assert.That(Over.Bits([model.Weights["w"]]), Is.EqualTo(Over.Bits([byHand.Weights["w"]])));
    }

    [Test]
    [Rule("GRADIENT-ACCUMULATION-1")]
    public void Adam_hides_a_missing_division_that_SGD_shows()
    {
        Real64[][] divided = GradientAccumulator.Mean<Real64>([[[0.5, -3]], [[1.5, 1]], [[-1, 4]], [[3, 6]]]);
        Real64[][] undivided = Array.ConvertAll(divided, t => Array.ConvertAll(t, x => 4 * x.Value)).Select(t => Over.Row<Real64>(t)).ToArray();
        Real64[][] start = [[1, 1]];
        Assert.That(
            Over.Bits(AdamOptimizer.Step(start, undivided, null, WithoutEpsilon with { LearningRate = 0.1 }).Parameters),
            Is.EqualTo(Over.Bits(AdamOptimizer.Step(start, divided, null, WithoutEpsilon with { LearningRate = 0.1 }).Parameters)));
        Assert.That(
            SgdOptimizer.Step(start, undivided, null, Plain with { LearningRate = 0.25 }).Parameters[0].Select(x => 1 - x.Value),
            Is.EqualTo(SgdOptimizer.Step(start, divided, null, Plain with { LearningRate = 0.25 }).Parameters[0].Select(x => 4 * (1 - x.Value))));
    }

    [Test]
    [Rule("GRADIENT-ACCUMULATION-1")]
    public void No_micro_batch_is_an_error() => Refusal.Refused(
        () => Step(new BigramModel<Real64>(Vocabulary), [], 0.1), "micro_grads", "micro_grads = []");

    private static TrainingStep<T> Step<T>(BigramModel<T> model, TokenBatch[] batches, double rate)
        where T : IReal<T> =>
        AccumulatedTraining.Step(model, new TokenLossTraining<T>(), new NoClipping<T>(), new SgdTraining<T>(Plain), batches, rate);

    // Rows of two tokens; there are always two of them.
    private static int[][] Rows(int[] tokens) =>
        [[0, 1], [1, 2], .. (tokens ?? []).Select(t => Math.Abs(t % Vocabulary)).Chunk(2).Where(r => r.Length == 2)];

    private static TokenBatch Batch(int[][] rows) => new(rows, Array.ConvertAll(rows, r => Array.ConvertAll(r, t => (t + 1) % Vocabulary)));

    private static bool Near(Bounded<Real64> x, Bounded<Real64> y) =>
        double.IsFinite(x.Bound + y.Bound) && Math.Abs(x.Value.Value - y.Value.Value) <= x.Bound + y.Bound;
}
