using TrainingSpec.Devices;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>A GPT as the model of a training loop.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="gpt">The model, whose weights are changed in place.</param>
public sealed class GptTraining<T>(Gpt<T> gpt) : ITrainedModel<T>
    where T : IReal<T>
{
    private GptRun<T>? _run;

    /// <inheritdoc/>
    public OrderedDictionary<string, T[]> Weights => gpt.Weights;

    /// <inheritdoc/>
    public T[] Forward(int[][] inputs)
    {
        // An optimizer may have changed them.
        gpt.WeightsChanged();
        _run = gpt.Forward(inputs);
        return _run.Logits;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No forward pass came before.</exception>
    public OrderedDictionary<string, T[]> Backward(T[] dLogits) =>
        (_run ?? throw new InvalidOperationException("Backward needs a forward pass first")).Backward(dLogits).Parameters;
}

/// <summary>The mean cross-entropy over all positions as the loss of a training loop.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class TokenLossTraining<T> : ITrainingLoss<T>
    where T : IReal<T>
{
    private readonly ReferenceOperations<T> _operations = new();
    private T[]? _logits;
    private int[][]? _targets;
    private (T Loss, T[] Gradient) _last;

    /// <inheritdoc/>
    public T Loss(T[] logits, int[][] targets)
    {
        _last = TokenLoss.Evaluate(logits, Gpt<T>.Flatten(targets, nameof(targets)), _operations);
        (_logits, _targets) = (logits, targets);
        return _last.Loss;
    }

    /// <inheritdoc/>
    public T[] Gradient(T[] logits, int[][] targets)
    {
        // Loss has formed the gradient of these very arrays already.
        if (!ReferenceEquals(logits, _logits) || !ReferenceEquals(targets, _targets))
            Loss(logits, targets);
        return _last.Gradient;
    }
}
