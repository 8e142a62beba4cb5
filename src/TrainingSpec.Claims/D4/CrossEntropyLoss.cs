using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Cross-Entropy Loss": the formula and the table of losses.</summary>
internal static class CrossEntropyLoss
{
    private const int Rows = 300;

    // Rounding of the sums over at most twelve terms of size up to ten.
    private const double Roundoff = 64 * 12 * Real64.UnitRoundoff;

    /// <summary>Gibbs: no prediction costs less than the true distribution itself, and the excess is the divergence.</summary>
    [Claim("D4-009")]
    [Turn("facts/lowest where the prediction is", "uniform", Verdict.Erratum)]
    internal static Finding MeasuresMismatch(Claim claim)
    {
        var draws = new Draws(409);
        int larger = 0, divergence = 0;
        double least = double.PositiveInfinity;
        for (int row = 0; row < Rows; row++)
        {
            (Real64[] y, Real64[] p) = (Distribution(draws, 6), Distribution(draws, 6));
            double crossed = CrossEntropy.OfDistributions<Real64>(y, p), own = CrossEntropy.OfDistributions<Real64>(y, y);
            double direct = 0;
            for (int i = 0; i < y.Length; i++)
                direct += CrossEntropy.Term(y[i], p[i] / y[i]);
            least = Math.Min(least, crossed - own);
            larger += crossed > own ? 1 : 0;
            divergence += Math.Abs(crossed - own - direct) <= Roundoff ? 1 : 0;
        }

        Working.Uses("cross_entropy.term");
        Working.Tried(Say($"{Rows} random pairs of distributions y, p over 6 outcomes (seed 409): the cross-entropy -sum y ln p, the entropy -sum y ln y, and the divergence -sum y ln(p/y)"));
        Working.Counted("pairs whose cross-entropy exceeds the entropy", larger, Rows);
        Working.Counted("pairs in which the excess is the divergence, but for rounding", divergence, Rows);
        Working.Value("least excess", least);
        return Judge.OneOf(
            claim,
            "lowest where the prediction is",
            [("the true distribution", larger == Rows && divergence == Rows), ("uniform", larger == 0)],
            Say($"excess > 0 in {larger} of {Rows}"),
            Say($"over {Rows} random pairs the cross-entropy exceeds the entropy by the divergence, at least by {least:G3}, and by nothing where the two are equal"),
            Say($"{larger} of {Rows} pairs exceed the entropy, {divergence} by the divergence"));
    }

    /// <summary>The sum over the vocabulary equals −ln of the target's probability for one-hot targets, with 0·ln 0 read as 0.</summary>
    [Claim("D4-010")]
    [Turn("facts/formula", "sum(y * log(p))", Verdict.Erratum)]
    [Turn("facts/formula", "-mean(y * log(p))", Verdict.Erratum)]
    [Turn("facts/formula", "-log(prod(p^y))", Verdict.Confirmed)]
    internal static Finding SumOverVocabulary(Claim claim) =>
        Judge.Formula(claim, "formula", x => CrossEntropy.OfDistributions<Precise>(x.Distribution("y"), x.Distribution("p")))
            .AndYet("a label 0 on a probability 0 must count as 0; evaluated as it is written it is 0 times minus infinity");

    /// <summary>One-hot targets and softmax probabilities are distributions.</summary>
    [Claim("D4-011")]
    internal static Finding Symbols(Claim claim)
    {
        var draws = new Draws(411);
        int good = 0;
        for (int row = 0; row < Rows; row++)
        {
            Real64[] logits = draws.Row(2 + draws.Index(10), 3), p = new Real64[logits.Length];
            Softmax.Probabilities<Real64>(logits, p);
            Real64[] y = OneHot(p.Length, draws.Index(p.Length));
            bool distributions = Math.Abs(Reduction.Sum<Real64>(p) - 1) <= 1e-12 && p.All(x => x > 0 && x < 1)
                && Reduction.Sum<Real64>(y) == 1 && y.All(x => x == 0 || x == 1);
            good += distributions ? 1 : 0;
        }

        Working.Uses("softmax");
        Working.Tried(Say($"{Rows} random rows of 2 to 11 logits, normal with deviation 3, each with a one-hot target (seed 411)"));
        Working.Counted("rows whose labels are 0 or 1 and add up to 1, and whose probabilities lie in (0, 1) and add up to 1 within 1e-12", good, Rows);
        return Judge.Holds(
            good == Rows,
            Say($"{good} of {Rows} rows"),
            Say($"in all {Rows} random rows the labels are 0 or 1 and add up to 1, and the probabilities add up to 1 within 1e-12"),
            Say($"{Rows - good} of {Rows} random rows are no distributions"));
    }

    /// <summary>The collapsed form equals the full sum.</summary>
    [Claim("D4-012")]
    internal static Finding CollapsesToOneTerm(Claim claim)
    {
        (int equal, double largest) = OneHotRows(new Draws(412));
        return Judge.Holds(
            equal == Rows,
            Say($"{equal} of {Rows} rows"),
            Say($"the full sum equals -ln p of the target to the last bit in all {Rows} random rows, for losses up to {largest:G4}"),
            Say($"the full sum differs from -ln p of the target in {Rows - equal} of {Rows} random rows"));
    }

    /// <summary>−ln p falls strictly, is convex, has no bound, and gains ln 10 with every factor of ten.</summary>
    [Claim("D4-013")]
    internal static Finding LossGrowsWithoutBound(Claim claim, Document document)
    {
        bool falls = true, convex = true;
        const int Grid = 1000;
        for (int i = 2; i < Grid; i++)
        {
            double low = Loss((i - 1.0) / Grid), middle = Loss((double)i / Grid), high = Loss((i + 1.0) / Grid);
            falls &= low > middle && middle > high;
            convex &= low + high > 2 * middle;
        }

        Precise decade = OfProbability(document["D4-017"].GivenExact("p")) - OfProbability(document["D4-016"].GivenExact("p"));
        Working.Value("growth of -ln p from p = 0.1 to 0.01, or as the table's two lowest rows have it", decade);
        Working.Value("ln 10", Precise.Log(Precise.Of(10)));
        Working.Holds(Say($"-ln p falls strictly on {Grid} equal parts of (0, 1]"), falls);
        Working.Holds("it is convex there", convex);
        bool decades = Math.Abs((double)(decade - Precise.Log(Precise.Of(10)))) < 1e-14;
        double smallest = Working.Value("-ln of the smallest double", Loss(double.Epsilon));
        return Judge.Holds(
            falls && convex && decades && smallest > 700,
            Say($"{(double)decade:F6} nats per factor of ten"),
            Say($"-ln p falls strictly and is convex on {Grid} points of (0, 1], gains {(double)decade:F6} nats per factor of ten and reaches {smallest:F1} at the smallest double"),
            Say($"falls: {falls}, convex: {convex}, nats per factor of ten: {(double)decade:F6}"));

        static double Loss(double p) => CrossEntropy.Term<Real64>(1, p);
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

    private static (int Equal, double Largest) OneHotRows(Draws draws)
    {
        int equal = 0;
        double largest = 0;
        for (int row = 0; row < Rows; row++)
        {
            Real64[] p = Distribution(draws, 2 + draws.Index(10));
            int target = draws.Index(p.Length);
            double full = CrossEntropy.OfDistributions<Real64>(OneHot(p.Length, target), p), one = CrossEntropy.Term<Real64>(1, p[target]);
            equal += full == one ? 1 : 0;
            largest = Math.Max(largest, full);
        }

        Working.Uses("cross_entropy.term");
        Working.Tried(Say($"{Rows} random distributions p over 2 to 11 outcomes, each with a one-hot target y: -sum y ln p against -ln p of the target, bit for bit"));
        Working.Counted("rows in which both are the same", equal, Rows);
        Working.Value("largest loss", largest);
        return (equal, largest);
    }

    private static Real64[] OneHot(int length, int target)
    {
        var y = new Real64[length];
        y[target] = 1;
        return y;
    }

    private static Real64[] Distribution(Draws draws, int length)
    {
        var p = new Real64[length];
        Softmax.Probabilities<Real64>(draws.Row(length, 2), p);
        return p;
    }
}
