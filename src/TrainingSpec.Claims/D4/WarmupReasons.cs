using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Warmup Phase": two of the reasons for a warmup, tried on a small GPT.</summary>
internal static class WarmupReasons
{
    private const int Batch = 4;
    private static readonly GptConfig Config = new() { Vocabulary = 8, Width = 4, Layers = 1, Heads = 1, Context = 6, MlpRatio = 2 };

    /// <summary>The spread of single sequences' gradients at the random weights and after training: by itself, and against their mean.</summary>
    [Claim("D4-060")]
    internal static Finding EarlyGradientsAreNoisy()
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
            figures.Add(Invariant($"seed {seed}: spread {early.Spread:G3} then {late.Spread:G3}, noise scale {early.Noise:G3} then {late.Noise:G3}"));
        }

        return Judge.TwoReadings(
            spreadFalls == Seeds,
            noiseFalls == Seeds,
            Invariant($"spread falls in {spreadFalls} of {Seeds}, noise scale in {noiseFalls} of {Seeds}"),
            Invariant($"in a small GPT, from random weights to step {Steps}, the summed variance of single sequences' gradients falls in {spreadFalls} of {Seeds} runs, the noise scale (that variance over the squared mean gradient) in {noiseFalls} of {Seeds}: {figures[0]}"))
            .With(figures);
    }

    /// <summary>Peak rates ten and a thousand times the document's, with and without its warmup: a rate at which every run without one ends up above the untrained loss, and higher than with one.</summary>
    [Claim("D4-061")]
    internal static Finding LargeEarlyUpdates()
    {
        const int Steps = 50, Seeds = 5;
        Claim example = Elsewhere.Claim("D4-066");
        double documented = example.GivenNumber("max_lr");
        int warmup = example.GivenInteger("warmup_steps");
        int[] factors = [10, 1000];
        int[] worse = new int[factors.Length], unstable = new int[factors.Length];
        double[] with = new double[factors.Length], without = new double[factors.Length];
        for (int f = 0; f < factors.Length; f++)
        {
            double peak = factors[f] * documented;
            for (int seed = 0; seed < Seeds; seed++)
            {
                double[] plain = Train(Fresh(seed), new Draws(seed), Steps, _ => peak), warm = Train(Fresh(seed), new Draws(seed), Steps, t => Schedules.WarmupRate<Real64>(peak, warmup, Math.Min(t + 1, warmup)));
                worse[f] += plain.Max() > warm.Max() ? 1 : 0;
                // A tenth above ln V, where both runs start: the model has become worse than guessing.
                unstable[f] += plain.Max() > Real64.Log(Config.Vocabulary) * 1.1 ? 1 : 0;
                with[f] += warm.Max() / Seeds;
                without[f] += plain.Max() / Seeds;
            }
        }

        bool can = Enumerable.Range(0, factors.Length).Any(f => worse[f] == Seeds && unstable[f] == Seeds);
        string[] shown = [.. factors.Select((n, f) => Invariant($"{n} times {documented:G3}: worse in {worse[f]} of {Seeds}, largest loss {without[f]:G3} without and {with[f]:G3} with a warmup"))];
        return Judge.Holds(
            can,
            string.Join("; ", factors.Select((n, f) => Invariant($"{n} times the rate: {unstable[f]} of {Seeds} unstable"))),
            Invariant($"in the first {Steps} steps of a small GPT (ln V = {Real64.Log(Config.Vocabulary).Value:G3}) at {string.Join("; at ", shown)}"),
            Invariant($"no rate destabilised all {Seeds} runs of a small GPT and did less harm with a warmup: {string.Join("; ", shown)}"));
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
