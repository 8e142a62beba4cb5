using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Cross-Entropy Loss": the formula and the table of losses.</summary>
internal static class CrossEntropyLoss
{
    private const int Rows = 300;

    // Rounding of the sums over at most twelve terms of size up to ten.
    private const double SumRoundoff = 64 * 12 * Real64.UnitRoundoff;

    /// <summary>Gibbs: no prediction costs less than the true distribution itself, and the excess is the divergence.</summary>
    [Claim("D4-009")]
    [Turn("facts/lowest where the prediction is", "uniform", Verdict.Erratum)]
    internal static Finding MeasuresMismatch(Claim claim)
    {
        var draws = new Draws(409);
        var larger = new Tally("pairs whose cross-entropy exceeds the entropy");
        var divergence = new Tally("pairs in which the excess is the divergence, but for rounding");
        double least = double.PositiveInfinity;
        for (int row = 0; row < Rows; row++)
        {
            (Real64[] y, Real64[] p) = (Distribution(draws, 6), Distribution(draws, 6));
            double crossed = CrossEntropy.OfDistributions<Real64>(y, p), own = CrossEntropy.OfDistributions<Real64>(y, y);
            double direct = 0;
            for (int i = 0; i < y.Length; i++)
                direct += CrossEntropy.Term(y[i], p[i] / y[i]);
            least = Math.Min(least, crossed - own);
            larger.Add(crossed > own);
            divergence.Add(Math.Abs(crossed - own - direct) <= SumRoundoff);
        }

        Working.Uses("cross_entropy.term");
        Working.Tried(Say($"{Rows} random pairs of distributions y, p over 6 outcomes (seed 409): the cross-entropy -sum y ln p, the entropy -sum y ln y, and the divergence -sum y ln(p/y)"));
        larger.Shown();
        divergence.Shown();
        Working.Value("least excess", least);
        return Judge.OneOf(
            claim,
            "lowest where the prediction is",
            [("the true distribution", larger.Always && divergence.Always), ("uniform", larger.Never)],
            Say($"excess > 0 in {larger}"),
            Say($"over {Rows} random pairs the cross-entropy exceeds the entropy by the divergence, at least by {least:G3}, and by nothing where the two are equal"),
            Say($"{larger} pairs exceed the entropy, {divergence} by the divergence"));
    }

    /// <summary>The sum over the vocabulary equals −ln of the target's probability for one-hot targets, with 0·ln 0 read as 0.</summary>
    [Claim("D4-010")]
    [Turn("facts/formula", "sum(y * log(p))", Verdict.Erratum)]
    [Turn("facts/formula", "-mean(y * log(p))", Verdict.Erratum)]
    [Turn("facts/formula", "-log(prod(p^y))", Verdict.Confirmed)]
    internal static Finding SumOverVocabulary(Claim claim) =>
        Judge.Formula(claim, "formula", x => CrossEntropy.OfDistributions<Precise>(x.Distribution("y"), x.Distribution("p")))
            .AndYet("a label 0 on a probability 0 must count as 0; evaluated as it is written it is 0 times minus infinity");

    /// <summary>One-hot labels and softmax probabilities over random rows, against what the symbols are said to be.</summary>
    [Claim("D4-011")]
    [Turn("facts/y of the right token", "0", Verdict.Erratum)]
    [Turn("facts/y of another token", "1", Verdict.Erratum)]
    [Turn("facts/sum of p", "2", Verdict.Erratum)]
    internal static Finding Symbols(Claim claim)
    {
        (int right, int other, double sum) = (claim.Facts["y of the right token"].Integer, claim.Facts["y of another token"].Integer, claim.Facts["sum of p"].Number);
        var draws = new Draws(411);
        Tally labels = new(Say($"random rows whose labels are {right} for the right token and {other} for all others, and make the loss -ln p of the right token")), probabilities = new(Say($"random rows whose probabilities lie in (0, 1) and add up to {sum}"));
        for (int row = 0; row < Rows; row++)
        {
            Real64[] logits = draws.Row(2 + draws.Index(10), 3), p = new Real64[logits.Length];
            int target = draws.Index(p.Length);
            Softmax.Probabilities<Real64>(logits, p);
            Real64[] y = [.. p.Select((_, i) => (Real64)(i == target ? right : other))];
            double own = CrossEntropy.Row(logits, target, 0, new Real64[logits.Length]);
            labels.Add(Math.Abs(CrossEntropy.OfDistributions<Real64>(y, p) - own) <= SumRoundoff);
            probabilities.Add(Math.Abs(Reduction.Sum<Real64>(p) - sum) <= SumRoundoff && p.All(x => x > 0 && x < 1));
        }

        Working.Uses("softmax");
        Working.Uses("cross_entropy.term");
        Working.Tried(Say($"{Rows} random rows of 2 to 11 logits, normal with deviation 3, each with a target (seed 411)"));
        return Judge.Holds(
            labels.Shown().Always && probabilities.Shown().Always,
            Say($"{labels} rows"),
            Say($"with labels {right} for the right token and {other} for the others the loss is -ln p of the right one in {labels} rows, and the probabilities add up to {sum} in {probabilities}"),
            Say($"the loss is that of the right token in {labels} rows, the probabilities add up to {sum} in {probabilities}"));
    }

    /// <summary>The full sum with a one-hot label against the stated single term.</summary>
    [Claim("D4-012")]
    [Turn("facts/formula", "log(p_correct)", Verdict.Erratum)]
    [Turn("facts/formula", "1 - p_correct", Verdict.Erratum)]
    internal static Finding CollapsesToOneTerm(Claim claim) => Judge.Formula(claim, "formula", x =>
    {
        (Precise[] y, Precise[] p) = (x.OneHot("y"), x.Distribution("p"));
        x.Let("p_correct", p[Array.IndexOf(y, Precise.One)]);
        return CrossEntropy.OfDistributions<Precise>(y, p);
    });

    /// <summary>−ln p over a grid: whether it rises as p falls, what a factor of ten adds, and how large it gets.</summary>
    [Claim("D4-013")]
    [Turn("facts/loss as p falls", "falls", Verdict.Erratum)]
    [Turn("facts/bound", "some", Verdict.Erratum)]
    internal static Finding LossGrowsWithoutBound(Claim claim)
    {
        const int Grid = 1000;
        Tally rises = new(Say($"steps of 1/{Grid} on (0, 1] by which a smaller p has a larger loss")), decades = new("factors of ten down to 1e-200 that add ln 10 to the loss");
        for (int i = 2; i <= Grid; i++)
            rises.Add(CrossEntropy.Term<Real64>(1, (i - 1.0) / Grid) > CrossEntropy.Term<Real64>(1, (double)i / Grid));
        Precise ten = Working.Value("ln 10", Precise.Log(Precise.Of(10)));
        for (int n = 1; n <= 200; n++)
            decades.Add(Near(Loss(Rational.PowerOfTen(-n)) - Loss(Rational.PowerOfTen(1 - n)), ten));
        Working.Apply(CrossEntropy.Term, Precise.One, Precise.Of(0.5));
        // Equal additions without end have no bound.
        return Judge.All(
            Judge.Effect(claim, "loss as p falls", rises, "rises", "falls"),
            Judge.Stated(claim, "bound", decades.Shown().Always ? "none" : "some", Say($"{(double)ten:F6} nats per factor of ten"), Say($"each of {decades.Of} factors of ten adds {(double)ten:F6} nats, however small p is already")));

        static Precise Loss(Rational p) => CrossEntropy.Term(Precise.One, Exact.Of(p));
    }

    /// <summary>A row of the table: −ln p.</summary>
    [Claim("D4-014")]
    [Claim("D4-015")]
    [Claim("D4-016")]
    [Claim("D4-017")]
    [Turn("printed/loss", "0.02", Verdict.Erratum, Claim = "D4-014")]
    [Turn("printed/loss", "0.70", Verdict.Erratum, Claim = "D4-015")]
    [Turn("printed/loss", "2.31", Verdict.Erratum, Claim = "D4-016")]
    [Turn("given/p", "0.02", Verdict.Erratum, Claim = "D4-017")]
    internal static Finding TableRow(Claim claim) =>
        Judge.Number(claim, "loss", Exact.Value(OfProbability(claim.GivenExact("p"))));

    private static Precise OfProbability(Rational p) => Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(p));

    private static Real64[] Distribution(Draws draws, int length)
    {
        var p = new Real64[length];
        Softmax.Probabilities<Real64>(draws.Row(length, 2), p);
        return p;
    }
}
