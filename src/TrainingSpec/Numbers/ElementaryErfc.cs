using static TrainingSpec.Numbers.ElementaryConstants;
using static TrainingSpec.Numbers.ScaledErfcConstants;

namespace TrainingSpec.Numbers;

/// <content>Complementary error function.</content>
public static partial class Elementary
{
    /// <summary>erfc x = 2/√π·∫ₓ^∞ e^(−t²) dt; 2 for −∞, 0 from 27.3 on, NaN for NaN.</summary>
    public static T Erfc<T>(T x) where T : IBinary64<T>
    {
        var (high, low, exponent) = ErfcParts(x);
        return Scale(high, low, exponent);
    }

    // erfc x = (High + Low)·2^Exponent: for x ≥ 0 e^(−x²)·P(w)·t with t = 1/(x + 4), w = (x − 4)·t; erfc(−x) is 2 less that, where nothing cancels.
    private static (T High, T Low, T Exponent) ErfcParts<T>(T x) where T : IBinary64<T>
    {
        T zero = T.Of(0), one = T.Of(1);
        T magnitude = T.Min(T.Abs(x), T.Of(ErfcBound));
        var (dh, dl) = ErrorFree.TwoSum(magnitude, T.Of(4));
        var (th, tl) = Pair.Divide(one, zero, dh, dl);
        // w = 1 − 8t, and times 8 is exact.
        var (wh, wl) = ErrorFree.TwoSum(one, T.Of(-8) * th);
        (wh, wl) = ErrorFree.FastTwoSum(wh, wl - T.Of(8) * tl);
        var (ph, pl) = ScaledErfc(wh, wl);
        (ph, pl) = Pair.Multiply(ph, pl, th, tl);

        var (sh, sl) = ErrorFree.TwoProduct(magnitude, -magnitude);
        var (eh, el, k) = ExpParts(sh, sl);
        (ph, pl) = Pair.Multiply(ph, pl, eh, el);

        // 2^−200 is beyond the last bit of any format beside 2.
        T scale = T.PowerOfTwo(T.Max(k, T.Of(-200)));
        var (high, low) = ErrorFree.FastTwoSum(T.Of(2), -(ph * scale));
        (high, low) = ErrorFree.FastTwoSum(high, low - pl * scale);
        return (T.IfLess(x, zero, high, ph), T.IfLess(x, zero, low, pl), T.IfLess(x, zero, zero, k));
    }

    private static (T High, T Low) ScaledErfc<T>(T wh, T wl) where T : IBinary64<T>
    {
        T sum = T.Of(Scaled27);
        sum = T.Fma(sum, wh, T.Of(Scaled26));
        sum = T.Fma(sum, wh, T.Of(Scaled25));
        sum = T.Fma(sum, wh, T.Of(Scaled24));
        sum = T.Fma(sum, wh, T.Of(Scaled23));
        sum = T.Fma(sum, wh, T.Of(Scaled22));
        sum = T.Fma(sum, wh, T.Of(Scaled21));
        sum = T.Fma(sum, wh, T.Of(Scaled20));
        sum = T.Fma(sum, wh, T.Of(Scaled19));
        sum = T.Fma(sum, wh, T.Of(Scaled18));
        sum = T.Fma(sum, wh, T.Of(Scaled17));
        sum = T.Fma(sum, wh, T.Of(Scaled16));
        sum = T.Fma(sum, wh, T.Of(Scaled15));
        sum = T.Fma(sum, wh, T.Of(Scaled14));
        sum = T.Fma(sum, wh, T.Of(Scaled13));
        sum = T.Fma(sum, wh, T.Of(Scaled12));
        sum = T.Fma(sum, wh, T.Of(Scaled11));
        sum = T.Fma(sum, wh, T.Of(Scaled10));
        sum = T.Fma(sum, wh, T.Of(Scaled9));
        var (ph, pl) = Pair.MultiplyAdd(sum, T.Of(0), wh, wl, T.Of(Scaled8), T.Of(Scaled8Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, wh, wl, T.Of(Scaled7), T.Of(Scaled7Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, wh, wl, T.Of(Scaled6), T.Of(Scaled6Low));
        (ph, pl) = Pair.MultiplyAdd(ph, pl, wh, wl, T.Of(Scaled5), T.Of(Scaled5Low));
        // Near x = 0 the rest of the polynomial is larger than the coefficient.
        (ph, pl) = Pair.MultiplyAddAny(ph, pl, wh, wl, T.Of(Scaled4), T.Of(Scaled4Low));
        (ph, pl) = Pair.MultiplyAddAny(ph, pl, wh, wl, T.Of(Scaled3), T.Of(Scaled3Low));
        (ph, pl) = Pair.MultiplyAddAny(ph, pl, wh, wl, T.Of(Scaled2), T.Of(Scaled2Low));
        (ph, pl) = Pair.MultiplyAddAny(ph, pl, wh, wl, T.Of(Scaled1), T.Of(Scaled1Low));
        (ph, pl) = Pair.MultiplyAddAny(ph, pl, wh, wl, T.Of(Scaled0), T.Of(Scaled0Low));
        return (ph, pl);
    }
}
