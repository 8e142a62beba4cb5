using TrainingSpec.Claims.D1;
using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Claims.WorkedExamples;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D1's second exercise: a training that keeps step, loss and rate as often as the listing does.</summary>
internal static class LossLogging
{
    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "loss-logging",
        Question = "Which weights' loss does a record hold that is kept every ten steps, and which steps are in none?",
        Source = "D1, Exercise 2 (D1-192 to D1-197)",
        Topic = "training-loop",
        Design = new DeterministicDesign("a recorded loss is compared with the one that the update began at, bit by bit"),
        Mistake = "the loss is computed after the update",
        Full = "the 1000 steps of the document's run in place of 95",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        Document document = ExampleNumbers.Document("D1");
        (double rate, int warmup, int total) = (document["D1-035"].GivenNumber("baseLR"), document["D1-035"].GivenInteger("warmupSteps"), size == ExperimentSize.Full ? document["D1-030"].GivenInteger("total") : 95);
        Gpt<Real64> gpt = SmallGpt.Fresh(0);
        var draws = new Draws(0);
        TokenBatch[] batches = [.. Enumerable.Range(0, total).Select(_ => SkewedText.Of(draws, SmallGpt.Smallest, SmallRuns.Batch))];
        double fresh = gpt.Loss(batches[0].Inputs, batches[0].Targets).Value;
        double RateAt(int step) => ScheduleListing.At(rate, step, warmup, total, rate / 10);
        int[] kept = Exercise2.Stored(document, total);
        Dictionary<int, double> late = [];
        TrainingStep<Real64>[] steps = SmallGpt.Train(gpt, new AdamOptions { LearningRate = rate }, total, t => batches[t], RateAt, t =>
        {
            if (planted && kept.Contains(t))
                late[t] = gpt.Loss(batches[t].Inputs, batches[t].Targets).Value;
        });
        double[] losses = [.. kept.Select(t => planted ? late[t] : steps[t].Loss.Value)], rates = [.. kept.Select(t => steps[t].LearningRate)], at = [.. kept.Select(t => (double)t)];
        int missed = total - 1 - kept[^1];
        // The schedule starts at a rate of 0: the second record is the first whose update moves anything.
        string finding = losses[0] == fresh && losses[1] == steps[kept[1]].Loss.Value ? "a record holds the loss before its update" : "a record holds the loss after its update";
        return new ExperimentResult(
            new ExperimentTable("step", ["loss", "rate"], [.. kept.Select((t, i) => new ExperimentRow(Say($"{t}"), losses[i], rates[i])).Where((_, i) => i < 10 || i == kept.Length - 1)]),
            finding,
            Say($"{finding}: fresh weights have a loss of {fresh:F4} on the first batch and the first record says {losses[0]:F4}; at step {kept[1]} the update began at {steps[kept[1]].Loss.Value:F6} and the record says {losses[1]:F6}; of {total} steps {kept.Length} are recorded, and the last {missed} are in no record"),
            new ExperimentChart("Recorded loss", new("step"), new("loss (nats)"), new ExperimentLine("loss", at, losses)),
            new ExperimentChart("Recorded learning rate", new("step"), new("rate"), new ExperimentLine("rate", at, rates)));
    }
}
