using TrainingSpec.Claims.D2;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's fifth exercise.</summary>
internal static class GradientHistogram
{
    private const int Bins = 24;

    private static readonly PairedDesign Design = new(
        new PairedMeasure("logarithm of the spread", Effect: 1, Deviation: 0.15), new PairedMeasure("logarithm of the spread over the mean's magnitude", Effect: 4, Deviation: 1.5));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "gradient-histogram",
        Question = "How does the histogram of single examples' gradients change in training?",
        Source = "D2, Exercises, 5 (D2-134)",
        Topic = "monitoring",
        Design = Design,
        Mistake = "the updates have the wrong sign",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        const double Rate = 0.1;
        (double[] Before, double[] After)[] runs = [.. Enumerable.Range(0, Design.RunsAt(size)).Select(seed => Exercises.SingleGradients(seed, planted ? -Rate : Rate))];
        ((double Spread, double Mean) Before, (double Spread, double Mean) After)[] measured = [.. runs.Select(r => (Exercises.Spread(r.Before), Exercises.Spread(r.After)))];
        ExperimentTest width = Design.Test("after less before", [.. measured.Select(m => Real64.Log(m.After.Spread / m.Before.Spread).Value)]);
        ExperimentTest noise = Design.Test("after less before", [.. measured.Select(m => Real64.Log(m.After.Spread / m.After.Mean / (m.Before.Spread / m.Before.Mean)).Value)], 1);
        string finding = (width.Direction < 0 ? "it gets narrower" : width.Direction > 0 ? "it gets broader" : "it gets now narrower, now broader")
            + (noise.Direction > 0 ? ", and broader beside its mean" : noise.Direction < 0 ? ", and narrower beside its mean" : ", and not surely beside its mean");
        double edge = runs[0].Before.Max(Math.Abs);
        return new ExperimentResult(
            new ExperimentTable("gradients", ["spread", "magnitude of the mean", "spread over it"], [.. measured.SelectMany((m, i) => new[] { Row(Say($"regression {i}, before"), m.Before), Row(Say($"regression {i}, after"), m.After) })]),
            finding,
            Say($"{finding}: over {runs.Length} regressions the spread goes from {measured.Average(m => m.Before.Spread):G3} to {measured.Average(m => m.After.Spread):G3} in 100 steps, the magnitude of the mean from {measured.Average(m => m.Before.Mean):G3} to {measured.Average(m => m.After.Mean):G3} ({width.P} and {noise.P})"),
            new ExperimentChart("Gradients of 100 examples, regression 0", new("gradient"), new("count"), Counts("before", runs[0].Before, edge), Counts("after 100 steps", runs[0].After, edge)))
        {
            Tests = [width, noise],
        };
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
