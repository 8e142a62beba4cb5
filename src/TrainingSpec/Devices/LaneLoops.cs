using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>Loops of one thread over lanes, of whatever width.</summary>
internal abstract class LaneLoops
{
    /// <summary>Lanes in one number.</summary>
    public abstract int Lanes { get; }

    /// <summary>The layers of a model over the same lanes.</summary>
    public abstract LaneLayers Layers { get; }

    /// <summary>One step of Adam on tensors of equal length.</summary>
    public abstract void AdamStep(
        Span<float> theta, Span<float> m, Span<float> v, ReadOnlySpan<float> gradient, AdamCoefficients<Real32> coefficients);

    /// <summary>Rows of softmax with cross-entropy; <paramref name="meanOver"/> rows make the mean. Where the gradient is empty, the losses alone.</summary>
    public abstract void SoftmaxCrossEntropy(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int classes, Span<float> losses, Span<float> gradient, int meanOver, GradientOf of);

    /// <summary>Sums of squares of blocks, from block <paramref name="first"/> on.</summary>
    public abstract void BlockSumsOfSquares(ReadOnlySpan<float> x, int first, Span<float> sums);

    /// <summary>A formula's results from index <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public abstract void Evaluate(Formula formula, ReadOnlySpan<float> arguments, Span<float> results, int first, int end);

    /// <summary>A formula's results for rows; lanes are rows.</summary>
    public abstract void EvaluateRows(Formula formula, ReadOnlySpan<float> rows, int width, Span<float> results);
}
