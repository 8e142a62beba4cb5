using TrainingSpec.Checking.Golden;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>The checks before a run, on a small GPT.</summary>
public static class SanityExamples
{
    /// <summary>What each check says of a right set-up.</summary>
    [GoldenSource]
    public static GoldenDocument RightSetUp()
    {
        var config = new GptConfig { Vocabulary = 11, Width = 16, Layers = 1, Heads = 2, Context = 6 };
        var gpt = new Gpt<Real64>(config, GptInitialization.Normal<Real64>(config, 2));
        var trainer = new GptTrainer<Real64>(gpt, AdamOptions.Adam(0.01), 1);
        TokenBatch batch = new TokenText([.. Enumerable.Range(0, 40).Select(i => i * i * i % 11)], 6, "text").Batch(1, 1, 2);
        var document = new GoldenDocument("sanity", "RightSetUp");
        foreach (SanityCheck check in SanityProtocol.Run(new SanitySubject<Real64>(new GptTraining<Real64>(gpt), new TokenLossTraining<Real64>(), b => trainer.Step(b, 0.01), 11), batch))
            document.Add(check.Name, check.Text);
        return document;
    }
}
