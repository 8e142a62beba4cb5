using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Warmup Phase": two of the reasons for a warmup, tried on a small GPT.</summary>
internal static class WarmupReasons
{
    private const int Batch = 4;
    private static readonly GptConfig Config = new() { Vocabulary = 8, Width = 4, Layers = 1, Heads = 1, Context = 6, MlpRatio = 2 };

    /// <summary>The spread of single sequences' gradients at the random weights and after training: by itself, and against their mean.</summary>
    [Claim("D4-060")]
    internal static Finding EarlyGradientsAreNoisy(Claim claim)
    {
        const int Steps = 200, Seeds = 3;
        int spreadFalls = 0, noiseFalls = 0;
        List<string> figures = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            var draws = new Draws(460 + seed);
            Gpt<Real64> gpt = Fresh(seed);
            (double Spread, double Noise) early = Measure(gpt, 460);
            Train(gpt, draws, Steps, _ => 1e-2);
            (double Spread, double Noise) late = Measure(gpt, 460);
            spreadFalls += early.Spread > late.Spread ? 1 : 0;
            noiseFalls += early.Noise > late.Noise ? 1 : 0;
            figures.Add(Say($"seed {seed}: spread {early.Spread:G3} then {late.Spread:G3}, noise scale {early.Noise:G3} then {late.Noise:G3}"));
        }

        Working.Tried(Say($"{Seeds} small GPTs, {Steps} AdamW steps each; 64 single sequences' gradients before and after"));
        foreach (string figure in figures)
            Working.Tried(figure);
        Working.Counted("runs in which the summed variance falls", spreadFalls, Seeds);
        Working.Counted("runs in which the variance over the squared mean gradient falls", noiseFalls, Seeds);
        return Judge.TwoReadings(
            spreadFalls == Seeds,
            noiseFalls == Seeds,
            Say($"spread falls in {spreadFalls} of {Seeds}, noise scale in {noiseFalls} of {Seeds}"),
            Say($"in a small GPT, from random weights to step {Steps}, the summed variance of single sequences' gradients falls in {spreadFalls} of {Seeds} runs, the noise scale (that variance over the squared mean gradient) in {noiseFalls} of {Seeds}: {figures[0]}"))
            .With(figures);
    }

    /// <summary>The documented number of warmup steps at the document's own rate and at multiples of it, then the document's rate, against a warmup: the loss on held-out text at the end of twice the warmup.</summary>
    [Claim("D4-061")]
    [Turn("facts/loss after large early updates", "lower", Verdict.Confirmed)]
    [Turn("facts/loss after large early updates", "no difference", Verdict.Erratum)]
    internal static Finding LargeEarlyUpdates(Claim claim, Document document)
    {
        const int Pairs = 20;
        string stated = claim.Facts["loss after large early updates"].Text;
        (double rate, int warmup) = (document["D4-066"].GivenNumber("max_lr"), document["D4-066"].GivenInteger("warmup_steps"));
        int steps = 2 * warmup;
        List<(int Factor, PairedOutcome Outcome)> tried = [];
        foreach (int factor in (int[])[1, 100, 1000])
        {
            var runs = new PairedRuns(
                Say($"do {warmup} steps at {factor} times the rate {rate} raise the loss that a small GPT ends at"), Say($"loss on held-out text after {steps} steps"), Pairs);
            tried.Add((factor, runs.Run("after large early updates", "after a warmup", seed => (
                Kept.Of((seed, steps, factor, rate, warmup), static x => HeldOut(x.seed, x.steps, t => t < x.warmup ? x.factor * x.rate : x.rate)),
                Kept.Of((seed, steps, rate, warmup), static x => HeldOut(x.seed, x.steps, t => x.rate * Math.Min(1, (t + 1.0) / x.warmup)))))));
        }

        Working.Uses("schedules.warmup_rate");
        (int Factor, PairedOutcome Outcome)[] shown = [.. tried.Where(t => t.Outcome.Direction == stated)];
        return Judge.Conditional(
            tried[0].Outcome.Direction == stated,
            shown.Length > 0,
            shown.Length > 0 ? Say($"when the early rate is {shown[0].Factor} times the document's") : "",
            string.Join("; ", tried.Select(t => Say($"{t.Factor} times: {t.Outcome.Direction}"))),
            Say($"after {warmup} early steps at {And(tried.Select(t => Say($"{t.Factor}")))} times the document's rate the held-out loss of a small GPT ends {And(tried.Select(t => Say($"{t.Outcome.Direction} ({t.Outcome.Higher} of {Pairs} pairs)")))} than after a warmup"))
            .With([.. tried.Select(t => Say($"{t.Factor} times: {t.Outcome}"))]);
    }

    // The loss on text that was not trained on, at the end of a run.
    private static double HeldOut(int seed, int steps, Func<int, double> rate)
    {
        Gpt<Real64> gpt = Fresh(seed);
        Train(gpt, new Draws(seed), steps, rate);
        (int[][] inputs, int[][] targets) = SmallGpt.Text(new Draws(1_000_000 + seed), Config.Vocabulary, 64, Config.Context);
        return gpt.Loss(inputs, targets);
    }

    private static Gpt<Real64> Fresh(int seed) => new(Config, GptInitialization.Normal<Real64>(Config, (ulong)seed));

    private static double[] Train(Gpt<Real64> gpt, Draws draws, int steps, Func<int, double> rate)
    {
        (GptTraining<Real64> model, TokenLossTraining<Real64> loss) = (new(gpt), new());
        (GlobalNormClipping<Real64> none, AdamTraining<Real64> optimizer) = (new(double.PositiveInfinity), new(AdamOptions.AdamW(0)));
        var losses = new double[steps];
        for (int t = 0; t < steps; t++)
        {
            (int[][] inputs, int[][] targets) = SmallGpt.Text(draws, Config.Vocabulary, Batch, Config.Context);
            losses[t] = TrainingLoop.Step(model, loss, none, optimizer, new TokenBatch(inputs, targets), rate(t)).Loss;
        }

        return losses;
    }

    // The trace of the covariance of single sequences' gradients, and that over the squared norm of their mean, both without bias.
    private static (double Spread, double Noise) Measure(Gpt<Real64> gpt, int seed)
    {
        const int Samples = 64;
        (int[][] inputs, int[][] targets) = SmallGpt.Text(new Draws(seed), Config.Vocabulary, Samples, Config.Context);
        double[][] all = [.. inputs.Zip(targets, (x, y) => gpt.LossAndGradients([x], [y]).Gradients.Parameters.Values.SelectMany(g => g).Select(g => g.Value).ToArray())];
        double[] mean = [.. Enumerable.Range(0, all[0].Length).Select(i => all.Average(g => g[i]))];
        double spread = all.Sum(g => g.Zip(mean, (a, b) => (a - b) * (a - b)).Sum()) / (Samples - 1);
        return (spread, spread / (mean.Sum(m => m * m) - spread / Samples));
    }
}
