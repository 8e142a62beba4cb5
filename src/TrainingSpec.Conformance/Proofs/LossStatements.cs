using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Proofs;

/// <summary>Softmax gives shares, smoothed labels are shares, clipping never lengthens, activations stay within their bounds.</summary>
internal static class LossStatements
{
    public static IReadOnlyList<Statement> All { get; } =
    [
        new SoftmaxGivesShares(), new SmoothedLabelsAreShares(), new PerplexityAtLeastOne(), new ClippingNeverLengthens(), new ClippedNormIsBounded(), new ClippedValueIsBounded(),
        new DropoutKeepsTheMean(), new SigmoidIsAShare(), new SigmoidRises(), new GeluIsBoundedBelow(), new GeluSlopeIsBounded(),
    ];

    private sealed class SoftmaxGivesShares() : Statement(
        "softmax-gives-shares", "SOFTMAX-1", "for three logits, the largest 0 and the others down to -700, every probability lies in [0, 1]", 0, new("x2", -700, 0), new("x3", -700, 0))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T[] probabilities = new T[3];
            Softmax.Probabilities<T>([T.Of(0), x[0], x[1]], probabilities);
            T margin = T.Of(1);
            foreach (T p in probabilities)
                margin = T.Min(margin, T.Min(p, T.Of(1) - p));
            return margin;
        }
    }

    private sealed class SmoothedLabelsAreShares() : Statement(
        "smoothed-labels-are-shares", "CROSS-ENTROPY-5", "a label y in [0, 1] smoothed by s in [0, 1] over K in [1, 1000] classes lies in [0, 1]", Math.ScaleB(1, -10),
        new("y", 0, 1), new("s", 0, 1), new("K", 1, 1000))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T label = CrossEntropy.SmoothedLabel(x[0], x[1], x[2]);
            return T.Min(label, T.Of(1) - label);
        }
    }

    private sealed class PerplexityAtLeastOne() : Statement("perplexity-at-least-1", "PERPLEXITY-1", "a loss in [0, 700] has a perplexity of at least 1", 0, new VariableRange("L", 0, 700))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => Perplexity.Of(x[0]) - T.Of(1);
    }

    private sealed class ClippingNeverLengthens() : Statement(
        "clipping-never-lengthens", "CLIPPING-3", "the factor for a norm and a threshold in [1e-6, 1e6] lies in [0, 1]", 0, new("norm", 1e-6, 1e6), new("c", 1e-6, 1e6))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T scale = Clipping.Scale(x[0], x[1]);
            return T.Min(scale, T.Of(1) - scale);
        }
    }

    private sealed class ClippedNormIsBounded() : Statement(
        "clipped-norm-is-bounded", "CLIPPING-3", "a norm of up to 1000 thresholds is clipped to at most the threshold", Math.ScaleB(1, -16), new VariableRange("norm", 1e-3, 1000))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => T.Of(1) - Clipping.Scaled(x[0], Clipping.Scale(x[0], T.Of(1)));
    }

    private sealed class ClippedValueIsBounded() : Statement(
        "clipped-value-is-bounded", "CLIPPING-6", "an element of up to 1e9 limits is clipped to at most the limit", 0, new VariableRange("g", -1e9, 1e9))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => T.Of(1) - T.Abs(Clipping.Value(x[0], T.Of(1)));
    }

    private sealed class DropoutKeepsTheMean() : Statement(
        "dropout-keeps-the-mean", "DROPOUT-2", "for p in [0, 0.999] the scale is at least 1, and 1 - p times the scale is 1", Math.ScaleB(1, -10), new VariableRange("p", 0, 0.999))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T scale = Dropout.Scale(x[0]);
            return T.Min(scale - T.Of(1), -T.Abs((T.Of(1) - x[0]) * scale - T.Of(1)));
        }
    }

    private sealed class SigmoidIsAShare() : Statement("sigmoid-is-a-share", "activations.sigmoid", "the logistic function lies in [0, 1] on [-700, 700]", 0, new VariableRange("x", -700, 700))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T y = Activations.Sigmoid(x[0]);
            return T.Min(y, T.Of(1) - y);
        }
    }

    private sealed class SigmoidRises() : Statement("sigmoid-rises", "activations.sigmoid", "the logistic function rises on [-300, 300]", Math.ScaleB(1, -50), new VariableRange("x", -300, 300))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => Activations.Sigmoid(Dual<T>.Variable(x[0])).Derivative;
    }

    private sealed class GeluIsBoundedBelow() : Statement(
        "gelu-is-bounded-below", "activations.gelu_tanh", "GELU by the tanh formula is at least -0.170041 on [-40, 40]", 0, new VariableRange("x", -40, 40))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => Activations.GeluTanh(x[0]) + T.Of(0.170041);
    }

    private sealed class GeluSlopeIsBounded() : Statement(
        "gelu-slope-is-bounded", "activations.gelu_tanh", "the slope of GELU by the tanh formula lies in [-0.13, 1.13] on [-8, 8]", 0, new VariableRange("x", -8, 8))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T slope = Activations.GeluTanh(Dual<T>.Variable(x[0])).Derivative;
            return T.Min(slope + T.Of(0.13), T.Of(1.13) - slope);
        }
    }
}
