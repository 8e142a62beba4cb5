using TrainingSpec.Claims.D0;
using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D0's first exercise.</summary>
internal static class LearningRates
{
    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "learning-rates",
        Question = "What becomes of the character model at the four learning rates?",
        Source = "D0, Exercises, 1 (D0-182)",
        Topic = "sgd",
        Mistake = "the rates are a hundred times as large as said",
        Full = "five seeds in place of one",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        double[] rates = [.. PrintedNumber.All(ExampleNumbers.Claim("D0-182").GivenText("lr")).Select(p => p.Value.ToDouble())];
        CharOutcome[][] runs = [.. rates.Select(rate => Enumerable.Range(0, size == ExperimentSize.Full ? 5 : 1).Select(seed => Exercises.AtRate(planted ? 100 * rate : rate, seed).Run()).ToArray())];
        double unigram = CharText.Unigram(Exercises.AtRate(1, 0).Text());
        double[] ends = [.. runs.Select(r => r.Average(run => run.Train))];
        double[] diverged = [.. rates.Where((_, i) => !(ends[i] < runs[i].Average(r => r.Log[0].Train)))], slow = [.. rates.Where((_, i) => ends[i] > unigram)];
        string finding = diverged.Length > 0 ? Say($"rates from {diverged[0]} on diverge")
            : ends[^1] == ends.Min() ? "the highest rate learns most"
            : Say($"a rate of {rates[Array.IndexOf(ends, ends.Min())]} learns most");
        return new ExperimentResult(
            new ExperimentTable("rate", ["loss in epoch 1", "in epoch 5", "after 20 epochs"], [.. rates.Select((rate, i) => new ExperimentRow(Say($"{rate}"), runs[i].Average(r => r.Log[0].Train), runs[i].Average(r => r.Log[4].Train), ends[i]))]),
            finding,
            Say($"{finding}: after 20 epochs the training loss is {And(ends.Zip(rates, (e, r) => Say($"{e:F3} at {r}")))}, where counting characters alone gives {unigram:F3}{(slow.Length > 0 ? ", which not every rate has passed" : "")}"),
            new ExperimentChart("Training loss at four rates", new("epoch"), new("loss (nats)"), [.. rates.Select((rate, i) => ExperimentLine.Over(Say($"{rate}"), [.. runs[i][0].Log.Select(l => l.Train)]))]));
    }
}
