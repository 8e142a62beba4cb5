using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Monitoring Gradient Norms": the logging function.</summary>
internal static class GradientNorms
{
    /// <summary>The norm over all tensors from the tensors' norms.</summary>
    [Claim("D2-066")]
    [Turn("facts/total norm", "norm(a) + norm(b)", Verdict.Erratum)]
    [Turn("facts/total norm", "sqrt(sum(a * a) + sum(b * b))", Verdict.Confirmed)]
    internal static Finding TotalNorm(Claim claim)
    {
        Real64[][] grads = [.. claim.GivenText("grads").Trim('[', ']').Split("],[").Select(t => Places.Shape(t).Select(n => new Real64(n)).ToArray())];
        Working.Value("the norm of the given gradients", Norms.Global(grads).Value);
        return Judge.Formula(claim, "total norm", x => Norms.Global<Precise>([x.Row("a"), x.Row("b")]));
    }

    /// <summary>The norm of a gradient in half precision, with the products summed in single precision and the sum rounded back.</summary>
    [Claim("D2-067")]
    [Turn("facts/type of the norm", "float64", Verdict.Erratum)]
    internal static Finding TypeOfTheNorm(Claim claim)
    {
        double[] given = [.. PrintedNumber.All(claim.GivenText("grad")).Select(n => n.Value.ToDouble())];
        double right = Working.Value("the norm", Norms.L2<Real64>([.. Enumerable.Repeat(new Real64(given[1]), (int)given[0])]).Value);
        (double sum, double half) = NormInHalfPrecision((int)given[0], given[1]);
        Working.Value("the root of the sum of squares rounded to half precision", half);
        return Judge.Stated(claim, "type of the norm", half == right ? "float64" : "float16", Say($"{half:G4} in place of {right:G4}"), Say($"np.linalg.norm keeps the type of a float16 array: the sum of squares {sum:G6} does not fit, and the norm is {half:G4} in place of {right:G4}"))
            .AndYet(Say($"a healthy norm of {right:G4} is logged as {half:G4}"));
    }

    /// <summary>Both extremes of random signed gradients.</summary>
    [Claim("D2-068")]
    [Turn("facts/grad_min", "min(g)", Verdict.Erratum)]
    [Turn("facts/grad_max", "max(g)", Verdict.Erratum)]
    internal static Finding Extremes(Claim claim) => Judge.All(
        Judge.Formula(claim, "grad_max", x => Monitoring.MaxAbs<Precise>(x.Row("g"))),
        Judge.Formula(claim, "grad_min", x => Monitoring.MinAbs<Precise>(x.Row("g"))))
        .AndYet("no gradients, or an empty tensor, raise a ValueError");

    /// <summary>Which abnormal norms the two warnings reach.</summary>
    [Claim("D2-069")]
    [Turn("given/grads", "[inf]", Verdict.Confirmed)]
    [Turn("D2/warnings/rows/0/0", "not <=", Verdict.Confirmed)]
    internal static Finding Warnings(Claim claim, Document document)
    {
        double norm = claim.GivenText("grads").Trim('[', ']') switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            string number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture),
        };
        var warned = new Tally("abnormal norms (infinite, 0, that of the given gradients) that are warned of");
        foreach (double abnormal in (double[])[double.PositiveInfinity, 0, norm])
            warned.Add(document.Facts["warnings"]["rows"].Rows.Any(w => Warns(abnormal, w[0].Text, w[1].Exact.ToDouble())));
        warned.Shown();
        return Judge.Holds(
            warned.Always,
            $"{warned} abnormal norms",
            $"{warned} abnormal norms are warned of",
            Say($"{warned} abnormal norms are warned of: {claim.GivenText("grads")} has the norm {norm}, which is neither above the one threshold nor below the other"));
    }

    /// <summary>The threshold of the first warning beside what the document's own check calls healthy, and beside D1's.</summary>
    [Claim("D2-070")]
    [Turn("printed/threshold", "10", Verdict.Confirmed, AndPlace = "D2-049/printed/high", AndValue = "10")]
    [Turn("D2-049/printed/high", "100", Verdict.Conflicts)]
    internal static Finding LargeNorm(Claim claim, Document document)
    {
        double threshold = claim.PrintedNumber("threshold").Value.ToDouble();
        string sign = document.Facts["warnings"]["rows"][0][0].Text;
        bool strict = !Warns(threshold, sign, threshold) && Warns(Math.BitIncrement(threshold), sign, threshold);
        Working.Holds("the threshold itself is silent, the number after it warns", strict);
        return Places.Compare(claim, "threshold", ("D2-049", document["D2-049"].PrintedNumber("high").Value), ("D1-206", document["D1-206"].PrintedNumber("threshold").Value));
    }

    /// <summary>The threshold of the second warning beside what the document's own check calls healthy, and beside D1's.</summary>
    [Claim("D2-071")]
    [Turn("D1-207/printed/threshold", "1e-7", Verdict.Confirmed)]
    internal static Finding SmallNorm(Claim claim, Document document) => Places.Compare(
        claim, "threshold", ("D2-049", document["D2-049"].PrintedNumber("low").Value), ("D1-207", document["D1-207"].PrintedNumber("threshold").Value));

    /// <summary>The sum of squares of equal entries in single precision, and its root in half precision: np.linalg.norm of a float16 array.</summary>
    internal static (double Sum, double Norm) NormInHalfPrecision(int count, double entry)
    {
        Real32 sum = 0;
        for (int i = 0; i < count; i++)
            sum += Real32.Of(entry) * Real32.Of(entry);
        return (sum.Value, Float16.Sqrt(Float16.Of(sum.Value)).Value);
    }

    /// <summary>Whether a line of the listing warns of a norm.</summary>
    internal static bool Warns(double norm, string sign, double threshold) => sign switch
    {
        ">" => norm > threshold,
        "<" => norm < threshold,
        _ => !(norm <= threshold),
    };
}
