using TrainingSpec.Claims.D3;
using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D3's sharp and flat minima: which of them descent with small and with large batches leaves.</summary>
internal static class FlatMinima
{
    private static readonly int[] Batches = [1, 4, 16, 64];
    private static readonly ShareDesign Design = new("a run leaves its minimum", Share: 0.9, Findings: 4);

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "flat-minima",
        Question = "Which minima does descent leave at one rate, sharp or flat ones, with batches of each size?",
        Source = "D3, Loss Landscape and Optimization Trajectory (D3-013 to D3-015)",
        Topic = "hessian",
        Design = Design,
        Mistake = "all examples have the same curvature",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        Claim given = ExampleNumbers.Claim("D3-015");
        (double a, double s) = (given.GivenNumber("a"), planted ? 0 : Math.Sqrt(given.GivenNumber("s2")));
        int runs = Design.RunsAt(size);
        double rate = LossLandscape.EscapeRate / a;
        int Left(double flatness, int batch) => Enumerable.Range(0, runs).Count(seed => LossLandscape.Distances(flatness * a, flatness * s, rate, batch, seed)[^1] >= 1);
        int[] sharp = [.. Batches.Select(b => Left(1, b))], flat = [.. Batches.Select(b => Left(0.1, b))];
        int[] ends = [0, Batches.Length - 1];
        ExperimentTest[] tests = [.. ends.SelectMany(i => new[] { Design.Test(Say($"the sharp one, batches of {Batches[i]}"), sharp[i], runs), Design.Test(Say($"the flat one, batches of {Batches[i]}"), flat[i], runs) })];
        string Which(int i) => (tests[i == 0 ? 0 : 2].Direction, tests[i == 0 ? 1 : 3].Direction) switch { (1, -1) => "sharp minima alone", (1, 1) => "both", (-1, 1) => "flat minima alone", (-1, -1) => "neither", _ => "what may be chance" };
        string finding = Which(0) == Which(Batches.Length - 1) ? $"batches of all sizes leave {Which(0)}" : $"single examples leave {Which(0)}, and batches of {Batches[^1]} {Which(Batches.Length - 1)}";
        return new ExperimentResult(
            new ExperimentTable("batch", ["runs", "left the sharp minimum", "left the flat one"], [.. Batches.Select((b, i) => new ExperimentRow(Say($"{b}"), runs, sharp[i], flat[i]))]),
            finding,
            Say($"{finding}: of {runs} runs from a minimum of curvature {a}, {And(sharp.Zip(Batches, (n, b) => Say($"{n} leave with {b}")))}, and from one of curvature {0.1 * a} {And(flat.Select(n => Say($"{n}")))}; the examples' curvatures spread by {s} and {0.1 * s}, and the rate is {rate}; {tests.MaxBy(t => t.PValue)!.P} at most against one half"),
            new ExperimentChart(
                "Distance from the minimum, single examples, seed 0", new("step"), new("distance", Logarithmic: true),
                Path("sharp", LossLandscape.Distances(a, s, rate, 1, 0)), Path("flat", LossLandscape.Distances(0.1 * a, 0.1 * s, rate, 1, 0))))
        {
            Tests = tests,
        };
    }

    // The first steps in full: the mean of a path hides its jumps.
    private static ExperimentLine Path(string name, double[] distances) => ExperimentLine.Over(name, [.. distances.Take(60)]);
}
