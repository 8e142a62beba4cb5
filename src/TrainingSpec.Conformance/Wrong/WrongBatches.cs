using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Splits and batches as they go wrong.</summary>
internal static class WrongBatches
{
    private const string Op = "batches";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("split-shuffles-twice", "BATCHES-1", "training and validation are taken from two shuffles, so that they share examples", "split", (right, args) =>
        {
            JsonObject first = right.Answer("split", (JsonObject)args.DeepClone());
            JsonObject second = right.Answer("split", args.With("seed", args.Number("seed") + 1));
            return first.With("val", second["val"]!.DeepClone());
        }),
        Mistake("split-rounds-up", "BATCHES-2", "the validation part is rounded up", "split", (right, args) =>
        {
            double[] order = Together(right.Answer("split", (JsonObject)args.DeepClone()));
            int validation = (int)Math.Ceiling(order.Length * args.Number("val_fraction"));
            return new() { ["train"] = Array(order[validation..]), ["val"] = Array(order[..validation]) };
        }),
        Mistake("batches-with-replacement", "BATCHES-3", "each batch is drawn afresh from all examples, so that an epoch misses some and repeats others", Op, (right, args) =>
        {
            var words = new RandomSequence((ulong)args.Number("seed"), (ulong)args.Number("epoch"));
            double[][] batches = [.. right.Answer(Op, args).Rows(Op).Select(b => b.Select(_ => (double)words.Below((int)args.Number("count"))).ToArray())];
            return new() { [Op] = Rows(batches) };
        }),
        Mistake("batches-same-order-each-epoch", "BATCHES-4", "the data are shuffled once, before the first epoch (the mistake that D2 lists)", Op, (right, args) =>
            right.Answer(Op, args.With("epoch", 0))),
        Mistake("batches-last-always-kept", "BATCHES-5", "a last batch that is not full is kept even with drop_last", Op, (right, args) =>
            right.Answer(Op, args.With("drop_last", false))),
        new("batches-hidden-generator", ["BATCHES-6"], "the shuffle draws from one generator of the process, so that the order depends on what was asked before (D0's random.shuffle)", () =>
        {
            int calls = 0;
            return new Dictionary<string, Distortion>
            {
                [Op] = (right, args) => right.Answer(Op, args.With("seed", args.Number("seed") + 1000 * calls++)),
            };
        }),
        Mistake("batches-cyclic-shuffle", "BATCHES-7", "the shuffle never swaps a place with itself, so that no index stays where it was", Op, (right, args) =>
            Shuffled(right, args, (words, i, _) => i > 0 ? words.Below(i) : 0)),
        Mistake("batches-naive-shuffle", "BATCHES-7", "the shuffle swaps each place with any place, so that some orders have more ways to come about than others", Op, (right, args) =>
            Shuffled(right, args, (words, _, count) => words.Below(count))),
    ];

    private static JsonObject Shuffled(IImplementation right, JsonObject args, Func<RandomSequence, int, int, int> other)
    {
        var words = new RandomSequence((ulong)args.Number("seed"), (ulong)args.Number("epoch"));
        double[] order = [.. Enumerable.Range(0, (int)args.Number("count")).Select(i => (double)i)];
        for (int i = order.Length - 1; i >= 0; i--)
        {
            int j = other(words, i, order.Length);
            (order[i], order[j]) = (order[j], order[i]);
        }

        int next = 0;
        double[][] batches = [.. right.Answer(Op, args).Rows(Op).Select(b => b.Select(_ => order[next++]).ToArray())];
        return new() { [Op] = Rows(batches) };
    }

    private static double[] Together(JsonObject split) => [.. split.Row("val"), .. split.Row("train")];
}
