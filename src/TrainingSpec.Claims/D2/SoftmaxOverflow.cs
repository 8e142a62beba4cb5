using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Avoiding Overflow in Softmax": the two functions.</summary>
internal static class SoftmaxOverflow
{
    /// <summary>The naive function on large logits, and where the exponential overflows.</summary>
    [Claim("D2-085")]
    [Turn("facts/large logits", "[1, 2]", Verdict.Erratum)]
    [Turn("D2/softmax_bad/shift", "max", Verdict.Erratum)]
    internal static Finding NaiveOverflows(Claim claim, Document document)
    {
        double[] logits = claim.Facts["large logits"].Numbers, p = Softmax(document, "softmax_bad", [logits])[0];
        Working.Value("the naive function's result", p);
        Working.Value("largest logits of finite exponential, in double, single and half precision", new[] { Math.Log(double.MaxValue), Math.Log(float.MaxValue), Math.Log(65504) });
        return Judge.Holds(
            p.Any(double.IsNaN),
            And(p.Select(x => Say($"{x:G3}"))),
            Say($"of the logits {And(logits.Select(x => Say($"{x}")))} it makes {And(p.Select(x => Say($"{x:G3}")))}; exponentials overflow above {Math.Log(double.MaxValue):F2} in double, {Math.Log(float.MaxValue):F2} in single and {Math.Log(65504):F2} in half precision"),
            Say($"of the logits {And(logits.Select(x => Say($"{x}")))} it makes {And(p.Select(x => Say($"{x:G3}")))}"));
    }

    /// <summary>Both functions on a batch of rows.</summary>
    [Claim("D2-086")]
    [Turn("D2/softmax_bad/sum", "last axis", Verdict.Confirmed)]
    [Turn("given/x", "zeros(1,3)", Verdict.Confirmed)]
    internal static Finding EquivalentOtherwise(Claim claim, Document document)
    {
        int[] shape = Places.Shape(claim.GivenText("x")["zeros".Length..]);
        double[][] x = [.. Enumerable.Range(0, shape[0]).Select(_ => new double[shape[1]])];
        double[] sums = [.. Softmax(document, "softmax_bad", x).Select(r => r.Sum())], right = [.. Softmax(document, "softmax_good", x).Select(r => r.Sum())];
        Working.Value("row sums of the naive function", sums);
        Working.Value("row sums of the stable function", right);
        return Judge.Holds(
            sums.Zip(right).All(p => Near(p.First, p.Second, 16)),
            Say($"rows add up to {sums[0]:G3} and {right[0]:G3}"),
            Say($"rows add up to {sums[0]:G3} in both"),
            Say($"on zeros of shape ({shape[0]}, {shape[1]}) the naive function's rows add up to {sums[0]:G3}: it divides by the sum over the whole batch, the stable one by each row's, so overflow is not the only difference"));
    }

    /// <summary>The naive function on strongly negative logits.</summary>
    [Claim("D2-087")]
    [Turn("D2/softmax_bad/shift", "max", Verdict.Confirmed)]
    [Turn("facts/negative logits", "[-1, -2]", Verdict.Confirmed)]
    internal static Finding NegativeLogits(Claim claim, Document document)
    {
        double[] logits = claim.Facts["negative logits"].Numbers, p = Softmax(document, "softmax_bad", [logits])[0];
        Working.Value("the naive function's result", p);
        return Judge.Holds(
            p.All(double.IsFinite),
            And(p.Select(x => Say($"{x:G3}"))),
            Say($"of the logits {And(logits.Select(x => Say($"{x}")))} it makes {And(p.Select(x => Say($"{x:G3}")))}"),
            Say($"of the logits {And(logits.Select(x => Say($"{x}")))} it makes {And(p.Select(x => Say($"{x:G3}")))}: all exponentials underflow, and 0 is divided by 0"));
    }

    /// <summary>The stable form is softmax itself, tried with a random weight on each entry; and on the given logits.</summary>
    [Claim("D2-088")]
    [Turn("facts/softmax", "sum(w * exp(x - max(x))) / sum(exp(x))", Verdict.Erratum)]
    [Turn("facts/softmax", "sum(w * exp(x)) / sum(exp(x))", Verdict.Confirmed)]
    [Turn("D2/softmax_good/shift", "none", Verdict.Erratum)]
    internal static Finding SubtractingTheMaximum(Claim claim, Document document)
    {
        double[] logits = claim.GivenRow("x"), p = Softmax(document, "softmax_good", [logits])[0];
        Working.Value("the stable function's result for the given logits", p);
        return Judge.All(
            Judge.Formula(claim, "softmax", x =>
            {
                Precise[] row = x.Row("x"), w = x.Row("w"), q = new Precise[row.Length];
                Formulas.Softmax.Probabilities<Precise>(row, q);
                return q.Zip(w, (a, b) => a * b).Aggregate((a, b) => a + b);
            }),
            Judge.Holds(
                p.All(double.IsFinite) && Near(p.Sum(), 1, 8),
                And(p.Select(x => Say($"{x:F6}"))),
                Say($"of {And(logits.Select(x => Say($"{x}")))} it makes {And(p.Select(x => Say($"{x:F6}")))}"),
                Say($"of {And(logits.Select(x => Say($"{x}")))} it makes {And(p.Select(x => Say($"{x:G3}")))}")));
    }

    /// <summary>Rows that the stable function can meet: large, all masked, one infinite, empty.</summary>
    [Claim("D2-089")]
    [Turn("facts/rows", "[[1000, 1001], [-1000, 0]]", Verdict.Confirmed)]
    internal static Finding SafeForAnyInput(Claim claim, Document document)
    {
        var safe = new Tally("rows that become probabilities");
        List<string> bad = [];
        foreach (Facts row in claim.Facts["rows"].Rows)
        {
            double[] x = [.. row.Rows.Select(Entry)];
            string name = $"({string.Join(", ", x.Select(v => Say($"{v:G4}")))})";
            bool good = x.Length > 0 && Softmax(document, "softmax_good", [x])[0].All(double.IsFinite);
            if (!safe.Add(good))
                bad.Add(x.Length == 0 ? $"{name} raises a ValueError" : $"{name} gives NaN");
        }

        safe.Shown();
        return Judge.Holds(safe.Always, $"{safe} rows", $"{safe} rows become probabilities", $"{safe} rows become probabilities: {And(bad)}; a row that is masked throughout is such a one");

        static double Entry(Facts entry) => entry.Number switch
        {
            >= 1e300 => double.PositiveInfinity,
            <= -1e300 => double.NegativeInfinity,
            double x => x,
        };
    }

    /// <summary>Either listing on rows, from its lines as data: what is subtracted, and over what the exponentials are summed.</summary>
    internal static double[][] Softmax(Document document, string listing, double[][] rows)
    {
        bool shifted = document.Facts[listing]["shift"].Text == "max", byRow = document.Facts[listing]["sum"].Text == "last axis";
        double[][] e = [.. rows.Select(r => r.Select(x => Real64.Exp(x - (shifted ? r.Max() : 0)).Value).ToArray())];
        double all = e.Sum(r => r.Sum());
        return [.. e.Select(r => r.Select(x => x / (byRow ? r.Sum() : all)).ToArray())];
    }
}
