namespace TrainingSpec.Numbers;

/// <content>Whole powers.</content>
public static partial class Elementary
{
    /// <summary>xⁿ for a whole number n ≥ 0, NaN for any other n; x⁰ = 1.</summary>
    /// <remarks>Repeated squaring of (High + Low)·2ᵏ; the relative error is about n·2⁻¹⁰³ before the one rounding, so up to n = 2⁴⁰ the result is within 0.501 ULP.</remarks>
    public static T Power<T>(T x, T n) where T : IBinary64<T>
    {
        var (high, low, exponent) = PowerParts(x, n);
        return WithSign(x, n, Scale(high, low, exponent));
    }

    /// <summary>xⁿ rounded to odd, for one conversion to binary32.</summary>
    public static T PowerToOdd<T>(T x, T n) where T : IBinary64<T>
    {
        var (high, low, exponent) = PowerParts(x, n);
        return WithSign(x, n, Scale(T.RoundToOdd(high, low), exponent));
    }

    // |x|^n = (High + Low)·2^Exponent for finite x ≠ 0.
    private static (T High, T Low, T Exponent) PowerParts<T>(T x, T n) where T : IBinary64<T>
    {
        T one = T.Of(1), half = T.Of(0.5), two = T.Of(2);
        var (baseHigh, baseExponent) = Split(T.Abs(x));
        T baseLow = T.Of(0), high = one, low = T.Of(0), exponent = T.Of(0);
        // An infinite count would never end.
        T count = T.Min(n, T.Of(double.MaxValue));
        while (T.AnyPositive(count))
        {
            T halved = T.Floor(count * half);
            T odd = T.IfLess(T.Of(0), count, count - two * halved, T.Of(0));
            var (ph, pl, carry) = Normalized(Pair.Multiply(high, low, baseHigh, baseLow));
            exponent = T.IfEqual(odd, one, exponent + baseExponent + carry, exponent);
            high = T.IfEqual(odd, one, ph, high);
            low = T.IfEqual(odd, one, pl, low);
            (baseHigh, baseLow, carry) = Normalized(Pair.Multiply(baseHigh, baseLow, baseHigh, baseLow));
            baseExponent = baseExponent + baseExponent + carry;
            count = halved;
        }
        return (high, low, T.Min(T.Max(exponent, T.Of(-1200)), T.Of(1100)));
    }

    // A significand in [1, 4) back in [1, 2).
    private static (T High, T Low, T Carry) Normalized<T>((T High, T Low) product) where T : IBinary64<T>
    {
        T factor = T.IfLess(product.High, T.Of(2), T.Of(1), T.Of(0.5));
        return (product.High * factor, product.Low * factor, T.IfEqual(factor, T.Of(1), T.Of(0), T.Of(1)));
    }

    private static T WithSign<T>(T x, T n, T magnitude) where T : IBinary64<T>
    {
        T zero = T.Of(0), one = T.Of(1), absolute = T.Abs(x);
        T half = T.Floor(n * T.Of(0.5));
        T odd = n - half - half;
        // 0, ∞ and NaN are their own magnitudes.
        T ordinary = T.IfLess(absolute, T.Of(double.PositiveInfinity), magnitude, absolute);
        T power = T.IfEqual(x, zero, zero, ordinary);
        T negative = T.IfLess(x, zero, -power, T.IfEqual(x, zero, x, power));
        T signed = T.IfEqual(odd, one, negative, power);
        T whole = T.IfEqual(T.Floor(n), n, T.IfLess(n, zero, T.Of(double.NaN), signed), T.Of(double.NaN));
        return T.IfEqual(n, zero, one, whole);
    }
}
