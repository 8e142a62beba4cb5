using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Understanding Perplexity".</summary>
internal static class UnderstandingPerplexity
{
    /// <summary>exp of the loss.</summary>
    [Claim("D1-096")]
    [Turn("facts/formula", "pow(2, loss)", Verdict.Erratum)]
    internal static Finding ExpOfTheLoss(Claim claim)
    {
        Working.Uses("perplexity");
        return Judge.Formula(claim, "formula", x => Perplexity.Of(x["loss"]))
            .AndYet("the loss must be the mean over tokens in nats; perplexities of different tokenizers don't compare");
    }

    /// <summary>A row of the table.</summary>
    [Claim("D1-097")]
    [Claim("D1-098")]
    [Claim("D1-099")]
    [Claim("D1-100")]
    [Claim("D1-101")]
    [Turn("given/loss", "6.5", Verdict.Erratum)]
    internal static Finding OfALoss(Claim claim) =>
        Judge.Number(claim, "perplexity", Exact.Value(Working.Apply(Perplexity.Of, Exact.Of(claim.GivenExact("loss")))));

    /// <summary>Equally likely tokens.</summary>
    [Claim("D1-102")]
    [Turn("given/N", "50", Verdict.Erratum)]
    internal static Finding EquallyLikely(Claim claim)
    {
        int n = claim.GivenInteger("N");
        Precise perplexity = Working.Apply(Perplexity.Of, Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(new Rational(1, n))));
        var draws = new Draws(102);
        var between = new Tally(Say($"random distributions over {n} tokens whose perplexity lies between 1 and {n}"));
        for (int row = 0; row < 200; row++)
        {
            var p = new Real64[n];
            Softmax.Probabilities<Real64>(draws.Row(n, 2), p);
            between.Add(Perplexity.Of<Real64>(CrossEntropy.OfDistributions<Real64>(p, p)).Value is var of && of >= 1 && of <= n);
        }

        between.Shown();
        return Judge.All(
            Judge.Number(claim, "perplexity", Exact.Value(perplexity)),
            Judge.Holds(between.Always, "", $"{between} random distributions lie between", $"{between} random distributions lie between"));
    }

    /// <summary>Equal probabilities, and random weights.</summary>
    [Claim("D1-103")]
    [Turn("printed/perplexity", "300", Verdict.Erratum)]
    [Turn("given/vocab", "128", Verdict.Erratum)]
    internal static Finding RandomModel(Claim claim, Document document)
    {
        int vocabulary = claim.GivenInteger("vocab");
        PrintedNumber printed = claim.PrintedNumber("perplexity");
        Rational uniform = Exact.Value(Working.Apply(Perplexity.Of, Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(new Rational(1, vocabulary)))));
        double[] deviations = [0.02, 0.1, 0.5];
        double[] random = [.. deviations.Select(d => Math.Exp(Kept.Of((vocabulary, d), static x => FreshModels.MeanLoss(x.vocabulary, x.d))))];
        Working.Value(Say($"perplexities of fresh GPTs of width {FreshModels.Width} on random targets, weights of deviation {And(deviations.Select(d => Say($"{d}")))}"), random);
        double logged = Working.Value("perplexity of the first logged loss", Math.Exp(document["D1-117"].PrintedNumber("loss").Value.ToDouble()));
        return Judge.Conditional(
            printed.IsRounded(uniform) && random.All(r => printed.IsRounded(Rational.Of(r))),
            printed.IsRounded(uniform),
            "where a random model is one that gives all tokens the same probability",
            Say($"{uniform.ToDouble():F0}; {And(random.Select(r => Say($"{r:F1}")))}"),
            Say($"equal probabilities have perplexity {uniform.ToDouble():F0}, random weights {And(random.Select(r => Say($"{r:F1}")))} for deviations {And(deviations.Select(d => Say($"{d}")))}, and the document's own first loss is a perplexity of {logged:F0}"));
    }

    /// <summary>Probability 1.</summary>
    [Claim("D1-104")]
    [Turn("D1-007/given/p", "0.5", Verdict.Erratum)]
    internal static Finding PerfectModel(Claim claim, Document document)
    {
        Precise loss = Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(document["D1-007"].GivenExact("p")));
        return Judge.Number(claim, "perplexity", Exact.Value(Working.Apply(Perplexity.Of, loss)))
            .AndYet("no model of a text that leaves a choice can be perfect in this sense: its best perplexity is the exponential of the text's entropy");
    }

    /// <summary>What counting bytes reaches, against the printed band.</summary>
    [Claim("D1-105")]
    [Turn("printed/perplexity", "2-5", Verdict.Confirmed)]
    [Turn("printed/perplexity", "100-200", Verdict.Erratum)]
    internal static Finding GoodSmallModel(Claim claim, Document document)
    {
        PrintedRange band = claim.PrintedRange("perplexity");
        (string Text, Rational Value)[] counted = [.. claim.Facts["byte frequencies alone"].Rows.Select(r => (r[0].Text, r[1].Exact))];
        foreach ((string text, Rational value) in counted)
            Working.Value(Say($"perplexity of a model that knows only how frequent each byte is, on {text}"), value);
        Rational gpt2 = document["D1-106"].PrintedNumber("perplexity").Value;
        return Judge.Conditional(
            counted.All(c => band.High!.Value < c.Value),
            band.Contains(gpt2),
            "for a vocabulary of words or pieces of words, as that of the model on the next line",
            string.Join(", ", counted.Select(c => Say($"{c.Value}"))),
            Say($"with one entry per byte, as the document's 259, a model that knows only how frequent each byte is has perplexity {And(counted.Select(c => Say($"{c.Value} on {c.Text}")))}, within the band of {band}"));
    }

    /// <summary>The published figures.</summary>
    [Claim("D1-106")]
    [Turn("facts/published/1/1", "29.3", Verdict.Confirmed)]
    [Turn("printed/perplexity", "33", Verdict.Erratum)]
    internal static Finding Gpt2Small(Claim claim)
    {
        PrintedNumber printed = claim.PrintedNumber("perplexity");
        (string Corpus, Rational Value)[] published = [.. claim.Facts["published"].Rows.Select(r => (r[0].Text, r[1].Exact))];
        foreach ((string corpus, Rational value) in published)
            Working.Value($"published for {corpus}", value);
        return Judge.TwoReadings(
            printed.IsRounded(published[0].Value), printed.IsRounded(published[1].Value), And(published.Select(p => Say($"{p.Value}"))),
            Say($"two corpora have the name: the smallest GPT-2 was published with {And(published.Select(p => Say($"{p.Value} on {p.Corpus}")))}"));
    }
}
