using TrainingSpec.Claims.D0;
using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D0's first exercise.</summary>
internal static class LearningRates
{
    private static readonly PairedDesign Design = new(new PairedMeasure("training loss after 20 epochs", Effect: 0.1, Deviation: 0.05, "nats"));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "learning-rates",
        Question = "What becomes of the character model at the four learning rates?",
        Source = "D0, Exercises, 1 (D0-182)",
        Topic = "sgd",
        Design = Design,
        Mistake = "the rates are a hundred times as large as said",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        double[] rates = [.. PrintedNumber.All(ExampleNumbers.Claim("D0-182").GivenText("lr")).Select(p => p.Value.ToDouble())];
        CharOutcome[][] runs = [.. rates.Select(rate => Enumerable.Range(0, Design.RunsAt(size)).Select(seed => Exercises.AtRate(planted ? 100 * rate : rate, seed).Run()).ToArray())];
        double unigram = CharText.Unigram(Exercises.AtRate(1, 0).Text());
        double[] ends = [.. runs.Select(r => r.Average(run => run.Train))];
        double[] diverged = [.. rates.Where((_, i) => Array.TrueForAll(runs[i], run => !(run.Train < run.Log[0].Train)))], slow = [.. rates.Where((_, i) => ends[i] > unigram)];
        (int Least, ExperimentTest Test)? best = diverged.Length > 0 ? null : Design.Least([.. rates.Select(rate => Say($"at {rate}"))], [.. runs.Select(r => r.Select(run => run.Train).ToArray())]);
        string finding = best is null ? Say($"rates from {diverged[0]} on diverge")
            : best.Value.Test.Direction == 0 ? "no rate surely learns most"
            : best.Value.Least == rates.Length - 1 ? "the highest rate learns most" : Say($"a rate of {rates[best.Value.Least]} learns most");
        return new ExperimentResult(
            new ExperimentTable("rate", ["loss in epoch 1", "in epoch 5", "after 20 epochs"], [.. rates.Select((rate, i) => new ExperimentRow(Say($"{rate}"), runs[i].Average(r => r.Log[0].Train), runs[i].Average(r => r.Log[4].Train), ends[i]))]),
            finding,
            Say($"{finding}: after 20 epochs the training loss is {And(ends.Zip(rates, (e, r) => Say($"{e:F3} at {r}")))}, where counting characters alone gives {unigram:F3}{(slow.Length > 0 ? ", which not every rate has passed" : "")}{(best is null ? "" : Say($"; {best.Value.Test.P} against the next, {runs[0].Length} seeds"))}"),
            new ExperimentChart("Training loss at four rates", new("epoch"), new("loss (nats)"), [.. rates.Select((rate, i) => ExperimentLine.Over(Say($"{rate}"), [.. runs[i][0].Log.Select(l => l.Train)]))]))
        {
            Tests = best is null ? [] : [best.Value.Test],
        };
    }
}
