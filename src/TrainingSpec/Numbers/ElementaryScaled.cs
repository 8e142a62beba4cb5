namespace TrainingSpec.Numbers;

/// <content>Products and quotients of three numbers as if the exponent had no end.</content>
public static partial class Elementary
{
    private const double SmallestNormal = 2.2250738585072014e-308;
    private const double TwoTo64 = 18446744073709551616.0;

    /// <summary>x·y·z.</summary>
    public static T Product<T>(T x, T y, T z)
        where T : IBinary64<T>
    {
        T first = x * y, product = first * z;
        if (AreNormal(first, product))
            return product;
        var ((mx, ex), (my, ey), (mz, ez)) = (Normalized(x), Normalized(y), Normalized(z));
        return Scaled(mx * my * mz, ex + ey + ez);
    }

    /// <summary>x·y/z.</summary>
    public static T Proportion<T>(T x, T y, T z)
        where T : IBinary64<T>
    {
        T first = x * y, quotient = first / z;
        if (AreNormal(first, quotient))
            return quotient;
        var ((mx, ex), (my, ey), (mz, ez)) = (Normalized(x), Normalized(y), Normalized(z));
        return Scaled(mx * my / mz, ex + ey - ez);
    }

    // Where the exponent comes to no end, scaling changes no bit; the smallest normal number may have been rounded up to from below.
    private static bool AreNormal<T>(T x, T y)
        where T : IBinary64<T> =>
        T.AllLess(T.Of(SmallestNormal), T.Min(T.Abs(x), T.Abs(y))) && T.AllLess(T.Max(T.Abs(x), T.Abs(y)), T.Of(double.PositiveInfinity));

    // m · 2^e with |m| in [1, 2); what is 0 or not finite stays as it is.
    private static (T Significand, T Exponent) Normalized<T>(T x)
        where T : IBinary64<T>
    {
        T magnitude = T.Abs(x), smallest = T.Of(SmallestNormal), zero = T.Of(0);
        T normal = T.IfLess(magnitude, smallest, magnitude * T.Of(TwoTo64), magnitude);
        T exponent = T.Exponent(normal) - T.IfLess(magnitude, smallest, T.Of(64), zero);
        T significand = T.IfLess(x, zero, -T.Significand(normal), T.Significand(normal));
        T infinity = T.Of(double.PositiveInfinity);
        return (
            T.IfEqual(x, zero, x, T.IfLess(magnitude, infinity, significand, x)),
            T.IfEqual(x, zero, zero, T.IfLess(magnitude, infinity, exponent, zero)));
    }

    // m · 2^k in two steps, of which the first is exact: up to the last but one, or down to where the smallest normal numbers are.
    private static T Scaled<T>(T m, T k)
        where T : IBinary64<T>
    {
        T first = T.Max(T.Of(-1000), T.Min(T.Of(1000), k));
        T second = T.Max(T.Of(-1022), T.Min(T.Of(1000), k - first));
        return m * T.PowerOfTwo(first) * T.PowerOfTwo(second);
    }
}
