using TrainingSpec.Claims.D0;
using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D0's second exercise.</summary>
internal static class InitializationRace
{
    private const double Bound = 1.3;
    private static readonly PairedDesign Design = new(new PairedMeasure($"binary logarithm of the epochs to a loss below 1.3", Effect: 0.4, Deviation: 0.4, "doublings"));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "initialization-race",
        Question = "From which start does training converge sooner, Xavier's or normal weights of deviation 1?",
        Source = "D0, Exercises, 2 (D0-183)",
        Topic = "initialization",
        Design = Design,
        Mistake = "the two starts are swapped",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        string[] starts = [.. ExampleNumbers.Claim("D0-183").GivenText("inits").Split(", ").Select(s => s.Replace("N(0,1)", "N(0, 1)", StringComparison.Ordinal))];
        int seeds = Design.RunsAt(size);
        CharOutcome[][] runs = [.. starts.Select((_, i) => Enumerable.Range(0, seeds).Select(seed => (Exercises.From(starts[planted ? 1 - i : i], seed) with { Until = Bound }).Run()).ToArray())];
        CharOutcome[] whole = [.. starts.Select((_, i) => Exercises.From(starts[planted ? 1 - i : i], 0).Run())];
        int[][] epochs = [.. runs.Select(r => r.Select(run => Exercises.EpochsTo(Bound, run)).ToArray())];
        int first = epochs[0].Zip(epochs[1]).Count(e => e.First < e.Second), second = epochs[0].Zip(epochs[1]).Count(e => e.First > e.Second);
        ExperimentTest test = Design.Compare($"{starts[0]} less {starts[1]}", Logarithms(epochs[0]), Logarithms(epochs[1]));
        string finding = test.Direction < 0 ? $"{starts[0]} is sooner" : test.Direction > 0 ? $"{starts[1]} is sooner" : "neither is surely sooner";
        return new ExperimentResult(
            new ExperimentTable("start", ["loss in epoch 1", Say($"epochs to a loss below {Bound}"), "seed 0's loss after 40 epochs"], [.. starts.Select((start, i) => new ExperimentRow(start, runs[i].Average(r => r.Log[0].Train), epochs[i].Average(), whole[i].Train))]),
            finding,
            Say($"{finding}, in {Math.Max(first, second)} of {seeds} pairs of runs: a training loss below {Bound} takes {epochs[0].Average():F1} epochs from {starts[0]} and {epochs[1].Average():F1} from {starts[1]} ({test.P})"),
            new ExperimentChart("Training loss from two starts, seed 0", new("epoch"), new("loss (nats)"), [.. starts.Select((start, i) => ExperimentLine.Over(start, [.. whole[i].Log.Select(l => l.Train)]))]))
        {
            Tests = [test],
        };
    }

    private static double[] Logarithms(int[] epochs) => [.. epochs.Select(e => Math.Log2(e))];
}
