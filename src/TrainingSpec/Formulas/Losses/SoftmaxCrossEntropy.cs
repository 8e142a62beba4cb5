using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>One element of a row of softmax with cross-entropy, composed of the formulas; the same methods run as a loop, over lanes and in kernels.</summary>
/// <remarks>Labels are one-hot: 1 for the target, else 0. Source: D4 "Cross-Entropy Loss", "Cross-Entropy Gradient".</remarks>
public static class SoftmaxCrossEntropy
{
    /// <summary>−ln p of the target, in nats: the loss of a row from its target's logit, its largest logit m and R, the sum of e^(x − m) but for the 1 of the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Loss<T>(T targetLogit, T max, T rest)
        where T : IReal<T> => -Softmax.LogProbability(targetLogit, max, rest);

    /// <summary>S − e: what the classes beside the target have of the sum; where the target is the one that R leaves out, that is R, and nothing is subtracted.</summary>
    /// <param name="left">1 where the target is the first of the largest logits, else 0.</param>
    /// <param name="exponential">e, the target's.</param>
    /// <param name="sum">S = 1 + R.</param>
    /// <param name="rest">R.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Others<T>(T left, T exponential, T sum, T rest)
        where T : IReal<T> => T.IfEqual(left, T.Of(1), rest, sum - exponential);

    /// <summary>−(S − e) for the target: taken from 0, so that where nothing is left it is +0, as p − y has it.</summary>
    /// <param name="left">1 where the target is the first of the largest logits, else 0.</param>
    /// <param name="exponential">e, the target's.</param>
    /// <param name="sum">S = 1 + R.</param>
    /// <param name="rest">R.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TargetShare<T>(T left, T exponential, T sum, T rest)
        where T : IReal<T> => T.Of(0) - Others(left, exponential, sum, rest);

    /// <summary>The gradient for one logit, or for the mean of N rows where <paramref name="ofMean"/> is not 0: of the target −(S − e)/S = p − 1, of another e/S = p.</summary>
    /// <param name="share">e^(x − m); for the target −(S − e), from <see cref="TargetShare"/>.</param>
    /// <param name="sum">S = 1 + R.</param>
    /// <param name="rows">N.</param>
    /// <param name="ofMean">Not 0 for the gradient of the mean.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T share, T sum, T rows, int ofMean)
        where T : IReal<T>
    {
        T p = Softmax.Probability(share, sum);
        return ofMean != 0 ? p / rows : p;
    }
}
