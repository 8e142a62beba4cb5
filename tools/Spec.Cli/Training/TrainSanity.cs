using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>D2's protocol, and what it can't see, on a run's first batch before the run.</summary>
internal static class TrainSanity
{
    // The gradients are checked in double precision by the reference, on few tokens.
    private const int FewTokens = 6;

    /// <summary>Runs the checks and says each.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="operations">What computes it.</param>
    /// <param name="say">Told a line.</param>
    /// <returns>True where nothing is wrong.</returns>
    public static bool Run(TrainSettings settings, ITensorOperations<Real32> operations, Action<string> say)
    {
        GptPreset preset = settings.Preset;
        Schedule schedule = preset.Schedule(settings.Steps);
        double rate = Enumerable.Range(0, settings.Steps).Max(step => schedule.At(step));
        TokenBatch batch = settings.Texts().Training.Batch(settings.Seed, 1, Math.Max(2, preset.Sequences));
        var gpt = new Gpt<Real32>(settings.Config, GptInitialization.Normal<Real32>(settings.Config, settings.Seed, scaleResidual: preset.ScalesResidual), operations);
        var trainer = new GptTrainer<Real32>(gpt, preset.Options, preset.MaxNorm, preset.DecaysMatricesAlone);
        var wide = new Gpt<Real64>(settings.Config, GptInitialization.Normal<Real64>(settings.Config, settings.Seed, scaleResidual: preset.ScalesResidual));
        var few = new TokenBatch([batch.Inputs[0][..FewTokens]], [batch.Targets[0][..FewTokens]]);
        SanityCheck gradients = SanityProtocol.Gradients(new GptTraining<Real64>(wide), new TokenLossTraining<Real64>(), few);
        Say(gradients, say);
        bool right = gradients.Passed;
        foreach (SanityCheck check in SanityProtocol.Run(new SanitySubject<Real32>(new GptTraining<Real32>(gpt), new TokenLossTraining<Real32>(), b => trainer.Step(b, rate), settings.Config.Vocabulary), batch))
        {
            Say(check, say);
            right &= check.Passed;
        }

        return right;
    }

    private static void Say(SanityCheck check, Action<string> say) => say($"{(check.Passed ? "right" : "WRONG")}  {check.Name}: {check.Text}");
}
