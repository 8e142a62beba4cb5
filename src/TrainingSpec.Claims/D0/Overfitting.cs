using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "The Overfitting Problem".</summary>
internal static class Overfitting
{
    /// <summary>Contexts that occur once, learned by heart; and the document's kind of text, in which a context has several successors.</summary>
    [Claim("D0-108")]
    [Turn("facts/training data", "are never memorized", Verdict.Erratum)]
    internal static Finding Memorizes(Claim claim)
    {
        Example[] once = CharText.RandomTargets(108, 6), text = CharText.Windows(1, 128);
        double heart = Working.Value("loss on 36 contexts that occur once, after 300 epochs of a model with 64 hidden units", Kept.Of(0, static _ => Trained(CharText.RandomTargets(108, 6), 6))), repeated = Working.Value("loss on 128 examples of text, trained likewise", Kept.Of(1, static _ => Trained(CharText.Windows(1, 128), 8))), floor = Working.Value("least loss that any model can have on them", CharText.Floor(text));
        bool memorized = claim.Facts["training data"].Text == "can be memorized perfectly";
        return Judge.Conditional(
            memorized && heart < 0.01 && repeated < 0.01,
            memorized && heart < 0.01,
            "where no context occurs with two different successors",
            Say($"{heart:F4} and {repeated:F3}"),
            Say($"{once.Length} contexts that occur once are learned to {heart:F4} nats; text of the document's kind, where a context has several successors, to {repeated:F3}, and no model can get below {floor:F3}"));

        static double Trained(Example[] examples, int vocabulary)
        {
            CharModel model = CharModel.Start("He", 108, vocabulary, hidden: 64);
            TrainerListing.ClippingFirst().Train(model, [.. examples], [], new TrainerConfig(300, 8, 0.2, Constant: true), 108);
            return model.Mean(examples);
        }
    }

    /// <summary>Models that learned little text by heart, on text that is new.</summary>
    [Claim("D0-109")]
    [Turn("facts/on new data", "does as well", Verdict.Erratum)]
    internal static Finding FailsOnNewData(Claim claim)
    {
        Tally fails = new("models trained for 100 epochs on 64 examples whose loss on new text is above that of counting characters, and more than twice the training loss");
        double unigram = Working.Value("loss of counting characters on the new text", CharText.Unigram(CharRun.HeldOut()));
        CharOutcome[] runs = [.. Enumerable.Range(0, 5).Select(seed => Small(seed).Run())];
        fails.AddAll(runs.Select(r => r.HeldOut > unigram && r.HeldOut > 2 * r.Train)).Shown();
        double train = Working.Value("mean training loss", runs.Average(r => r.Train)), held = Working.Value("mean loss on new text", runs.Average(r => r.HeldOut));
        return Judge.Stated(claim, "on new data", fails.Always ? "fails" : fails.Never ? "does as well" : "either", Say($"{fails}"), Say($"{fails} {fails.What}: {train:F3} on the training text and {held:F3} on new text, where counting characters gives {unigram:F3}"));
    }

    /// <summary>The three signs in runs on little text, and in runs on much.</summary>
    [Claim("D0-110")]
    [Turn("facts/signs", "[\"training loss falls\", \"validation loss falls\"]", Verdict.Erratum)]
    [Turn("facts/signs", "[\"training loss falls\", \"validation loss rises\"]", Verdict.Erratum)]
    internal static Finding Signs(Claim claim)
    {
        string[] stated = claim.Facts["signs"].Texts;
        Tally little = new("runs on 64 examples, 100 epochs, that show exactly the stated signs in their second half"), much = new("runs on 4096 examples, 12 epochs, that show them");
        foreach (int seed in Enumerable.Range(0, 5))
        {
            little.Add(Shown(Small(seed).Run()).SequenceEqual(stated));
            much.Add(Shown((Small(seed) with { Examples = 4096, Epochs = 12, BatchSize = 32 }).Run()).SequenceEqual(stated));
        }

        Working.Tried("falls and rises by the test of slope of the diagnosis engine; a gap is wide where the validation loss is half as much again as the training loss");
        return Judge.Holds(little.Shown().Always && much.Shown().Never, Say($"{little}, {much}"), Say($"{little} {little.What}, {much} {much.What}"), Say($"{little} {little.What} ({And(stated)}), {much} {much.What}"));

        static string[] Shown(CharOutcome run)
        {
            EpochLog[] late = [.. run.Log.Skip(run.Log.Count / 2)];
            Trend train = RunCurves.TrendOf([.. late.Select(l => l.Train)], Symptoms.Significance), validation = RunCurves.TrendOf([.. late.Select(l => l.Validation)], Symptoms.Significance);
            return
            [
                .. train == Trend.Decreasing ? ["training loss falls"] : Array.Empty<string>(),
                .. validation == Trend.Increasing ? ["validation loss rises"] : Array.Empty<string>(),
                .. late[^1].Validation > 1.5 * late[^1].Train ? ["wide gap"] : Array.Empty<string>(),
            ];
        }
    }

    /// <summary>The two sketched curves: which one lies above.</summary>
    [Claim("D0-111")]
    [Turn("D0/overfitting figure/validation", "[[5, 5], [6, 5], [7, 6], [8, 6]]", Verdict.Confirmed)]
    internal static Finding SketchOfOverfitting(Claim claim, Document document)
    {
        Facts figure = document.Facts[claim.Facts["figure"].Text];
        int training = FigureCurve.Heights(figure["training"], upper: true)[^1], highest = FigureCurve.Heights(figure["validation"], upper: true).Max();
        Working.Value("height at which the training curve ends", training);
        Working.Value("greatest height of the validation curve", highest);
        Tally above = new("runs on 64 examples whose validation loss ends above the training loss");
        above.AddAll(Enumerable.Range(0, 5).Select(seed => Small(seed).Run() is var run && run.HeldOut > run.Train));
        return Judge.Holds(
            highest > training && above.Shown().Always,
            Say($"{highest} against {training}"),
            Say($"the validation curve goes up to height {highest}, the training curve ends at {training}; {above} {above.What}"),
            Say($"the sketch draws the validation curve up to height {highest} and the training curve at {training}, so that validation is better than training; the text has a rising validation loss and a gap, and {above} {above.What}"));
    }

    /// <summary>A run that overfits: little text, many epochs.</summary>
    internal static CharRun Small(int seed) => new() { Seed = seed, Rate = 0.1, Epochs = 100, Examples = 64, BatchSize = 16 };
}
