using TrainingSpec.Formulas;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>How a GPT is trained: its shape but for the vocabulary, batches, steps, rates and optimizer.</summary>
/// <param name="Name">The preset's name.</param>
/// <param name="Source">Where its numbers are from.</param>
/// <param name="Vocabulary">0 for the characters of the text, 256 and more for bytes with specials or byte pairs.</param>
/// <param name="Config">The shape; its vocabulary is that of the tokenizer.</param>
/// <param name="Sequences">B: windows of a batch.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="Options">The optimizer; its rate is that of the schedule.</param>
/// <param name="MaxNorm">The largest global norm of the gradients.</param>
/// <param name="Schedule">The rates of a run of so many steps.</param>
public sealed record GptPreset(
    string Name, string Source, int Vocabulary, GptConfig Config, int Sequences, int Steps, AdamOptions Options, double MaxNorm, Func<int, Schedule> Schedule)
{
    /// <summary>True where weight decay is for matrices alone, and biases and gains have none.</summary>
    public bool DecaysMatricesAlone { get; init; }

    /// <summary>True where the maps into the residual stream start smaller by √(2·layers).</summary>
    public bool ScalesResidual { get; init; }

    /// <summary>All presets.</summary>
    public static IReadOnlyList<GptPreset> All { get; } =
    [
        new(
            "d1", "D1 \"Training Output\", \"Learning Rate Schedules\"; batches and heads are ours", 259,
            new() { Vocabulary = 259, Width = 64, Layers = 2, Heads = 4, Context = 64 }, 4, 1000, AdamOptions.Adam(1e-3), double.PositiveInfinity,
            steps => new WarmupHoldCosineSchedule(1e-3, 1e-4, Math.Min(10, (steps + 1) / 2), Math.Max(Math.Min(10, (steps + 1) / 2), steps * 4 / 5), steps)),
        new(
            "d4", "D4 \"Try It Yourself\", whose 1,044,736 parameters leave no room for positions", 2000,
            new() { Vocabulary = 2000, Width = 128, Layers = 4, Heads = 4, Context = 64, Bias = false, LearnedPositions = false }, 16, 1455, AdamOptions.AdamW(3e-4), 1,
            steps => new WarmupCosineSchedule(3e-4, 0, Math.Min(100, steps / 2), steps)),
        new(
            "shakespeare-char", "nanoGPT's small run on a CPU (Karpathy, 2022)", 0,
            new() { Vocabulary = 1, Width = 128, Layers = 4, Heads = 4, Context = 64, Bias = false, Activation = Activation.Gelu }, 12, 2000,
            AdamOptions.AdamW(1e-3) with { Beta2 = 0.99, WeightDecay = 0.1 }, 1,
            steps => new WarmupCosineSchedule(1e-3, 1e-4, Math.Min(100, steps / 2), steps)) { DecaysMatricesAlone = true, ScalesResidual = true },
    ];
}
