using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <content>Hyperbolic tangent.</content>
public static partial class Elementary
{
    /// <summary>tanh x; −0 for −0, ±1 for ±∞, NaN for NaN.</summary>
    public static T Tanh<T>(T x) where T : IBinary64<T> => TanhParts(x).High;

    // tanh |x| = −t/(2 + t) with t = e^(−2|x|) − 1 = (2^k − 1) + 2^k·(e^r − 1), in (−1, 0]: nothing cancels, and nothing overflows.
    private static (T High, T Low) TanhParts<T>(T x) where T : IBinary64<T>
    {
        T zero = T.Of(0);
        T magnitude = T.Min(T.Abs(x), T.Of(TanhBound));
        var (rh, rl, k) = ReduceByLn2(T.Of(-2) * magnitude);
        var (qh, ql) = Expm1Quotient(rh, rl);
        var (eh, el) = Pair.Multiply(qh, ql, rh, rl);
        T scale = T.PowerOfTwo(k);
        var (sh, sl) = ErrorFree.TwoSum(scale, T.Of(-1));
        var (th, tl) = ErrorFree.TwoSum(sh, scale * eh);
        (th, tl) = ErrorFree.FastTwoSum(th, tl + (sl + scale * el));
        var (dh, dl) = ErrorFree.FastTwoSum(T.Of(2), th);
        var (high, low) = Pair.Divide(-th, -tl, dh, dl + tl);
        return (T.IfLess(x, zero, -high, T.IfEqual(x, zero, x, high)), T.IfLess(x, zero, -low, low));
    }
}
