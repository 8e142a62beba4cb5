using TrainingSpec.Claims.Experiments;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Warmup Phase": two of the reasons for a warmup, tried on a small GPT.</summary>
internal static class WarmupReasons
{
    /// <summary>Single sequences' gradients at random weights and after training, at the document's rate and beyond: their spread by itself, and against their mean.</summary>
    [Claim("D4-060")]
    [Turn("facts/gradients at random weights against trained ones", "less noisy", Verdict.Erratum)]
    [Turn("facts/gradients at random weights against trained ones", "as noisy", Verdict.Erratum)]
    internal static Finding EarlyGradientsAreNoisy(Claim claim, Document document)
    {
        const int Pairs = 20, Steps = 400;
        string stated = claim.Facts["gradients at random weights against trained ones"].Text switch
        {
            "noisier" => "higher",
            "less noisy" => "lower",
            "as noisy" => "no different",
            _ => throw claim.Bad("facts"),
        };
        (double rate, int warmup) = (document["D4-066"].GivenNumber("max_lr"), document["D4-066"].GivenInteger("warmup_steps"));
        int[] factors = [1, 30];
        PairedOutcome[] spreads = [.. factors.Select(f => Run("spread of single sequences' gradients", f, m => m.Spread))];
        PairedOutcome[] scales = [.. factors.Select(f => Run("noise scale (the spread over the squared mean gradient)", f, m => m.Noise))];
        // As a sentence on the document's own training it may hold and as one on training at any rate not.
        return Judge.TwoReadings(
            spreads[0].Direction == stated && scales[0].Direction == stated,
            spreads[1].Direction == stated && scales[1].Direction == stated,
            Say($"spread {And(spreads.Select(s => s.Direction))}, noise scale {And(scales.Select(s => s.Direction))}"),
            Say($"in a small GPT, at random weights against step {Steps}, the summed variance of single sequences' gradients is {And(spreads.Select((s, i) => Say($"{s.Direction} at {Times(factors[i])} ({s.Higher} of {Pairs} pairs)")))}; the noise scale, that variance over the squared mean gradient, is {And(scales.Select((s, i) => Say($"{s.Direction} at {Times(factors[i])} ({s.Higher} of {Pairs})")))}"))
            .With([.. spreads.Concat(scales).Select(s => s.ToString())]);

        PairedOutcome Run(string measured, int factor, Func<(double Spread, double Noise), double> of) =>
            new PairedRuns(Say($"are a small GPT's gradients noisier at random weights than after {Steps} steps at {factor} times the rate {rate}"), measured, Pairs).Run("at random weights", "after training", seed => (
                of(Kept.Of(seed, static s => SmallGpt.GradientSpread(SmallGpt.Fresh(s), 460))),
                of(Kept.Of((seed, factor * rate, warmup), static x => Trained(x.seed, x.Item2, x.warmup)))));

        static (double Spread, double Noise) Trained(int seed, double rate, int warmup)
        {
            Gpt<Real64> gpt = SmallGpt.Fresh(seed);
            SmallGpt.Train(gpt, new Draws(460 + seed), Steps, t => rate * Math.Min(1, (t + 1.0) / warmup));
            return SmallGpt.GradientSpread(gpt, 460);
        }
    }

    /// <summary>The documented number of warmup steps at the document's own rate and at multiples of it, then the document's rate, against a warmup: the loss on held-out text at the end of twice the warmup.</summary>
    [Claim("D4-061")]
    [Turn("facts/loss after large early updates", "lower", Verdict.Confirmed)]
    [Turn("facts/loss after large early updates", "no different", Verdict.Erratum)]
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
            And(tried.Select(t => Say($"{t.Outcome.Direction} at {Times(t.Factor)}"))),
            Say($"against a warmup, {warmup} early steps leave the held-out loss of a small GPT {And(tried.Select(t => Say($"{t.Outcome.Direction} at {Times(t.Factor)} (higher in {t.Outcome.Higher} of {Pairs} pairs)")))}"))
            .With([.. tried.Select(t => Say($"at {Times(t.Factor)}: {t.Outcome}"))]);
    }

    private static string Times(int factor) => factor == 1 ? "the document's rate" : Say($"{factor} times that rate");

    // The loss on text that was not trained on, at the end of a run.
    private static double HeldOut(int seed, int steps, Func<int, double> rate)
    {
        Gpt<Real64> gpt = SmallGpt.Fresh(seed);
        SmallGpt.Train(gpt, new Draws(seed), steps, rate);
        (int[][] inputs, int[][] targets) = SmallGpt.Text(new Draws(1_000_000 + seed), SmallGpt.Smallest.Vocabulary, 64, SmallGpt.Smallest.Context);
        return gpt.Loss(inputs, targets);
    }
}
