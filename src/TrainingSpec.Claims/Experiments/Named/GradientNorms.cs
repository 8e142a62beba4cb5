using TrainingSpec.Claims.D0;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D0's fifth exercise.</summary>
internal static class GradientNorms
{
    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "gradient-norms",
        Question = "In which tenth of training are the gradients longest?",
        Source = "D0, Exercises, 5 (D0-186)",
        Topic = "monitoring",
        Mistake = "the log keeps the rate in the norm's place",
        Full = "five seeds in place of two",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        string[] starts = ["N(0, 1)", "He", "N(0, 0.01^2)"];
        int seeds = size == ExperimentSize.Full ? 5 : 2;
        double[][] tenths = [.. starts.Select(start => Enumerable.Range(0, seeds).Select(seed => Tenths(start, seed, planted)).Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]))];
        int?[] longest = [.. tenths.Select(t => t.Distinct().Count() == 1 ? null : (int?)(1 + Array.IndexOf(t, t.Max())))];
        string finding = longest.All(l => l is null) ? "no tenth differs from another"
            : longest.Distinct().Count() == 1 ? $"the gradients are longest in tenth {longest[0]}"
            : $"the start decides: {And(starts.Zip(longest, (s, l) => Say($"tenth {l} from {s}")))}";
        return new ExperimentResult(
            new ExperimentTable("tenth", [.. starts.Select(start => $"mean norm from {start}")], [.. Enumerable.Range(0, 10).Select(t => new ExperimentRow(Say($"{t + 1}"), [.. tenths.Select(of => of[t] / seeds)]))]),
            finding,
            Say($"{finding}; the mean norm goes from {tenths[0][0] / seeds:F3} to {tenths[0][^1] / seeds:F3}, from {tenths[1][0] / seeds:F3} to {tenths[1][^1] / seeds:F3} and from {tenths[2][0] / seeds:F3} to {tenths[2][^1] / seeds:F3} between the first and the last tenth of 20 epochs at a rate of 0.1"),
            new ExperimentChart("Gradient norm by tenths of a run", new("tenth"), new("mean norm"), [.. starts.Select((start, i) => ExperimentLine.Over(start, [.. tenths[i].Select(t => t / seeds)]))]));
    }

    private static double[] Tenths(string start, int seed, bool planted)
    {
        double[] norms = Exercises.AtRate(0.1, seed, start).Run().Norms;
        return [.. norms.Chunk(norms.Length / 10).Take(10).Select(c => planted ? 0.1 : c.Average())];
    }
}
