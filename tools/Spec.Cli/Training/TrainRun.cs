using System.Diagnostics;
using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>Trains a GPT, says how it goes, and keeps checkpoints from which another run goes on to the same bits.</summary>
/// <param name="settings">What is trained.</param>
/// <param name="threads">On how many threads; the bits are the same.</param>
/// <param name="every">After how many steps it measures, says and saves.</param>
internal sealed class TrainRun(TrainSettings settings, int threads, int every)
{
    private readonly (TokenText Training, TokenText Validation) _texts = settings.Texts();

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
    /// <exception cref="NonFiniteException">Gradients became NaN or infinite; the last checkpoint stays.</exception>
    public bool Train(TrainFolder? folder, Action<string> say, Action stepped, Func<bool> stop)
    {
        GptPreset preset = settings.Preset;
        var operations = new CpuOperations(threads);
        AdamState<Real32>? state = null;
        OrderedDictionary<string, Real32[]> weights;
        if (folder is { HasCheckpoint: true })
            (weights, state, Log) = folder.Read(settings);
        else
            weights = GptInitialization.Normal<Real32>(settings.Config, settings.Seed, scaleResidual: preset.ScalesResidual);
        Gpt = new Gpt<Real32>(settings.Config, weights, operations);
        var trainer = new GptTrainer<Real32>(Gpt, preset.Options, preset.MaxNorm, preset.DecaysMatricesAlone, state);
        Schedule schedule = preset.Schedule(settings.Steps);
        long done = state?.Step ?? 0;
        say(string.Create(CultureInfo.InvariantCulture, $"{preset.Name} ({preset.Source}): {settings.Config.Weights().Sum(w => (long)w.Count)} parameters, vocabulary {settings.Config.Vocabulary}, {_texts.Training.Count} tokens for training, {_texts.Validation.WindowCount} windows of {_texts.Validation.Context} for validation"));
        if (done > 0)
            say(string.Create(CultureInfo.InvariantCulture, $"goes on after step {done} of {settings.Steps}"));
        var clock = new Stopwatch();
        int here = 0;
        for (long step = done + 1; step <= settings.Steps; step++)
        {
            // The schedule counts steps from 0.
            double rate = schedule.At(step - 1);
            TrainingStep<Real32> made;
            clock.Start();
            try
            {
                made = trainer.Step(_texts.Training.Batch(settings.Seed, step, preset.Sequences), rate);
            }
            catch (NonFiniteException e)
            {
                throw new IOException(string.Create(CultureInfo.InvariantCulture, $"step {step}: {e.Message}{(folder is { HasCheckpoint: true } ? $"; the last good checkpoint is {folder.Checkpoint}" : "")}"), e);
            }

            clock.Stop();
            here++;
            bool ends = step == settings.Steps, told = stop();
            double? validation = ends || (step % every == 0 && !told) ? Validation() : null;
            Log.Add(new(step, made.Loss.Value, rate, made.GradientNorm.Value, validation));
            stepped();
            if (validation is null && !told)
                continue;
            folder?.Write(Gpt, trainer.State, settings, Log);
            if (validation is { } loss)
                say(Line(step, loss, here, clock.Elapsed.TotalSeconds));
            if (told && !ends)
            {
                say(string.Create(CultureInfo.InvariantCulture, $"stopped after step {step}{(folder is null ? "" : "; the same command with --resume goes on")}"));
                return false;
            }
        }

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

    private string Line(long step, double validation, int here, double seconds)
    {
        TrainPoint last = Log.Points[^1];
        int tokens = settings.Preset.Sequences * settings.Config.Context;
        double perStep = seconds / here;
        return string.Create(CultureInfo.InvariantCulture, $"step {step}/{settings.Steps}: loss {Log.Recent(every):F4}, validation {validation:F4} ({TrainLog.InOtherUnits(validation)}), rate {last.Rate:G3}, norm {last.Norm:F3}, {tokens / perStep:F0} tokens/s, {TimeSpan.FromSeconds((settings.Steps - step) * perStep):h\\:mm\\:ss} left");
    }
}
