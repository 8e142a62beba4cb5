using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/batches.md.</summary>
internal static class BatchesRules
{
    [Rule("BATCHES-1")]
    internal static void ASplitDealsEveryIndexOnce(Questions ask)
    {
        foreach (int count in new[] { 1, 7, 40 })
        {
            (double[] train, double[] val) = Split(ask, count, 0.25, 3);
            Expect.Same($"train and val of {count} together", [.. train.Concat(val).Order()], Indices(count));
        }
    }

    [Rule("BATCHES-2")]
    internal static void ValidationGetsTheFloor(Questions ask)
    {
        // Dyadic fractions, so that no reading of the decimal text matters.
        foreach ((int count, double fraction, int expected) in new[] { (10, 0.25, 2), (7, 0.5, 3), (9, 0.0, 0), (9, 1.0, 9), (3, 0.25, 0), (15, 0.125, 1) })
            Expect.Near($"val of {count} at {fraction:R}", Split(ask, count, fraction, 3).Validation.Length, expected, 0);
    }

    [Rule("BATCHES-3")]
    internal static void AnEpochDealsEveryIndexOnce(Questions ask)
    {
        foreach ((int count, int size) in new[] { (12, 4), (40, 8), (5, 5) })
            Expect.Same($"the batches of {size} of {count} together", [.. Epoch(ask, count, size).SelectMany(b => b).Order()], Indices(count));
    }

    [Rule("BATCHES-4")]
    internal static void EachEpochHasAnotherOrder(Questions ask)
    {
        // 32! orders: two equal ones by chance are out of the question.
        string[] orders = [.. Enumerable.Range(0, 4).Select(epoch => string.Join(' ', Epoch(ask, 32, 8, epoch: epoch).SelectMany(b => b)))];
        Expect.That(orders.Distinct().Count() == orders.Length, "two of four epochs have the same order");
        Expect.That(!orders.Contains(string.Join(' ', Indices(32))), "an epoch is not shuffled");
    }

    [Rule("BATCHES-5")]
    internal static void TheLastBatchIsKeptOrDropped(Questions ask)
    {
        Expect.Same("batch sizes of 10 by 4", Sizes(Epoch(ask, 10, 4)), [4, 4, 2]);
        Expect.Same("the same with drop_last", Sizes(Epoch(ask, 10, 4, dropLast: true)), [4, 4]);
        Expect.Same("batch sizes of 8 by 4 with drop_last", Sizes(Epoch(ask, 8, 4, dropLast: true)), [4, 4]);
        Expect.Same("batch sizes of 3 by 4", Sizes(Epoch(ask, 3, 4)), [3]);
        Expect.Same("the same with drop_last", Sizes(Epoch(ask, 3, 4, dropLast: true)), []);
    }

    [Rule("BATCHES-6")]
    internal static void TheOrderIsAFunctionOfSeedAndEpoch(Questions ask)
    {
        double[] once = [.. Epoch(ask, 32, 8, seed: 5, epoch: 2).SelectMany(b => b)];
        double[] other = [.. Epoch(ask, 32, 8, seed: 6, epoch: 2).SelectMany(b => b)];
        Expect.Same("the same seed and epoch again", [.. Epoch(ask, 32, 8, seed: 5, epoch: 2).SelectMany(b => b)], once);
        Expect.That(!once.SequenceEqual(other), "two seeds give the same order");
        (double[] train, double[] val) = Split(ask, 32, 0.25, 5);
        (double[] trainAgain, double[] valAgain) = Split(ask, 32, 0.25, 5);
        Expect.Same("the same split again", [.. trainAgain, .. valAgain], [.. train, .. val]);
        Expect.That(!Split(ask, 32, 0.25, 6).Validation.SequenceEqual(val), "two seeds give the same split");
    }

    [Rule("BATCHES-7")]
    internal static void EveryPlaceIsOpenToEveryIndex(Questions ask)
    {
        // 3 indices at 3 places over 240 seeds: 80 expected in each cell with a variance of 240·(1/3)·(2/3); 5 standard deviations are 36.5.
        var seen = new int[3, 3];
        for (int seed = 0; seed < 240; seed++)
        {
            double[] order = [.. Epoch(ask, 3, 3, seed: seed).SelectMany(b => b)];
            for (int place = 0; place < order.Length; place++)
                seen[place, (int)order[place]]++;
        }

        for (int place = 0; place < 3; place++)
        {
            for (int index = 0; index < 3; index++)
                Expect.That(Math.Abs(seen[place, index] - 80) <= 36, $"index {index} stands at place {place} {seen[place, index]} times in 240, where 80 are expected");
        }
    }

    private static double[] Indices(int count) => [.. Enumerable.Range(0, count).Select(i => (double)i)];

    private static double[] Sizes(double[][] batches) => [.. batches.Select(b => (double)b.Length)];

    private static (double[] Train, double[] Validation) Split(Questions ask, int count, double fraction, int seed)
    {
        JsonObject args = Args(("count", count), ("val_fraction", fraction), ("seed", seed));
        return (ask.AskRow("split", "train", args), ask.AskRow("split", "val", args));
    }

    private static double[][] Epoch(Questions ask, int count, int size, int seed = 1, int epoch = 0, bool? dropLast = null)
    {
        JsonObject args = Args(("count", count), ("batch_size", size), ("seed", seed), ("epoch", epoch));
        if (dropLast is { } drop)
            args["drop_last"] = drop;
        return ask.AskRows("batches", "batches", args);
    }
}
