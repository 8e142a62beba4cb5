using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/checkpointing.md.</summary>
internal static class CheckpointingRules
{
    [Rule("CHECKPOINTING-1")]
    internal static void ThePeakIsSegmentsAndTheRestOfOne(Questions ask)
    {
        foreach ((int layers, int segments, int peak) in new[] { (12, 4, 6), (12, 1, 12), (12, 12, 12), (1, 1, 1), (100, 10, 19) })
            ask.Near($"peak of {layers} layers in {segments} segments", Ask(ask, layers, segments, "peak"), peak, 0);
    }

    [Rule("CHECKPOINTING-2")]
    internal static void SegmentOutputsAreNotRecomputed(Questions ask)
    {
        foreach ((int layers, int segments) in new[] { (12, 4), (12, 12), (10, 4), (7, 1) })
            ask.Near($"extra_forward of {layers} layers in {segments} segments", Ask(ask, layers, segments, "extra_forward"), layers - segments, 0);
    }

    [Rule("CHECKPOINTING-3")]
    internal static void TheBestHasTheLeastPeakAndThenTheLeastWork(Questions ask)
    {
        // The best cut of each of these is an even one, so that what an uneven one costs has no say here.
        foreach (int layers in new[] { 1, 2, 6, 12, 16, 20, 30 })
        {
            double[] peaks = [.. Enumerable.Range(1, layers).Select(k => Ask(ask, layers, k, "peak"))];
            ask.Near($"least peak of {layers} layers", Ask(ask, layers, null, "peak"), peaks.Min(), 0);
            ask.Near($"best segments of {layers} layers", Ask(ask, layers, null, "segments"), System.Array.LastIndexOf(peaks, peaks.Min()) + 1, 0);
        }
    }

    [Rule("CHECKPOINTING-4")]
    internal static void SegmentsAreAsEvenAsCanBe(Questions ask)
    {
        // Two layers more than 4·2, and three more than 5·3: the longest segment grows by one.
        ask.Near("peak of 10 layers in 4 segments less that of 8", Ask(ask, 10, 4, "peak") - Ask(ask, 8, 4, "peak"), 1, 0);
        ask.Near("peak of 18 layers in 5 segments less that of 15", Ask(ask, 18, 5, "peak") - Ask(ask, 15, 5, "peak"), 1, 0);
    }

    private static double Ask(Questions ask, int layers, int? segments, string member)
    {
        JsonObject args = Args(("layers", layers));
        if (segments is { } given)
            args["segments"] = given;
        return ask.AskNumber("checkpointing.plan", member, args);
    }
}
