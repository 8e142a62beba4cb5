using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>Trains a GPT in place with AdamW and clipping by the global norm, by the model's operations; each tensor is there once, and used again step after step.</summary>
/// <remarks>The weights are read by <see cref="Gpt{T}.Weights"/>. The bits are those of <see cref="TrainingLoop.Step"/> with <see cref="GptTraining{T}"/>, <see cref="GlobalNormClipping{T}"/> and <see cref="AdamTraining{T}"/>.</remarks>
/// <typeparam name="T">The number.</typeparam>
public sealed class GptTrainer<T>
    where T : IReal<T>
{
    private readonly Gpt<T> _gpt;
    private readonly AdamOptions _options;
    private readonly AdamOptions _spared;
    private readonly double _maxNorm;
    private readonly T[][] _weights;
    private readonly T[][] _first;
    private readonly T[][] _second;
    private readonly int[][] _groups;
    private long _steps;

    /// <summary>A trainer before its first step, or after those of a state.</summary>
    /// <param name="gpt">The model, whose weights are changed in place.</param>
    /// <param name="options">Hyperparameters; the learning rate comes with each step.</param>
    /// <param name="maxNorm">c, of <see cref="Formulas.Hyperparameters.MaxNorm"/>; infinity clips nothing and still measures the norm.</param>
    /// <param name="decaysMatricesAlone">True to spare biases and gains the weight decay.</param>
    /// <param name="state">What an earlier trainer of the same shapes had; null at the start.</param>
    /// <exception cref="ShapeMismatchException">The state has other shapes.</exception>
    public GptTrainer(Gpt<T> gpt, AdamOptions options, double maxNorm, bool decaysMatricesAlone = false, AdamState<T>? state = null)
    {
        ArgumentNullException.ThrowIfNull(gpt);
        ArgumentNullException.ThrowIfNull(options);
        Formulas.Hyperparameters.MaxNorm.Require(maxNorm);
        _gpt = gpt;
        _options = options;
        _maxNorm = maxNorm;
        _weights = [.. gpt.WeightTensors.Values];
        _first = state is null ? Tensors.ZerosLike(_weights) : Tensors.Copy(state.First);
        _second = state is null ? Tensors.ZerosLike(_weights) : Tensors.Copy(state.Second);
        Tensors.RequireGradients(_weights, _first);
        Tensors.RequireGradients(_weights, _second);
        _steps = state?.Step ?? 0;
        _groups = [.. gpt.Config.Weights().Select((shape, i) => (IsSpared: decaysMatricesAlone && shape.Rows == 1, i)).GroupBy(w => w.IsSpared, w => w.i).OrderBy(g => g.Key).Select(g => g.ToArray())];
        _spared = decaysMatricesAlone ? options with { WeightDecay = 0 } : options;
    }

    /// <summary>The state of the optimizer, as a copy; null before the first step.</summary>
    public AdamState<T>? State => _steps == 0 ? null : new AdamState<T>(_steps, Tensors.Copy(Array.ConvertAll(_first, _gpt.Operations.Read)), Tensors.Copy(Array.ConvertAll(_second, _gpt.Operations.Read)));

    /// <summary>One step: forward, loss, backward, clip, update. The loss is that before the update.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="learningRate">η, of <see cref="Formulas.Hyperparameters.LearningRate"/>.</param>
    /// <exception cref="ArgumentException">Inputs or targets are empty, ragged or of other shapes than each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside, an id is no token, or a sequence is longer than the context.</exception>
    /// <exception cref="NonFiniteException">The norm of the gradients is NaN or infinite.</exception>
    public TrainingStep<T> Step(TokenBatch batch, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Formulas.Hyperparameters.LearningRate.Require(learningRate);
        using GptRun<T> run = _gpt.Forward(batch.Inputs);
        (T loss, T[] dLogits) = TokenLoss.Evaluate(run.LogitTensor, Gpt<T>.Flatten(batch.Targets, nameof(batch)), _gpt.Operations);
        using GptGradients<T> gradients = run.Backward(dLogits);
        _gpt.Operations.Return(dLogits);
        GlobalNormClip<T> clipped = GradientClipping.ByGlobalNorm([.. gradients.Tensors.Values], _maxNorm, _gpt.Operations);
        for (int g = 0; g < _groups.Length; g++)
            AdamOptimizer.StepInPlace(Of(_weights, g), Of(clipped.Gradients, g), Of(_first, g), Of(_second, g), _steps + 1, (g == 0 ? _options : _spared) with { LearningRate = learningRate }, _gpt.Operations);
        _steps++;
        return new TrainingStep<T>(loss, clipped.TotalNorm, clipped.Scale, learningRate);
    }

    private T[][] Of(T[][] tensors, int group) => [.. _groups[group].Select(i => tensors[i])];
}
