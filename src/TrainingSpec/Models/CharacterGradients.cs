using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Models;

/// <summary>Loss and gradients of a batch of D0's character model.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="config">The shape.</param>
/// <param name="weights">By name.</param>
/// <param name="batch">At least one example.</param>
/// <param name="kept">What each hidden unit of each example is multiplied by in dropout; null for no dropout.</param>
/// <returns>The mean loss, and its gradients in the order of the weights.</returns>
public delegate (T Loss, T[][] Gradients) CharacterPass<T>(CharacterConfig config, OrderedDictionary<string, T[]> weights, IReadOnlyList<CharacterExample> batch, T[][]? kept)
    where T : IReal<T>;

/// <summary>Two ways to the gradients of D0's character model: by its own scalar record, and by whole tensors on a device.</summary>
public static class CharacterGradients
{
    /// <summary>By the record of every single operation: D0's listing, with its sum of losses divided by their number.</summary>
    public static (T Loss, T[][] Gradients) ByRecord<T>(CharacterConfig config, OrderedDictionary<string, T[]> weights, IReadOnlyList<CharacterExample> batch, T[][]? kept)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(batch);

        // Fresh inputs in every pass are D0's cleared gradients.
        Dictionary<string, Variable<T>[]> inputs = weights.ToDictionary(w => w.Key, w => Array.ConvertAll(w.Value, Variable<T>.Input));
        Variable<T> total = Variable<T>.Of(0);
        for (int i = 0; i < batch.Count; i++)
            total += CharacterModel.Loss(config, inputs, batch[i], kept is null ? null : Array.ConvertAll(kept[i], Variable<T>.Constant));
        Variable<T> mean = total / Variable<T>.Of(batch.Count);
        mean.Backward();
        return (mean.Value, [.. weights.Keys.Select(name => Array.ConvertAll(inputs[name], v => v.Gradient))]);
    }

    /// <summary>By the operations of a device: the whole batch at once, with the same bits on every device.</summary>
    /// <param name="operations">What computes it.</param>
    public static CharacterPass<T> By<T>(ITensorOperations<T> operations)
        where T : IReal<T> => (config, weights, batch, kept) =>
    {
        int examples = batch.Count, inputs = config.Context * config.Width;
        T[] x = new T[examples * inputs], units = new T[examples * config.Hidden], active = new T[units.Length], logits = new T[examples * config.Vocabulary];
        T[] losses = new T[examples], dLogits = new T[logits.Length], dActive = new T[units.Length], dx = new T[x.Length];
        Dictionary<string, T[]> gradients = weights.ToDictionary(w => w.Key, w => Array.ConvertAll(w.Value, _ => T.Of(0)));
        int[] ids = [.. batch.SelectMany(e => e.Context)];
        operations.Embed(ids, ids.Length, weights["embedding"], [], x, config.Width);
        operations.Linear(x, weights["hidden.w"], weights["hidden.b"], units, inputs, config.Hidden);
        operations.Activate(Activation.Relu, units, active, units);
        Drop(operations, active, kept);
        operations.Linear(active, weights["output.w"], weights["output.b"], logits, config.Hidden, config.Vocabulary);
        operations.CrossEntropy(logits, [.. batch.Select(e => e.Target)], losses, dLogits);
        operations.LinearWeightGradient(dLogits, active, gradients["output.w"], config.Hidden, config.Vocabulary);
        operations.BiasGradient(dLogits, gradients["output.b"]);
        operations.LinearInputGradient(dLogits, weights["output.w"], dActive, config.Hidden, config.Vocabulary);
        Drop(operations, dActive, kept);
        operations.ActivationGradient(dActive, units, dActive);
        operations.LinearWeightGradient(dActive, x, gradients["hidden.w"], inputs, config.Hidden);
        operations.BiasGradient(dActive, gradients["hidden.b"]);
        operations.LinearInputGradient(dActive, weights["hidden.w"], dx, inputs, config.Hidden);
        operations.AddTokenGradient(ids, dx, gradients["embedding"], config.Width);
        return (Monitoring.Mean<T>(operations.Read(losses)), [.. weights.Keys.Select(name => operations.Read(gradients[name]))]);
    };

    private static void Drop<T>(ITensorOperations<T> operations, T[] units, T[][]? kept)
        where T : IReal<T>
    {
        if (kept is null)
            return;
        operations.Read(units);
        for (int i = 0; i < units.Length; i++)
            units[i] *= kept[i / kept[0].Length][i % kept[0].Length];
        operations.Written(units);
    }
}
