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
        where T : IReal<T> => T.States ? StatedExponential(x, max) : OfDifference(x, max);

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
        return Maximum<T, ReadOnlySpanCells<T>>(new(NotEmpty(x)), x.Length);
    }

    /// <summary>The same over at least one cell.</summary>
    public static T Maximum<T, TRow>(TRow x, int count)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
    {
        T max = TRow.Read(x, 0);
        for (int i = 1; i < count; i++)
            max = T.Max(max, TRow.Read(x, i));
        return max;
    }

    /// <summary>R = Σ e^(xᵢ − m) over all but the first of the largest, whose place in the sum has 0, in the fixed shape of <see cref="Reduction"/>.</summary>
    /// <param name="x">The row.</param>
    /// <param name="max">m, its largest.</param>
    /// <param name="exponentials">Receives e^(xᵢ − m), 1 for the largest.</param>
    /// <param name="first">Receives 1 for the first of the largest, else 0.</param>
    public static T Rest<T>(ReadOnlySpan<T> x, T max, Span<T> exponentials, Span<T> first)
        where T : IReal<T> => Rest<T, ReadOnlySpanCells<T>, SpanCells<T>, SpanCells<T>>(new(x), x.Length, max, new(exponentials), new(first), RowRoom.Of<T>(x.Length, 1));

    /// <summary>The same over cells, with room for a row.</summary>
    internal static T Rest<T, TRow, TResult, TRoom>(TRow x, int count, T max, TResult exponentials, TRoom first, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        MarkFirst<T, TRow, TRoom>(x, count, first);
        Exponentials<T, TRow, TResult>(x, count, max, exponentials);
        TRoom terms = RowRoom.Row<T, TRoom>(room, count, 0);
        for (int i = 0; i < count; i++)
            TRoom.Write(terms, i, Other(TRoom.Read(first, i), TResult.Read(exponentials, i)));
        return FiniteRow(Reduction.Sum<T, TRoom, TRoom>(terms, count, room), max);
    }

    // What an exponential adds to the sum of all but the first of the largest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Other<T>(T first, T exponential)
        where T : IReal<T> => T.IfEqual(first, T.Of(1), T.Of(0), exponential);

    // Compiled in full at once and apart: beside other loops the compiler gives up inlining, and over lanes each vector travels through memory.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Exponentials<T, TRow, TResult>(TRow x, int count, T max, TResult exponentials)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
    {
        for (int i = 0; i < count; i++)
            TResult.Write(exponentials, i, Exponential(TRow.Read(x, i), max));
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
        SameLength(logits, result);
        Probabilities<T, ReadOnlySpanCells<T>, SpanCells<T>, SpanCells<T>>(new(logits), logits.Length, new(result), RowRoom.Of<T>(logits.Length, 2));
        if (T.States)
            Restate(logits, result, (x, all) => T.Exp(x) / all);
    }

    /// <summary>The same over cells.</summary>
    /// <param name="logits">The row.</param>
    /// <param name="count">Its length, at least 1.</param>
    /// <param name="result">Receives the probabilities.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static void Probabilities<T, TRow, TResult, TRoom>(TRow logits, int count, TResult result, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T sum = T.Of(1) + Rest<T, TRow, TResult, TRoom>(logits, count, Maximum<T, TRow>(logits, count), result, RowRoom.Row<T, TRoom>(room, count, 1), room);
        for (int i = 0; i < count; i++)
            TResult.Write(result, i, Probability(TResult.Read(result, i), sum));
    }

    /// <summary>Logarithms of the probabilities of a row, without forming the probabilities.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    [Formula("log_softmax", TeX = @"\ln \operatorname{softmax}(x)_i", Source = "D4 Numeric Stability: LogSoftmax")]
    public static void LogProbabilities<T>([Domain("x", "[-inf, inf)")] ReadOnlySpan<T> logits, Span<T> result)
        where T : IReal<T>
    {
        SameLength(logits, result);
        LogProbabilities<T, ReadOnlySpanCells<T>, SpanCells<T>, SpanCells<T>>(new(logits), logits.Length, new(result), RowRoom.Of<T>(logits.Length, 2));
        if (T.States)
            Restate(logits, result, (x, all) => x - T.Log(all));
    }

    /// <summary>The same over cells.</summary>
    /// <param name="logits">The row.</param>
    /// <param name="count">Its length, at least 1.</param>
    /// <param name="result">Receives the logarithms.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static void LogProbabilities<T, TRow, TResult, TRoom>(TRow logits, int count, TResult result, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TResult : ICells<TResult, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T max = Maximum<T, TRow>(logits, count);
        T logarithm = T.Log1p(Rest<T, TRow, TResult, TRoom>(logits, count, max, result, RowRoom.Row<T, TRoom>(room, count, 1), room));
        for (int i = 0; i < count; i++)
            TResult.Write(result, i, LogProbabilityLess(TRow.Read(logits, i), max, logarithm));
    }

    /// <summary>ln Σ e^xᵢ = m + ln(1 + R); ∞ where a logit is, and −∞ where all are.</summary>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    [Formula("logsumexp", TeX = @"\operatorname{LSE}(x)", Source = "D4 Numeric Stability: LogSoftmax")]
    public static T LogSumExp<T>([Domain("x", "[-inf, inf]")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T computed = LogSumExp<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(NotEmpty(x)), x.Length, RowRoom.Of<T>(x.Length, 1));
        return T.States ? T.Rewritten(T.Log(SumOfExponentials(x)), computed) : computed;
    }

    /// <summary>The same over cells.</summary>
    /// <param name="x">The row.</param>
    /// <param name="count">Its length, at least 1.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static T LogSumExp<T, TRow, TRoom>(TRow x, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T max = Maximum<T, TRow>(x, count);
        TRoom first = RowRoom.Row<T, TRoom>(room, count, 0);
        MarkFirst<T, TRow, TRoom>(x, count, first);

        // No exponential is kept: a row may fill half of the memory by itself.
        T rest = FiniteRow(Reduction.Sum<T, OtherExponentials<T, TRow, TRoom>, TRoom>(new(x, max, first), count, room), max);
        return T.IfEqual(T.Abs(max), T.Of(double.PositiveInfinity), max, max + T.Log1p(rest));
    }

    [AccuracyException("logsumexp", "the maximum and ln(1 + R) may cancel, and the roundings of both stay")]
    private static T LogSumExpUnit<T>(ReadOnlySpan<T> x)
        where T : IReal<T> => T.Abs(Maximum(x));

    // In a call of its own: numbers that state nothing would else take the compiler's room for two exponentials, and none is left for what stores the result.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T StatedExponential<T>(T x, T max)
        where T : IReal<T> => T.Rewritten(T.Exp(x - max), OfDifference(x, max));

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
    private static void MarkFirst<T, TRow, TRoom>(TRow x, int count, TRoom first)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T zero = T.Of(0), one = T.Of(1), best = TRow.Read(x, 0), seen = zero;
        TRoom.Write(first, 0, one);
        for (int i = 1; i < count; i++)
        {
            T element = TRow.Read(x, i);
            TRoom.Write(first, i, T.IfLess(best, element, one, zero));
            best = T.Max(best, element);
        }

        for (int i = count - 1; i >= 0; i--)
        {
            T mark = T.IfEqual(seen, zero, TRoom.Read(first, i), zero);
            TRoom.Write(first, i, mark);
            seen += mark;
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

    internal static ReadOnlySpan<T> NotEmpty<T>(ReadOnlySpan<T> logits) =>
        logits.IsEmpty ? throw new ArgumentException("logits = [] is outside rows of at least one logit", nameof(logits)) : logits;

    private static void SameLength<T>(ReadOnlySpan<T> logits, Span<T> result)
    {
        if (NotEmpty(logits).Length != result.Length)
            throw new ArgumentException($"result has {result.Length} entries, logits have {logits.Length}", nameof(result));
    }

    // The exponentials of a row, 0 for the first of the largest, each computed where it is read.
    private readonly ref struct OtherExponentials<T, TRow, TRoom>(TRow x, T max, TRoom first) : IReadCells<OtherExponentials<T, TRow, TRoom>, T>
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        private readonly TRow _x = x;
        private readonly T _max = max;
        private readonly TRoom _first = first;

        public static T Read(OtherExponentials<T, TRow, TRoom> cells, int index) => Other(TRoom.Read(cells._first, index), Exponential(TRow.Read(cells._x, index), cells._max));

        public static OtherExponentials<T, TRow, TRoom> From(OtherExponentials<T, TRow, TRoom> cells, int start) => new(TRow.From(cells._x, start), cells._max, TRoom.From(cells._first, start));
    }
}
