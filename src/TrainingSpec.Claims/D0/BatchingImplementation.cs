using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Batching: Implementation": create_batches and train_batch.</summary>
internal static class BatchingImplementation
{
    /// <summary>The weight of an example in its update, in a full and in the last batch.</summary>
    [Claim("D0-099")]
    [Turn("given/N", "12", Verdict.Erratum)]
    [Turn("facts/examples of the last batch weigh", "less", Verdict.Erratum)]
    internal static Finding ShortLastBatch(Claim claim)
    {
        (int n, int size) = (claim.GivenInteger("N"), claim.GivenInteger("B"));
        List<Example[]> batches = TrainerListing.CreateBatches(CharText.Windows(99, n), size, new Draws(99));
        double first = Working.Value("weight of an example in the update of a full batch", 1.0 / batches[0].Length), last = Working.Value("in that of the last batch", 1.0 / batches[^1].Length);
        return Judge.Stated(claim, "examples of the last batch weigh", last > first ? "more" : last < first ? "less" : "the same", Say($"{last:G3} against {first:G3}"), Say($"{n} examples make {Working.Value("batches", batches.Count)} batches, the last of {batches[^1].Length}; each of its examples weighs {last:G3} in its update and {last / batches.Count:G3} in the mean of the epoch, the others {first:G3} and {first / batches.Count:G3}"))
            .AndYet("which examples they are is another matter of chance in each epoch, so that over many epochs none is preferred");
    }

    /// <summary>Batches of many sizes: all examples once, the number and the sizes.</summary>
    [Claim("D0-100")]
    [Turn("facts/last batch", "full", Verdict.Erratum)]
    internal static Finding ShufflesAndCuts(Claim claim)
    {
        Tally permutation = new("cases in which the batches hold every example once"), count = new("cases with ceil(N/B) batches, all but the last full"), shorter = new("cases with B not a divisor of N whose last batch is shorter");
        foreach (int n in (int[])[1, 7, 10, 32, 100])
        {
            foreach (int size in (int[])[1, 3, 4, 32])
            {
                Example[] text = [.. Enumerable.Range(0, n).Select(i => new Example(i, 0, 0))];
                List<Example[]> batches = TrainerListing.CreateBatches([.. text], size, new Draws(n));
                permutation.Add(batches.SelectMany(b => b).OrderBy(e => e.First).SequenceEqual(text));
                count.Add(batches.Count == (int)Batches.Count<Real64>(n, size).Value && batches.SkipLast(1).All(b => b.Length == size));
                if (n % size != 0)
                    shorter.Add(batches[^1].Length == n % size);
            }
        }

        Working.Uses("batches.count");
        return Judge.All(
            Judge.Holds(permutation.Shown().Always && count.Shown().Always, Say($"{permutation}"), Say($"{permutation} {permutation.What}, {count} {count.What}"), Say($"{permutation} {permutation.What}, {count} {count.What}")),
            Judge.Stated(claim, "last batch", shorter.Shown().Always ? "may be shorter" : "full", Say($"{shorter}"), Say($"{shorter} {shorter.What}")));
    }

    /// <summary>No data, and sizes that are no sizes.</summary>
    [Claim("D0-101")]
    [Turn("facts/size of zero", "nothing", Verdict.Erratum)]
    [Turn("facts/negative size", "ValueError", Verdict.Erratum)]
    [Turn("facts/no data", "one empty batch", Verdict.Erratum)]
    internal static Finding EdgeCases(Claim claim)
    {
        (string Data, string Zero, string Negative) found = (Of(0, 4), Of(10, 0), Of(10, -4));
        Working.Tried($"no data: {found.Data}; size 0: {found.Zero}; size -4: {found.Negative}");
        return Judge.All(
            Judge.Stated(claim, "no data", found.Data, found.Data, $"no data give {found.Data}"),
            Judge.Stated(claim, "size of zero", found.Zero, found.Zero, $"range with a step of 0 raises {found.Zero}"),
            Judge.Stated(claim, "negative size", found.Negative, found.Negative, $"range from 0 up by a negative step is empty, so that there are {found.Negative}"))
            .AndYet("a negative batch size trains on nothing without a word, until the mean over no batches is taken");

        static string Of(int n, int size)
        {
            int count = -1;
            string raised = PythonRaises.Of(() => count = TrainerListing.CreateBatches(CharText.Windows(1, n), size, new Draws(1)).Count);
            return raised != "nothing" ? raised : count == 0 ? "no batches" : "some batches";
        }
    }

    /// <summary>The caller's list after the call.</summary>
    [Claim("D0-102")]
    [Claim("D0-165")]
    [Turn("facts/order of the caller's list", "kept", Verdict.Erratum)]
    internal static Finding ShufflesInPlace(Claim claim)
    {
        Example[] text = [.. Enumerable.Range(0, 20).Select(i => new Example(i, 0, 0))], before = [.. text];
        var draws = new Draws(102);
        TrainerListing.CreateBatches(text, 4, draws);
        Example[] once = [.. text];
        TrainerListing.CreateBatches(text, 4, draws);
        int moved = Working.Value("of 20 examples in another place of the caller's list after one call", before.Zip(text).Count(x => x.First != x.Second)), again = Working.Value("in another place after a second call", once.Zip(text).Count(x => x.First != x.Second));
        return Judge.Stated(claim, "order of the caller's list", moved > 0 && again > 0 ? "changed" : "kept", Say($"{moved} of 20 moved"), Say($"after the call {moved} of 20 examples of the list that was passed stand elsewhere, after a second call {again} again"))
            .AndYet("whoever holds the same list sees its order change; a tuple can't be shuffled and raises");
    }

    /// <summary>A batch and the same batch twice over.</summary>
    [Claim("D0-103")]
    [Turn("facts/loss of a batch", "summed", Verdict.Erratum)]
    [Turn("D0/train_batch steps", "[[326, \"forward\"], [338, \"backward\"], [341, \"update\"], [341, \"update\"], [334, \"zero\"]]", Verdict.Confirmed)]
    internal static Finding AveragedLoss(Claim claim, Document document)
    {
        var trainer = new TrainerListing([.. document.Facts["train_batch steps"].Rows.Select(r => r[1].Text)]);
        Example[] batch = CharText.Windows(103, 8);
        CharModel once = CharModel.Start("He", 103), twice = once.Copy();
        double loss = trainer.Batch(once, batch, 0.1), doubled = trainer.Batch(twice, [.. batch, .. batch], 0.1);
        double apart = Working.Value("largest difference of a parameter after the update", once.Theta.Zip(twice.Theta, (a, b) => Math.Abs(a - b)).Max());
        Working.Value("loss of a batch of 8", loss);
        Working.Value("of the same 8 twice", doubled);
        return Judge.Stated(claim, "loss of a batch", apart <= Roundoff(200) && Near(loss, doubled, 64) ? "averaged" : "summed", Say($"{loss:F4} and {doubled:F4}"), Say($"a batch of 8 has the loss {loss:F4}, the same examples twice {doubled:F4}, and the update is the same, to {apart:G2}"));
    }

    /// <summary>A batch without examples.</summary>
    [Claim("D0-104")]
    [Turn("facts/an empty batch raises", "nothing", Verdict.Erratum)]
    internal static Finding EmptyBatch(Claim claim)
    {
        string raised = PythonRaises.Of(() => TrainerListing.ClippingFirst().Batch(CharModel.Start("He", 1), [], 0.1));
        Working.Tried($"an empty batch raises {raised}");
        return Judge.Stated(claim, "an empty batch raises", raised, raised, $"the summed loss divided by the length 0 raises {raised}");
    }

    /// <summary>The depth of the graph of a summed loss by the size of the batch, against Python's limit of recursion.</summary>
    [Claim("D0-105")]
    [Turn("facts/depth of the graph", "does not depend on B", Verdict.Erratum)]
    [Turn("facts/recursion limit", "1000000", Verdict.Erratum)]
    internal static Finding ChainOfSums(Claim claim)
    {
        int limit = claim.Facts["recursion limit"].Integer;
        int[] sizes = [10, 100, 1000, 10000], depths = [.. sizes.Select(Depth)];
        for (int i = 0; i < sizes.Length; i++)
            Working.Tried(Say($"batch of {sizes[i]}: the sum that is written last stands {depths[i]} nodes above the first loss"));
        int overflow = Array.FindIndex(depths, d => d > limit);
        return Judge.All(
            Judge.Stated(claim, "depth of the graph", depths.Zip(sizes).All(x => x.First >= x.Second) ? "grows with B" : "does not depend on B", Say($"{And(depths.Select(d => Say($"{d}")))}"), Say($"the graph of the summed loss is {And(depths.Zip(sizes, (d, s) => Say($"{d} nodes deep for B = {s}")))}")),
            Judge.Holds(overflow >= 0, overflow >= 0 ? Say($"{sizes[overflow]}") : "none", overflow >= 0 ? Say($"a recursion of that depth passes Python's limit of {limit} at B = {sizes[overflow]}") : "", Say($"no batch up to {sizes[^1]} passes the limit {limit}")));

        // total = total + loss: each sum has the one before as its first operand.
        static int Depth(int batchSize)
        {
            List<int> operand = [-1];
            for (int i = 0; i < batchSize; i++)
                operand.Add(operand.Count - 1);
            operand.Add(operand.Count - 1);
            int depth = 0;
            for (int at = operand.Count - 1; at >= 0; at = operand[at])
                depth++;
            return depth;
        }
    }

    /// <summary>The order of the steps of train_batch, and what becomes of the second update without the zeroing.</summary>
    [Claim("D0-106")]
    [Turn("D0/train_batch steps", "[[326, \"forward\"], [338, \"backward\"], [341, \"update\"]]", Verdict.Erratum)]
    [Turn("facts/order", "[\"zero\", \"forward\", \"backward\", \"update\"]", Verdict.Erratum)]
    internal static Finding Order(Claim claim, Document document)
    {
        string[] steps = [.. document.Facts["train_batch steps"].Rows.Select(r => r[1].Text)], stated = claim.Facts["order"].Texts;
        double apart = Working.Value("largest change of a parameter after a second update when the zeroing is left out", Second(steps).Zip(Second([.. steps.Where(s => s != "zero")]), (a, b) => Math.Abs(a - b)).Max());
        return Judge.Holds(
            steps.SequenceEqual(stated) && apart > 1e-6,
            And(steps),
            Say($"the listing has the order {And(steps)}; without the zeroing the second update ends up to {apart:G2} elsewhere"),
            Say($"the listing has the order {And(steps)}, stated is {And(stated)}"));

        static double[] Second(string[] steps)
        {
            CharModel model = CharModel.Start("He", 106);
            var trainer = new TrainerListing(steps);
            foreach (Example[] batch in (Example[][])[CharText.Windows(106, 8), CharText.Windows(107, 8)])
                trainer.Batch(model, batch, 0.1);
            return model.Theta;
        }
    }

    /// <summary>The returned loss against that of the old and of the new parameters.</summary>
    [Claim("D0-107")]
    [Turn("facts/returns the loss", "after the update", Verdict.Erratum)]
    [Turn("D0/train_batch steps", "[[334, \"zero\"], [338, \"backward\"], [341, \"update\"], [326, \"forward\"]]", Verdict.Erratum)]
    internal static Finding LossBeforeTheUpdate(Claim claim, Document document)
    {
        CharModel model = CharModel.Start("He", 107);
        Example[] batch = CharText.Windows(107, 16);
        double before = Working.Value("loss of the old parameters", model.Mean(batch)), returned = Working.Value("returned", new TrainerListing([.. document.Facts["train_batch steps"].Rows.Select(r => r[1].Text)]).Batch(model, batch, 0.1)), after = Working.Value("loss of the new parameters", model.Mean(batch));
        return Judge.Stated(claim, "returns the loss", Near(returned, before, 32) ? "before the update" : Near(returned, after, 32) ? "after the update" : "of neither", Say($"{returned:F6}"), Say($"returned is {returned:F6}; the loss was {before:F6} before the update and is {after:F6} after it"));
    }
}
