using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>How a chain of layers is cut into segments for activation checkpointing, and what that costs.</summary>
/// <remarks>
/// Only segment outputs are kept in the forward pass; the other outputs of a segment are recomputed before its backward pass.
/// Source: Chen et al. (2016), section 4; D3 "Gradient Checkpointing"; the oracle protocol, checkpointing.plan.
/// </remarks>
public sealed record CheckpointPlan
{
    private CheckpointPlan(long layers, long segments)
    {
        Layers = layers;
        Segments = segments;
    }

    /// <summary>Layers of the chain.</summary>
    public long Layers { get; }

    /// <summary>Contiguous segments.</summary>
    public long Segments { get; }

    /// <summary>Layers of the longest segment.</summary>
    public long Longest => (Layers - 1) / Segments + 1;

    /// <summary>The most layer outputs held at once.</summary>
    public long Peak => Segments + Longest - 1;

    /// <summary>Layers that are evaluated a second time.</summary>
    public long ExtraForward => Layers - Segments;

    /// <summary>The plan with a given number of segments.</summary>
    /// <param name="layers"><c>layers</c>, of <see cref="Hyperparameters.Layers"/>.</param>
    /// <param name="segments">In [1, layers].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public static CheckpointPlan Of(long layers, long segments)
    {
        Hyperparameters.Layers.Require(layers);
        return segments >= 1 && segments <= layers
            ? new CheckpointPlan(layers, segments)
            : throw Domain.Outside($"[1, {Tensors.Text(layers)}]", Tensors.Text(segments), nameof(segments));
    }

    /// <summary>The plan of least peak, and among those the one that recomputes least.</summary>
    /// <remarks>The least peak plus one is m = ⌈2√L⌉; k segments have it as long as k·(m − k) ≥ L, and the largest such k recomputes least.</remarks>
    /// <param name="layers"><c>layers</c>, of <see cref="Hyperparameters.Layers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The layers lie outside.</exception>
    public static CheckpointPlan Best(long layers)
    {
        Hyperparameters.Layers.Require(layers);
        UInt128 four = 4 * (UInt128)layers;
        UInt128 least = Root(four);
        if (least * least < four)
            least++;
        return new CheckpointPlan(layers, (long)((least + Root(least * least - four)) / 2));
    }

    /// <summary>The lengths of the segments, first layer first; the longer ones come last, where their recomputation meets all kept outputs.</summary>
    /// <exception cref="OverflowException">There are more than 2³¹ − 1 segments.</exception>
    public long[] Lengths()
    {
        var lengths = new long[checked((int)Segments)];
        long longer = Layers % Segments;
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = Layers / Segments + (i >= lengths.Length - longer ? 1 : 0);
        return lengths;
    }

    // The square root in binary64 is off by a few units at most where x has more than 53 bits.
    private static UInt128 Root(UInt128 x)
    {
        var root = (UInt128)Math.Sqrt((double)x);
        while (root * root > x)
            root--;
        while ((root + 1) * (root + 1) <= x)
            root++;
        return root;
    }
}
