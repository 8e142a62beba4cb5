using TrainingSpec.Claims.D0;
using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D0's fourth exercise.</summary>
internal static class EarlyStopping
{
    private static readonly PairedDesign Design = new(new PairedMeasure("validation loss at the end", Effect: 0.5, Deviation: 0.2, "nats"));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "early-stopping",
        Question = "What is the final validation loss with early stopping and without?",
        Source = "D0, Exercises, 4 (D0-185)",
        Topic = "early-stopping",
        Design = Design,
        Mistake = "the patience is longer than the run",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        int patience = (int)ExampleNumbers.Claim("D0-118").PrintedNumber("patience").Value.ToDouble(), seeds = Design.RunsAt(size);
        CharOutcome[] without = [.. Enumerable.Range(0, seeds).Select(seed => Overfitting.Small(seed).Run())];
        CharOutcome[] with = [.. Enumerable.Range(0, seeds).Select(seed => (Overfitting.Small(seed) with { Patience = planted ? 1000 : patience }).Run())];
        int lower = with.Zip(without).Count(r => r.First.HeldOut < r.Second.HeldOut), higher = with.Zip(without).Count(r => r.First.HeldOut > r.Second.HeldOut);
        ExperimentTest test = Design.Compare("with the stop less without", [.. with.Select(r => r.HeldOut)], [.. without.Select(r => r.HeldOut)]);
        string finding = test.Direction < 0 ? "early stopping ends lower" : test.Direction > 0 ? "early stopping ends higher" : lower + higher == 0 ? "early stopping changes nothing" : "what early stopping changes may be chance";
        return new ExperimentResult(
            new ExperimentTable("run", ["epochs", "least validation loss", "last validation loss", "training loss"], [Row("with early stopping", with), Row("without", without)]),
            finding,
            Say($"{finding}: with a patience of {patience} the runs end after {with.Average(r => r.Log.Count):F1} epochs with a validation loss of {with.Average(r => r.HeldOut):F3}, without after {without[0].Log.Count} with {without.Average(r => r.HeldOut):F3}; lower in {lower} of {seeds} pairs, higher in {higher} ({test.P})"),
            new ExperimentChart(
                "64 examples, seed 0", new("epoch"), new("loss (nats)"),
                ExperimentLine.Over("training", [.. without[0].Log.Select(l => l.Train)]), ExperimentLine.Over("validation", [.. without[0].Log.Select(l => l.Validation)]),
                ExperimentLine.Over("validation with the stop", [.. with[0].Log.Select(l => l.Validation)])))
        {
            Tests = [test],
        };
    }

    private static ExperimentRow Row(string name, CharOutcome[] runs) =>
        new(name, runs.Average(r => r.Log.Count), runs.Average(r => r.Log.Min(l => l.Validation)), runs.Average(r => r.HeldOut), runs.Average(r => r.Train));
}
