using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>Trains a GPT in place with AdamW and clipping by the global norm, by the model's operations; each tensor is there once, and used again step after step.</summary>
/// <remarks>The weights are read by <see cref="Gpt{T}.Weights"/>. The bits are those of <see cref="TrainingLoop.Step"/> with <see cref="GptTraining{T}"/>, <see cref="GlobalNormClipping{T}"/> and <see cref="AdamTraining{T}"/>.</remarks>
/// <typeparam name="T">The number.</typeparam>
public sealed class GptTrainer<T> : ITrainingOptimizer<T>
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

    /// <summary>Which blocks' activations a step holds; null holds all. The bits are the same.</summary>
    public CheckpointPlan? Plan { get; init; }

    /// <summary>The state of the optimizer, as a copy; null before the first step.</summary>
    public AdamState<T>? State => _steps == 0 ? null : new AdamState<T>(_steps, Tensors.Copy(Array.ConvertAll(_first, _gpt.Operations.Read)), Tensors.Copy(Array.ConvertAll(_second, _gpt.Operations.Read)));

    /// <summary>One step: forward, loss, backward, clip, update. The loss is that before the update.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="learningRate">η, of <see cref="Formulas.Hyperparameters.LearningRate"/>.</param>
    /// <exception cref="ArgumentException">Inputs or targets are empty, ragged or of other shapes than each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside, an id is no token, or a sequence is longer than the context.</exception>
    /// <exception cref="NonFiniteException">The loss or the norm of the gradients is NaN or infinite; nothing was changed.</exception>
    public TrainingStep<T> Step(TokenBatch batch, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Formulas.Hyperparameters.LearningRate.Require(learningRate);
        (T loss, GptGradients<T> found) = GptStepGradients.Of(_gpt, batch, Plan);
        using GptGradients<T> gradients = found;
        return Update(loss, gradients.Tensors, learningRate);
    }

    /// <summary>One step from the mean gradient of several micro-batches, each weighing its target tokens; the bits of <see cref="AccumulatedTraining"/>.</summary>
    /// <param name="microBatches">At least one.</param>
    /// <param name="learningRate">η, of <see cref="Formulas.Hyperparameters.LearningRate"/>.</param>
    /// <exception cref="ArgumentException">No micro-batch, or inputs or targets that are empty, ragged or of other shapes than each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside, an id is no token, or a sequence is longer than the context.</exception>
    /// <exception cref="NonFiniteException">The loss or the norm of the gradients is NaN or infinite; nothing was changed.</exception>
    public TrainingStep<T> Step(IReadOnlyList<TokenBatch> microBatches, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(microBatches);
        if (microBatches.Count == 1)
            return Step(microBatches[0], learningRate);
        Formulas.Hyperparameters.LearningRate.Require(learningRate);
        (T loss, OrderedDictionary<string, T[]> mean) = AccumulatedTraining.Mean(microBatches, batch =>
        {
            (T one, GptGradients<T> found) = GptStepGradients.Of(_gpt, batch, Plan);
            using GptGradients<T> gradients = found;
            return (one, GptStepGradients.Copied(gradients.Parameters));
        });
        foreach (T[] tensor in mean.Values)
            _gpt.Operations.Written(tensor);
        return Update(loss, mean, learningRate);
    }

    /// <summary>The optimizer's part of a step alone, for who has gradients already.</summary>
    /// <param name="weights">The weights of the trainer's model.</param>
    /// <param name="gradients">By the same names, in the same order.</param>
    /// <param name="learningRate">η.</param>
    /// <exception cref="ArgumentException">The weights are another model's.</exception>
    void ITrainingOptimizer<T>.Step(OrderedDictionary<string, T[]> weights, OrderedDictionary<string, T[]> gradients, double learningRate)
    {
        if (!ReferenceEquals(weights, _gpt.WeightTensors))
            throw new ArgumentException("weights are another model's", nameof(weights));
        TrainingLoop.Aligned(weights, gradients, out T[][] aligned);
        Apply(aligned, learningRate);
    }

    private TrainingStep<T> Update(T loss, OrderedDictionary<string, T[]> gradients, double learningRate)
    {
        GptStepGradients.RequireFinite(loss);
        GlobalNormClip<T> clipped;
        try
        {
            clipped = GradientClipping.ByGlobalNorm([.. gradients.Values], _maxNorm, _gpt.Operations);
        }
        catch (NonFiniteException e)
        {
            throw GptStepGradients.Named(e, gradients, _gpt.Operations);
        }

        Apply(clipped.Gradients, learningRate);
        return new TrainingStep<T>(loss, clipped.TotalNorm, clipped.Scale, learningRate);
    }

    // The optimizer's part of a step, each group with its options.
    private void Apply(T[][] gradients, double learningRate)
    {
        for (int g = 0; g < _groups.Length; g++)
            AdamOptimizer.StepInPlace(Of(_weights, g), Of(gradients, g), Of(_first, g), Of(_second, g), _steps + 1, (g == 0 ? _options : _spared) with { LearningRate = learningRate }, _gpt.Operations);
        _steps++;
    }

    private T[][] Of(T[][] tensors, int group) => [.. _groups[group].Select(i => tensors[i])];
}
