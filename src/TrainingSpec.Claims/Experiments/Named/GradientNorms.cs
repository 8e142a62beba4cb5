using TrainingSpec.Claims.D0;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D0's fifth exercise.</summary>
internal static class GradientNorms
{
    private static readonly PairedDesign Design = new(new PairedMeasure("logarithm of a tenth's mean norm", Effect: 0.25, Deviation: 0.09)) { Findings = 3 };

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "gradient-norms",
        Question = "In which tenth of training are the gradients longest?",
        Source = "D0, Exercises, 5 (D0-186)",
        Topic = "monitoring",
        Design = Design,
        Mistake = "the log keeps the rate in the norm's place",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        string[] starts = ["N(0, 1)", "He", "N(0, 0.01^2)"];
        int seeds = Design.RunsAt(size);
        double[][][] runs = [.. starts.Select(start => Enumerable.Range(0, seeds).Select(seed => Tenths(start, seed, planted)).ToArray())];
        double[][] tenths = [.. runs.Select(of => of.Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]))];
        int[] longest = [.. tenths.Select(t => Array.IndexOf(t, t.Max()))];
        ExperimentTest[] tests = [.. starts.Select((start, i) => Design.Compare(
            Say($"from {start}, tenth {longest[i] + 1} less the longest other one"), [.. runs[i].Select(t => Real64.Log(t[longest[i]]).Value)], [.. runs[i].Select(t => Real64.Log(t.Where((_, k) => k != longest[i]).Max()).Value)]))];
        bool[] sure = [.. tests.Select(t => t.Direction > 0)];
        string finding = sure.All(s => !s) ? "no tenth differs from another"
            : sure.All(s => s) && longest.Distinct().Count() == 1 ? Say($"the gradients are longest in tenth {longest[0] + 1}")
            : $"the start decides: {And(starts.Select((s, i) => sure[i] ? Say($"tenth {longest[i] + 1} from {s}") : $"no tenth surely from {s}"))}";
        return new ExperimentResult(
            new ExperimentTable("tenth", [.. starts.Select(start => $"mean norm from {start}")], [.. Enumerable.Range(0, 10).Select(t => new ExperimentRow(Say($"{t + 1}"), [.. tenths.Select(of => of[t] / seeds)]))]),
            finding,
            Say($"{finding}; the mean norm goes from {tenths[0][0] / seeds:F3} to {tenths[0][^1] / seeds:F3}, from {tenths[1][0] / seeds:F3} to {tenths[1][^1] / seeds:F3} and from {tenths[2][0] / seeds:F3} to {tenths[2][^1] / seeds:F3} between the first and the last tenth of 20 epochs at a rate of 0.1; of {seeds} seeds, {And(starts.Zip(tests, (s, t) => $"{t.P} from {s}"))}"),
            new ExperimentChart("Gradient norm by tenths of a run", new("tenth"), new("mean norm"), [.. starts.Select((start, i) => ExperimentLine.Over(start, [.. tenths[i].Select(t => t / seeds)]))]))
        {
            Tests = tests,
        };
    }

    private static double[] Tenths(string start, int seed, bool planted)
    {
        double[] norms = Exercises.AtRate(0.1, seed, start).Run().Norms;
        return [.. norms.Chunk(norms.Length / 10).Take(10).Select(c => planted ? 0.1 : c.Average())];
    }
}
