using TrainingSpec.Claims.D2;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's fifth exercise.</summary>
internal static class GradientHistogram
{
    private const int Bins = 24;

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "gradient-histogram",
        Question = "How does the histogram of single examples' gradients change in training?",
        Source = "D2, Exercises, 5 (D2-134)",
        Topic = "monitoring",
        Mistake = "the updates have the wrong sign",
        Full = "ten regressions in place of three",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        const double Rate = 0.1;
        (double[] Before, double[] After)[] runs = [.. Enumerable.Range(0, size == ExperimentSize.Full ? 10 : 3).Select(seed => Exercises.SingleGradients(seed, planted ? -Rate : Rate))];
        ((double Spread, double Mean) Before, (double Spread, double Mean) After)[] measured = [.. runs.Select(r => (Exercises.Spread(r.Before), Exercises.Spread(r.After)))];
        int narrower = measured.Count(m => m.After.Spread < m.Before.Spread), noisier = measured.Count(m => m.After.Spread / m.After.Mean > m.Before.Spread / m.Before.Mean);
        string finding = (narrower == runs.Length ? "it gets narrower" : narrower == 0 ? "it gets broader" : "it gets now narrower, now broader")
            + (noisier == runs.Length ? ", and broader beside its mean" : noisier == 0 ? ", and not beside its mean" : "");
        double edge = runs[0].Before.Max(Math.Abs);
        return new ExperimentResult(
            new ExperimentTable("gradients", ["spread", "magnitude of the mean", "spread over it"], [.. measured.SelectMany((m, i) => new[] { Row(Say($"regression {i}, before"), m.Before), Row(Say($"regression {i}, after"), m.After) })]),
            finding,
            Say($"{finding}: over {runs.Length} regressions the spread goes from {measured.Average(m => m.Before.Spread):G3} to {measured.Average(m => m.After.Spread):G3} in 100 steps, the magnitude of the mean from {measured.Average(m => m.Before.Mean):G3} to {measured.Average(m => m.After.Mean):G3}"),
            new ExperimentChart("Gradients of 100 examples, regression 0", new("gradient"), new("count"), Counts("before", runs[0].Before, edge), Counts("after 100 steps", runs[0].After, edge)));
    }

    private static ExperimentRow Row(string name, (double Spread, double Mean) m) => new(name, m.Spread, m.Mean, m.Spread / m.Mean);

    // What lies beyond the edges counts in the outermost bins.
    private static ExperimentLine Counts(string name, double[] gradients, double edge)
    {
        var counts = new double[Bins];
        foreach (double g in gradients)
            counts[(int)Math.Clamp((g / edge + 1) / 2 * Bins, 0, Bins - 1)]++;
        return new ExperimentLine(name, [.. Enumerable.Range(0, Bins).Select(i => edge * ((2 * i + 1.0) / Bins - 1))], counts);
    }
}
