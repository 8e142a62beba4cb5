using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>One element of a row of softmax with cross-entropy, composed of the formulas; the same methods run as a loop, over lanes and in kernels.</summary>
/// <remarks>Labels are one-hot: 1 for the target, else 0. Source: D4 "Cross-Entropy Loss", "Cross-Entropy Gradient".</remarks>
public static class SoftmaxCrossEntropy
{
    /// <summary>−ln p of the target, in nats: the loss of a row from its target's logit, its largest logit and Σ e^(x − m).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Loss<T>(T targetLogit, T max, T sum)
        where T : IReal<T> => -Softmax.LogProbability(targetLogit, max, sum);

    /// <summary>p − y, or (p − y)/N where <paramref name="ofMean"/> is not 0, from e^(x − m) and the row's sum of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T exponential, T sum, T label, T rows, int ofMean)
        where T : IReal<T>
    {
        T p = Softmax.Probability(exponential, sum);
        return ofMean != 0 ? CrossEntropy.MeanGradient(p, label, rows) : CrossEntropy.Gradient(p, label);
    }
}
