using System.Globalization;
using System.Runtime.CompilerServices;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>What a run's step needs in memory, part by part, beside what a trainer holds after three steps.</summary>
internal static class TrainMemory
{
    /// <summary>Measures and says it.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="threads">On how many threads.</param>
    /// <param name="plan">Which blocks' activations are held; null for all.</param>
    /// <param name="say">Told a line.</param>
    public static void Run(TrainSettings settings, int threads, CheckpointPlan? plan, Action<string> say)
    {
        GptPreset preset = settings.Preset;
        TokenBatch batch = settings.Texts().Training.Batch(settings.Seed, 1, preset.Sequences);
        long before = Held(), during = WithTrainer(settings, threads, plan, batch), after = Held(), measured = during - after;
        IReadOnlyList<(string Name, long Bytes)> parts = GptMemory.Parts(settings.Config, preset.Sequences, plan);
        foreach ((string name, long bytes) in parts)
            say(string.Create(CultureInfo.InvariantCulture, $"{name,-16}{bytes / 1e6,9:F2} MB"));
        long sum = parts.Sum(part => part.Bytes);
        say(string.Create(CultureInfo.InvariantCulture, $"{"sum",-16}{sum / 1e6,9:F2} MB"));
        say(string.Create(CultureInfo.InvariantCulture, $"{"measured",-16}{measured / 1e6,9:F2} MB, {(double)measured / sum:F3} of the sum{(plan is null ? "" : $"; {plan.Segments} segments hold {plan.Peak} of {plan.Layers} blocks' activations at once")}"));
        say(string.Create(CultureInfo.InvariantCulture, $"{"beside it",-16}{Math.Max(0, after - before) / 1e6,9:F2} MB of working buffers that the process keeps for its threads"));
    }

    // A method of its own, so that nothing of the trainer is left when it returns.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long WithTrainer(TrainSettings settings, int threads, CheckpointPlan? plan, TokenBatch batch)
    {
        var gpt = new Gpt<Real32>(settings.Config, GptInitialization.Normal<Real32>(settings.Config, settings.Seed), new CpuOperations(threads));
        var trainer = new GptTrainer<Real32>(gpt, settings.Preset.Options, settings.Preset.MaxNorm) { Plan = plan };
        for (int step = 0; step < 3; step++)
            trainer.Step(batch, 0);
        long held = Held();
        GC.KeepAlive(trainer);
        return held;
    }

    // One collection alone leaves what pools and finalizers let go late.
    private static long Held()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
