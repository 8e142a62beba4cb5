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

    /// <summary>Peak rates ten and a thousand times the document's, with and without its warmup: a rate that lifts the loss above guessing more often without one, by a sign test on paired runs.</summary>
    [Claim("D4-061")]
    internal static Finding LargeEarlyUpdates(Claim claim, Document document)
    {
        const int Steps = 50;
        const double Level = 0.01;
        Claim example = document["D4-066"];
        double documented = example.GivenNumber("max_lr");
        int warmup = example.GivenInteger("warmup_steps");
        // Three pairs could not reach the level; they show that a moderate rate does no harm.
        (int Factor, int Pairs)[] trials = [(10, 3), (1000, 12)];
        // A tenth above ln V, where every run starts: the model has become worse than guessing.
        double guessing = Real64.Log(Config.Vocabulary) * 1.1;
        bool can = false;
        List<string> shown = [], counts = [];
        foreach ((int factor, int pairs) in trials)
        {
            double peak = factor * documented, with = 0, without = 0;
            int worse = 0, unstable = 0, unstableWarm = 0;
            for (int seed = 0; seed < pairs; seed++)
            {
                double plain = Train(Fresh(seed), new Draws(seed), Steps, _ => peak).Max();
                double warm = Train(Fresh(seed), new Draws(seed), Steps, t => Schedules.WarmupRate<Real64>(peak, warmup, Math.Min(t + 1, warmup))).Max();
                worse += plain > warm ? 1 : 0;
                unstable += plain > guessing ? 1 : 0;
                unstableWarm += warm > guessing ? 1 : 0;
                (with, without) = (with + warm / pairs, without + plain / pairs);
            }

            can |= AtLeast(worse, pairs) < Level && unstable > unstableWarm;
            counts.Add(Say($"{factor} times the rate: {unstable} of {pairs} unstable, {unstableWarm} with warmup"));
            shown.Add(Say($"{factor} times {documented:G3} the largest loss is higher without a warmup in {worse} of {pairs} pairs (chance {AtLeast(worse, pairs):G2}), {without:G3} against {with:G3} on average"));
        }

        Working.Uses("schedules.warmup_rate");
        Working.Tried(Say($"pairs of runs of a small GPT over {Steps} steps that differ in the warmup alone; unstable is a largest loss above {guessing:G4}, a tenth above ln V"));
        foreach ((string count, string figures) in counts.Zip(shown))
        {
            Working.Tried(count);
            Working.Tried(figures);
        }

        Working.Holds(Say($"at some rate runs without a warmup are worse by a sign test at level {Level}, and unstable more often"), can);
        return Judge.Holds(
            can,
            string.Join("; ", counts),
            Say($"in the first {Steps} steps of a small GPT (ln V = {Real64.Log(Config.Vocabulary).Value:G3}) at {string.Join("; at ", shown)}"),
            Say($"no rate destabilised a small GPT more often without a warmup: at {string.Join("; at ", shown)}"));
    }

    // The chance of so many or more heads in tosses of a fair coin.
    private static double AtLeast(int heads, int tosses)
    {
        double term = Math.ScaleB(1, -tosses), sum = 0;
        for (int k = tosses; k >= heads; k--)
        {
            sum += term;
            term *= (double)k / (tosses - k + 1);
        }

        return sum;
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
