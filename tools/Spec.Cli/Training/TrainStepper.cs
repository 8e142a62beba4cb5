using System.Globalization;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>The trainer of a run, in single or mixed precision, with what a checkpoint must hold of it beside the optimizer's state.</summary>
internal sealed class TrainStepper
{
    private const string Scale = "loss-scale", Tracker = "loss-scale-tracker";

    // The loss scale that mixed precision usually begins with.
    private const double FirstScale = 65536;

    private readonly Func<IReadOnlyList<TokenBatch>, double, TrainingStep<Real32>> _step;
    private readonly Func<AdamState<Real32>?> _state;
    private readonly LossScaler? _scaler;

    /// <summary>A trainer at its start, or where a checkpoint left it.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="gpt">The model.</param>
    /// <param name="plan">Which activations are held; null for all.</param>
    /// <param name="state">The checkpoint's state.</param>
    /// <param name="said">What the checkpoint says beside it.</param>
    public TrainStepper(TrainSettings settings, Gpt<Real32> gpt, CheckpointPlan? plan, AdamState<Real32>? state, IReadOnlyDictionary<string, string> said)
    {
        GptPreset preset = settings.Preset;
        if (settings.Format == PassFormat.Float32)
        {
            var trainer = new GptTrainer<Real32>(gpt, preset.Options, preset.MaxNorm, preset.DecaysMatricesAlone, state) { Plan = plan };
            (_step, _state) = (trainer.Step, () => trainer.State);
            return;
        }

        bool isHalf = settings.Format == PassFormat.Float16;
        _scaler = new LossScaler(
            said.TryGetValue(Scale, out string? scale) ? double.Parse(scale, CultureInfo.InvariantCulture) : isHalf ? FirstScale : 1,
            isHalf ? new LossScaleOptions() : null,
            said.TryGetValue(Tracker, out string? tracker) ? long.Parse(tracker, CultureInfo.InvariantCulture) : 0);
        (_step, _state) = isHalf ? Mixed<Float16>(preset, gpt, plan, state, _scaler) : Mixed<BFloat16>(preset, gpt, plan, state, _scaler);
    }

    /// <summary>The optimizer's state; null before its first update.</summary>
    public AdamState<Real32>? State => _state();

    /// <summary>What a checkpoint says of the loss scale.</summary>
    public IReadOnlyDictionary<string, string> Said => _scaler is null
        ? new Dictionary<string, string>()
        : new Dictionary<string, string> { [Scale] = _scaler.Scale.Value.ToString("R", CultureInfo.InvariantCulture), [Tracker] = _scaler.Tracker.ToString(CultureInfo.InvariantCulture) };

    /// <summary>One step.</summary>
    public TrainingStep<Real32> Step(IReadOnlyList<TokenBatch> microBatches, double rate) => _step(microBatches, rate);

    private static (Func<IReadOnlyList<TokenBatch>, double, TrainingStep<Real32>> Step, Func<AdamState<Real32>?> State) Mixed<TFormat>(GptPreset preset, Gpt<Real32> gpt, CheckpointPlan? plan, AdamState<Real32>? state, LossScaler scaler)
        where TFormat : IBinaryFormat<TFormat>
    {
        var trainer = new MixedPrecisionTrainer<TFormat>(gpt, preset.Options, preset.MaxNorm, scaler, preset.DecaysMatricesAlone, state) { Plan = plan };
        return (trainer.Step, () => trainer.State);
    }
}
