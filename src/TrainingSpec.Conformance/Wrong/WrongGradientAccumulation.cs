using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Gradient accumulation as it goes wrong.</summary>
internal static class WrongGradientAccumulation
{
    private const string Op = "accumulate";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("accumulate-sum", "GRADIENT-ACCUMULATION-1", "the sum is not divided by the number of micro-batches, which Adam hides (nanoGPT 553f949f, D1's listing)", Op, (right, args) =>
            args["weights"] is null ? Times(right.Answer(Op, args), Count(args)) : right.Answer(Op, args)),
        Mistake("accumulate-assigns", "GRADIENT-ACCUMULATION-1 GRADIENT-ACCUMULATION-2", "each micro-batch overwrites the gradient of the one before (llm.c dd8c9f5)", Op, (right, args) =>
        {
            double share = args["weights"] is null ? 1.0 / Count(args) : args.Row("weights")[^1] / args.Row("weights").Sum();
            var last = new JsonArray(((JsonArray)args["micro_grads"]!)[^1]!.DeepClone());
            return Times(right.Answer(Op, new() { ["micro_grads"] = last }), share);
        }),
        Mistake("accumulate-mean-of-means", "GRADIENT-ACCUMULATION-2", "micro-batches of unequal token counts weigh the same (transformers #34191, torchtune PR #1875)", Op, (right, args) =>
        {
            args.Remove("weights");
            return right.Answer(Op, args);
        }),
        new("accumulate-divides-by-full-window", ["GRADIENT-ACCUMULATION-3"], "a last window of fewer micro-batches is divided by the full window's number (LLMs-from-scratch PR #300)", () =>
            LastWindow(1)),
        new("accumulate-drops-last-window", ["GRADIENT-ACCUMULATION-3"], "a last window of fewer micro-batches updates nothing (D2's loop)", () => LastWindow(0)),
        new("accumulate-never-zeroed", ["GRADIENT-ACCUMULATION-4"], "the next window starts with the gradients of the last one (D1's listing)", NeverZeroed),
        new("schedule-advances-per-micro-batch", ["GRADIENT-ACCUMULATION-5"], "the scheduler is stepped for each micro-batch (accelerate #963, Lightning #1476)", PerMicroBatch),
    ];

    private static int Count(JsonObject args) => ((JsonArray)args["micro_grads"]!).Count;

    private static JsonObject Times(JsonObject result, double factor) =>
        result.With("grads", Rows([.. result.Rows("grads").Select(g => g.Select(x => factor * x).ToArray())]));

    private static Dictionary<string, Distortion> LastWindow(double kept)
    {
        int full = 0;
        return new()
        {
            [Op] = (right, args) =>
            {
                JsonObject result = right.Answer(Op, args);
                full = Math.Max(full, Count(args));
                return Count(args) == full ? result : Times(result, kept * Count(args) / full);
            },
        };
    }

    private static Dictionary<string, Distortion> NeverZeroed()
    {
        // Buffers belong to a model: other shapes are another model with buffers of its own.
        double[][] before = [];
        return new()
        {
            [Op] = (right, args) =>
            {
                JsonObject result = right.Answer(Op, args);
                double[][] grads = result.Rows("grads");
                if (before.Length == grads.Length && before.Zip(grads).All(p => p.First.Length == p.Second.Length))
                    grads = [.. grads.Zip(before, (g, b) => g.Zip(b, (x, y) => x + y).ToArray())];
                before = grads;
                return result.With("grads", Rows(grads));
            },
        };
    }

    private static Dictionary<string, Distortion> PerMicroBatch()
    {
        long ahead = 0;
        return new()
        {
            [Op] = (right, args) =>
            {
                ahead += Count(args) - 1;
                return right.Answer(Op, args);
            },
            ["schedule"] = (right, args) =>
                right.Answer("schedule", args.With("steps", Integers([.. ((JsonArray)args["steps"]!).Select(t => Whole(t) + ahead)]))),
        };
    }
}
