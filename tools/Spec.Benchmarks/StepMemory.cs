using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace Spec.Benchmarks;

/// <summary>The memory that a trainer holds between steps, beside the sum of what a step needs, each once.</summary>
/// <param name="Measured">Bytes on the heap, all that the trainer holds.</param>
/// <param name="Parts">Bytes by part.</param>
internal sealed record StepMemory(long Measured, IReadOnlyList<(string Name, long Bytes)> Parts)
{
    /// <summary>What <c>--only</c> calls it by.</summary>
    public const string Name = "memory of a trainer";

    /// <summary>The measured bytes over the sum of the parts.</summary>
    public double Ratio => (double)Measured / Parts.Sum(part => part.Bytes);

    /// <summary>One line.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}: {Measured / 1e6:F1} MB; {string.Join(", ", Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Bytes / 1e6:F1}")))}; ratio {Ratio:F3} (at most 1.10)");

    /// <summary>Of D4's model after three steps.</summary>
    public static StepMemory Measure()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        GptTrainer<Real32> trainer = StepRun.Trainer(new CpuOperations(1), StepRun.Config);
        for (int step = 0; step < 3; step++)
            trainer.Step(StepRun.Batch(StepRun.Config, StepRun.Sequences), 1e-3);
        long measured = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(trainer);
        return new StepMemory(measured, GptMemory.Parts(StepRun.Config, StepRun.Sequences));
    }
}
