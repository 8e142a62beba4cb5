using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Softmax, log-softmax and log-sum-exp of a row of logits, shifted by the row's maximum so that nothing overflows.</summary>
/// <remarks>
/// Of the shifted exponentials the first of the largest logits has 1; the sum R of all others is kept beside it, since of 1 + R a small R would be lost.
/// A logit of −∞ is legal (probability 0) as long as one logit of the row is finite. Source: D4 "From Logits to Loss", "Numeric Stability: LogSoftmax".
/// </remarks>
public static class Softmax
{
    /// <summary>e^(x − m): one logit's share before division.</summary>
    [Formula("softmax.exponential", TeX = "e_i", Source = "D4 Numeric Stability: LogSoftmax", Where = "x <= max")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exponential<T>(
        [Domain("x_i", "(-inf, inf)")] T x,
        [Domain("m", "(-inf, inf)")] T max)
        where T : IReal<T> => T.States ? T.Rewritten(T.Exp(x - max), OfDifference(x, max)) : OfDifference(x, max);

    /// <summary>e / Σe: one probability.</summary>
    [Formula("softmax.probability", TeX = @"\hat{p}_i", Source = "D4 From Logits to Loss")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Probability<T>(
        [Domain("e_i", "[0, 1]")] T exponential,
        [Domain("S", "[1, inf)")] T sum)
        where T : IReal<T> => exponential / sum;

    /// <summary>(x − m) − ln(1 + R): one log-probability, R the sum of all exponentials but the 1 of the largest logit.</summary>
    [Formula("softmax.log_probability", TeX = @"\ln \hat{p}_i", Source = "D4 Numeric Stability: LogSoftmax", Where = "x <= max")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogProbability<T>(
        [Domain("x_i", "(-inf, inf)")] T x,
        [Domain("m", "(-inf, inf)")] T max,
        [Domain("R", "[0, inf)")] T rest)
        where T : IReal<T> => LogProbabilityLess(x, max, T.Log1p(rest));

    /// <summary>The same with ln(1 + R) derived beforehand, which all classes of a row share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T LogProbabilityLess<T>(T x, T max, T logarithm)
        where T : IReal<T> => x - max - logarithm;

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

    /// <summary>R = Σ e^(xᵢ − m) over all but the first of the largest, whose place in the sum has 0, in the fixed shape of <see cref="Reduction"/>.</summary>
    /// <param name="x">The row.</param>
    /// <param name="max">m, its largest.</param>
    /// <param name="exponentials">Receives e^(xᵢ − m), 1 for the largest.</param>
    /// <param name="first">Receives 1 for the first of the largest, else 0.</param>
    public static T Rest<T>(ReadOnlySpan<T> x, T max, Span<T> exponentials, Span<T> first)
        where T : IReal<T>
    {
        return Rest(x, max, exponentials, first, new T[x.Length]);
    }

    /// <summary>The same with room for the terms of the sum.</summary>
    internal static T Rest<T>(ReadOnlySpan<T> x, T max, Span<T> exponentials, Span<T> first, Span<T> terms)
        where T : IReal<T>
    {
        MarkFirst(x, first);
        Exponentials(x, max, exponentials);
        for (int i = 0; i < x.Length; i++)
            terms[i] = T.IfEqual(first[i], T.Of(1), T.Of(0), exponentials[i]);
        return FiniteRow(Reduction.Sum<T>(terms), max);
    }

    // Compiled in full at once and apart: beside other loops the compiler gives up inlining, and over lanes each vector travels through memory.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Exponentials<T>(ReadOnlySpan<T> x, T max, Span<T> exponentials)
        where T : IReal<T>
    {
        for (int i = 0; i < x.Length; i++)
            exponentials[i] = Exponential(x[i], max);
    }

    /// <summary>R itself, or NaN where the largest logit is infinite: ∞ − ∞ has no exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FiniteRow<T>(T rest, T max)
        where T : IReal<T> => rest + (max - max);

    /// <summary>Probabilities of a row of logits: non-negative, adding up to 1.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    [Formula("softmax", TeX = @"\operatorname{softmax}(x)_i", Source = "D4 From Logits to Loss")]
    public static void Probabilities<T>([Domain("x", "[-inf, inf)")] ReadOnlySpan<T> logits, Span<T> result)
        where T : IReal<T>
    {
        Probabilities(logits, result, new T[2 * logits.Length]);
    }

    /// <summary>The same with room for two rows.</summary>
    internal static void Probabilities<T>(ReadOnlySpan<T> logits, Span<T> result, Span<T> room)
        where T : IReal<T>
    {
        SameLength(logits, result);
        T sum = T.Of(1) + Rest(logits, Maximum(logits), result, room[..logits.Length], room.Slice(logits.Length, logits.Length));
        for (int i = 0; i < result.Length; i++)
            result[i] = Probability(result[i], sum);
        if (T.States)
            Restate(logits, result, (x, all) => T.Exp(x) / all);
    }

    /// <summary>Logarithms of the probabilities of a row, without forming the probabilities.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    [Formula("log_softmax", TeX = @"\ln \operatorname{softmax}(x)_i", Source = "D4 Numeric Stability: LogSoftmax")]
    public static void LogProbabilities<T>([Domain("x", "[-inf, inf)")] ReadOnlySpan<T> logits, Span<T> result)
        where T : IReal<T>
    {
        SameLength(logits, result);
        T max = Maximum(logits);
        T logarithm = T.Log1p(Rest(logits, max, result, new T[logits.Length]));
        for (int i = 0; i < result.Length; i++)
            result[i] = LogProbabilityLess(logits[i], max, logarithm);
        if (T.States)
            Restate(logits, result, (x, all) => x - T.Log(all));
    }

    /// <summary>ln Σ e^xᵢ = m + ln(1 + R); ∞ where a logit is, and −∞ where all are.</summary>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    [Formula("logsumexp", TeX = @"\operatorname{LSE}(x)", Source = "D4 Numeric Stability: LogSoftmax")]
    public static T LogSumExp<T>([Domain("x", "[-inf, inf]")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T max = Maximum(x);
        T computed = T.IfEqual(T.Abs(max), T.Of(double.PositiveInfinity), max, max + T.Log1p(Rest(x, max, new T[x.Length], new T[x.Length])));
        return T.States ? T.Rewritten(T.Log(SumOfExponentials(x)), computed) : computed;
    }

    [AccuracyException("logsumexp", "the maximum and ln(1 + R) may cancel, and the roundings of both stay")]
    private static T LogSumExpUnit<T>(ReadOnlySpan<T> x)
        where T : IReal<T> => T.Abs(Maximum(x));

    // e^(x − m) from the rounded difference d and what the rounding took away: e^d·(1 + r + r²/2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T OfDifference<T>(T x, T max)
        where T : IReal<T>
    {
        var (difference, error) = ErrorFree.TwoSum(x, -max);

        // A difference so large that it is off by 1, or infinite, has the power 0.
        error = T.IfLess(T.Abs(error), T.Of(1), error, T.Of(0));
        T power = T.Exp(difference);
        return T.Fma(power, T.Fma(T.Of(0.5) * error, error, error), power);
    }

    // The first of the largest is the last that lies above all before it; no equality is asked for, which numbers with error bounds could not decide.
    private static void MarkFirst<T>(ReadOnlySpan<T> x, Span<T> first)
        where T : IReal<T>
    {
        T zero = T.Of(0), one = T.Of(1), best = x[0], seen = zero;
        first[0] = one;
        for (int i = 1; i < x.Length; i++)
        {
            first[i] = T.IfLess(best, x[i], one, zero);
            best = T.Max(best, x[i]);
        }

        for (int i = x.Length - 1; i >= 0; i--)
        {
            first[i] = T.IfEqual(seen, zero, first[i], zero);
            seen += first[i];
        }
    }

    private static T SumOfExponentials<T>(ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T sum = T.Exp(x[0]);
        for (int i = 1; i < x.Length; i++)
            sum += T.Exp(x[i]);
        return sum;
    }

    // What was computed, beside what is stated of a logit and the sum of all exponentials.
    private static void Restate<T>(ReadOnlySpan<T> logits, Span<T> result, Func<T, T, T> stated)
        where T : IReal<T>
    {
        T all = SumOfExponentials(logits);
        for (int i = 0; i < result.Length; i++)
            result[i] = T.Rewritten(stated(logits[i], all), result[i]);
    }

    private static ReadOnlySpan<T> NotEmpty<T>(ReadOnlySpan<T> logits) =>
        logits.IsEmpty ? throw new ArgumentException("logits = [] is outside rows of at least one logit", nameof(logits)) : logits;

    private static void SameLength<T>(ReadOnlySpan<T> logits, Span<T> result)
    {
        if (NotEmpty(logits).Length != result.Length)
            throw new ArgumentException($"result has {result.Length} entries, logits have {logits.Length}", nameof(result));
    }
}
