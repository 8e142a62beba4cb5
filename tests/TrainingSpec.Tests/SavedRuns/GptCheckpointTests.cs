using TrainingSpec.Checking;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.SavedRuns;

/// <summary>Training that stops and goes on, and which weights decay.</summary>
public sealed class GptCheckpointTests
{
    private static readonly GptConfig Config = new() { Vocabulary = 7, Width = 4, Layers = 1, Heads = 2, Context = 4 };
    private static readonly AdamOptions Options = AdamOptions.AdamW(0.01) with { WeightDecay = 0.5 };
    private static readonly TokenText Text = new([.. Enumerable.Range(0, 60).Select(i => (i * i) % 7)], 4, "text");

    [Test]
    [Rule("SAVED-RUNS-1")]
    public void A_run_goes_on_from_its_file_to_the_bits_of_one_that_never_stopped()
    {
        (Gpt<Real32> whole, _) = Run(null, 1, 6);
        (Gpt<Real32> half, AdamState<Real32> state) = Run(null, 1, 3);
        byte[] file = GptCheckpoint.Write(half, state, new Dictionary<string, string> { ["seed"] = "3" });
        var (weights, restored, settings) = GptCheckpoint.Read(file, Config, "f");
        Assert.That(settings["seed"], Is.EqualTo("3"));
        (Gpt<Real32> rest, _) = Run((weights, restored), 4, 6);
        Assert.That(Bits(rest), Is.EqualTo(Bits(whole)));
        Assert.That(Bits(half), Is.Not.EqualTo(Bits(whole)));
    }

    [Test]
    [Rule("SAVED-RUNS-3")]
    public void A_file_of_a_model_of_another_shape_is_refused_by_the_tensor()
    {
        (Gpt<Real32> gpt, AdamState<Real32> state) = Run(null, 1, 1);
        byte[] file = GptCheckpoint.Write(gpt, state, new Dictionary<string, string>());
        Assert.That(() => GptCheckpoint.Read(file, Config with { Vocabulary = 8 }, "f"), Throws.TypeOf<TensorFileException>().With.Message.EqualTo("f: wte has shape [7, 4] and not [8, 4] as in the model"));
        Assert.That(() => GptCheckpoint.Read(file, Config with { Layers = 2 }, "f"), Throws.TypeOf<TensorFileException>().With.Message.Contains("the file has no h.1.ln1.g"));
        Assert.That(() => GptCheckpoint.Read(file, Config with { LearnedPositions = false }, "f"), Throws.TypeOf<TensorFileException>().With.Message.Contains("the file has wpe, which the model has not"));
    }

    [Test]
    public void Where_matrices_alone_decay_the_vectors_move_as_without_decay()
    {
        Gpt<Real32> apart = Step(Options, true), all = Step(Options, false), none = Step(Options with { WeightDecay = 0 }, false);
        foreach (WeightShape shape in Config.Weights())
        {
            Assert.That(apart.Weights[shape.Name], Is.EqualTo((shape.Rows == 1 ? none : all).Weights[shape.Name]), shape.Name);
            if (shape.Rows > 1 || shape.Name.EndsWith(".g", StringComparison.Ordinal))
                Assert.That(all.Weights[shape.Name], Is.Not.EqualTo(none.Weights[shape.Name]), shape.Name);
        }

        static Gpt<Real32> Step(AdamOptions options, bool matricesAlone)
        {
            var gpt = new Gpt<Real32>(Config, GptInitialization.Normal<Real32>(Config, 5, deviation: 0.3));
            new GptTrainer<Real32>(gpt, options, 1, matricesAlone).Step(Text.Batch(5, 1, 3), 0.01);
            return gpt;
        }
    }

    [Test]
    public void Batches_are_functions_of_the_step_and_windows_stand_side_by_side()
    {
        var text = new TokenText([.. Enumerable.Range(0, 23)], 4, "text");
        Assert.That(text.WindowCount, Is.EqualTo(5));
        TokenBatch[] windows = [.. text.Windows(2)];
        Assert.That(windows.Select(w => w.Inputs.Length), Is.EqualTo(new[] { 2, 2, 1 }));
        Assert.That(windows.SelectMany(w => w.Inputs).SelectMany(i => i), Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(windows.SelectMany(w => w.Targets).SelectMany(i => i), Is.EqualTo(Enumerable.Range(1, 20)));
        int[][] ninth = text.Batch(1, 9, 5).Inputs;
        Assert.That(text.Batch(1, 9, 5).Inputs, Is.EqualTo(ninth).And.Not.EqualTo(text.Batch(1, 8, 5).Inputs).And.Not.EqualTo(text.Batch(2, 9, 5).Inputs));
        int[] starts = [.. Enumerable.Range(1, 200).SelectMany(step => text.Batch(1, step, 4).Inputs).Select(i => i[0]).Distinct().Order()];
        Assert.That(starts, Is.EqualTo(Enumerable.Range(0, 19)), "each start that leaves room for a target, and no other");
        Assert.That(() => new TokenText([1, 2, 3, 4], 4, "the text"), Throws.ArgumentException.With.Message.EqualTo("the text has 4 tokens, which is outside texts longer than the context of 4"));
    }

    private static (Gpt<Real32> Gpt, AdamState<Real32> State) Run((OrderedDictionary<string, Real32[]> Weights, AdamState<Real32>? State)? from, long first, long last)
    {
        var gpt = new Gpt<Real32>(Config, from?.Weights ?? GptInitialization.Normal<Real32>(Config, 3));
        var trainer = new GptTrainer<Real32>(gpt, Options, 1, decaysMatricesAlone: true, from?.State);
        for (long step = first; step <= last; step++)
            trainer.Step(Text.Batch(3, step, 2), 0.01);
        return (gpt, trainer.State!);
    }

    private static int[] Bits(Gpt<Real32> gpt) => [.. gpt.Weights.Values.SelectMany(w => w).Select(v => BitConverter.SingleToInt32Bits(v.Value))];
}
