using System.Diagnostics;
using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>Trains a GPT, says how it goes, and keeps checkpoints from which another run goes on to the same bits.</summary>
/// <param name="settings">What is trained.</param>
/// <param name="operations">What computes it; the bits are the same.</param>
/// <param name="every">After how many steps it measures, says and saves.</param>
internal sealed class TrainRun(TrainSettings settings, ITensorOperations<Real32> operations, int every)
{
    private readonly (TokenText Training, TokenText Validation) _texts = settings.Texts();
    private readonly Stopwatch _clock = new();
    private TrainStepper _stepper = null!;
    private EarlyStopper<Real64>? _stopper;
    private OrderedDictionary<string, Real32[]>? _best;

    /// <summary>Which blocks' activations are held; null for all. The bits are the same.</summary>
    public CheckpointPlan? Plan { get; init; }

    /// <summary>The model after the run.</summary>
    public Gpt<Real32> Gpt { get; private set; } = null!;

    /// <summary>Its steps.</summary>
    public TrainLog Log { get; private set; } = new();

    /// <summary>Trains to the end, or until it is told to stop: then it saves first.</summary>
    /// <param name="folder">Where it saves; null for nowhere.</param>
    /// <param name="say">Told a line.</param>
    /// <param name="stepped">Told of each step.</param>
    /// <param name="stop">True when it shall stop.</param>
    /// <returns>True where it came to the end.</returns>
    /// <exception cref="IOException">A loss, a gradient or a weight became NaN or infinite; the last checkpoint stays.</exception>
    public bool Train(TrainFolder? folder, Action<string> say, Action stepped, Func<bool> stop)
    {
        Start(folder, say);
        Schedule schedule = settings.Preset.Schedule(settings.Steps);
        int here = 0;
        for (long step = Log.Points.Count + 1; step <= settings.Steps && _stopper?.StopAt is null; step++)
        {
            // The schedule counts steps from 0.
            double rate = schedule.At(step - 1), before = _clock.Elapsed.TotalSeconds;
            TrainingStep<Real32> made;
            _clock.Start();
            try
            {
                made = _stepper.Step(Batches(step), rate);
            }
            catch (NonFiniteException e)
            {
                throw Fired(folder, step, e);
            }

            _clock.Stop();
            here++;
            bool ends = step == settings.Steps, told = stop(), measures = ends || (step % every == 0 && !told);
            if (measures || told)
                RequireFinite(folder, step);
            double? validation = measures ? Validation() : null;
            Log.Add(new(step, made.Loss.Value, rate, made.GradientNorm.Value, validation) { Seconds = _clock.Elapsed.TotalSeconds - before });
            stepped();
            if (validation is { } observed)
                Observe(observed);
            if (!measures && !told)
                continue;
            folder?.Write(Gpt, _stepper, settings, Log, _best);
            if (validation is { } loss)
                say(Line(step, loss, here));
            if (told && !ends)
            {
                say(string.Create(CultureInfo.InvariantCulture, $"stopped after step {step}{(folder is null ? "" : "; the same command with --resume goes on")}"));
                return false;
            }
        }

        if (here == 0 && folder is not null && folder.Mend(settings, Log) is { Count: > 0 } mended)
            say(TrainFolder.Mended(mended));
        Restore(say);
        return true;
    }

    /// <summary>The mean loss over all windows of the validation text, in nats per token.</summary>
    public double Validation()
    {
        double sum = 0;
        foreach (TokenBatch batch in _texts.Validation.Windows(settings.Preset.Sequences))
            sum += Gpt.Loss(batch.Inputs, batch.Targets).Value * batch.Inputs.Length;
        return sum / _texts.Validation.WindowCount;
    }

    private void Start(TrainFolder? folder, Action<string> say)
    {
        GptPreset preset = settings.Preset;
        AdamState<Real32>? state = null;
        OrderedDictionary<string, Real32[]> weights;
        IReadOnlyDictionary<string, string> said = new Dictionary<string, string>();
        if (folder is { HasCheckpoint: true })
            (weights, state, Log, said) = folder.Read(settings);
        else
            weights = GptInitialization.Normal<Real32>(settings.Config, settings.Seed, scaleResidual: preset.ScalesResidual);
        Gpt = new Gpt<Real32>(settings.Config, weights, operations);
        _stepper = new TrainStepper(settings, Gpt, Plan, state, said);
        _stopper = settings.Patience is { } patience ? new EarlyStopper<Real64>(new EarlyStoppingOptions { Patience = patience }) : null;
        foreach (double loss in Log.Points.Select(p => p.Validation).OfType<double>())
            _stopper?.Observe(loss);
        _best = _stopper?.BestEpoch is null ? null : folder!.ReadBest(settings);
        say(string.Create(CultureInfo.InvariantCulture, $"{preset.Name} ({preset.Source}): {settings.Config.Weights().Sum(w => (long)w.Count)} parameters, vocabulary {settings.Config.Vocabulary}, {_texts.Training.Count} tokens for training, {_texts.Validation.WindowCount} windows of {_texts.Validation.Context} for validation"));
        if (Log.Points.Count > 0)
            say(string.Create(CultureInfo.InvariantCulture, $"goes on after step {Log.Points.Count} of {settings.Steps}"));
    }

    // A step's windows are drawn at once, so that they do not depend on how many passes see them.
    private TokenBatch[] Batches(long step)
    {
        int sequences = settings.Preset.Sequences;
        TokenBatch all = _texts.Training.Batch(settings.Seed, step, sequences * settings.MicroBatches);
        return [.. all.Inputs.Chunk(sequences).Zip(all.Targets.Chunk(sequences), (inputs, targets) => new TokenBatch(inputs, targets))];
    }

    private void Observe(double validation)
    {
        if (_stopper is null)
            return;
        _stopper.Observe(validation);
        if (_stopper.BestEpoch != _stopper.Epoch)
            return;
        _best = [];
        foreach ((string name, Real32[] weight) in Gpt.Weights)
            _best.Add(name, [.. weight]);
    }

    private void Restore(Action<string> say)
    {
        if (_stopper is not { Best: { } best, BestEpoch: { } epoch } || _best is null)
            return;
        foreach ((string name, Real32[] weight) in Gpt.Weights)
            _best[name].CopyTo(weight, 0);
        Gpt.WeightsChanged();
        TrainPoint point = Log.Points.Where(p => p.Validation is not null).ElementAt((int)epoch - 1);
        say(string.Create(CultureInfo.InvariantCulture, $"{(_stopper.StopAt is null ? "ended" : "stopped early")} after step {Log.Points.Count}; the best validation loss, {best.Value:F4}, was that after step {point.Step}, whose weights are restored"));
    }

    private void RequireFinite(TrainFolder? folder, long step)
    {
        foreach ((string name, Real32[] weight) in Gpt.Weights)
        {
            if (Array.Exists(weight, w => !float.IsFinite(w.Value)))
                throw Fired(folder, step, new NonFiniteException("params", $"{name} is not finite after the update"));
        }
    }

    private static IOException Fired(TrainFolder? folder, long step, NonFiniteException e)
    {
        string check = e.Argument switch { "loss" => "the loss", "grads" => "the gradients", _ => "the weights" };
        return new IOException(string.Create(CultureInfo.InvariantCulture, $"step {step}: {e.Message}; of the checks of loss, gradients and weights, that of {check} fired first{(folder is { HasCheckpoint: true } ? $"; the last good checkpoint is {folder.Checkpoint}" : "")}"), e);
    }

    private string Line(long step, double validation, int here)
    {
        TrainPoint last = Log.Points[^1];
        int tokens = settings.Preset.Sequences * settings.MicroBatches * settings.Config.Context;
        double perStep = _clock.Elapsed.TotalSeconds / here;
        return string.Create(CultureInfo.InvariantCulture, $"step {step}/{settings.Steps}: loss {Log.Recent(every):F4}, validation {validation:F4} ({TrainLog.InOtherUnits(validation)}), rate {last.Rate:G3}, norm {last.Norm:F3}, {tokens / perStep:F0} tokens/s, {TimeSpan.FromSeconds((settings.Steps - step) * perStep):h\\:mm\\:ss} left");
    }
}
