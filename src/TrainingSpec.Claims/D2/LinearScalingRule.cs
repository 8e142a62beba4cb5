using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "The Linear Scaling Rule": the two rules and the example.</summary>
internal static class LinearScalingRule
{
    /// <summary>The rule, and how far one step of k times the rate follows k steps on a quadratic, up to where it diverges.</summary>
    [Claim("D2-023")]
    [Turn("facts/rate", "sqrt(k) * eta", Verdict.Erratum)]
    [Turn("facts/rate", "eta", Verdict.Erratum)]
    [Turn("D2-026/given/new_batch", "256", Verdict.Confirmed)]
    internal static Finding Rate(Claim claim, Document document)
    {
        double k = document["D2-026"].GivenNumber("new_batch") / document["D2-026"].GivenNumber("base_batch"), rate = document["D2-027"].GivenNumber("base_lr");
        var stable = new Tally(Say($"products of rate and curvature below 2 at which {k} times the rate does not diverge"));
        List<string> figures = [];
        foreach (double product in (double[])[rate, 0.01, 0.1, 0.4, 0.6, 1, 1.9])
        {
            double small = Math.Pow(1 - product, k), large = 1 - k * product;
            stable.Add(Math.Abs(large) < 1);
            figures.Add(Say($"{product:G3}: {small:G4} and {large:G4}"));
            Working.Tried(Say($"rate times curvature {product:G3}: what {k} steps leave of the error is {small:G6}, what one step of {k} times the rate leaves {large:G6}"));
        }

        stable.Shown();
        return Judge.All(
            Judge.Formula(claim, "rate", x => LinearScaling.Scaled(x["eta"], x.Whole("B", 1, 512), x.Whole("B", 1, 512) * x.Whole("k", 2, 9))),
            Judge.Conditional(
                stable.Always,
                stable.Count > 0,
                Say($"while {k} times the rate stays below 2 over the largest curvature"),
                $"stable at {stable}",
                Say($"one step of {k} times the rate leaves what {k} steps leave at the document's rate, and diverges at {stable.Of - stable.Count} of {stable.Of} rates at which the small batch converges (rate times curvature, then both remainders: {And(figures)})")));
    }

    /// <summary>The rule for the warmup, and the part of a run of as many epochs that it takes.</summary>
    [Claim("D2-024")]
    [Turn("facts/steps", "W / k", Verdict.Erratum)]
    [Turn("given/k", "5", Verdict.Erratum)]
    [Turn("given/k", "1", Verdict.Confirmed)]
    internal static Finding Warmup(Claim claim)
    {
        Rational warmup = claim.GivenExact("W"), total = claim.GivenExact("T"), k = claim.GivenExact("k");
        Rational before = Working.Value("warmup as a part of the run", warmup / total), after = Working.Value("the same with k times the warmup in a k-th of the steps", warmup * k / (total / k));
        return Judge.All(
            Judge.Formula(claim, "steps", x => LinearScaling.Scaled(x.Whole("W", 1, 1000), x.Whole("B", 1, 512), x.Whole("B", 1, 512) * x.Whole("k", 2, 9))),
            Judge.Conditional(
                after == before,
                after < 1,
                "while k squared times the warmup's part of the run stays below 1, or where the number of steps is kept",
                Say($"{before:G3} of the run becomes {after:G3}"),
                Say($"with batches {k:G3} times as large, as many epochs have {total / k:G6} steps in place of {total:G6}; {k:G3} times the warmup then takes {after:G3} of the run in place of {before:G3}")));
    }

    /// <summary>"Increase by k" read as a product and as a sum, beside what the code does.</summary>
    [Claim("D2-025")]
    [Turn("facts/verb", "multiply", Verdict.Confirmed)]
    [Turn("D2/scaling snippet/new_warmup", "base_warmup / scale", Verdict.Erratum)]
    internal static Finding IncreaseBy(Claim claim, Document document)
    {
        Precise k = Precise.Of(claim.GivenInteger("k")), steps = Precise.Of(500);
        Precise code = document.Facts["scaling snippet"]["new_warmup"].Formula.Evaluate(name => new[] { name == "scale" ? k : steps });
        Precise product = Working.Value("500 steps multiplied by k", steps * k), sum = Working.Value("500 steps increased by k, as a sum", steps + k);
        Working.Value("what the code makes of 500 steps", code);
        bool canBeASum = claim.Facts["verb"].Text == "increase";
        return Judge.TwoReadings(
            Near(code, product),
            Near(code, canBeASum ? sum : product),
            Say($"product {product:G4}, sum {sum:G4}"),
            Say($"the text says {claim.Facts["verb"].Text}: of 500 steps and a factor {k:G3} the code makes {code:G4}, the product; \"increase by {k:G3}\" can also be read as {sum:G4}"));
    }

    /// <summary>The factor between two batch sizes.</summary>
    [Claim("D2-026")]
    [Turn("printed/scale", "8x", Verdict.Erratum)]
    [Turn("given/new_batch", "2048", Verdict.Erratum)]
    internal static Finding ScaleOfBatches(Claim claim) =>
        Judge.Number(claim, "scale", Exact.Value(Working.Apply(LinearScaling.Scaled, Precise.Of(1), Exact.Of(claim.GivenExact("base_batch")), Exact.Of(claim.GivenExact("new_batch")))));

    /// <summary>The scaled learning rate.</summary>
    [Claim("D2-027")]
    [Turn("given/scale", "2", Verdict.Erratum)]
    [Turn("given/base_lr", "3e-4", Verdict.Erratum)]
    internal static Finding NewRate(Claim claim) =>
        Judge.Number(claim, "new_lr", Exact.Value(Working.Apply(LinearScaling.Scaled, Exact.Of(claim.GivenExact("base_lr")), Precise.Of(1), Exact.Of(claim.GivenExact("scale")))));

    /// <summary>The names that the line on the warmup reads, and those that the snippet has assigned by then.</summary>
    [Claim("D2-028")]
    [Turn("D2/scaling snippet/assigned", "[\"base_lr\", \"base_batch\", \"base_warmup\", \"new_batch\", \"scale\", \"new_lr\"]", Verdict.Confirmed)]
    internal static Finding WarmupOfTheSnippet(Claim claim, Document document)
    {
        Facts snippet = document.Facts["scaling snippet"];
        StatedFormula code = snippet["new_warmup"].Formula;
        string[] missing = [.. code.Names.Except(snippet["assigned"].Texts)];
        Working.Counted("names that the line reads and no line before assigns", missing.Length, code.Names.Count);
        Claim sizes = document["D2-026"];
        Finding comment = Judge.Number(claim, "comment", Working.Value("new over old batch", sizes.GivenExact("new_batch") / sizes.GivenExact("base_batch")));
        return Judge.All(
            Judge.Holds(missing.Length == 0, Say($"{missing.Length} of {code.Names.Count} names unassigned"), $"all names of {code} are assigned before", $"{code} reads {And(missing)}, which no line of the snippet assigns: run as printed it raises a NameError and computes no warmup"),
            comment);
    }
}
