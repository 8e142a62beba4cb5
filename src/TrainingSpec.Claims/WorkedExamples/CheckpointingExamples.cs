using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>What activation checkpointing holds and recomputes, by formula and as counted on a real chain.</summary>
public static class CheckpointingExamples
{
    /// <summary>Every number of segments for some depths: peak, recomputed layers, additional work; and the best plan (D3-058, D3-059).</summary>
    [GoldenSource]
    public static GoldenDocument Plans()
    {
        var document = new GoldenDocument("checkpointing", "Plans");
        foreach (int layers in new[] { 1, 2, 7, 12, 16, 48, 100 })
        {
            string key = Invariant($"{layers} layers");
            int[] segments = [.. Enumerable.Range(1, layers)];
            Real64[] recomputed = [.. segments.Select(k => Checkpointing.Recomputed<Real64>(layers, k))];
            CheckpointPlan best = CheckpointPlan.Best(layers);
            document.Add(key + ".peak by segments", segments.Select(k => Checkpointing.Peak(k, Checkpointing.Longest<Real64>(layers, k))))
                .Add(key + ".recomputed by segments", recomputed)
                .Add(key + ".additional work of one segment", Checkpointing.Overhead(recomputed[0], layers))
                .Add(key + ".least peak", Checkpointing.LeastPeak<Real64>(layers))
                .Add(key + ".best plan.segments", best.Segments).Add(key + ".best plan.lengths", best.Lengths()).Add(key + ".best plan.peak", best.Peak)
                .Add(key + ".best plan.recomputed", best.ExtraForward).Add(key + ".best plan.additional work", Checkpointing.Overhead<Real64>(best.ExtraForward, layers));
        }

        return document;
    }

    /// <summary>Nine tanh layers of width 3 under every plan (D3-057): outputs held and layers evaluated as counted, and gradients of the same bits.</summary>
    [GoldenSource]
    public static GoldenDocument Chain()
    {
        const int Layers = 9, Width = 3;
        Real64[][] weights = [.. Enumerable.Range(0, Layers).Select(Weights)];
        var chain = new LayerChain<Real64>(weights, Width);
        Real64[] x = [0.5, -1, 0.25];
        ChainRun<Real64> all = chain.Run(x, y => y, CheckpointPlan.Of(Layers, Layers));
        var document = new GoldenDocument("checkpointing", "Chain").Add("x", x).Add("output", all.Output).Add("input gradient", all.InputGradient)
            .Add("gradient of the first layer", all.Gradients[0]).Add("gradient of the last layer", all.Gradients[^1]);
        for (int layer = 0; layer < Layers; layer++)
            document.Add(Invariant($"layer {layer}.weights"), weights[layer]);
        for (int segments = 1; segments <= Layers; segments++)
        {
            ChainRun<Real64> run = chain.Run(x, y => y, CheckpointPlan.Of(Layers, segments));
            string key = Invariant($"{segments} segments");
            document.Add(key + ".held", run.Peak).Add(key + ".evaluated", run.Evaluations)
                .Add(key + ".gradients of the same bits", run.Gradients.SelectMany(g => g).SequenceEqual(all.Gradients.SelectMany(g => g)));
        }

        return document;
    }

    private static Real64[] Weights(int layer)
    {
        var drawn = new Real64[9];
        RandomStreams.FillNormal<Real64>(1, (ulong)layer, 0, drawn);
        Real64 deviation = Initialization.Deviation(Initialization.XavierVariance<Real64>(3, 3));
        return [.. drawn.Select(z => Initialization.NormalWeight(z, deviation))];
    }
}
