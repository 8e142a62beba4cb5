using TrainingSpec.Checking.Golden;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>What a checkpoint's file holds.</summary>
public static class SavedRunsExamples
{
    /// <summary>The tensors of a tiny GPT after a step, by name and shape, and what is said beside them: the checksum is that of all bits.</summary>
    [GoldenSource]
    public static GoldenDocument File()
    {
        var config = new GptConfig { Vocabulary = 7, Width = 4, Layers = 1, Heads = 2, Context = 4 };
        var gpt = new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, 3));
        var trainer = new GptTrainer<Real32>(gpt, AdamOptions.AdamW(0.01), 1);
        trainer.Step(new TokenBatch([[1, 2, 3]], [[2, 3, 4]]), 0.01);
        byte[] file = GptCheckpoint.Write(gpt, trainer.State, new Dictionary<string, string> { ["seed"] = "3" });
        (IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> said) = Safetensors.Read(file, "file");
        return new GoldenDocument("saved-runs", "File")
            .Add("tensors", tensors.Select(t => $"{t.Name} [{string.Join(", ", t.Shape)}]"))
            .Add("said", said.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} = {s.Value}"))
            .Add("bytes", file.Length);
    }
}
