using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>How many batches an epoch has, and how far the mean gradient of a batch strays from that of all examples.</summary>
/// <remarks>Source: D0 "Mini-Batch Gradient Descent"; Cochran, Sampling Techniques (1977), theorem 2.2.</remarks>
public static class Batches
{
    /// <summary>⌈N/B⌉: the batches of an epoch of N examples, a smaller last one counted.</summary>
    [Formula("batches.count", TeX = "n", Source = "D0 Mini-Batch Gradient Descent")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Count<T>(
        [Domain("N", "[1, inf)", Whole = true)] T examples,
        [Domain(nameof(Hyperparameters.BatchSize))] T batchSize)
        where T : IReal<T> => WholeQuotients.Ceiling(examples, batchSize);

    /// <summary>⌊N/B⌋: the full batches of an epoch of N examples.</summary>
    [Formula("batches.full", TeX = @"n_{\text{full}}", Source = "the oracle protocol, batches (drop_last)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Full<T>(
        [Domain("N", "[1, inf)", Whole = true)] T examples,
        [Domain(nameof(Hyperparameters.BatchSize))] T batchSize)
        where T : IReal<T> => WholeQuotients.Floor(examples, batchSize);

    /// <summary>σ²/B: the variance of the mean of B gradients that were drawn independently.</summary>
    [Formula("batches.variance", TeX = @"\operatorname{Var} \bar{g}", Source = "D0 Mini-Batch Gradient Descent")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Variance<T>(
        [Domain(@"\sigma^2", "[0, inf)")] T variance,
        [Domain(nameof(Hyperparameters.BatchSize))] T batchSize)
        where T : IReal<T> => variance / batchSize;

    /// <summary>s²/B·(N − B)/N: the variance of the mean of B of N gradients, none drawn twice; s² is the sum of squared deviations over N − 1.</summary>
    /// <remarks>Zero for the batch of all examples. Source: Cochran (1977), theorem 2.2. Hosts require B ≤ N.</remarks>
    [Formula("batches.variance_without_replacement", TeX = @"\operatorname{Var} \bar{g}", Source = "Cochran (1977), theorem 2.2", Where = "batchSize <= examples")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T VarianceWithoutReplacement<T>(
        [Domain("s^2", "[0, inf)")] T variance,
        [Domain(nameof(Hyperparameters.BatchSize))] T batchSize,
        [Domain("N", "[1, inf)", Whole = true)] T examples)
        where T : IReal<T> => Variance(variance, batchSize) * ((examples - batchSize) / examples);
}
