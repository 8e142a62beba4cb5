using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "The Variance Problem".</summary>
internal static class VarianceProblem
{
    /// <summary>The stated variance against ours, and against layers with inputs of mean 0 and of mean 1.</summary>
    [Claim("D0-071")]
    [Turn("facts/formula", "n * sigma * var", Verdict.Erratum)]
    [Turn("facts/formula", "sigma^2 * var", Verdict.Erratum)]
    internal static Finding VarianceOfALayer(Claim claim)
    {
        StatedFormula formula = claim.Facts["formula"].Formula;
        (double Mean, double Found, double Stated, double Square)[] tried = [.. ((double[])[0, 1]).Select(mean =>
        {
            double found = Kept.Of(mean, static m => Variance(m));
            return (mean, found, formula.Evaluate<Real64>(name => [name switch { "n" => 64, "sigma" => 0.25, _ => 1 }]).Value, 64 * 0.0625 * (1 + mean * mean));
        })];
        foreach ((double mean, double found, double stated, double square) in tried)
            Working.Tried(Say($"n = 64, sigma = 0.25, inputs of variance 1 and mean {mean}: variance {found:F2} of 20000 outputs, by the formula {stated:F2}, with the mean square of the inputs in place of their variance {square:F2}"));
        bool[] right = [.. tried.Select(t => Math.Abs(t.Found / t.Stated - 1) < 0.05)];
        return Judge.All(
            Judge.Formula(claim, "formula", x => Formulas.Initialization.LinearGain(x.Whole("n", 1, 300), x["sigma"] * x["sigma"]) * x["var"]),
            Judge.Conditional(right.All(r => r), right[0], "where the inputs have mean 0, which those after a ReLU have not", And(tried.Select(t => Say($"{t.Found:F2}"))), Say($"the outputs' variance is {tried[0].Found:F2} for inputs of mean 0 and {tried[1].Found:F2} for inputs of mean 1, both of variance 1; the formula gives {tried[0].Stated:F2}")));
    }

    /// <summary>The index that y = Wx sums over, and the one of the formula.</summary>
    [Claim("D0-072")]
    [Turn("facts/the formula sums over", "the second index", Verdict.Confirmed)]
    internal static Finding IndexOrder(Claim claim)
    {
        double[][] w = [[1, 2, 3], [4, 5, 6]];
        double[] x = [1, 10, 100], y = [0, 0];
        // Wx as the sum of the columns, each times an entry of x.
        for (int i = 0; i < x.Length; i++)
            y = [.. y.Zip(w, (sum, row) => sum + row[i] * x[i])];
        Working.Value("y = Wx for W of two rows 1 2 3 and 4 5 6 and x = (1, 10, 100)", y);
        string stated = claim.Facts["the formula sums over"].Text;
        double[][] vectors = stated switch { "the first index" => [.. Enumerable.Range(0, 3).Select(j => w.Select(row => row[j]).ToArray())], "the second index" => w, _ => throw claim.Bad($"facts/the formula sums over = {stated}") };
        bool same = Working.Holds($"the sum over {stated} of W goes with the {x.Length} entries of x, and gives Wx", !Refuses(() => Sums(vectors, x)) && Sums(vectors, x).SequenceEqual(y));
        return Judge.Agrees(
            same,
            "y = Wx in line 226 and the rows of the listing in line 278",
            Say($"y = {And(y.Select(v => Say($"{v}")))}"),
            Say($"y = Wx has {y.Length} entries, each from {x.Length} of W; the formula sums W_ij over {stated}, which has {vectors[0].Length} entries of W for {x.Length} of x"));

        static double[] Sums(double[][] vectors, double[] x) => [.. vectors.Select(v => v.Length == x.Length ? v.Zip(x, (a, b) => a * b).Sum() : throw new ShapeMismatchException(nameof(x), Say($"{v.Length} entries of W and {x.Length} of x")))];
    }

    /// <summary>The printed factor against n·σ².</summary>
    [Claim("D0-073")]
    [Turn("printed/factor", "n * sigma^2", Verdict.Confirmed)]
    [Turn("printed/factor", "n^2", Verdict.Erratum)]
    internal static Finding GrowsByN(Claim claim)
    {
        StatedFormula stated = StatedFormula.Parse(claim.PrintedText("factor"));
        double[] sigmas = [1, 0.125, 0.01];
        (double Stated, double Right)[] at = [.. sigmas.Select(sigma => (stated.Evaluate<Real64>(name => [name == "n" ? 64 : sigma]).Value, Working.Apply<Real64>(Formulas.Initialization.LinearGain, 64, sigma * sigma).Value))];
        bool[] same = [.. at.Select(a => Near(a.Stated, a.Right, 4))];
        return Judge.Conditional(
            same.All(s => s), same[0], "where sigma is 1", And(at.Select(a => Say($"{a.Right:G4}"))), Say($"with n = 64 the variance is multiplied by {And(at.Zip(sigmas, (a, s) => Say($"{a.Right:G4} for sigma = {s}")))}"));
    }

    /// <summary>Twenty layers of weights that are too large, too small, and right.</summary>
    [Claim("D0-074")]
    [Turn("facts/with depth the variance", "stays", Verdict.Erratum)]
    internal static Finding Compounds(Claim claim)
    {
        double[] Final(bool relu) => [.. ((double[])[1, 0.01, 0.125]).Select(s => DeepStack.MeanSquares(20, 64, s, relu)[^1])];
        (double[] linear, double[] rectified) = (Final(false), Final(true));
        Working.Tried(Say($"20 layers of width 64, mean square of a signal of 1 at the end, for sigma = 1, 0.01 and 1/8: {And(linear.Select(v => Say($"{v:G3}")))} without, {And(rectified.Select(v => Say($"{v:G3}")))} with ReLU"));
        bool either = linear[0] > 1e10 && rectified[0] > 1e10 && linear[1] < 1e-10 && rectified[1] < 1e-10;
        return Judge.Stated(claim, "with depth the variance", either ? "explodes or vanishes" : "stays", Say($"{linear[0]:G3} or {linear[1]:G3}"), Say($"after 20 layers the mean square is {linear[0]:G3} for sigma = 1 and {linear[1]:G3} for sigma = 0.01; it stays, at {linear[2]:G3}, where n sigma^2 is 1"));
    }

    // The variance of 20000 outputs y = w x of 64 weights of deviation 0.25 and inputs of variance 1.
    private static double Variance(double mean)
    {
        var draws = new Draws(71);
        double[] y = [.. Enumerable.Range(0, 20000).Select(_ => draws.Normals(2 * 64).Chunk(2).Sum(pair => 0.25 * pair[0] * (mean + pair[1])))];
        double average = y.Average();
        return y.Average(v => (v - average) * (v - average));
    }
}
