using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Checkpoint plans as they go wrong.</summary>
internal static class WrongCheckpointing
{
    private const string Op = "checkpointing.plan";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("checkpointing-output-counted-twice", "CHECKPOINTING-1", "a segment's output is counted among the kept ones and again among the recomputed ones", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return result.With("peak", result.Number("peak") + 1);
        }),
        Mistake("checkpointing-whole-forward-again", "CHECKPOINTING-2", "every layer is counted as recomputed (D3's 33%)", Op, (right, args) =>
            right.Answer(Op, (JsonObject)args.DeepClone()).With("extra_forward", args.Number("layers"))),
        Mistake("checkpointing-root-rounded-down", "CHECKPOINTING-3", "the square root of the number of layers, rounded down, is taken for the best number of segments", Op, (right, args) =>
            right.Answer(Op, args["segments"] is null ? args.With("segments", (int)Math.Sqrt(args.Number("layers"))) : args)),
        Mistake("checkpointing-remainder-in-last", "CHECKPOINTING-4", "all segments have ⌊layers/segments⌋ layers and the last one has the rest (PyTorch's checkpoint_sequential)", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, (JsonObject)args.DeepClone());
            if (args["segments"] is null)
                return result;
            int layers = (int)args.Number("layers"), segments = (int)args.Number("segments");
            return result.With("peak", segments + (layers - layers / segments * (segments - 1)) - 1);
        }),
    ];
}
