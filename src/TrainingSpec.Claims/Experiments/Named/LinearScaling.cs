using TrainingSpec.Claims.D2;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's second exercise.</summary>
internal static class LinearScaling
{
    private const double Rate = 1e-3;
    private const double Bound = 0.05;
    private static readonly int[] Batches = [16, 64, 256, 1024];
    private static readonly PairedDesign Design = new(new PairedMeasure("largest loss over the least, less 1.05", Effect: 0.02, Deviation: 0.012));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "linear-scaling",
        Question = "Do batches of all sizes end at the same loss when the rate grows with them?",
        Source = "D2, Exercises, 2 (D2-131)",
        Topic = "linear-scaling",
        Design = Design,
        Mistake = "the rate stays the same",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        int[] seeds = [.. Enumerable.Range(0, Design.RunsAt(size))];
        double[][] scaled = [.. Batches.Select(b => seeds.Select(seed => Exercises.ScalingLoss(b, planted ? Rate : Rate * b / Batches[0], seed)).ToArray())], same = [.. Batches.Select(b => seeds.Select(seed => Exercises.ScalingLoss(b, Rate, seed)).ToArray())];
        double[] apart = Apart(scaled);
        double high = Exercises.ScalingLoss(Batches[^1], 0.1 * Batches[^1] / Batches[0]);
        ExperimentTest test = Design.Test(Say($"batches of {Batches[0]} to {Batches[^1]}"), [.. apart.Select(a => a - Bound)]);
        string finding = test.Direction < 0 ? "the losses agree" : test.Direction > 0 ? "the losses part" : "whether the losses agree may be chance";
        double[] sizes = [.. Batches.Select(b => (double)b)];
        return new ExperimentResult(
            new ExperimentTable("batch", ["rate", "loss", "loss at the first rate"], [.. Batches.Select((b, i) => new ExperimentRow(Say($"{b}"), planted ? Rate : Rate * b / Batches[0], scaled[i].Average(), same[i].Average()))]),
            finding,
            Say($"{finding}: ten epochs of a regression with batches of {Batches[0]} to {Batches[^1]} end {100 * apart.Average():F1} % apart with the rates of this run ({test.P} against 5 %, {seeds.Length} seeds), {100 * Apart(same).Average():F1} % at one rate; from a base rate of 0.1 the rule takes batches of {Batches[^1]} to a loss of {high:G2}"),
            new ExperimentChart("Loss after ten epochs", new("batch", Logarithmic: true), new("loss"), new ExperimentLine("rates of this run", sizes, [.. scaled.Select(l => l.Average())]), new ExperimentLine("one rate", sizes, [.. same.Select(l => l.Average())])))
        {
            Tests = [test],
        };
    }

    // By seed, the largest loss over the least one, less 1.
    private static double[] Apart(double[][] losses) => [.. Enumerable.Range(0, losses[0].Length).Select(seed => losses.Max(l => l[seed]) / losses.Min(l => l[seed]) - 1)];
}
