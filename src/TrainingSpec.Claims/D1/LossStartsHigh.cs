using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Why Does Loss Start High?".</summary>
internal static class LossStartsHigh
{
    /// <summary>The entropy of what fresh models predict, by the deviation of their weights.</summary>
    [Claim("D1-014")]
    [Turn("facts/probabilities", "very unequal", Verdict.Erratum)]
    internal static Finding RoughlyEqual(Claim claim, Document document)
    {
        int vocabulary = document["D1-015"].GivenInteger("vocab");
        double uniform = Math.Log(vocabulary);
        (double Deviation, double Share)[] tried = [.. ((double[])[0.02, 0.1, 1]).Select(d => (d, Kept.Of((vocabulary, d), static x => FreshModels.MeanEntropy(x.vocabulary, x.d)) / uniform))];
        Working.Tried(Say($"fresh GPTs of width {FreshModels.Width} on {vocabulary} tokens; GPT-2's deviation of the weights is 0.02, a plain normal draw has 1"));
        foreach ((double deviation, double share) in tried)
            Working.Value(Say($"entropy of the prediction over ln V, with weights of deviation {deviation}"), share);
        // Roughly equal: but for one part in a hundred of the entropy.
        string stated = claim.Facts["probabilities"].Text;
        bool[] said = [.. tried.Select(t => stated == (t.Share > 0.99 ? "roughly equal" : "very unequal"))];
        return Judge.Conditional(
            said.All(s => s),
            said[0],
            Say($"where the weights start small, as GPT-2's with deviation {tried[0].Deviation}"),
            string.Join(", ", tried.Select(t => Say($"{t.Deviation}: {t.Share:F4}"))),
            Say($"the prediction of a fresh model has {And(tried.Select(t => Say($"{t.Share:F4}")))} of the entropy of equal probabilities for weights of deviation {And(tried.Select(t => Say($"{t.Deviation}")))}"));
    }

    /// <summary>259 as bytes and special tokens, or as characters.</summary>
    [Claim("D1-015")]
    [Turn("printed/vocab", "260", Verdict.Erratum)]
    [Turn("printed/vocab", "128", Verdict.Confirmed)]
    internal static Finding Vocabulary(Claim claim)
    {
        PrintedNumber printed = claim.PrintedNumber("vocab");
        Facts sizes = claim.Facts;
        Rational bytes = Working.Value("byte values and special tokens", (Rational)(sizes["bytes"].Integer + sizes["special tokens"].Integer));
        int characters = Working.Value("characters of ASCII text, at most", sizes["characters"].Integer);
        return Judge.Conditional(
            printed.Value <= characters,
            printed.Value == bytes,
            "when an entry is a byte or one of three special tokens",
            Say($"{bytes}"),
            Say($"{sizes["bytes"].Integer} byte values and {sizes["special tokens"].Integer} special tokens are {bytes} entries; characters of source text, of which ASCII has {characters}, are not so many"));
    }

    /// <summary>1/V.</summary>
    [Claim("D1-016")]
    [Turn("given/vocab", "256", Verdict.Erratum)]
    internal static Finding UniformProbability(Claim claim)
    {
        int vocabulary = claim.GivenInteger("vocab");
        return Judge.Number(claim, "p", Exact.Value(Working.Apply(Softmax.Probability, Precise.Of(1), Precise.Of(vocabulary))));
    }

    /// <summary>ln V.</summary>
    [Claim("D1-017")]
    [Turn("given/vocab", "200", Verdict.Erratum)]
    internal static Finding UniformLoss(Claim claim)
    {
        Rational exact = Exact.Value(Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(new Rational(1, claim.GivenInteger("vocab")))));
        Rational rounded = Exact.Value(Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(claim.GivenExact("p_rounded"))));
        return Judge.Number(claim, "loss", exact).With(Say($"from the printed probability it is {rounded.ToDouble():F4}"));
    }

    /// <summary>The first logged loss and ln V against the printed range.</summary>
    [Claim("D1-018")]
    [Turn("printed/range", "5.50-5.56", Verdict.Erratum)]
    [Turn("D1-117/printed/loss", "4.9727", Verdict.Erratum)]
    internal static Finding MatchesTheLog(Claim claim, Document document)
    {
        Rational logged = document["D1-117"].PrintedNumber("loss").Value;
        Rational uniform = Exact.Value(Working.Apply(CrossEntropy.Term, Precise.Of(1), Exact.Of(new Rational(1, document["D1-015"].GivenInteger("vocab")))));
        double off = Working.Value("ln V less the first logged loss, in percent of ln V", 100 * ((uniform - logged) / uniform).ToDouble());
        return Judge.Within(claim, "range", ("the first logged loss", logged), ("ln V", uniform))
            .With(Say($"the first logged loss lies {(uniform - logged).ToDouble():F3} or {off:F1} % below ln V; that one batch's loss lies so far from its mean needs logits with a deviation of some tenths, with which the mean lies above ln V"));
    }
}

/// <summary>Models with the document's vocabulary that nobody has trained.</summary>
internal static class FreshModels
{
    public const int Width = 16;

    /// <summary>The mean entropy of the predictions of fresh models on random tokens.</summary>
    public static double MeanEntropy(int vocabulary, double deviation) => Rows(vocabulary, deviation).Average(log => -log.Sum(l => Math.Exp(l) * l));

    /// <summary>The mean loss of fresh models on random targets.</summary>
    public static double MeanLoss(int vocabulary, double deviation) => Rows(vocabulary, deviation).Average(log => -log.Average());

    private static IEnumerable<double[]> Rows(int vocabulary, double deviation)
    {
        var config = new GptConfig { Vocabulary = vocabulary, Width = Width, Layers = 1, Heads = 1, Context = 16, MlpRatio = 2 };
        var draws = new Draws(14);
        for (ulong seed = 0; seed < 5; seed++)
        {
            var gpt = new Gpt<Real64>(config, GptInitialization.Normal<Real64>(config, seed, deviation));
            Real64[] logits = gpt.Forward(SmallGpt.Ids(draws, vocabulary, 1, 16)).Logits;
            for (int i = 0; i < 16; i++)
            {
                var log = new Real64[vocabulary];
                Softmax.LogProbabilities<Real64>(logits.AsSpan(i * vocabulary, vocabulary), log);
                yield return [.. log.Select(l => l.Value)];
            }
        }
    }
}
