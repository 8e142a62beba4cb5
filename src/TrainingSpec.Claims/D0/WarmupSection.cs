using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Warmup".</summary>
internal static class WarmupSection
{
    /// <summary>The stated rate against ours.</summary>
    [Claim("D0-060")]
    [Turn("facts/formula", "eta_max * (t + 1) / T_warmup", Verdict.Erratum)]
    [Turn("facts/formula", "eta_max * T_warmup / t", Verdict.Erratum)]
    internal static Finding Rate(Claim claim) => Judge.Formula(claim, "formula", x => Schedules.WarmupRate(x["eta_max"], x.Whole("T_warmup", 50, 100), x.Whole("t", 1, 50)))
        .AndYet("without the end of the warmup in it the formula goes on rising past eta_max");

    /// <summary>The first rate, with steps counted from 0 and from 1.</summary>
    [Claim("D0-061")]
    [Turn("facts/first rate", "the highest", Verdict.Erratum)]
    [Turn("D0-060/facts/formula", "eta_max * (t + 1) / T_warmup", Verdict.Confirmed)]
    internal static Finding TinyStart(Claim claim, Document document)
    {
        double from0 = Working.Value("first of the rates up to 0.1 over 100 steps, counted from 0", At(document, 0, 100)), from1 = Working.Value("counted from 1", At(document, 1, 100));
        bool tiny = claim.Facts["first rate"].Text == "tiny";
        return Judge.TwoReadings(
            tiny && from1 > 0 && from1 < 0.1 / 10,
            tiny && from0 > 0 && from0 < 0.1 / 10,
            Say($"{from0} or {from1:G3}"),
            Say($"counted from 1 the first rate is {from1:G3}, a hundredth of the highest; counted from 0, as the document's loops count, it is {from0}, and the first update changes nothing"));
    }

    /// <summary>The document's own two formulas one after the other: up, then never up again.</summary>
    [Claim("D0-062")]
    [Turn("facts/order", "[\"decay\", \"warmup\"]", Verdict.Erratum)]
    internal static Finding ThenDecay(Claim claim, Document document)
    {
        double[] rates = [.. Enumerable.Range(0, 101).Select(t => t < 10 ? At(document, t, 10) : CosineAnnealing.At(document, t, 100, 0.1))];
        bool up = Working.Holds("the rate rises in every one of 10 steps of warmup", Enumerable.Range(1, 9).All(t => rates[t] > rates[t - 1]));
        bool down = Working.Holds("after it, in 90 steps of cosine decay, it never rises", Enumerable.Range(11, 90).All(t => rates[t] <= rates[t - 1]));
        string[] found = up && down ? ["warmup", "decay"] : ["neither"], stated = claim.Facts["order"].Texts;
        return Judge.Holds(found.SequenceEqual(stated), And(found), Say($"with the document's two formulas the rate rises over 10 steps and then never again"), Say($"found is {And(found)}, stated {And(stated)}"));
    }

    /// <summary>Gradient norms early and late, from several starts; and the highest loss, with and without a warmup.</summary>
    [Claim("D0-063")]
    [Turn("facts/early gradients", "smaller", Verdict.Erratum)]
    [Turn("facts/highest loss with a warmup", "higher", Verdict.Erratum)]
    internal static Finding LargeEarlyGradients(Claim claim)
    {
        string stated = claim.Facts["early gradients"].Text;
        (string Scheme, string Direction, string Told)[] norms = [.. ((string[])["He", "N(0, 1)", "N(0, 0.01^2)"]).Select(scheme =>
        {
            PairedOutcome outcome = new PairedRuns(Say($"are the gradients of the first tenth longer, from {scheme}"), "mean gradient norm", Pairs: 10).Run("in the first tenth of 20 epochs", "in the last", seed =>
            {
                double[] all = new CharRun { Validates = false, Seed = seed, Rate = 0.1, Epochs = 20, Scheme = scheme, Examples = 256 }.Run().Norms;
                return (all[..(all.Length / 10)].Average(), all[^(all.Length / 10)..].Average());
            });
            return (scheme, outcome.Direction switch { "higher" => "larger", "lower" => "smaller", var none => none }, outcome.ToString());
        })];
        double[] rates = [0.1, 3];
        PairedOutcome[] warmups = [.. rates.Select(rate => new PairedRuns(Say($"does a warmup make training steadier at the rate {rate}"), "highest rise of a batch loss above the first, 6 epochs of 8 batches", Pairs: 40).Run("with 24 steps of warmup", "without", seed =>
        {
            var run = new CharRun { Validates = false, Seed = seed, Rate = rate, Epochs = 6, Examples = 256 };
            return (Rise((run with { Warmup = 24 }).Run()), Rise(run.Run()));
        }))];
        string effect = claim.Facts["highest loss with a warmup"].Text;
        string[] with = [.. norms.Where(n => n.Direction == stated).Select(n => n.Scheme)];
        double[] steadier = [.. rates.Where((_, i) => warmups[i].Direction == effect)];
        string directions = And(warmups.Select((w, i) => Say($"{w.Direction} at the rate {rates[i]}")));
        return Judge.All(
            Judge.Conditional(with.Length == norms.Length, with.Length > 0, $"from {And(with)}", And(norms.Select(n => $"{n.Direction} from {n.Scheme}")), $"early gradients are {And(norms.Select(n => $"{n.Direction} from {n.Scheme}"))}").With([.. norms.Select(n => $"{n.Scheme}: {n.Told}")]),
            Judge.Conditional(
                steadier.Length == rates.Length,
                steadier.Length > 0,
                Say($"at the rate {And(steadier.Select(r => Say($"{r}")))}"),
                And(warmups.Select(w => Say($"{w.Lower} of {w.Values.Count} lower"))),
                $"with a warmup the highest rise above the first loss is {directions}: {And(warmups.Select(w => w.ToString()))}"));
    }

    private static double Rise(CharOutcome run) => run.BatchLosses.Any(double.IsNaN) ? double.PositiveInfinity : run.BatchLosses.Max() - run.BatchLosses[0];

    private static double At(Document document, int t, int warmup) => document["D0-060"].Facts["formula"].Formula
        .Evaluate<Real64>(name => [name switch { "eta_max" => 0.1, "T_warmup" => warmup, _ => t }]).Value;
}
