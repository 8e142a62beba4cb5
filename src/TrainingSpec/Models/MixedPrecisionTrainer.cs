using TrainingSpec.Devices;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>Trains a GPT in mixed precision: weights rounded to a narrow format go forward and backward in it, the loss is in single precision and scaled before its backward pass, and the optimizer changes master weights in single precision.</summary>
/// <remarks>A step whose gradients overflow is skipped, and the scale backs off. Source: D2 "Mixed Precision Training", "Loss Scaling"; D3 "Mixed Precision Training"; Micikevicius et al. (2018).</remarks>
/// <typeparam name="TFormat">The narrow format, <see cref="Float16"/> or <see cref="BFloat16"/>.</typeparam>
public sealed class MixedPrecisionTrainer<TFormat>
    where TFormat : IBinaryFormat<TFormat>
{
    private readonly GptTrainer<Real32> _master;
    private readonly RoundedOperations<TFormat> _operations;
    private readonly Gpt<Real32> _narrow;
    private readonly GlobalNormClipping<Real32> _clipping;

    /// <summary>A trainer before its first step, or after those of a state.</summary>
    /// <param name="gpt">The model of the master weights, which are changed in place.</param>
    /// <param name="options">Hyperparameters; the learning rate comes with each step.</param>
    /// <param name="maxNorm">c, of <see cref="Formulas.Hyperparameters.MaxNorm"/>; it bounds the unscaled gradients.</param>
    /// <param name="scaler">The loss scale.</param>
    /// <param name="decaysMatricesAlone">True to spare biases and gains the weight decay.</param>
    /// <param name="state">What an earlier trainer of the same shapes had; null at the start.</param>
    /// <exception cref="ShapeMismatchException">The state has other shapes.</exception>
    public MixedPrecisionTrainer(Gpt<Real32> gpt, AdamOptions options, double maxNorm, LossScaler scaler, bool decaysMatricesAlone = false, AdamState<Real32>? state = null)
    {
        ArgumentNullException.ThrowIfNull(gpt);
        ArgumentNullException.ThrowIfNull(scaler);
        (Gpt, Scaler) = (gpt, scaler);
        _master = new GptTrainer<Real32>(gpt, options, maxNorm, decaysMatricesAlone, state);
        _clipping = new GlobalNormClipping<Real32>(maxNorm);
        _operations = new RoundedOperations<TFormat>(gpt.Operations);
        _narrow = new Gpt<Real32>(gpt.Config, gpt.Weights.ToDictionary(w => w.Key, w => (Real32[])w.Value.Clone()), _operations);
    }

    /// <summary>The model of the master weights.</summary>
    public Gpt<Real32> Gpt { get; }

    /// <summary>The loss scale.</summary>
    public LossScaler Scaler { get; }

    /// <summary>Which blocks' activations a step holds; null holds all. The bits are the same.</summary>
    public CheckpointPlan? Plan { get; init; }

    /// <summary>How many steps were skipped.</summary>
    public long Skipped { get; private set; }

    /// <summary>The state of the optimizer, as a copy; null before its first update.</summary>
    public AdamState<Real32>? State => _master.State;

    /// <summary>One update from the mean gradient of some micro-batches. The loss is that before the update.</summary>
    /// <param name="microBatches">At least one, each weighing its target tokens.</param>
    /// <param name="learningRate">η, of <see cref="Formulas.Hyperparameters.LearningRate"/>.</param>
    /// <remarks>A skipped step has norm and factor 0. Micro-batches are averaged in single precision.</remarks>
    /// <exception cref="NonFiniteException">The loss, which no scale has touched, is NaN or infinite.</exception>
    public TrainingStep<Real32> Step(IReadOnlyList<TokenBatch> microBatches, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(microBatches);
        Narrow();
        (Real32 loss, OrderedDictionary<string, Real32[]> scaled) = AccumulatedTraining.Mean(microBatches, OfOne);
        GptStepGradients.RequireFinite(loss);
        ScaledStep made = Scaler.Step(Gpt.Weights, scaled, GradientFormat.Float32, _clipping, _master, learningRate);
        Skipped += made.Skipped ? 1 : 0;
        return new TrainingStep<Real32>(loss, made.GradientNorm, made.ClipScale, learningRate);
    }

    // The weights as the passes see them.
    private void Narrow()
    {
        foreach ((string name, Real32[] master) in Gpt.Weights)
        {
            Real32[] narrow = _narrow.WeightTensors[name];
            master.CopyTo(narrow, 0);
            _operations.Written(narrow);
            _operations.Round(narrow);
        }
    }

    private (Real32 Loss, OrderedDictionary<string, Real32[]> Gradients) OfOne(TokenBatch batch)
    {
        using GptRun<Real32> run = _narrow.Forward(batch.Inputs, Plan);
        (Real32 loss, Real32[] dLogits) = TokenLoss.Evaluate(run.LogitTensor, Gpt<Real32>.Flatten(batch.Targets, nameof(batch)), _operations);
        _operations.Scale(dLogits, Scaler.Scale);
        _operations.Round(dLogits);
        using GptGradients<Real32> gradients = run.Backward(dLogits);
        _operations.Return(dLogits);
        return (loss, GptStepGradients.Copied(gradients.Parameters));
    }
}
