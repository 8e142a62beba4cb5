using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/batches.md.</summary>
internal static class BatchesRules
{
    /// <summary>The share of right implementations that BATCHES-7 may refuse.</summary>
    internal const double Level = 1e-6;

    /// <summary>How many indices are shuffled, how often: enough for the naive shuffle, which swaps each place with any place, to be refused in 99 cases of 100.</summary>
    internal const int Shuffled = 8, Shuffles = 1500;

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
            ask.Near($"val of {count} at {fraction:R}", Split(ask, count, fraction, 3).Validation.Length, expected, 0);
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
    internal static void EveryPlaceIsOpenToEveryIndex(Questions ask) =>
        JudgeOrders([.. Enumerable.Range(0, Shuffles).Select(seed => Epoch(ask, Shuffled, Shuffled, seed: seed).SelectMany(b => b).Select(i => (int)i).ToArray())]);

    /// <summary>Refuses orders that put indices at places unevenly.</summary>
    /// <exception cref="RuleBrokenException">They do.</exception>
    internal static void JudgeOrders(int[][] orders)
    {
        // What deals an index twice or never is BATCHES-3's to judge.
        if (!orders.All(o => o.Order().SequenceEqual(Enumerable.Range(0, Shuffled))))
            return;
        ChiSquareResult places = ShuffleTest.Test(orders);
        Expect.That(places.Passed(Level), FormattableString.Invariant($"{orders.Length} orders of {Shuffled} put some indices at some places too often, p = {places.PValue:E1}"));
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
