using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "What Are We Optimizing?": the mean negative log-likelihood.</summary>
internal static class WhatAreWeOptimizing
{
    /// <summary>The stated objective against the mean of the terms of the cross-entropy.</summary>
    [Claim("D0-003")]
    [Turn("facts/formula", "-sum(log(p))", Verdict.Erratum)]
    [Turn("facts/formula", "mean(log(p))", Verdict.Erratum)]
    [Turn("facts/formula", "-log(prod(p)) / count(p)", Verdict.Confirmed)]
    internal static Finding Objective(Claim claim) => Judge.Formula(claim, "formula", x =>
    {
        Precise[] p = x.Row("p", 0.01, 1);
        return p.Aggregate(Precise.Zero, (sum, one) => sum + CrossEntropy.Term(Precise.Of(1), one)) / Precise.Of(p.Length);
    });

    /// <summary>The base of the logarithm for which exp(loss) is the geometric mean of the inverse probabilities.</summary>
    [Claim("D0-004")]
    [Turn("facts/base", "2", Verdict.Erratum)]
    [Turn("facts/base", "10", Verdict.Erratum)]
    internal static Finding NaturalLogarithm(Claim claim)
    {
        var draws = new Draws(4);
        double[][] rows = [.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 6).Select(_ => draws.Uniform(0.01, 1)).ToArray())];
        string found = "none";
        foreach ((string name, double logarithm) in ((string, double)[])[("e", 1), ("2", Real64.Log(2).Value), ("10", Real64.Log(10).Value)])
        {
            var same = new Tally($"rows of probabilities for which exp(loss) with the logarithm to base {name} is the geometric mean of 1/p");
            foreach (double[] p in rows)
            {
                double perplexity = Perplexity.Of<Real64>(-p.Average(x => Real64.Log(x).Value / logarithm)).Value;
                same.Add(Near(perplexity, Real64.Pow(p.Aggregate(1.0, (a, x) => a * x), -1.0 / p.Length).Value, 64));
            }

            if (same.Shown().Always)
                found = name;
        }

        Working.Uses("perplexity");
        return Judge.Stated(claim, "base", found, Say($"base {found}"), Say($"of the bases e, 2 and 10 it is base {found} alone for which exp(loss) is the geometric mean of the inverse probabilities, on all {rows.Length} random rows"));
    }

    /// <summary>The stated parts of θ are those of the model, and each of them gets a gradient.</summary>
    [Claim("D0-005")]
    [Turn("facts/theta", "[\"embeddings\", \"weights\"]", Verdict.Erratum)]
    [Turn("facts/theta", "[\"embeddings\", \"weights\", \"biases\", \"learning rate\"]", Verdict.Erratum)]
    internal static Finding PartsOfTheta(Claim claim)
    {
        CharModel model = CharModel.Start("He", 5);
        double[] gradient = model.GradientOf(new CharRun { Rate = 0 }.Text());
        var moved = new Tally("parts of the model in which most of the parameters have a gradient");
        foreach ((string kind, int layer, int start, int length, _) in model.Parts)
        {
            Working.Tried(Say($"{kind} of layer {layer}: {length} parameters"));
            moved.Add(2 * gradient.Skip(start).Take(length).Count(g => g != 0) > length);
        }

        moved.Shown();
        string[] kinds = [.. model.Parts.Select(p => p.Kind).Distinct().Order(StringComparer.Ordinal)], stated = [.. claim.Facts["theta"].Texts.Order(StringComparer.Ordinal)];
        int count = Working.Value("parameters in all", model.Parts.Sum(p => p.Length));
        return Judge.Holds(
            moved.Always && count == model.Theta.Length && kinds.SequenceEqual(stated),
            Say($"{count} parameters"),
            Say($"{And(kinds)} are all of the {count} parameters of a character model, and every part gets a gradient"),
            Say($"the model's parameters are {And(kinds)}, stated are {And(stated)}"));
    }
}
