using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>A batch of token ids and of the ids that follow them.</summary>
/// <param name="Inputs">(B, T).</param>
/// <param name="Targets">(B, T).</param>
public sealed record TokenBatch(int[][] Inputs, int[][] Targets);

/// <summary>What a training step found.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Loss">The loss before the update.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="Scale">The clipping factor.</param>
/// <param name="LearningRate">The rate of this step.</param>
public sealed record TrainingStep<T>(T Loss, T GradientNorm, T Scale, double LearningRate);

/// <summary>The training step and the loop around it.</summary>
/// <remarks>Source: D4 "Complete Training Step", "The Training Signal".</remarks>
public static class TrainingLoop
{
    /// <summary>One step: forward, loss, gradient of the loss, backward, clip, update. The loss is that before the update.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="clipping">The clipping.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="learningRate">η, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside.</exception>
    public static TrainingStep<T> Step<T>(
        ITrainedModel<T> model, ITrainingLoss<T> loss, IGradientClipping<T> clipping, ITrainingOptimizer<T> optimizer, TokenBatch batch, double learningRate)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(clipping);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(batch);
        Hyperparameters.LearningRate.Require(learningRate);
        T[] logits = model.Forward(batch.Inputs);
        T value = loss.Loss(logits, batch.Targets);
        T[] dLogits = loss.Gradient(logits, batch.Targets);
        OrderedDictionary<string, T[]> gradients = model.Backward(dLogits);
        return Update(model, clipping, optimizer, gradients, value, learningRate);
    }

    /// <summary>Steps 0 … steps − 1, each with the schedule's rate and its own batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="clipping">The clipping.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="schedule">The learning rate of a step.</param>
    /// <param name="batches">The batch of a step.</param>
    /// <param name="steps">How many, in [0, inf).</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is negative.</exception>
    public static TrainingStep<T>[] Run<T>(
        ITrainedModel<T> model,
        ITrainingLoss<T> loss,
        IGradientClipping<T> clipping,
        ITrainingOptimizer<T> optimizer,
        Schedule schedule,
        Func<int, TokenBatch> batches,
        int steps)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(batches);
        Domain.Require("[0, inf)", (long)steps, nameof(steps));
        var history = new TrainingStep<T>[steps];
        for (int step = 0; step < steps; step++)
            history[step] = Step(model, loss, clipping, optimizer, batches(step), schedule.At(step));
        return history;
    }

    /// <summary>The weights as a list, and the gradients in the same order.</summary>
    /// <exception cref="ArgumentException">The names differ: a weight without a gradient would be left out in silence.</exception>
    public static T[][] Aligned<T>(OrderedDictionary<string, T[]> weights, OrderedDictionary<string, T[]> gradients, out T[][] aligned)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(gradients);
        aligned = new T[weights.Count][];
        for (int i = 0; i < aligned.Length; i++)
        {
            if (!gradients.TryGetValue(weights.GetAt(i).Key, out T[]? gradient))
                throw new ArgumentException($"grads lacks {weights.GetAt(i).Key}", nameof(gradients));
            aligned[i] = gradient;
        }

        return gradients.Count == weights.Count
            ? [.. weights.Values]
            : throw new ArgumentException($"grads has {gradients.Count} tensors, params has {weights.Count}", nameof(gradients));
    }

    /// <summary>The end of a step: clip, update.</summary>
    internal static TrainingStep<T> Update<T>(
        ITrainedModel<T> model, IGradientClipping<T> clipping, ITrainingOptimizer<T> optimizer, OrderedDictionary<string, T[]> gradients, T loss, double learningRate)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(clipping);
        ArgumentNullException.ThrowIfNull(optimizer);
        GlobalNormClip<T> clipped = clipping.Clip([.. gradients.Values]);
        var clippedByName = new OrderedDictionary<string, T[]>();
        for (int i = 0; i < clipped.Gradients.Length; i++)
            clippedByName.Add(gradients.GetAt(i).Key, clipped.Gradients[i]);
        optimizer.Step(model.Weights, clippedByName, learningRate);
        return new TrainingStep<T>(loss, clipped.TotalNorm, clipped.Scale, learningRate);
    }
}
