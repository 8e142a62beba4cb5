using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Label Smoothing".</summary>
internal static class LabelSmoothingSection
{
    private const int Classes = 10;

    /// <summary>The probability at which the loss is least, with and without smoothing.</summary>
    [Claim("D2-100")]
    [Turn("given/s", "0", Verdict.Erratum)]
    [Turn("facts/confidence", "100%", Verdict.Erratum)]
    internal static Finding NotFullConfidence(Claim claim)
    {
        Precise s = Exact.Of(claim.GivenExact("s")), best = Working.Apply(CrossEntropy.SmoothedLabel, Precise.Of(1), s, Precise.Of(Classes));
        double gap = (double)CrossEntropy.SmoothedGap(s, Precise.Of(Classes));
        Working.Value(Say($"by how much the logits differ there, among {Classes} classes"), gap);
        double percent = Working.Value("that probability in percent", 100 * (double)best);
        Real64[] labels = [.. Enumerable.Range(0, Classes).Select(i => CrossEntropy.SmoothedLabel(Real64.Of(i == 0 ? 1 : 0), (Real64)(double)s, Real64.Of(Classes)))];
        double Loss(double apart)
        {
            var p = new Real64[Classes];
            Softmax.Probabilities<Real64>([apart, .. Enumerable.Repeat((Real64)0, Classes - 1)], p);
            return CrossEntropy.OfDistributions<Real64>(labels, p).Value;
        }

        bool inside = double.IsFinite(gap);
        if (inside)
        {
            double[] near = [.. ((double[])[gap - 0.1, gap, gap + 0.1]).Select(Loss)];
            Working.Value("loss with the logits 0.1 nearer, so far, and 0.1 further apart", near);
            inside = near[1] < near[0] && near[1] < near[2];
        }

        return Judge.Stated(
            claim,
            "confidence",
            (double)best < 1 && inside ? "less than 100%" : "100%",
            Say($"{percent:G3} %"),
            Say($"with s = {s:G3} among {Classes} classes the loss is least at a probability of {best:G3}, where the logits are {gap:G3} apart; without smoothing it falls until the probability is 1"));
    }

    /// <summary>The default beside the value from which the other claims of the section start.</summary>
    [Claim("D2-101")]
    [Turn("printed/smoothing", "0.2", Verdict.Conflicts)]
    internal static Finding DefaultSmoothing(Claim claim, Document document)
    {
        Precise s = Exact.Of(claim.PrintedNumber("smoothing").Value);
        Precise[] labels = [.. Enumerable.Range(0, Classes).Select(i => CrossEntropy.SmoothedLabel(Precise.Of(i == 0 ? 1 : 0), s, Precise.Of(Classes)))];
        Working.Value(Say($"least loss that it leaves among {Classes} classes"), CrossEntropy.OfDistributions<Precise>(labels, labels));
        return Places.Compare(claim, "smoothing", ("the listing's signature", document.Facts["smooth_labels"]["smoothing"].Exact), ("D2-044", document["D2-044"].GivenExact("smoothing")));
    }

    /// <summary>The smoothed label, and its row for the given sizes.</summary>
    [Claim("D2-102")]
    [Turn("facts/target", "(1 - s) * y + s / (K - 1)", Verdict.Erratum)]
    [Turn("facts/target", "y - s * y + s / K", Verdict.Confirmed)]
    internal static Finding Target(Claim claim)
    {
        Precise s = Exact.Of(claim.GivenExact("s")), classes = Exact.Of(claim.GivenExact("K"));
        Precise right = Working.Apply(CrossEntropy.SmoothedLabel, Precise.Of(1), s, classes), other = Working.Apply(CrossEntropy.SmoothedLabel, Precise.Zero, s, classes);
        Working.Holds("a row adds up to 1", Near(right + other * (classes - Precise.Of(1)), Precise.Of(1)));
        return Judge.Formula(claim, "target", x => CrossEntropy.SmoothedLabel(x.Whole("y", 0, 1), x.In("s", 0, 1), x.Whole("K", 2, 50)));
    }

    /// <summary>What the variable is, and what the target on the true class is.</summary>
    [Claim("D2-103")]
    [Turn("facts/confidence", "1 - s + s / K", Verdict.Erratum)]
    internal static Finding Confidence(Claim claim, Document document)
    {
        Precise s = Exact.Of(document["D2-102"].GivenExact("s")), classes = Exact.Of(document["D2-102"].GivenExact("K"));
        Precise label = Working.Apply(CrossEntropy.SmoothedLabel, Precise.Of(1), s, classes), share = CrossEntropy.TargetShare(s);
        Working.Value("1 - s", share);
        return Judge.Formula(claim, "confidence", x => CrossEntropy.TargetShare(x.In("s", 0, 1)))
            .AndYet(Say($"the target on the true class is not the variable but {label:G4}: s/K is added to {share:G3}"));
    }

    /// <summary>One-hot rows by indexing the identity, its size, and what indices do that are none.</summary>
    [Claim("D2-104")]
    [Turn("D2/smooth_labels/matrix", "ones", Verdict.Erratum)]
    internal static Finding OneHotRows(Claim claim, Document document)
    {
        bool identity = document.Facts["smooth_labels"]["matrix"].Text == "identity";
        var oneHot = new Tally(Say($"targets below {Classes} whose row is one-hot"));
        for (int target = 0; target < Classes; target++)
        {
            double[] row = [.. Enumerable.Range(0, Classes).Select(i => !identity || i == target ? 1.0 : 0)];
            oneHot.Add(row.Sum() == 1 && row[target] == 1);
        }

        oneHot.Shown();
        double classes = claim.GivenNumber("K"), bytes = Working.Value(Say($"gigabytes of the matrix for {classes} classes"), 8 * classes * classes / 1e9);
        return Judge.Holds(oneHot.Always, $"{oneHot} rows", $"{oneHot} rows are one-hot", $"{oneHot} rows are one-hot")
            .AndYet(Say($"for {classes} classes the matrix alone takes {bytes:G3} GB, and a target of -1 counts as the last class"));
    }
}
