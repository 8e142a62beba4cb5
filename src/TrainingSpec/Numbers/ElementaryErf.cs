using static TrainingSpec.Numbers.ElementaryConstants;
using static TrainingSpec.Numbers.ErfcConstants;

namespace TrainingSpec.Numbers;

/// <content>Error function.</content>
public static partial class Elementary
{
    /// <summary>erf x = 2/√π·∫₀ˣ e^(−t²) dt; −0 for −0, ±1 for ±∞, NaN for NaN.</summary>
    public static T Erf<T>(T x) where T : IBinary64<T> => ErfParts(x).High;

    private static (T High, T Low) ErfParts<T>(T x) where T : IBinary64<T>
    {
        T zero = T.Of(0), one = T.Of(1);
        T magnitude = T.Min(T.Abs(x), T.Of(ErfBound));
        var (nearHigh, nearLow) = ErfNear(T.Min(magnitude, one));
        var (farHigh, farLow) = ErfFar(T.Max(magnitude, one));
        T high = T.IfLess(magnitude, one, nearHigh, farHigh), low = T.IfLess(magnitude, one, nearLow, farLow);
        return (T.IfLess(x, zero, -high, T.IfEqual(x, zero, x, high)), T.IfLess(x, zero, -low, low));
    }

    // On [0, 1]: 2x/√π·Σ zⁿ/(n!(2n + 1)), z = −x².
    private static (T High, T Low) ErfNear<T>(T x) where T : IBinary64<T>
    {
        T zero = T.Of(0);
        var (zh, zl) = ErrorFree.TwoProduct(x, -x);
        T sum = T.Of(1.0 / 2196910513383505920000.0);
        sum = T.Fma(sum, zh, T.Of(1.0 / 99748982335242240000.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 4744158915944448000.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 236887827111936000.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 12449059983360000.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 690452066304000.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 40537905408000.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 2528170444800.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 168129561600.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 11975040000.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 918086400.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 76204800.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 6894720.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 685440.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 75600.0));
        sum = T.Fma(sum, zh, T.Of(1.0 / 9360.0));
        var (ph, pl) = Pair.MultiplyAdd(sum, zero, zh, zl, T.Of(1.0 / 1320.0), T.Of(OneOver1320Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, T.Of(1.0 / 216.0), T.Of(OneOver216Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, T.Of(1.0 / 42.0), T.Of(OneOver42Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, T.Of(1.0 / 10.0), T.Of(TenthLow));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, T.Of(1.0 / 3.0), T.Of(ThirdLow));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, zh, zl, T.Of(1), zero);
        (ph, pl) = Pair.Multiply(ph, pl, T.Of(TwoOverRootPiHigh), T.Of(TwoOverRootPiLow));
        return Pair.Multiply(ph, pl, x, zero);
    }

    // On [1, 6]: 1 − e^(−x²)·P(w), w = (x − 2.5)/(x + 3).
    private static (T High, T Low) ErfFar<T>(T x) where T : IBinary64<T>
    {
        T zero = T.Of(0);
        // x − 2.5 is exact on [1, 6].
        var (dh, dl) = ErrorFree.TwoSum(x, T.Of(3));
        var (wh, wl) = Pair.Divide(x - T.Of(2.5), zero, dh, dl);
        T sum = T.Of(Erfc20);
        sum = T.Fma(sum, wh, T.Of(Erfc19));
        sum = T.Fma(sum, wh, T.Of(Erfc18));
        sum = T.Fma(sum, wh, T.Of(Erfc17));
        sum = T.Fma(sum, wh, T.Of(Erfc16));
        sum = T.Fma(sum, wh, T.Of(Erfc15));
        sum = T.Fma(sum, wh, T.Of(Erfc14));
        sum = T.Fma(sum, wh, T.Of(Erfc13));
        sum = T.Fma(sum, wh, T.Of(Erfc12));
        sum = T.Fma(sum, wh, T.Of(Erfc11));
        sum = T.Fma(sum, wh, T.Of(Erfc10));
        sum = T.Fma(sum, wh, T.Of(Erfc9));
        sum = T.Fma(sum, wh, T.Of(Erfc8));
        sum = T.Fma(sum, wh, T.Of(Erfc7));
        sum = T.Fma(sum, wh, T.Of(Erfc6));
        var (ph, pl) = Pair.MultiplyAdd(sum, zero, wh, wl, T.Of(Erfc5), T.Of(Erfc5Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, wh, wl, T.Of(Erfc4), T.Of(Erfc4Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, wh, wl, T.Of(Erfc3), T.Of(Erfc3Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, wh, wl, T.Of(Erfc2), T.Of(Erfc2Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, wh, wl, T.Of(Erfc1), T.Of(Erfc1Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, wh, wl, T.Of(Erfc0), T.Of(Erfc0Low));

        var (sh, sl) = ErrorFree.TwoProduct(x, -x);
        var (eh, el, k) = ExpParts(sh, sl);
        T scale = T.PowerOfTwo(k);
        (ph, pl) = Pair.Multiply(ph, pl, eh * scale, el * scale);
        var (high, low) = ErrorFree.FastTwoSum(T.Of(1), -ph);
        return ErrorFree.FastTwoSum(high, low - pl);
    }
}
