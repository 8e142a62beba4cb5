using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What a training step needs of a model.</summary>
/// <typeparam name="T">The number.</typeparam>
public interface ITrainedModel<T>
    where T : IReal<T>
{
    /// <summary>The live weights by name; an optimizer changes the arrays in place.</summary>
    OrderedDictionary<string, T[]> Weights { get; }

    /// <summary>The logits (B, T, V), flat, of token ids (B, T).</summary>
    T[] Forward(int[][] inputs);

    /// <summary>Fresh gradients by name, from ∂L/∂logits of the last forward pass.</summary>
    OrderedDictionary<string, T[]> Backward(T[] dLogits);
}

/// <summary>What a training step needs of a loss.</summary>
/// <typeparam name="T">The number.</typeparam>
public interface ITrainingLoss<T>
    where T : IReal<T>
{
    /// <summary>The loss of logits (B, T, V) against target ids (B, T), in nats.</summary>
    T Loss(T[] logits, int[][] targets);

    /// <summary>∂L/∂logits (B, T, V).</summary>
    T[] Gradient(T[] logits, int[][] targets);
}

/// <summary>What a training step needs of gradient clipping.</summary>
/// <typeparam name="T">The number.</typeparam>
public interface IGradientClipping<T>
    where T : IReal<T>
{
    /// <summary>The clipped gradients with the norm before and the factor.</summary>
    GlobalNormClip<T> Clip(T[][] gradients);
}

/// <summary>What a training step needs of an optimizer.</summary>
/// <typeparam name="T">The number.</typeparam>
public interface ITrainingOptimizer<T>
    where T : IReal<T>
{
    /// <summary>Changes the weights in place by one step.</summary>
    void Step(OrderedDictionary<string, T[]> weights, OrderedDictionary<string, T[]> gradients, double learningRate);
}

/// <summary>Clipping by the norm of all gradients together.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="maxNorm">c, of <see cref="Formulas.Hyperparameters.MaxNorm"/>; infinity clips nothing and still measures the norm.</param>
public sealed class GlobalNormClipping<T>(double maxNorm) : IGradientClipping<T>
    where T : IReal<T>
{
    /// <inheritdoc/>
    public GlobalNormClip<T> Clip(T[][] gradients) => GradientClipping.ByGlobalNorm(gradients, maxNorm);
}
