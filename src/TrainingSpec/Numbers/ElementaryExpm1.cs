using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <content>Exponential less 1.</content>
public static partial class Elementary
{
    /// <summary>eˣ − 1; −0 for −0, −1 for −∞, ∞ above 709.8, NaN for NaN.</summary>
    public static T Expm1<T>(T x) where T : IBinary64<T>
    {
        var (high, _, exponent) = Expm1Parts(x);
        return T.IfEqual(x, T.Of(0), x, Scale(high, exponent));
    }

    // e^x − 1 = (High + Low)·2^Exponent: with x = k·ln 2 + r it is 2^k·((1 − 2^−k) + (e^r − 1)), where nothing cancels; at k = 0 the second part alone is left, and is x for tiny x.
    private static (T High, T Low, T Exponent) Expm1Parts<T>(T x) where T : IBinary64<T>
    {
        var (rh, rl, k) = ReduceByLn2(T.Max(x, T.Of(-Expm1Bound)));
        var (qh, ql) = Expm1Quotient(rh, rl);
        var (eh, el) = Pair.Multiply(qh, ql, rh, rl);
        // From 2^200 on, 1 is beyond the last bit of any format.
        var (sh, sl) = ErrorFree.TwoSum(T.Of(1), -T.PowerOfTwo(T.Max(-k, T.Of(-200))));
        var (high, low) = ErrorFree.TwoSum(sh, eh);
        (high, low) = ErrorFree.FastTwoSum(high, low + (sl + el));
        return (high, low, k);
    }
}
