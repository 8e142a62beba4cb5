using TrainingSpec.Checking.Golden;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>D0's character model on a text that repeats itself.</summary>
public static class CharacterModelExamples
{
    /// <summary>Five epochs in the order that works, and five as printed.</summary>
    [GoldenSource]
    public static GoldenDocument Epochs()
    {
        var document = new GoldenDocument("character-model", "Epochs");
        var config = new CharacterConfig(5, 2, 3, 6);
        CharacterExample[] examples = CharacterModel.Examples([.. Enumerable.Range(0, 90).Select(i => i * i % 7 % 5)], 2);
        foreach (CharacterOrder order in Enum.GetValues<CharacterOrder>())
        {
            IReadOnlyList<CharacterEpoch> epochs = CharacterTrainer.Run(
                config, CharacterModel.Start<Real64>(config, 3), examples[..70], examples[70..], new CharacterTraining { Epochs = 5, BatchSize = 8, Rate = 0.5, Order = order }, CharacterGradients.ByRecord);
            string name = order.ToString().ToLowerInvariant();
            document.Add(name + ".training", epochs.Select(e => e.Training)).Add(name + ".validation", epochs.Select(e => e.Validation)).Add(name + ".norm", epochs.Select(e => e.LargestNorm));
        }

        return document;
    }
}
