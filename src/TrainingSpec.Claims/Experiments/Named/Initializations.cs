using TrainingSpec.Claims.D2;
using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's first exercise.</summary>
internal static class Initializations
{
    public static Experiment Experiment { get; } = new((_, planted) => Run(planted))
    {
        Name = "initializations",
        Question = "How far does one model come from zeros, and from uniform, Xavier's and Kaiming's weights?",
        Source = "D2, Exercises, 1 (D2-130)",
        Topic = "initialization",
        Mistake = "in place of zeros stand Xavier's weights",
    };

    private static ExperimentResult Run(bool planted)
    {
        string[] starts = ExampleNumbers.Document("D2").Facts["D2-130"]["starts"].Texts;
        double[][] losses = [.. starts.Select(start => Exercises.Losses(planted && start == "zeros" ? "Xavier" : start))];
        double[] gained = [.. losses.Select(l => 1 - l[^1] / l[0])];
        // A tenth of the best: biases alone learn what all outputs have in common.
        string[] stuck = [.. starts.Where((_, i) => gained[i] < 0.1 * gained.Max())];
        string best = starts[Array.IndexOf(gained, gained.Max())];
        string finding = stuck.Length == 0 ? "all starts learn" : $"from {And(stuck)} nothing is learnt";
        return new ExperimentResult(
            new ExperimentTable("start", ["loss at the start", "after 50 steps", "after 200 steps"], [.. starts.Select((start, i) => new ExperimentRow(start, losses[i][0], losses[i][50], losses[i][200]))]),
            finding,
            Say($"{finding}: 200 steps take the loss of four tanh layers from {And(starts.Select((start, i) => Say($"{losses[i][0]:G2} to {losses[i][200]:G2} ({start})")))}; the best start is {best}"),
            new ExperimentChart("Four starts of four tanh layers", new("step"), new("loss", Logarithmic: true), [.. starts.Select((start, i) => ExperimentLine.Over(start, losses[i]))]));
    }
}
