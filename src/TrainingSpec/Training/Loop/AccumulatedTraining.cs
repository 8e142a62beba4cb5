using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Training steps that see several micro-batches before they update once.</summary>
/// <remarks>A micro-batch weighs its target tokens, so that the step is that of one large batch. Source: D2 "Gradient Accumulation"; D3 "Gradient Accumulation".</remarks>
public static class AccumulatedTraining
{
    /// <summary>One update: forward and backward for each micro-batch, then the mean gradient, clip, update. The loss is the mean before the update.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss, a mean over the target tokens.</param>
    /// <param name="clipping">The clipping; it sees the mean gradient.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="microBatches">At least one.</param>
    /// <param name="learningRate">η, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No micro-batch.</exception>
    public static TrainingStep<T> Step<T>(
        ITrainedModel<T> model,
        ITrainingLoss<T> loss,
        IGradientClipping<T> clipping,
        ITrainingOptimizer<T> optimizer,
        IReadOnlyList<TokenBatch> microBatches,
        double learningRate)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(microBatches);
        Hyperparameters.LearningRate.Require(learningRate);
        (T mean, OrderedDictionary<string, T[]> gradients) = Mean(microBatches, batch =>
        {
            T[] logits = model.Forward(batch.Inputs);
            T value = loss.Loss(logits, batch.Targets);
            return (value, model.Backward(loss.Gradient(logits, batch.Targets)));
        });
        return TrainingLoop.Update(model, clipping, optimizer, gradients, mean, learningRate);
    }

    /// <summary>The mean loss and gradients of micro-batches, each weighing its target tokens.</summary>
    /// <param name="microBatches">At least one.</param>
    /// <param name="one">Loss and gradients of one.</param>
    /// <exception cref="InvalidArgumentException">No micro-batch.</exception>
    internal static (T Loss, OrderedDictionary<string, T[]> Gradients) Mean<T>(IReadOnlyList<TokenBatch> microBatches, Func<TokenBatch, (T Loss, OrderedDictionary<string, T[]> Gradients)> one)
        where T : IReal<T>
    {
        var gradients = new GradientAccumulator<T>();
        var losses = new GradientAccumulator<T>();
        double[] weights = Weights(microBatches);
        string[] names = [];
        for (int k = 0; k < weights.Length; k++)
        {
            (T loss, OrderedDictionary<string, T[]> found) = one(microBatches[k]);
            losses.Add([[loss]], weights[k]);
            gradients.Add([.. found.Values], weights[k]);
            names = [.. found.Keys];
        }

        T[][] mean = gradients.Take();
        var byName = new OrderedDictionary<string, T[]>();
        for (int i = 0; i < names.Length; i++)
            byName.Add(names[i], mean[i]);
        return (losses.Take()[0][0], byName);
    }

    /// <summary>All micro-batches in windows of <paramref name="window"/>, one update each; a last window of fewer counts as a whole one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss, a mean over the target tokens.</param>
    /// <param name="clipping">The clipping.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="schedule">The learning rate; its steps are updates, not micro-batches.</param>
    /// <param name="microBatches">In the order in which they are seen.</param>
    /// <param name="window">k, in [1, inf).</param>
    /// <exception cref="ArgumentOutOfRangeException">The window lies outside.</exception>
    public static TrainingStep<T>[] Run<T>(
        ITrainedModel<T> model,
        ITrainingLoss<T> loss,
        IGradientClipping<T> clipping,
        ITrainingOptimizer<T> optimizer,
        Schedule schedule,
        IReadOnlyList<TokenBatch> microBatches,
        int window)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(microBatches);
        int[] windows = GradientAccumulator.Windows(microBatches.Count, window);
        var history = new TrainingStep<T>[windows.Length];
        int seen = 0;
        for (int update = 0; update < windows.Length; update++)
        {
            TokenBatch[] batches = [.. microBatches.Skip(seen).Take(windows[update])];
            history[update] = Step(model, loss, clipping, optimizer, batches, schedule.At(update));
            seen += windows[update];
        }

        return history;
    }

    // Equal micro-batches weigh 1, so that one alone keeps the bits of its gradient.
    private static double[] Weights(IReadOnlyList<TokenBatch> microBatches)
    {
        double[] tokens = [.. microBatches.Select(b => (double)b.Targets.Sum(row => row.Length))];
        return tokens.Distinct().Count() == 1 ? Array.ConvertAll(tokens, _ => 1.0) : tokens;
    }
}
