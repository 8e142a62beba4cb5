using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Gradient Accumulation": the text, and the listing read as the row of its stages.</summary>
internal static class GradientAccumulation
{
    /// <summary>The gradients of k mini-batches added up, against that of one batch of all examples.</summary>
    [Claim("D3-041")]
    [Turn("facts/imitates", "a smaller batch", Verdict.Erratum)]
    internal static Finding ImitatesALargerBatch(Claim claim)
    {
        var network = new DeepNetwork(4, 3, Squashing.Tanh, 0.5, 341);
        var draws = new Draws(341);
        (double[] x, double[] y) = (DeepNetwork.Normals(draws, 32 * 4), DeepNetwork.Normals(draws, 32 * 4));
        double Distance(int[] sizes, Func<int, double> weight)
        {
            double[] sum = [.. network.Gradients(x, y).Weights.SelectMany(g => g).Select(g => -g)];
            int start = 0;
            foreach (int size in sizes)
            {
                double[] part = [.. network.Gradients(x[(start * 4)..((start + size) * 4)], y[(start * 4)..((start + size) * 4)]).Weights.SelectMany(g => g)];
                for (int i = 0; i < sum.Length; i++)
                    sum[i] += weight(size) * part[i];
                start += size;
            }

            return sum.Max(Math.Abs);
        }

        Working.Uses("gradient_accumulation.added");
        double equal = Working.Value("largest difference from the full batch of 32, four mini-batches of 8, each with weight 1/4", Distance([8, 8, 8, 8], _ => 0.25));
        double unequal = Working.Value("the same with mini-batches of 8, 8, 8, 4 and 4, each with weight 1/5", Distance([8, 8, 8, 4, 4], _ => 0.2));
        string found = equal < 1e-12 ? "a larger batch" : "neither";
        return Judge.Stated(
            claim,
            "imitates",
            found,
            Say($"{equal:G2}"),
            Say($"the gradients of four mini-batches of 8, each divided by 4, add up to that of the batch of 32 within {equal:G2}"))
            .AndYet(Say($"mini-batches of unequal sizes that weigh alike give another gradient, here by {unequal:G2}; layers that look at the whole batch, such as batch normalization, see the small one"));
    }

    /// <summary>The listing's stages run with a loader that counts: how many batches the k passes see.</summary>
    [Claim("D3-042")]
    [Turn("D3/accumulation listing/in the loop", "[\"next batch\", \"loss\", \"backward\"]", Verdict.Confirmed)]
    [Turn("given/k", "1", Verdict.Confirmed)]
    internal static Finding ANewBatchEachPass(Claim claim, Document document)
    {
        (int b, int k) = (claim.GivenInteger("B"), claim.GivenInteger("k"));
        string[] loop = document.Facts["accumulation listing"]["in the loop"].Texts;
        // One batch is at hand when the loop starts, or its first pass would have none.
        int fetched = loop.Contains("next batch") ? 0 : 1;
        HashSet<int> seen = [];
        for (int pass = 0; pass < k; pass++)
        {
            foreach (string stage in loop)
            {
                if (stage == "next batch")
                    fetched++;
                if (stage == "loss")
                    seen.Add(fetched);
            }
        }

        int examples = Working.Value("examples behind one update", b * seen.Count);
        int distinct = Working.Value($"different batches in {k} passes of the loop ({string.Join(", ", loop)})", seen.Count);
        return Judge.Holds(
            distinct == k,
            $"{distinct} of {Working.Value("k", k)}",
            $"the {k} passes see {distinct} different batches, {examples} examples",
            $"nothing in the loop fetches a batch: all {k} passes take the loss of the same one, and the update is that of {examples} examples at {k} times the work");
    }

    /// <summary>The listing's indentation as it is printed, and what the two ways to indent it would do.</summary>
    [Claim("D3-043")]
    [Turn("D3/accumulation listing/indents", "[0, 4, 4, 0, 0]", Verdict.Confirmed)]
    [Turn("D3/accumulation listing/indents", "[0, 4, 4, 4, 4]", Verdict.Erratum)]
    internal static Finding LoopsThenSteps(Claim claim, Document document)
    {
        (double rate, int k, double lambda, double w) = (claim.GivenNumber("lr"), claim.GivenInteger("k"), claim.GivenNumber("lambda"), claim.GivenNumber("w"));
        double[] indents = document.Facts["accumulation listing"]["indents"].Numbers;
        bool runs = Working.Holds("the line below the loop's head is indented deeper than the head, without which Python refuses it", indents[1] > indents[0]);
        int inside = indents.Skip(1).TakeWhile(i => i > indents[0]).Count();
        double once = Working.Value($"weight after one update of {k} accumulated parts, on lambda w^2/2", Sgd.Update<Real64>(w, lambda * w, rate).Value), each = w;
        for (int pass = 0; pass < k; pass++)
            each = Sgd.Update<Real64>(each, lambda * each / k, rate).Value;
        Working.Uses("sgd.update");
        Working.Value($"weight after {k} updates of a part each, with all four lines in the loop", each);
        int body = Working.Value("lines in the loop as printed", inside);
        return Judge.Holds(
            runs && inside == 2,
            $"{body} lines",
            Say($"loss and backward stand in the loop, the step and the zeroing after it: one update, to {once:G6}"),
            runs
                ? Say($"the loop holds {body} lines, so that it makes {k} updates, to {each:G6}, and not one to {once:G6}")
                : Say($"as it is printed no line is indented, and Python refuses the listing at its second line; with two lines in the loop it makes one update, to {once:G6}, with all four {k}, to {each:G6}"));
    }

    /// <summary>What each part contributes: the parts must add up to the mean.</summary>
    [Claim("D3-044")]
    [Turn("facts/formula", "loss", Verdict.Erratum)]
    [Turn("facts/formula", "loss * k", Verdict.Erratum)]
    internal static Finding DividedByK(Claim claim)
    {
        StatedFormula part = claim.Facts["formula"].Formula;
        var mean = new Tally("rows of gradients whose stated parts add up to their mean");
        var draws = new Draws(344);
        foreach (int k in (int[])[1, 2, 3, 4, 8])
        {
            Precise[] gradients = [.. draws.Row(k).Select(g => Precise.Of(g.Value))];
            Precise sum = gradients.Select(g => part.Evaluate<Precise>(name => [name == "k" ? Precise.Of(k) : g])).Aggregate((a, b) => a + b);
            mean.Add(Closeness.Near(sum, Formulas.GradientAccumulation.Mean(gradients.Aggregate((a, b) => a + b), Precise.Of(k))));
        }

        mean.Shown();
        return Judge.All(
            Judge.Formula(claim, "formula", x => Formulas.GradientAccumulation.Mean(x["loss"], x["k"])),
            Judge.Holds(mean.Always, $"{mean} rows", $"the parts add up to the mean gradient for {mean} numbers of mini-batches", $"the parts add up to the mean gradient for {mean} numbers of mini-batches"));
    }

    /// <summary>The stages after the loop, over three windows: each update must be that of its own window's mean gradient.</summary>
    [Claim("D3-045")]
    [Turn("D3/accumulation listing/after the loop", "[\"zero gradients\", \"optimizer step\"]", Verdict.Erratum)]
    [Turn("D3/accumulation listing/after the loop", "[\"optimizer step\"]", Verdict.Erratum)]
    [Turn("facts/zeroed", "before the optimizer step", Verdict.Erratum)]
    internal static Finding ZeroedAfterTheStep(Claim claim, Document document)
    {
        string[] after = document.Facts["accumulation listing"]["after the loop"].Texts;
        double[][] windows = [[1, 2, 3, 6], [-1, 0, 4, 1], [2, 2, -2, 0]];
        (double w, double right, double stored) = (1, 1, 0);
        var same = new Tally("windows after which the weight is that of the window's mean gradient");
        foreach (double[] window in windows)
        {
            foreach (double gradient in window)
                stored = Formulas.GradientAccumulation.Added<Real64>(stored, gradient, 1.0 / window.Length).Value;
            foreach (string stage in after)
            {
                if (stage == "optimizer step")
                    w = Sgd.Update<Real64>(w, stored, 0.5).Value;
                if (stage == "zero gradients")
                    stored = 0;
            }

            right -= 0.5 * window.Average();
            same.Add(w == right);
        }

        same.Shown();
        (int zeroing, int update) = (Array.IndexOf(after, "zero gradients"), Array.IndexOf(after, "optimizer step"));
        string found = zeroing < 0 || update < 0 ? "nowhere" : zeroing > update ? "after the optimizer step" : "before the optimizer step";
        return Judge.All(
            Judge.Stated(claim, "zeroed", found, "", $"after the loop stand {string.Join(", ", after)}"),
            Judge.Holds(
                same.Always,
                $"{same} windows",
                $"with {string.Join(", ", after)} after the loop the weight is that of the window's own mean gradient after {same} windows",
                $"with {string.Join(", ", after)} after the loop it is that after {same} windows"))
            .AndYet("gradients that are left over from before the first window go into its update: they must be zeroed once at the start");
    }

    /// <summary>The stated size against ours, and the variance of the accumulated gradient.</summary>
    [Claim("D3-046")]
    [Turn("facts/formula", "B + k", Verdict.Erratum)]
    [Turn("facts/formula", "B", Verdict.Erratum)]
    internal static Finding EffectiveBatchSize(Claim claim)
    {
        (int b, int k) = (claim.GivenInteger("B"), claim.GivenInteger("k"));
        Precise effective = Working.Apply(Formulas.GradientAccumulation.EffectiveBatch, Precise.Of(b), Precise.Of(k));
        double variance = Working.Value("variance of 4000 accumulated gradients of examples of variance 1, times B k", b * k * Kept.Of((b, k), static x => Variance(x.b, x.k)));
        return Judge.Formula(claim, "formula", x => Formulas.GradientAccumulation.EffectiveBatch(x["B"], x["k"]))
            .With(Say($"{k} mini-batches of {b} are {effective:G3} examples: the accumulated gradient has {variance:G3} times the variance of one example over that number"));
    }

    /// <summary>Activations that are held at once: for the whole batch, and for its mini-batches one after the other.</summary>
    [Claim("D3-047")]
    [Turn("facts/memory of activations grows with", "k", Verdict.Erratum)]
    [Turn("facts/memory of activations grows with", "B k", Verdict.Erratum)]
    [Turn("D3/accumulation listing/in the loop", "[\"loss\"]", Verdict.Erratum)]
    internal static Finding UsefulWhenMemoryBinds(Claim claim, Document document)
    {
        int b = document["D3-042"].GivenInteger("B");
        string[] loop = document.Facts["accumulation listing"]["in the loop"].Texts;
        // A loss holds what its backward pass will need, until that pass is over.
        long Held(int rows, int parts)
        {
            (long held, long most, long one) = (0, 0, Activations(rows));
            foreach (string stage in Enumerable.Repeat(loop, parts).SelectMany(s => s))
            {
                held += stage == "loss" ? one : stage == "backward" ? -one : 0;
                most = Math.Max(most, held);
            }

            return most;
        }

        (long one, long accumulated, long whole) = (Working.Value($"activations held at once by a mini-batch of {b}", Held(b, 1)), Working.Value($"by 4 mini-batches of {b}, one after the other", Held(b, 4)), Working.Value($"by one batch of {4 * b}", Held(4 * b, 1)));
        long doubled = Working.Value($"by a mini-batch of {2 * b}", Held(2 * b, 1));
        string found = accumulated == one && doubled == 2 * one ? "B" : accumulated > one ? "k" : "neither";
        return Judge.Stated(
            claim,
            "memory of activations grows with",
            found,
            $"{accumulated} against {whole}",
            $"four mini-batches of {b}, one after the other, hold {accumulated} activations at once, one of them {one}, and a batch of {4 * b} holds {whole}");
    }

    private static double Variance(int b, int k)
    {
        var draws = new Draws(346);
        double[] sums = [.. Enumerable.Range(0, 4000).Select(_ => Enumerable.Range(0, k).Sum(_ => draws.Normals(b).Average() / k))];
        double mean = sums.Average();
        return sums.Average(s => (s - mean) * (s - mean));
    }

    private static long Activations(int rows)
    {
        const int Width = 4, Layers = 6;
        var draws = new Draws(347);
        var chain = new LayerChain<Real64>([.. Enumerable.Range(0, Layers).Select(_ => draws.Row(Width * Width, 0.5))], Width);
        return chain.Run(draws.Row(rows * Width), y => y, CheckpointPlan.Of(Layers, Layers)).Peak * rows * Width;
    }
}
