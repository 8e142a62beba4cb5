using TrainingSpec.Claims.D2;
using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's first exercise.</summary>
internal static class Initializations
{
    // Biases alone learn what all outputs have in common: less than a quarter of what is learnt from the best start is nothing.
    private const double Quarter = 0.25;
    private static readonly PairedDesign Design = new(new PairedMeasure("share of the loss that is gone after 200 steps, less a quarter of the best start's", Effect: 0.15, Deviation: 0.03)) { Findings = 4 };

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "initializations",
        Question = "How far does one model come from zeros, and from uniform, Xavier's and Kaiming's weights?",
        Source = "D2, Exercises, 1 (D2-130)",
        Topic = "initialization",
        Design = Design,
        Mistake = "in place of zeros stand Xavier's weights",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        string[] starts = ExampleNumbers.Document("D2").Facts["D2-130"]["starts"].Texts;
        double[][][] runs = [.. starts.Select(start => Enumerable.Range(0, Design.RunsAt(size)).Select(seed => Exercises.Losses(planted && start == "zeros" ? "Xavier" : start, seed)).ToArray())];
        double[][] losses = [.. runs.Select(of => Enumerable.Range(0, of[0].Length).Select(t => of.Average(l => l[t])).ToArray())];
        double[][] gains = [.. runs.Select(of => of.Select(l => 1 - l[^1] / l[0]).ToArray())];
        double[] gained = [.. gains.Select(g => g.Average())], bests = gains[Array.IndexOf(gained, gained.Max())];
        ExperimentTest[] tests = [.. starts.Select((start, i) => Design.Test(start, [.. gains[i].Zip(bests, (g, b) => g - Quarter * b)]))];
        string[] stuck = [.. starts.Where((_, i) => tests[i].Direction < 0)];
        string best = starts[Array.IndexOf(gained, gained.Max())];
        string finding = stuck.Length == 0 ? "all starts learn" : $"from {And(stuck)} nothing is learnt";
        return new ExperimentResult(
            new ExperimentTable("start", ["loss at the start", "after 50 steps", "after 200 steps"], [.. starts.Select((start, i) => new ExperimentRow(start, losses[i][0], losses[i][50], losses[i][200]))]),
            finding,
            Say($"{finding}: 200 steps take the loss of four tanh layers from {And(starts.Select((start, i) => Say($"{losses[i][0]:G2} to {losses[i][200]:G2} ({start})")))}; the best start is {best}; of {runs[0].Length} seeds, {tests.MaxBy(t => t.PValue)!.P} at most for what is gone against a quarter of the best's"),
            new ExperimentChart("Four starts of four tanh layers", new("step"), new("loss", Logarithmic: true), [.. starts.Select((start, i) => ExperimentLine.Over(start, losses[i]))]))
        {
            Tests = tests,
        };
    }
}
