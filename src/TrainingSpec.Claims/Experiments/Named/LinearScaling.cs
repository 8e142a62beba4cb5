using TrainingSpec.Claims.D2;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's second exercise.</summary>
internal static class LinearScaling
{
    private const double Rate = 1e-3;
    private static readonly int[] Batches = [16, 64, 256, 1024];

    public static Experiment Experiment { get; } = new((_, planted) => Run(planted))
    {
        Name = "linear-scaling",
        Question = "Do batches of all sizes end at the same loss when the rate grows with them?",
        Source = "D2, Exercises, 2 (D2-131)",
        Topic = "linear-scaling",
        Mistake = "the rate stays the same",
    };

    private static ExperimentResult Run(bool planted)
    {
        double[] scaled = [.. Batches.Select(b => Exercises.ScalingLoss(b, planted ? Rate : Rate * b / Batches[0]))], same = [.. Batches.Select(b => Exercises.ScalingLoss(b, Rate))];
        double apart = scaled.Max() / scaled.Min() - 1, high = Exercises.ScalingLoss(Batches[^1], 0.1 * Batches[^1] / Batches[0]);
        string finding = apart < 0.05 ? "the losses agree" : "the losses part";
        double[] sizes = [.. Batches.Select(b => (double)b)];
        return new ExperimentResult(
            new ExperimentTable("batch", ["rate", "loss", "loss at the first rate"], [.. Batches.Select((b, i) => new ExperimentRow(Say($"{b}"), planted ? Rate : Rate * b / Batches[0], scaled[i], same[i]))]),
            finding,
            Say($"{finding}: ten epochs of a regression with batches of {Batches[0]} to {Batches[^1]} end {100 * apart:F1} % apart with the rates of this run, {100 * (same.Max() / same.Min() - 1):F1} % at one rate; from a base rate of 0.1 the rule takes batches of {Batches[^1]} to a loss of {high:G2}"),
            new ExperimentChart("Loss after ten epochs", new("batch", Logarithmic: true), new("loss"), new ExperimentLine("rates of this run", sizes, scaled), new ExperimentLine("one rate", sizes, same)));
    }
}
