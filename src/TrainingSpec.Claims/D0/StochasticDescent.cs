using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Stochastic Gradient Descent (SGD)".</summary>
internal static class StochasticDescent
{
    /// <summary>Single gradients that one update over all data takes, by the size of the data.</summary>
    [Claim("D0-022")]
    [Turn("facts/cost of the full gradient", "does not depend on N", Verdict.Erratum)]
    internal static Finding CostOfTheFullGradient(Claim claim)
    {
        (int N, int Full, int Batch)[] counted = [.. ((int[])[64, 128, 256, 512]).Select(n => (n, Count(n, n), Count(n, 32)))];
        foreach ((int n, int full, int batch) in counted)
            Working.Tried(Say($"N = {n}: {full} gradients of single examples for an update over all, {batch} for one over a batch of 32"));
        return Judge.Stated(
            claim,
            "cost of the full gradient",
            counted.All(c => c.Full == c.N) ? "proportional to N" : counted.All(c => c.Full == counted[0].Full) ? "does not depend on N" : "neither",
            Say($"{counted[^1].Full} and {counted[^1].Batch} gradients"),
            Say($"an update over all {counted[^1].N} examples takes {counted[^1].Full} gradients of single examples, one over a batch {counted[^1].Batch}; the first doubles with N, the second does not"));

        static int Count(int n, int size)
        {
            CharModel model = CharModel.Start("He", 22);
            TrainerListing.ClippingFirst().Batch(model, CharText.Windows(1, n)[..size], 0.1);
            return model.Backwards;
        }
    }

    /// <summary>The steps of the described loop against those that the listings make.</summary>
    [Claim("D0-023")]
    [Turn("facts/loop", "[\"sample\", \"update\", \"gradient\", \"repeat\"]", Verdict.Erratum)]
    [Turn("D0/train_batch steps", "[[334, \"zero\"], [341, \"update\"], [338, \"backward\"]]", Verdict.Erratum)]
    internal static Finding Loop(Claim claim, Document document)
    {
        string[] steps = [.. document.Facts["train_batch steps"].Rows.Select(row => row[1].Text)];
        string[] made = ["sample", .. steps.Where(s => s is "backward" or "update").Select(s => s == "backward" ? "gradient" : "update"), "repeat"];
        CharModel model = CharModel.Start("He", 23);
        var draws = new Draws(23);
        Example[] text = CharText.Windows(1, 128);
        double before = model.Mean(text);
        var trainer = new TrainerListing(steps);
        var batches = TrainerListing.CreateBatches(text, 16, draws);
        foreach (Example[] batch in batches)
            trainer.Batch(model, batch, 0.1);
        double after = model.Mean(text);
        Working.Value("steps of the listings for a batch", made);
        Working.Value("loss before", before);
        Working.Value("loss after one epoch of them", after);
        string[] stated = claim.Facts["loop"].Texts;
        return Judge.Holds(
            made.SequenceEqual(stated) && after < before,
            Say($"{And(made)}"),
            Say($"the listings make {And(made)} for each of {batches.Count} batches, and the loss falls from {before:F3} to {after:F3}"),
            Say($"the listings make {And(made)}, the text says {And(stated)}; the loss goes from {before:F3} to {after:F3}"));
    }

    /// <summary>The mean over all batches of two from six examples, against the gradient over all.</summary>
    [Claim("D0-024")]
    [Turn("facts/formula", "sum(g)", Verdict.Erratum)]
    [Turn("facts/formula", "g1", Verdict.Erratum)]
    internal static Finding Unbiased(Claim claim)
    {
        const int N = 6;
        CharModel model = CharModel.Start("He", 24);
        Example[] text = CharText.Windows(24, N);
        double[][] single = [.. text.Select(e => model.GradientOf([e]))];
        double[] full = model.GradientOf(text);
        (int, int)[] pairs = [.. from i in Enumerable.Range(0, N) from j in Enumerable.Range(i + 1, N - i - 1) select (i, j)];
        Tally same = new(Say($"parameters for which the mean over all {pairs.Length} batches of two of {N} examples is the gradient over all, but for rounding"));
        for (int k = 0; k < full.Length; k++)
        {
            double mean = pairs.Average(p => (single[p.Item1][k] + single[p.Item2][k]) / 2);
            same.Add(Math.Abs(mean - full[k]) <= Roundoff(64));
        }

        return Judge.All(
            Judge.Holds(same.Shown().Always, Say($"{same}"), Say($"{same} {same.What}"), Say($"{same} {same.What}")),
            Judge.Formula(claim, "formula", x =>
            {
                Precise[] g = x.Row("g");
                Precise sum = Precise.Zero;
                foreach (Precise one in g)
                    sum += Sgd.Update(Precise.Zero, -one, Precise.Of(1)) / Precise.Of(g.Length);
                return sum;
            }));
    }

    /// <summary>The spread of single gradients about their mean.</summary>
    [Claim("D0-025")]
    [Turn("facts/single gradients", "equal to the full gradient", Verdict.Erratum)]
    internal static Finding Noisy(Claim claim)
    {
        var noisy = new Tally("character models whose single gradients differ from their mean by more than its length, root mean square");
        double least = double.PositiveInfinity;
        foreach (int seed in Enumerable.Range(0, 10))
        {
            CharModel model = CharModel.Start("He", seed);
            Example[] text = CharText.Windows(1, 128);
            double[] full = model.GradientOf(text);
            double spread = Math.Sqrt(text.Average(e => model.GradientOf([e]).Zip(full, (a, b) => (a - b) * (a - b)).Sum())), share = spread / TrainerListing.Norm(full);
            least = Math.Min(least, share);
            noisy.Add(share > 1);
        }

        Working.Value("least ratio of the spread to the length of the mean", least);
        return Judge.Stated(claim, "single gradients", noisy.Shown().Always ? "noisy" : noisy.Never ? "equal to the full gradient" : "either", Say($"{noisy}"), Say($"{noisy} {noisy.What}, at least by {least:F2} times"));
    }

    /// <summary>Runs from the shallow basin of a tilted double well, without and with noise in the gradient.</summary>
    [Claim("D0-026")]
    [Turn("facts/noise helps to escape", "no", Verdict.Erratum)]
    internal static Finding NoiseEscapes(Claim claim)
    {
        const int Runs = 200;
        int[] escaped = [.. ((double[])[0, 2, 4]).Select(noise => Kept.Of((noise, Runs), static x => Escapes(x.noise, x.Runs)))];
        foreach ((double noise, int count) in ((double[])[0, 2, 4]).Zip(escaped))
            Working.Counted(Say($"runs with noise of deviation {noise} in the gradient, rate 0.1, 1000 steps, that end in the deep basin of x^4/4 - x^2/2 + 0.2 x from the shallow one"), count, Runs);
        return Judge.Stated(
            claim, "noise helps to escape", escaped[0] == 0 && 2 * escaped.Max() > Runs ? "yes" : "no", Say($"{And(escaped.Select(e => Say($"{e} of {Runs}")))}"), Say($"{And(escaped.Select(e => Say($"{e} of {Runs}")))} runs leave the shallow basin for the deep one with noise of deviation 0, 2 and 4"));
    }

    private static int Escapes(double noise, int runs)
    {
        var draws = new Draws(26);
        int deep = 0;
        for (int run = 0; run < runs; run++)
        {
            double x = 0.8;
            for (int step = 0; step < 1000; step++)
                x -= 0.1 * (x * x * x - x + 0.2 + noise * draws.Normal());
            deep += x < 0 ? 1 : 0;
        }

        return deep;
    }
}
