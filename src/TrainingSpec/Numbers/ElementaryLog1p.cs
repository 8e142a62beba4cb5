using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <content>Logarithm of 1 + x.</content>
public static partial class Elementary
{
    /// <summary>ln(1 + x); −0 for −0, −∞ at −1, NaN for x &lt; −1.</summary>
    public static T Log1p<T>(T x) where T : IBinary64<T>
    {
        var (high, _) = Log1pParts(x);
        return AtLogPoles(T.Of(1) + x, high);
    }

    // ln(1 + x) for finite x > −1: 1 + x is kept whole as (m + rest)·2^k, so where k is 0 the numerator m + rest − 1 of the series' argument is x itself.
    private static (T High, T Low) Log1pParts<T>(T x) where T : IBinary64<T>
    {
        var (sum, error) = ErrorFree.TwoSum(T.Of(1), x);
        var (m, k) = Split(sum);
        T large = T.IfLess(T.Of(SqrtTwo), m, T.Of(1), T.Of(0));
        m = T.IfEqual(large, T.Of(1), m * T.Of(0.5), m);
        k += large;
        // Beyond 2^200 the error of 1 + x is beyond the last bit of any format.
        T rest = T.IfLess(k, T.Of(200), error * T.PowerOfTwo(T.Max(-k, T.Of(-200))), T.Of(0));
        var (nh, nl) = ErrorFree.TwoSum(m - T.Of(1), rest);
        var (dh, dl) = ErrorFree.TwoSum(m, T.Of(1));
        var (high, low) = LogOfRatio(nh, nl, dh, dl + rest, k);
        // Below 2^−60, x − x²/2 without the halving and squaring that a subnormal x can't bear.
        T tiny = T.Of(Log1pTiny);
        return (T.IfLess(T.Abs(x), tiny, x, high), T.IfLess(T.Abs(x), tiny, -(x * x), low));
    }
}
