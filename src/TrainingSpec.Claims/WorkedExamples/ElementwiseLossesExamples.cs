using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Losses of single numbers, on both sides of their kinks and far out.</summary>
public static class ElementwiseLossesExamples
{
    /// <summary>The losses of seven errors and of seven logits with their gradients, unreduced and as means.</summary>
    [GoldenSource]
    public static GoldenDocument Values()
    {
        var document = new GoldenDocument("elementwise-losses", "Values");
        Real64[] x = GoldenRows.Over<Real64>([-1000, -40, -1, 0, 0.5, 2, 800]), zeros = [.. x.Select(_ => (Real64)0)], labels = GoldenRows.Over<Real64>([1, 1, 1, 0.25, 0, 0, 0]), weights = [.. x.Select(_ => (Real64)3)], each = GoldenRows.Over<Real64>([2, 0, 0.5, 1, 3, 0.1, 1e-3]);
        document.Add("x", x).Add("labels", labels);
        foreach (LossReduction reduction in new[] { LossReduction.None, LossReduction.Mean })
        {
            void Add(string name, ElementwiseLossResult<Real64> result) =>
                document.Add($"{name}, {reduction}", reduction == LossReduction.None ? result.Losses : [result.Loss]).Add($"{name}, {reduction}.gradient", result.Gradient);
            Add("squared", ElementwiseLoss.Squared(x, zeros, reduction));
            Add("huber", ElementwiseLoss.Huber(x, zeros, 1.5, reduction));
            Add("smooth absolute", ElementwiseLoss.SmoothL1(x, zeros, 1.5, reduction));
            Add("absolute", ElementwiseLoss.SmoothL1(x, zeros, 0, reduction));
            Add("binary cross-entropy", ElementwiseLoss.BinaryCrossEntropy(x, labels, null, reduction));
            Add("binary cross-entropy with weight", ElementwiseLoss.BinaryCrossEntropy(x, labels, weights, reduction));
            Add("weighted squared", ElementwiseLoss.Squared(x, zeros, reduction, each));
            Add("weighted binary cross-entropy of smoothed labels", ElementwiseLoss.BinaryCrossEntropy(x, labels, null, reduction, each, 0.125));
        }

        return document;
    }
}
