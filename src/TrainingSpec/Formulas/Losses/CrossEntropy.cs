using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Cross-entropy of predictions against targets, in nats, with its gradient and label smoothing.</summary>
/// <remarks>Source: D4 "Cross-Entropy Loss", "Cross-Entropy Gradient"; smoothing: Szegedy et al. (2016), §7.</remarks>
public static class CrossEntropy
{
    /// <summary>−y·ln p, one summand of the sum over the vocabulary; 0 where y = 0, whatever p is.</summary>
    [Formula("cross_entropy.term", TeX = @"L_i", Source = "D4 The Formula")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Term<T>(
        [Domain("y_i", "[0, 1]")] T y,
        [Domain(@"\hat{p}_i", "(0, 1]")] T p)
        where T : IReal<T> => T.IfEqual(y, T.Of(0), T.Of(0), -(y * T.Log(p)));

    /// <summary>(1 − s)·y + s/K: the smoothed label of a one-hot label y among K classes.</summary>
    [Formula("cross_entropy.smoothed_label", TeX = "y'_i", Source = "Szegedy et al. (2016), section 7")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SmoothedLabel<T>(
        [Domain("y_i", "[0, 1]")] T y,
        [Domain(nameof(Hyperparameters.LabelSmoothing))] T smoothing,
        [Domain(nameof(Hyperparameters.Classes))] T classes)
        where T : IReal<T> => TargetShare(smoothing) * y + smoothing / classes;

    /// <summary>(1 − s)·ℓ + s·ℓ̄: the loss under smoothed labels, from the target's loss and the mean loss over all classes.</summary>
    [Formula("cross_entropy.smoothed_loss", TeX = "L", Source = "Szegedy et al. (2016), section 7")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SmoothedLoss<T>(
        [Domain(@"\ell_c", "[0, inf)")] T targetLoss,
        [Domain(@"\bar{\ell}", "[0, inf)")] T meanLoss,
        [Domain(nameof(Hyperparameters.LabelSmoothing))] T smoothing)
        where T : IReal<T> => SmoothedLoss(targetLoss, meanLoss, smoothing, TargetShare(smoothing));

    /// <summary>The same with 1 − s derived beforehand.</summary>
    public static T SmoothedLoss<T>(T targetLoss, T meanLoss, T smoothing, T targetShare)
        where T : IReal<T> => T.IfEqual(smoothing, T.Of(0), targetLoss, targetShare * targetLoss + smoothing * meanLoss);

    /// <summary>1 − s: the share of the target's own loss.</summary>
    public static T TargetShare<T>(T smoothing)
        where T : IReal<T> => T.Of(1) - smoothing;

    /// <summary>ln(1 + K(1 − s)/s): by how much the target's logit lies above the others where the smoothed loss is least; without smoothing it would be infinite.</summary>
    [Formula("cross_entropy.smoothed_gap", TeX = "z_c - z_i", Source = "the zero of cross_entropy.gradient for smoothed labels; Müller et al. (2019), section 2")]
    public static T SmoothedGap<T>(
        [Domain(nameof(Hyperparameters.LabelSmoothing), WithoutLowest = true)] T smoothing,
        [Domain(nameof(Hyperparameters.Classes))] T classes)
        where T : IReal<T> => T.Rewritten(
            T.Log(T.Of(1) + classes * (T.Of(1) - smoothing) / smoothing),
            T.IfLess(
                smoothing,
                T.Of(0.5),
                T.Log(smoothing + classes * (T.Of(1) - smoothing)) - T.Log(smoothing),
                T.Log1p(classes * (T.Of(1) - smoothing) / smoothing)));

    /// <summary>p − y: the gradient of one row's loss with respect to one logit.</summary>
    [Formula("cross_entropy.gradient", TeX = @"\frac{\partial L}{\partial z_i}", Source = "D4 Cross-Entropy Gradient")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(
        [Domain(@"\hat{p}_i", "[0, 1]")] T p,
        [Domain("y_i", "[0, 1]")] T y)
        where T : IReal<T> => p - y;

    /// <summary>s·(K − 1)/K = 1 − y': what smoothing takes from the target's label and spreads over the other classes.</summary>
    [Formula("cross_entropy.spread", TeX = "w", Source = "Szegedy et al. (2016), section 7")]
    public static T Spread<T>(
        [Domain(nameof(Hyperparameters.LabelSmoothing))] T smoothing,
        [Domain(nameof(Hyperparameters.Classes))] T classes)
        where T : IReal<T> => T.Proportion(smoothing, classes - T.Of(1), classes);

    /// <summary>w − q: the gradient of one row's loss with respect to the target's logit, from the probability q = 1 − p of all other classes, so that nothing is lost where p is near 1.</summary>
    [Formula("cross_entropy.target_gradient", TeX = @"\frac{\partial L}{\partial z_c}", Source = "D4 Cross-Entropy Gradient; Szegedy et al. (2016), section 7")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TargetGradient<T>(
        [Domain("q", "[0, 1]")] T others,
        [Domain("w", "[0, 1]")] T spread)
        where T : IReal<T> => spread - others;

    /// <summary>(p − y)/N: the gradient of the mean over N kept rows.</summary>
    [Formula("cross_entropy.mean_gradient", TeX = @"\frac{\partial \bar{L}}{\partial z_i}", Source = "D4 Code Implementation: Cross-Entropy Loss")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MeanGradient<T>(
        [Domain(@"\hat{p}_i", "[0, 1]")] T p,
        [Domain("y_i", "[0, 1]")] T y,
        [Domain("N", "[1, inf)", Whole = true)] T rows)
        where T : IReal<T> => (p - y) / rows;

    /// <summary>r·p − c·q: the gradient with respect to one logit where classes have weights, c the class's weighted label, r the sum of the others', p its probability and q = 1 − p.</summary>
    [Formula("cross_entropy.weighted_gradient", TeX = @"\frac{\partial L}{\partial z_i}", Source = "PyTorch's cross_entropy with weight; the derivative of the weighted sum of −ln p")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T WeightedGradient<T>(
        [Domain(@"\hat{p}_i", "[0, 1]")] T p,
        [Domain("q_i", "[0, 1]")] T others,
        [Domain("c_i", "[0, inf)")] T label,
        [Domain("r_i", "[0, inf)")] T rest)
        where T : IReal<T> => rest * p - label * others;

    [AccuracyException("cross_entropy.weighted_gradient", "both terms may cancel, and their roundings stay")]
    private static T WeightedGradientUnit<T>(T p, T others, T label, T rest)
        where T : IReal<T> => T.Max(rest * p, label * others);

    /// <summary>The loss of one row of logits against weighted labels, and its gradient with respect to the logits.</summary>
    /// <param name="logits">K logits.</param>
    /// <param name="label">The label of a class times its weight; asked twice, so that no row of labels need be held.</param>
    /// <param name="gradient">Receives K entries.</param>
    /// <exception cref="ArgumentNullException"><paramref name="label"/> is null.</exception>
    /// <exception cref="ArgumentException">The row is empty or the gradient has another length.</exception>
    public static T Row<T>(ReadOnlySpan<T> logits, Func<int, T> label, Span<T> gradient)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(label);
        var first = new T[logits.Length];
        for (int i = 0; i < first.Length; i++)
            first[i] = label(i);
        T max = Softmax.Maximum(logits), all = Reduction.Sum<T>(first), zero = T.Of(0);
        T rest = Softmax.Rest(logits, max, gradient, first), sum = T.Of(1) + rest, logarithm = T.Log1p(rest);
        for (int i = 0; i < first.Length; i++)
        {
            T others = SoftmaxCrossEntropy.Others(first[i], gradient[i], sum, rest), own = label(i);
            gradient[i] = WeightedGradient(Softmax.Probability(gradient[i], sum), Softmax.Probability(others, sum), own, all - own);
            first[i] = T.IfEqual(own, zero, zero, own * -Softmax.LogProbabilityLess(logits[i], max, logarithm));
        }

        return Reduction.Sum<T>(first);
    }

    /// <summary>−Σ yᵢ ln pᵢ over a whole distribution, in nats.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static T OfDistributions<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> p)
        where T : IReal<T>
    {
        if (y.Length != p.Length)
            throw new ArgumentException($"p has {p.Length} entries, y has {y.Length}", nameof(p));
        var terms = new T[y.Length];
        for (int i = 0; i < terms.Length; i++)
            terms[i] = Term(y[i], p[i]);
        return Reduction.Sum<T>(terms);
    }

    /// <summary>The loss of one row of logits against one target index, and its gradient with respect to the logits.</summary>
    /// <param name="logits">K logits.</param>
    /// <param name="target">Index of the correct class, in [0, K − 1].</param>
    /// <param name="smoothing">Label smoothing s, of <see cref="Hyperparameters.LabelSmoothing"/>.</param>
    /// <param name="gradient">Receives p − y', K entries.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target is no class, or s lies outside its domain.</exception>
    /// <exception cref="ArgumentException">The row is empty or the gradient has another length.</exception>
    public static T Row<T>(ReadOnlySpan<T> logits, int target, double smoothing, Span<T> gradient)
        where T : IReal<T> => Row(logits, target, LabelSmoothing<T>.Of(smoothing, logits.Length), gradient);

    /// <summary>The same for many rows with one smoothing.</summary>
    /// <param name="logits">K logits.</param>
    /// <param name="target">Index of the correct class, in [0, K − 1].</param>
    /// <param name="smoothing">Label smoothing among K classes.</param>
    /// <param name="gradient">Receives p − y', K entries.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target is no class.</exception>
    /// <exception cref="ArgumentException">The row is empty or the gradient has another length.</exception>
    public static T Row<T>(ReadOnlySpan<T> logits, int target, LabelSmoothing<T> smoothing, Span<T> gradient)
        where T : IReal<T>
    {
        RequireClass(target, logits.Length);
        T max = Softmax.Maximum(logits);
        var losses = new T[logits.Length];
        T rest = Softmax.Rest(logits, max, gradient, losses), sum = T.Of(1) + rest, logarithm = T.Log1p(rest);
        T others = SoftmaxCrossEntropy.Others(losses[target], gradient[target], sum, rest);
        OfEachClass(logits, max, logarithm, losses);
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] = Gradient(Softmax.Probability(gradient[i], sum), smoothing.Other);
        gradient[target] = TargetGradient(Softmax.Probability(others, sum), smoothing.Spread);
        return OfClasses(losses, target, smoothing);
    }

    /// <summary>The loss of a row alone, the same bits as beside its gradient.</summary>
    /// <param name="logits">K logits.</param>
    /// <param name="target">Index of the correct class, in [0, K − 1].</param>
    /// <param name="smoothing">Label smoothing s, of <see cref="Hyperparameters.LabelSmoothing"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target is no class, or s lies outside its domain.</exception>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    internal static T LossOfRow<T>(ReadOnlySpan<T> logits, int target, double smoothing)
        where T : IReal<T>
    {
        RequireClass(target, logits.Length);
        T max = Softmax.Maximum(logits);
        var losses = new T[logits.Length];
        OfEachClass(logits, max, T.Log1p(Softmax.Rest(logits, max, new T[logits.Length], losses)), losses);
        return OfClasses(losses, target, LabelSmoothing<T>.Of(smoothing, logits.Length));
    }

    /// <summary>The loss of a row times 2⁻¹², by terms as much smaller: for one that is more than the number holds, or whose terms are.</summary>
    /// <param name="logits">K logits.</param>
    /// <param name="target">Index of the correct class, in [0, K − 1].</param>
    /// <param name="smoothing">Label smoothing among K classes.</param>
    internal static T PartOfRow<T>(ReadOnlySpan<T> logits, int target, LabelSmoothing<T> smoothing)
        where T : IReal<T>
    {
        T part = T.Of(WideSums.Part), max = Softmax.Maximum(logits);
        var losses = new T[logits.Length];
        T all = T.Log1p(Softmax.Rest(logits, max, losses, new T[logits.Length]));
        for (int i = 0; i < losses.Length; i++)
            losses[i] = T.Fma(part, all, part * max - part * logits[i]);
        return OfClasses(losses, target, smoothing);
    }

    private static void RequireClass(int target, int classes)
    {
        if ((uint)target >= (uint)classes)
            throw Domain.Outside($"[0, {classes - 1}]", target.ToString(System.Globalization.CultureInfo.InvariantCulture), nameof(target));
    }

    private static void OfEachClass<T>(ReadOnlySpan<T> logits, T max, T logarithm, T[] losses)
        where T : IReal<T>
    {
        for (int i = 0; i < losses.Length; i++)
            losses[i] = -Softmax.LogProbabilityLess(logits[i], max, logarithm);
    }

    // Smoothing of 1 gives the target no share of its own, and 0·∞ is none.
    private static T OfClasses<T>(T[] losses, int target, LabelSmoothing<T> smoothing)
        where T : IReal<T> =>
        SmoothedLoss(T.IfEqual(smoothing.TargetShare, T.Of(0), T.Of(0), losses[target]), Monitoring.Mean<T>(losses), smoothing.Share, smoothing.TargetShare);
}
