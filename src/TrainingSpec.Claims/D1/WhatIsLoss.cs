using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "What Is Loss?".</summary>
internal static class WhatIsLoss
{
    /// <summary>-ln p is the cross-entropy of a one-hot target.</summary>
    [Claim("D1-002")]
    [Turn("facts/formula", "log(p)", Verdict.Erratum)]
    [Turn("facts/formula", "1 - p", Verdict.Erratum)]
    internal static Finding MinusLog(Claim claim)
    {
        Working.Uses("cross_entropy.term");
        return Judge.Formula(claim, "formula", x => CrossEntropy.OfDistributions<Precise>([Precise.Of(0), Precise.Of(1)], [Precise.Of(1) - x.In("p", 0.01, 0.99), x.In("p", 0.01, 0.99)]));
    }

    /// <summary>Of the three usual bases one gives the printed digits.</summary>
    [Claim("D1-003")]
    [Turn("printed/loss", "1.322", Verdict.Erratum)]
    [Turn("given/p", "0.5", Verdict.Erratum)]
    internal static Finding BaseIsNatural(Claim claim)
    {
        Precise loss = Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(claim.GivenExact("p")));
        PrintedNumber printed = claim.PrintedNumber("loss");
        (string Name, Precise Value)[] bases = [("e", loss), ("2", loss / Precise.Log(Precise.Of(2))), ("10", loss / Precise.Log(Precise.Of(10)))];
        string[] fit = [.. bases.Where(b => printed.IsRounded(Exact.Value(Working.Value($"to base {b.Name}", b.Value)))).Select(b => b.Name)];
        return Judge.Number(claim, "loss", Exact.Value(loss)) with
        {
            Why = Say($"the logarithms of the probability to the bases e, 2 and 10 are {And(bases.Select(b => Say($"{b.Value:F4}")))}; the printed {printed} fits {(fit.Length == 0 ? "none" : And(fit))}"),
        };
    }

    /// <summary>The loss at a position depends on the probability of the token that follows, however the rest is shared out.</summary>
    [Claim("D1-004")]
    [Turn("facts/token", "most likely next", Verdict.Erratum)]
    internal static Finding ProbabilityOfTheNextToken(Claim claim)
    {
        var draws = new Draws(104);
        var follows = new Tally("random rows whose loss is -ln p of the token that follows, whatever the others share");
        var likeliest = new Tally("rows whose loss is -ln p of the most likely token");
        for (int row = 0; row < 200; row++)
        {
            Real64[] p = new Real64[6], y = new Real64[6];
            Softmax.Probabilities<Real64>(draws.Row(6, 2), p);
            int target = draws.Index(6);
            y[target] = 1;
            double loss = CrossEntropy.OfDistributions<Real64>(y, p);
            Real64[] shared = [.. p.Select((x, i) => i == target ? x : (1 - p[target]) / 5)];
            follows.Add(Near(loss, -Real64.Log(p[target]).Value, 8) && Near(loss, CrossEntropy.OfDistributions<Real64>(y, shared), 8));
            likeliest.Add(Near(loss, -Real64.Log(p.MaxBy(x => x.Value)).Value, 8));
        }

        Working.Uses("cross_entropy.term");
        follows.Shown();
        likeliest.Shown();
        return Judge.Stated(
            claim, "token", follows.Always ? "actual next" : likeliest.Always ? "most likely next" : "another", $"{follows}",
            Say($"in {follows} random rows the loss is -ln p of the token that follows, and stays when the other tokens share the rest otherwise; it is that of the most likely token in {likeliest}"));
    }

    /// <summary>The printed distribution adds up to 1.</summary>
    [Claim("D1-005", Plain = true)]
    [Turn("facts/most likely", "floor", Verdict.Erratum)]
    [Turn("printed/mat", "0.5", Verdict.Erratum)]
    [Turn("printed/floor", "0.4", Verdict.Erratum)]
    [Turn("printed/chair", "-0.2", Verdict.Erratum)]
    [Turn("printed/car", "0.2", Verdict.Erratum)]
    internal static Finding IsADistribution(Claim claim)
    {
        (string Word, Rational P)[] all = [.. claim.PrintedKeys.Select(word => (word, claim.PrintedNumber(word).Value))];
        Rational sum = Working.Value("sum of the printed probabilities", all.Aggregate((Rational)0, (s, x) => s + x.P));
        string likeliest = Working.Value("most likely word", all.MaxBy(x => x.P).Word);
        return Judge.All(
            Judge.Holds(
                sum == 1 && all.All(x => x.P >= 0), Say($"sum {sum}"),
                Say($"the {all.Length} printed probabilities are not negative and add up to {sum}"),
                Say($"the {all.Length} printed probabilities add up to {sum}, the least of them is {all.Min(x => x.P)}")),
            Judge.Stated(claim, "most likely", likeliest, likeliest, Say($"the most likely word is {likeliest}")));
    }

    /// <summary>-ln p of the printed probability.</summary>
    [Claim("D1-006")]
    [Claim("D1-007")]
    [Turn("given/p", "0.3", Verdict.Erratum)]
    internal static Finding LossOfOneWord(Claim claim) =>
        Judge.Number(claim, "loss", Exact.Value(Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(claim.GivenExact("p")))));
}
