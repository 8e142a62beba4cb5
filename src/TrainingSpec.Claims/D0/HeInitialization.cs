using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "He Initialization".</summary>
internal static class HeInitialization
{
    private const int Draws = 40000;

    /// <summary>How many of the units of a random layer have a negative input.</summary>
    [Claim("D0-081")]
    [Turn("facts/share zeroed", "a quarter", Verdict.Erratum)]
    internal static Finding HalfAreZeroed(Claim claim)
    {
        double[] z = Inputs();
        double share = Working.Value(Say($"share of {Draws} normal inputs that ReLU makes zero"), (double)z.Count(x => x <= 0) / Draws);
        // A counted share is off by more than four of its standard deviations in one of 15,000 cases.
        bool Is(double exact) => Math.Abs(share - exact) < 4 * Math.Sqrt(exact * (1 - exact) / Draws);
        return Judge.Stated(claim, "share zeroed", Is(0.5) ? "half" : Is(0.25) ? "a quarter" : "another share", Say($"{share:F4}"), Say($"{share:F4} of {Draws} inputs of mean 0 are below 0"));
    }

    /// <summary>What ReLU leaves of the variance, and of the mean square.</summary>
    [Claim("D0-082")]
    [Turn("printed/factor", "a third", Verdict.Confirmed)]
    [Turn("printed/factor", "a quarter", Verdict.Erratum)]
    internal static Finding VarianceAfterRelu(Claim claim)
    {
        double[] h = [.. Inputs().Select(x => Math.Max(0, x))];
        double exact = Working.Apply<Real64>(Formulas.Initialization.ReluVariance, 1).Value;
        double square = Working.Value(Say($"mean square of {Draws} normal numbers after ReLU"), h.Average(x => x * x)), variance = Working.Value("their variance", square - h.Average() * h.Average());
        double stated = claim.PrintedText("factor") switch { "half" => 1.0 / 2, "a third" => 1.0 / 3, "a quarter" => 1.0 / 4, _ => throw claim.Bad("printed.factor as a share") };
        return Judge.Holds(
            Math.Abs(stated - exact) < 0.02,
            Say($"{exact:F4}"),
            Say($"of a normal variance of 1 ReLU leaves {exact:F4}"),
            Say($"of a normal variance of 1 ReLU leaves 1/2 - 1/(2 pi) = {exact:F4} (measured {variance:F4}), not {claim.PrintedText("factor")}; what it halves is the mean square, {square:F4}, and that is what the initialization needs"));
    }

    /// <summary>Twenty layers with ReLU under Xavier's and under He's variance.</summary>
    [Claim("D0-083")]
    [Claim("D0-176")]
    [Turn("facts/for ReLU", "Xavier", Verdict.Erratum)]
    internal static Finding XavierIsTooSmall(Claim claim)
    {
        const int Width = 64;
        double xavier = DeepStack.MeanSquares(20, Width, Math.Sqrt(2.0 / (Width + Width)), relu: true)[^1], he = DeepStack.MeanSquares(20, Width, Math.Sqrt(2.0 / Width), relu: true)[^1];
        Working.Tried(Say($"20 layers of width {Width} with ReLU, mean square of a signal of 1 at the end, mean of three networks: {xavier:G3} under Xavier's variance, {he:G3} under He's"));
        return Judge.Stated(claim, "for ReLU", he > 100 * xavier && he is > 0.1 and < 10 ? "He" : "Xavier", Say($"{he:G3} against {xavier:G3}"), Say($"after 20 ReLU layers the mean square of a signal is {xavier:G3} of what it was under Xavier's variance, which halves it in each, and {he:G3} under He's"));
    }

    /// <summary>The stated variance against ours.</summary>
    [Claim("D0-084")]
    [Turn("facts/formula", "2 / n_out", Verdict.Erratum)]
    [Turn("facts/formula", "1 / n_in", Verdict.Erratum)]
    internal static Finding Variance(Claim claim) => Judge.Formula(claim, "formula", x => Formulas.Initialization.HeVariance(x.Whole("n_in", 1, 300)));

    /// <summary>The factor on the mean square through a layer with the stated variance and ReLU, exactly.</summary>
    [Claim("D0-085")]
    [Turn("D0-084/facts/formula", "1 / n_in", Verdict.Erratum)]
    [Turn("facts/kept", "half of it", Verdict.Erratum)]
    internal static Finding TwoMakesUp(Claim claim, Document document)
    {
        StatedFormula variance = document["D0-084"].Facts["formula"].Formula;
        var one = new Tally("fans for which the mean square through a layer and ReLU is multiplied by exactly 1");
        foreach (int n in (int[])[1, 27, 64, 256, 1000])
            one.Add(Near(Working.Apply(Formulas.Initialization.ReluGain, Precise.Of(n), variance.Evaluate<Precise>(name => [Precise.Of(name == "n_in" ? n : 1)])), Precise.Of(1)));
        double end = DeepStack.MeanSquares(20, 64, Math.Sqrt(variance.Evaluate<Real64>(_ => [64]).Value), relu: true)[^1];
        Working.Value("mean square after 20 layers of width 64, mean of three networks", end);
        return Judge.Stated(claim, "kept", one.Shown().Always && end is > 0.1 and < 10 ? "the mean square" : "half of it", Say($"{one}, {end:F3}"), Say($"{one} {one.What}; after 20 layers {end:F3} of it is left"));
    }

    private static double[] Inputs()
    {
        var draws = new Draws(81);
        return draws.Normals(Draws);
    }
}
