using TrainingSpec.Claims.D0;
using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.WorkedExamples;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D0's third exercise; time is counted in updates and in examples, which are the same on any machine.</summary>
internal static class BatchSizes
{
    private const double Bound = 1.2;
    private static readonly PairedDesign Design = new(
        new PairedMeasure("binary logarithm of the updates to a loss below 1.2", Effect: 0.2, Deviation: 0.08, "doublings"), new PairedMeasure("binary logarithm of the examples to it", Effect: 0.7, Deviation: 0.45, "doublings"));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "batch-sizes",
        Question = "How many updates and how many examples does it take to reach the same loss with batches of each size?",
        Source = "D0, Exercises, 3 (D0-184)",
        Topic = "batches",
        Design = Design,
        Mistake = "the batches are of 16 examples whatever is asked for",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        int[] sizes = [.. PrintedNumber.All(ExampleNumbers.Claim("D0-184").GivenText("B")).Select(p => (int)p.Value.ToDouble())];
        int seeds = Design.RunsAt(size);
        CharRun[] settings = [.. sizes.Select(b => Exercises.InBatches(planted ? 16 : b))];
        CharOutcome[] whole = [.. settings.Select(s => s.Run())];
        int[][] epochs = [.. settings.Select(s => Enumerable.Range(0, seeds).Select(seed => Exercises.EpochsTo(Bound, (s with { Seed = seed, Until = Bound }).Run())).ToArray())];
        double[] perEpoch = [.. settings.Select(s => Formulas.Batches.Count<Real64>(s.Examples, s.BatchSize).Value)], updates = [.. epochs.Zip(perEpoch, (e, n) => e.Average() * n)], examples = [.. epochs.Zip(settings, (e, s) => e.Average() * s.Examples)];
        double[][] logUpdates = [.. epochs.Zip(perEpoch, (of, n) => of.Select(e => Math.Log2(e * n)).ToArray())], logExamples = [.. epochs.Zip(settings, (of, s) => of.Select(e => Math.Log2(e * s.Examples)).ToArray())];

        // Each size against the next one: what is said of all must hold of the pair that shows it least.
        ExperimentTest[] steps = [.. Enumerable.Range(1, sizes.Length - 1).Select(i => Design.Compare(Say($"batches of {sizes[i]} less of {sizes[i - 1]}"), logUpdates[i], logUpdates[i - 1]))];
        ExperimentTest nearest = steps.MaxBy(t => t.PValue)!;
        int[] ways = [.. steps.Select(t => t.Direction).Distinct()];
        string by = ways is [-1] ? "fewer" : ways is [1] ? "more" : ways is [0] ? "as many" : "now more, now fewer";
        (int best, ExperimentTest test) = Design.Least([.. sizes.Select(b => Say($"batches of {b}"))], logExamples, 1);
        int[] few = [.. sizes.Where((_, i) => i == best || Design.Compare("", logExamples[best], logExamples[i], 1).Direction == 0)];
        string least = few.Length == sizes.Length ? "all need as many examples" : few.Length == 1 ? Say($"batches of {sizes[best]} need the fewest examples") : Say($"batches of {And(few.Select(b => Say($"{b}")))} need the fewest examples, which of them may be chance");
        string finding = $"larger batches need {by} updates, and {least}";
        return new ExperimentResult(
            new ExperimentTable("batch", ["epochs", "updates", "examples", "seed 0's last loss"], [.. sizes.Select((b, i) => new ExperimentRow(Say($"{b}"), epochs[i].Average(), updates[i], examples[i], whole[i].Log[^1].Train))]),
            finding,
            Say($"{finding}: with {And(sizes.Select(b => Say($"{b}")))} examples a training loss below {Bound} takes {And(updates.Select(u => Say($"{u:F0}")))} updates and {And(examples.Select(e => Say($"{e:F0}")))} examples, means of {seeds} seeds ({nearest.P} for the updates, {test.P} between the two least numbers of examples); which of the two is time, the machine decides"),
            new ExperimentChart("Training loss by batch size, one rate", new("epoch of 512 examples"), new("loss (nats)"), [.. sizes.Select((b, i) => ExperimentLine.Over(Say($"{b}"), [.. whole[i].Log.Select(l => l.Train)]))]))
        {
            Tests = [nearest, test],
        };
    }
}
