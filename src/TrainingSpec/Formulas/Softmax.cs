using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Softmax, log-softmax and log-sum-exp of a row of logits, shifted by the row's maximum so that nothing overflows.</summary>
/// <remarks>A logit of −∞ is legal (probability 0) as long as one logit of the row is finite. Source: D4 "From Logits to Loss", "Numeric Stability: LogSoftmax".</remarks>
public static class Softmax
{
    /// <summary>e^(x − m): one logit's share before division.</summary>
    [Formula("softmax.exponential", TeX = "e_i", Source = "D4 Numeric Stability: LogSoftmax")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exponential<T>(
        [Domain("x_i", "(-inf, inf)")] T x,
        [Domain("m", "(-inf, inf)")] T max)
        where T : IReal<T> => T.Exp(x - max);

    /// <summary>e / Σe: one probability.</summary>
    [Formula("softmax.probability", TeX = @"\hat{p}_i", Source = "D4 From Logits to Loss")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Probability<T>(
        [Domain("e_i", "[0, 1]")] T exponential,
        [Domain("S", "[1, inf)")] T sum)
        where T : IReal<T> => exponential / sum;

    /// <summary>(x − m) − ln Σe^(x − m): one log-probability.</summary>
    [Formula("softmax.log_probability", TeX = @"\ln \hat{p}_i", Source = "D4 Numeric Stability: LogSoftmax")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogProbability<T>(
        [Domain("x_i", "(-inf, inf)")] T x,
        [Domain("m", "(-inf, inf)")] T max,
        [Domain("S", "[1, inf)")] T sum)
        where T : IReal<T> => x - max - T.Log(sum);

    /// <summary>The largest of a row; NaN if any is NaN.</summary>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    public static T Maximum<T>(ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T max = NotEmpty(x)[0];
        for (int i = 1; i < x.Length; i++)
            max = T.Max(max, x[i]);
        return max;
    }

    /// <summary>Σ e^(xᵢ − m) in the fixed shape of <see cref="Reduction"/>; the exponentials are left in <paramref name="exponentials"/>.</summary>
    public static T SumOfExponentials<T>(ReadOnlySpan<T> x, T max, Span<T> exponentials)
        where T : IReal<T>
    {
        for (int i = 0; i < x.Length; i++)
            exponentials[i] = Exponential(x[i], max);
        return Reduction.Sum<T>(exponentials[..x.Length]);
    }

    /// <summary>Probabilities of a row of logits: non-negative, adding up to 1.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    [Formula("softmax", TeX = @"\operatorname{softmax}(x)_i", Source = "D4 From Logits to Loss")]
    public static void Probabilities<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> logits, Span<T> result)
        where T : IReal<T>
    {
        SameLength(logits, result);
        T sum = SumOfExponentials(logits, Maximum(logits), result);
        for (int i = 0; i < result.Length; i++)
            result[i] = Probability(result[i], sum);
    }

    /// <summary>Logarithms of the probabilities of a row, without forming the probabilities.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    [Formula("log_softmax", TeX = @"\ln \operatorname{softmax}(x)_i", Source = "D4 Numeric Stability: LogSoftmax")]
    public static void LogProbabilities<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> logits, Span<T> result)
        where T : IReal<T>
    {
        SameLength(logits, result);
        T max = Maximum(logits);
        T sum = SumOfExponentials(logits, max, result);
        for (int i = 0; i < result.Length; i++)
            result[i] = LogProbability(logits[i], max, sum);
    }

    /// <summary>ln Σ e^xᵢ = m + ln Σ e^(xᵢ − m).</summary>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    [Formula("logsumexp", TeX = @"\operatorname{LSE}(x)", Source = "D4 Numeric Stability: LogSoftmax")]
    public static T LogSumExp<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T max = Maximum(x);
        return max + T.Log(SumOfExponentials(x, max, new T[x.Length]));
    }

    private static ReadOnlySpan<T> NotEmpty<T>(ReadOnlySpan<T> logits) =>
        logits.IsEmpty ? throw new ArgumentException("logits = [] is outside rows of at least one logit", nameof(logits)) : logits;

    private static void SameLength<T>(ReadOnlySpan<T> logits, Span<T> result)
    {
        if (NotEmpty(logits).Length != result.Length)
            throw new ArgumentException($"result has {result.Length} entries, logits have {logits.Length}", nameof(result));
    }
}
