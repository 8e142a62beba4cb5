using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "From Logits to Loss": six logits, their softmax and the loss.</summary>
internal static class FromLogitsToLoss
{
    /// <summary>The logits' largest entry is the one that the example takes as the right token.</summary>
    [Claim("D4-018", Plain = true)]
    [Turn("given/logits/2", "1.0", Verdict.Erratum)]
    internal static Finding Logits(Claim claim, Document document)
    {
        Rational[] logits = claim.GivenExactRow("logits");
        int declared = document["D4-022"].GivenInteger("index");
        int largest = Working.Value("number of the largest logit, from 0", Array.IndexOf(logits, logits.Max()));
        return Judge.Holds(
            largest == declared,
            Say($"argmax {largest}"),
            Say($"of the {logits.Length} logits the largest is number {largest}, the token that the example declares right"),
            Say($"the largest logit is number {largest}, the example declares {declared} right"));
    }

    /// <summary>e^x of each logit.</summary>
    [Claim("D4-019")]
    [Turn("printed/exp/0", "8.18", Verdict.Erratum)]
    internal static Finding Exponentials(Claim claim) =>
        Judge.Row(claim, "exp", Exact.Values(Exponentials(claim.GivenExactRow("logits"))));

    /// <summary>Their sum, from the logits or from the printed exponentials.</summary>
    [Claim("D4-020")]
    [Turn("printed/sum_exp", "46.32", Verdict.Erratum)]
    internal static Finding SumOfExponentials(Claim claim, Document document)
    {
        Rational addends = document["D4-019"].PrintedRow("exp").Aggregate((Rational)0, (sum, p) => sum + p.Value);
        return Judge.Number(
            claim,
            "sum_exp",
            Exact.Value(Working.Value("their sum", Reduction.Sum<Precise>(Exponentials(claim.GivenExactRow("logits"))))),
            new Reading("from the printed exponentials", addends))
            .With(Say($"the printed exponentials add up to {addends}"));
    }

    /// <summary>The softmax row.</summary>
    [Claim("D4-021")]
    [Turn("printed/probs/0", "0.19", Verdict.Erratum)]
    internal static Finding Probabilities(Claim claim)
    {
        Rational[] exact = Exact.Values(Softmax(claim.GivenExactRow("logits")));
        Rational printed = claim.PrintedRow("probs").Aggregate((Rational)0, (sum, p) => sum + p.Value);
        return Judge.Row(claim, "probs", exact)
            .With(Say($"the printed row adds up to {printed}, the exact one to {exact.Aggregate((Rational)0, (a, b) => a + b).ToDouble():F2}"));
    }

    /// <summary>The right token's probability.</summary>
    [Claim("D4-022")]
    [Turn("printed/p_correct", "0.66", Verdict.Erratum)]
    internal static Finding ProbabilityOfTarget(Claim claim, Document document) =>
        Judge.Number(claim, "p_correct", Exact.Value(Softmax(document["D4-021"].GivenExactRow("logits"))[claim.GivenInteger("index")]));

    /// <summary>The loss, from the logits or from the printed probability.</summary>
    [Claim("D4-023")]
    [Turn("printed/loss", "0.44", Verdict.Confirmed)]
    internal static Finding Loss(Claim claim, Document document)
    {
        Precise[] logits = Exact.Of(claim.GivenExactRow("logits"));
        Precise[] log = Working.ApplyRow(Formulas.Softmax.LogProbabilities, logits);
        Working.Value("minus the right token's", -log[claim.GivenInteger("index")]);
        Precise loss = Working.Value("cross-entropy of the row", CrossEntropy.Row(logits, claim.GivenInteger("index"), 0, new Precise[logits.Length]));
        PrintedNumber p = document["D4-022"].PrintedNumber("p_correct");
        return Judge.Number(
            claim,
            "loss",
            Exact.Value(loss),
            new Reading($"from the printed probability {p}", Exact.Value(Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(p.Value)))));
    }

    private static Precise[] Exponentials(Rational[] logits) =>
        [.. logits.Select(x => Working.Apply(Formulas.Softmax.Exponential, Exact.Of(x), Precise.Of(0)))];

    private static Precise[] Softmax(Rational[] logits) => Working.ApplyRow(Formulas.Softmax.Probabilities, Exact.Of(logits));
}
