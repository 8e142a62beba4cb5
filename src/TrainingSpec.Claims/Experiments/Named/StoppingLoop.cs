using TrainingSpec.Claims.D0;
using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.WorkedExamples;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's fourth exercise: a training loop that stops early and gives the best weights back.</summary>
internal static class StoppingLoop
{
    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "stopping-loop",
        Question = "Does a loop that stops early end with the best weights, or with those of the stop?",
        Source = "D2, Exercises, 4 (D2-133)",
        Topic = "early-stopping",
        Design = new DeterministicDesign("in each run the loss at the end is the least one to the last bit, or is not"),
        Mistake = "the loop stops and restores nothing",
        Full = "ten seeds in place of two",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        Claim defaults = ExampleNumbers.Claim("D2-108");
        var options = new EarlyStoppingOptions { Patience = (long)defaults.PrintedNumber("patience").Value.ToDouble(), MinDelta = defaults.PrintedNumber("min_delta").Value.ToDouble() };
        Loop[] loops = [.. Enumerable.Range(0, size == ExperimentSize.Full ? 10 : 2).Select(seed => Train(seed, options, restores: !planted))];
        int best = loops.Count(l => l.Ended == l.Validation.Min()), lower = loops.Count(l => l.HeldOut < l.HeldOutAtStop);
        string finding = best == loops.Length ? "the loop ends with the best weights" : best == 0 ? "the loop ends with the weights of the stop" : "the loop ends with either";
        return new ExperimentResult(
            new ExperimentTable("seed", ["best epoch", "last epoch", "validation loss at the end", "loss on other text", "the same at the stop"], [.. loops.Select((l, i) => new ExperimentRow(Say($"{i}"), Array.IndexOf(l.Validation, l.Validation.Min()) + 1, l.Validation.Length, l.Ended, l.HeldOut, l.HeldOutAtStop))]),
            finding,
            Say($"{finding}: with a patience of {options.Patience} the validation loss is {loops.Average(l => l.Validation[^1]):F3} at the stop and {loops.Average(l => l.Ended):F3} at the end; on text that had no say in it the loss is {loops.Average(l => l.HeldOut):F3} against {loops.Average(l => l.HeldOutAtStop):F3} at the stop, lower in {lower} of {loops.Length} runs"),
            new ExperimentChart("Validation loss up to the stop", new("epoch"), new("loss (nats)"), [.. loops.Take(2).Select((l, i) => ExperimentLine.Over(Say($"seed {i}"), l.Validation))]));
    }

    private static Loop Train(int seed, EarlyStoppingOptions options, bool restores)
    {
        CharRun run = Overfitting.Small(seed);
        Example[] train = run.Text(), validation = CharText.Windows(3, 250), held = CharRun.HeldOut();
        CharModel model = CharModel.Start(run.Scheme, seed);
        (TrainerListing trainer, var stopper, var draws) = (TrainerListing.ClippingFirst(), new EarlyStopper<Real64>(options), new Draws(seed));
        List<double> losses = [];
        while (losses.Count < run.Epochs && stopper.StopAt is null)
        {
            foreach (Example[] batch in TrainerListing.CreateBatches(train, run.BatchSize, draws))
                trainer.Batch(model, batch, run.Rate);
            losses.Add(model.Mean(validation));
            stopper.Observe(losses[^1], [[.. model.Theta.Select(w => new Real64(w))]]);
        }

        double atStop = model.Mean(held);
        if (restores)
            stopper.BestParameters()![0].Select(w => w.Value).ToArray().CopyTo(model.Theta, 0);
        return new Loop([.. losses], model.Mean(validation), model.Mean(held), atStop);
    }

    private sealed record Loop(double[] Validation, double Ended, double HeldOut, double HeldOutAtStop);
}
