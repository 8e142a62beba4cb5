using TrainingSpec.Claims.D1;
using TrainingSpec.Claims.WorkedExamples;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D3's learning-rate finder: its sweep on a small GPT, and trainings at the rates that can be read off it.</summary>
internal static class RateFinder
{
    private const double Smoothing = 0.8;
    private static readonly PairedDesign Design = new(new PairedMeasure("logarithm of the loss in the last fifth of the steps", Effect: 0.08, Deviation: 0.07));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "rate-finder",
        Question = "Which rate trains best, that of a sweep's steepest fall, the last before divergence, or a hundredth of the first?",
        Source = "D3, Learning Rate Finder (D3-061 to D3-065)",
        Topic = "lr-finder",
        Design = Design,
        Mistake = "the two rates are swapped",
        Full = $"trainings of 1000 steps in place of 100, and {Design.Full}",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        Claim sweep = ExampleNumbers.Claim("D3-063");
        double high = double.Parse(sweep.GivenText("hi").Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Real64[] rates = LearningRateFinder.Sweep<Real64>(sweep.GivenNumber("lo"), high, sweep.GivenInteger("N"));
        TokenBatch[] batches = Batches(0, rates.Length + 1);
        RateSweep<Real64> seen = LearningRateFinder.Run(
            new GptTraining<Real64>(SmallGpt.Fresh(0)), new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(double.PositiveInfinity), new AdamTraining<Real64>(AdamOptions.Adam(0)),
            i => batches[i], [.. rates.Select(r => r.Value)]);
        RateSuggestion<Real64> suggestion = LearningRateFinder.Suggest(rates[..seen.Losses.Length], seen.Losses, Smoothing);
        (double steepest, double last) = (rates[suggestion.Steepest!.Value].Value, rates[suggestion.BeforeDivergence!.Value].Value);
        double hundredth = steepest / 100;
        if (planted)
            (steepest, last) = (last, steepest);
        (string Name, double Rate)[] tried = [("a hundredth of the steepest fall's rate", hundredth), ("the steepest fall's rate", steepest), ("the last rate before divergence", last)];
        (int seeds, int steps) = (Design.RunsAt(size), size == ExperimentSize.Full ? 1000 : 100);
        double[][][] losses = [.. tried.Select(t => Enumerable.Range(1, seeds).Select(seed => Trained(seed, steps, t.Rate)).ToArray())];
        double[][] last5th = [.. losses.Select(l => l.Select(run => run[^(steps / 5)..].Average()).ToArray())];
        double[] ends = [.. last5th.Select(l => l.Average())];
        (int best, ExperimentTest test) = Design.Least([.. tried.Select(t => t.Name)], [.. last5th.Select(of => of.Select(l => Real64.Log(l).Value).ToArray())]);
        string finding = test.Direction == 0 ? "which rate trains best may be chance" : $"{tried[best].Name} trains best";
        return new ExperimentResult(
            new ExperimentTable("rate", ["rate", "loss in the last fifth"], [.. tried.Select((t, i) => new ExperimentRow(t.Name, t.Rate, ends[i]))]),
            finding,
            Say($"{finding}: after {steps} steps of Adam the loss is {ends[1]:F3} at {steepest:G3}, where the sweep falls fastest, {ends[2]:F3} at {last:G3}, the last before it diverges, and {ends[0]:F3} at {hundredth:G3}; even guesses would give {Real64.Log(SmallGpt.Smallest.Vocabulary).Value:F3}; {test.P} for the best against the next, {seeds} seeds"),
            new ExperimentChart("The sweep", new("learning rate", Logarithmic: true), new("loss (nats)", Logarithmic: true), Line("loss", seen.Rates, seen.Losses), Line("smoothed", seen.Rates, suggestion.Smoothed)),
            new ExperimentChart("Trainings at three rates, seed 1", new("step"), new("loss (nats)", Logarithmic: true), [.. tried.Select((t, i) => ExperimentLine.Over(Say($"{t.Rate:G3}"), losses[i][0]))]))
        {
            Tests = [test],
        };
    }

    private static double[] Trained(int seed, int steps, double rate) => Kept.Of((seed, steps, rate), static x =>
    {
        TokenBatch[] batches = Batches(x.seed, x.steps);
        return (double[])[.. SmallGpt.Train(SmallGpt.Fresh(x.seed), AdamOptions.Adam(0), x.steps, t => batches[t], _ => x.rate).Select(s => s.Loss.Value)];
    });

    private static TokenBatch[] Batches(int seed, int count)
    {
        var draws = new Draws(seed);
        return [.. Enumerable.Range(0, count).Select(_ => SkewedText.Of(draws, SmallGpt.Smallest, SmallRuns.Batch))];
    }

    private static ExperimentLine Line(string name, double[] rates, Real64[] losses) => new(name, rates[..losses.Length], [.. losses.Select(l => l.Value)]);
}
