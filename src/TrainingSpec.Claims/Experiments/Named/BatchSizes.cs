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

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "batch-sizes",
        Question = "How many updates and how many examples does it take to reach the same loss with batches of each size?",
        Source = "D0, Exercises, 3 (D0-184)",
        Topic = "batches",
        Mistake = "the batches are of 16 examples whatever is asked for",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        int[] sizes = [.. PrintedNumber.All(ExampleNumbers.Claim("D0-184").GivenText("B")).Select(p => (int)p.Value.ToDouble())];
        CharRun[] settings = [.. sizes.Select(b => Exercises.InBatches(planted ? 16 : b))];
        CharOutcome[] runs = [.. settings.Select(s => s.Run())];
        int[] epochs = [.. runs.Select(run => Exercises.EpochsTo(Bound, run))], examples = [.. epochs.Zip(settings, (e, s) => e * s.Examples)];
        int[] updates = [.. epochs.Zip(settings, (e, s) => e * (int)Formulas.Batches.Count<Real64>(s.Examples, s.BatchSize).Value)];
        string By(int[] counts) => counts.Distinct().Count() == 1 ? "as many" : counts.Order().SequenceEqual(counts) ? "more" : counts.OrderDescending().SequenceEqual(counts) ? "fewer" : "now more, now fewer";
        string least = examples.Distinct().Count() == 1 ? "all need as many examples" : Say($"batches of {sizes[Array.IndexOf(examples, examples.Min())]} need the fewest examples");
        string finding = $"larger batches need {By(updates)} updates, and {least}";
        return new ExperimentResult(
            new ExperimentTable("batch", ["epochs", "updates", "examples", "last loss"], [.. sizes.Select((b, i) => new ExperimentRow(Say($"{b}"), epochs[i], updates[i], examples[i], runs[i].Log[^1].Train))]),
            finding,
            Say($"{finding}: with {And(sizes.Select(b => Say($"{b}")))} examples a training loss below {Bound} takes {And(updates.Select(u => Say($"{u}")))} updates and {And(examples.Select(e => Say($"{e}")))} examples; which of the two is time, the machine decides"),
            new ExperimentChart("Training loss by batch size, one rate", new("epoch of 512 examples"), new("loss (nats)"), [.. sizes.Select((b, i) => ExperimentLine.Over(Say($"{b}"), [.. runs[i].Log.Select(l => l.Train)]))]));
    }
}
