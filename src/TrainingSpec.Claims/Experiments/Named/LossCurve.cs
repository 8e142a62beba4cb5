using TrainingSpec.Claims.D1;
using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D1's first exercise: its printed log, read by computing.</summary>
internal static class LossCurve
{
    private const int Break = 600;

    public static Experiment Experiment { get; } = new((_, planted) => Read(planted))
    {
        Name = "loss-curve",
        Question = "What can be read from the printed loss curve: its spike, a change of the rate, and where it leads?",
        Source = "D1, Exercise 1 (D1-182 to D1-191)",
        Topic = "diagnosis",
        Design = new DeterministicDesign("the log is printed, and is read by computing"),
        Mistake = "from step 600 on each gain is a fifth of the printed one",
    };

    private static ExperimentResult Read(bool planted)
    {
        Claim log = ExampleNumbers.Claim("D1-182");
        double[] steps = log.GivenRow("steps"), printed = log.GivenRow("losses"), losses = [.. printed];
        int at = Array.IndexOf(steps, Break);
        for (int i = at + 1; planted && i < losses.Length; i++)
            losses[i] = losses[i - 1] + (printed[i] - printed[i - 1]) / 5;
        double[] gains = Exercise1.Gains(losses), ratios = [.. gains.Zip(gains.Skip(1), (a, b) => b / a)];
        double before = ratios[..4].Average(), after = ratios[4..].Average(), lately = losses[^3] - losses[^1], last = gains[^1] / gains[^2], limit = losses[^1] - gains[^1] * last / (1 - last);
        int peak = (int)steps[Array.IndexOf(losses, losses.Max())], back = (int)steps[Enumerable.Range(1, losses.Length - 1).First(i => losses[i] < losses[0])];
        string finding = Math.Abs(after - before) < 0.1 ? "no change of the rate shows" : Say($"the curve breaks at step {Break}");
        return new ExperimentResult(
            new ExperimentTable(
                "question", ["answer"],
                [
                    new("step of the highest loss", peak), new("first step below the start again", back), new("a gain over the one before, up to step 600", before), new("after it", after),
                    new("gain of the last 200 steps", lately), new("where the gains lead", limit),
                ]),
            finding,
            Say($"{finding}: each 100 steps gain {before:F2} of what the ones before did up to step {Break} and {after:F2} after it; the spike peaks at step {peak} and is over at step {back}; the last 200 steps gained {lately:F3}, and all that are to come will gain {losses[^1] - limit:F3}"),
            new ExperimentChart("The printed log", new("step"), new("loss (nats)"), new ExperimentLine("loss", steps, losses)),
            new ExperimentChart("What 100 steps gain", new("step"), new("loss (nats)", Logarithmic: true), new ExperimentLine("gain", steps[3..], gains)));
    }
}
