using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>The polynomials of the functions of binary32, over any number: a test evaluates them over the oracle's and measures their errors.</summary>
/// <remarks>
/// Minimax polynomials by Remez's exchange, the leading coefficients rounded to binary64 before the others are fitted; in Estrin's form, whose chains are short.
/// Source: Muller, "Elementary Functions" (2016), §3.5, §4.3 and §5.2.
/// </remarks>
internal static class SinglePolynomials
{
    /// <summary>ln x is taken in units of this: 485/512 is the first of the fractions n/2ᵏ with which the last rounding misleads no binary32 argument.</summary>
    public const double LogUnit = 485.0 / 512;

    /// <summary>ln 2 in units of <see cref="LogUnit"/>.</summary>
    public const double LogOfTwo = 0.7317347555601897;

    /// <summary>The unit of ln(1 + x): the first such decimal fraction.</summary>
    public const double Log1pUnit = 0.50149732;

    /// <summary>ln 2 in units of <see cref="Log1pUnit"/>.</summary>
    public const double Log1pOfOne = 1.3821553035616327;

    /// <summary>The unit of the cosine.</summary>
    public const double CosUnit = 11.0 / 16;

    /// <summary>1 in units of <see cref="CosUnit"/>.</summary>
    public const double CosOfZero = 16.0 / 11;

    /// <summary>The unit of erfc.</summary>
    public const double ErfcUnit = 9.0 / 16;

    /// <summary>2 in units of <see cref="ErfcUnit"/>.</summary>
    public const double TwiceErfcOfZero = 32.0 / 9;

    /// <summary>(eʳ − 1 − r)/r² on |r| ≤ ln 2 / 2: eʳ − 1 keeps a relative error below 2⁻⁵⁹.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Expm1Quotient<T>(T r) where T : IReal<T>
    {
        T r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
        T p0 = T.Fma(T.Of(0.1666666666666667), r, T.Of(0.5));
        T p1 = T.Fma(T.Of(0.00833333333332614), r, T.Of(0.041666666666666685));
        T p2 = T.Fma(T.Of(0.00019841269874805868), r, T.Of(0.0013888888888874409));
        T p3 = T.Fma(T.Of(2.755725541945937e-6), r, T.Of(2.480158734731475e-5));
        T p4 = T.Fma(T.Of(2.5105208818415114e-8), r, T.Of(2.7557252936355383e-7));
        return T.Fma(T.Fma(T.Of(2.0921581294013964e-9), r2, p4), r8, T.Fma(T.Fma(p3, r2, p2), r4, T.Fma(p1, r2, p0)));
    }

    /// <summary>(2·artanh(c·q/2)/c − q)/q³ with c = <see cref="LogUnit"/>, as a function of z = q², for 2·artanh(c·q/2) in [ln √½, ln √2]: that keeps a relative error below 2⁻⁵².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogSeries<T>(T z) where T : IReal<T>
    {
        T z2 = z * z, z4 = z2 * z2;
        T p0 = T.Fma(T.Of(0.010064614015801398), z, T.Of(0.07477601369213108));
        T p1 = T.Fma(T.Of(0.00028139359394229504), z, T.Of(0.001612695885421714));
        T p2 = T.Fma(T.Of(1.0717474422987618e-5), z, T.Of(5.147938986199049e-5));
        return T.Fma(p2, z4, T.Fma(p1, z2, p0));
    }

    /// <summary>As <see cref="LogSeries"/> with c = <see cref="Log1pUnit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log1pSeries<T>(T z) where T : IReal<T>
    {
        T z2 = z * z, z4 = z2 * z2;
        T p0 = T.Fma(T.Of(0.0007906503719035425), z, T.Of(0.020958296830573597));
        T p1 = T.Fma(T.Of(1.7365564972214621e-6), z, T.Of(3.550859684670771e-5));
        T p2 = T.Fma(T.Of(5.195825083049649e-9), z, T.Of(8.904340923990582e-8));
        return T.Fma(p2, z4, T.Fma(p1, z2, p0));
    }

    /// <summary>(erf(x)/x − 2/√π)/x² as a function of z = x² on [0, 1]: erf x keeps a relative error below 2⁻⁵⁶.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ErfNear<T>(T z) where T : IReal<T>
    {
        T z2 = z * z, z4 = z2 * z2, z8 = z4 * z4;
        T p0 = T.Fma(T.Of(0.11283791670946285), z, T.Of(-0.376126389031836));
        T p1 = T.Fma(T.Of(0.005223977607813317), z, T.Of(-0.026866170643365373));
        T p2 = T.Fma(T.Of(0.00012055295374624383), z, T.Of(-0.0008548325998238583));
        T p3 = T.Fma(T.Of(1.6447473700729217e-6), z, T.Of(-1.4924743019618793e-5));
        T p4 = T.Fma(T.Of(1.3720518489135153e-8), z, T.Of(-1.6208706357693265e-7));
        return T.Fma(T.Fma(T.Of(-7.796002690697372e-10), z2, p4), z8, T.Fma(T.Fma(p3, z2, p2), z4, T.Fma(p1, z2, p0)));
    }

    /// <summary>e^(x²)·erfc x as a function of w = (x − 2.5)/(x + 3) for x in [1, 3.95]: erf x keeps an absolute error below 2⁻⁵⁶.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ErfFar<T>(T w) where T : IReal<T>
    {
        T w2 = w * w, w4 = w2 * w2, w8 = w4 * w4;
        T p0 = T.Fma(T.Of(-0.40891040734372097), w, T.Of(0.210806364061143));
        T p1 = T.Fma(T.Of(-0.23142268953288547), w, T.Of(0.34546400453249615));
        T p2 = T.Fma(T.Of(-0.04105646664118699), w, T.Of(0.11792238563220846));
        T p3 = T.Fma(T.Of(0.0021137714169654747), w, T.Of(0.006200417177637626));
        T p4 = T.Fma(T.Of(-2.251690921973407e-5), w, T.Of(-0.001217968647570818));
        T p5 = T.Fma(T.Of(3.9589909124409356e-5), w, T.Of(0.00020946675134148187));
        return T.Fma(T.Fma(p5, w2, p4), w8, T.Fma(T.Fma(p3, w2, p2), w4, T.Fma(p1, w2, p0)));
    }

    /// <summary>(x + 4)·e^(x²)·erfc x in units of <see cref="ErfcUnit"/>, as a function of w = (x − 4)/(x + 4) on [0, 10.5], with a relative error below 2⁻⁵³: interpolation at the 20 Chebyshev nodes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Erfc<T>(T w) where T : IReal<T>
    {
        T w2 = w * w, w4 = w2 * w2, w8 = w4 * w4, w16 = w8 * w8;
        T p0 = T.Fma(T.Of(-1.7360866294771227), w, T.Of(1.9484367306675396));
        T p1 = T.Fma(T.Of(-0.9615179223347623), w, T.Of(1.3745932484715326));
        T p2 = T.Fma(T.Of(-0.30935277731012456), w, T.Of(0.588180600671972));
        T p3 = T.Fma(T.Of(-0.04688009493021488), w, T.Of(0.13578935984352286));
        T p4 = T.Fma(T.Of(-0.0004994814178858548), w, T.Of(0.010865876574723649));
        T p5 = T.Fma(T.Of(0.0003143290563664208), w, T.Of(-0.000808980499207624));
        T p6 = T.Fma(T.Of(-3.352359459515743e-5), w, T.Of(-6.4770609178460315e-6));
        T p7 = T.Fma(T.Of(2.5588574450698653e-6), w, T.Of(8.396902887425771e-6));
        T p8 = T.Fma(T.Of(-2.2934672220975518e-7), w, T.Of(-1.5765803616916743e-6));
        T p9 = T.Fma(T.Of(5.5757890187790275e-8), w, T.Of(2.1737969396200306e-7));
        return T.Fma(T.Fma(p9, w2, p8), w16, T.Fma(T.Fma(T.Fma(p7, w2, p6), w4, T.Fma(p5, w2, p4)), w8, T.Fma(T.Fma(p3, w2, p2), w4, T.Fma(p1, w2, p0))));
    }

    /// <summary>(sin(r)/r − 1)/r² as a function of z = r² for |r| ≤ π/4: sin r keeps a relative error below 2⁻⁵⁷.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SinSeries<T>(T z) where T : IReal<T>
    {
        T z2 = z * z, z4 = z2 * z2;
        T p0 = T.Fma(T.Of(0.00833333333332249), z, T.Of(-0.16666666666666632));
        T p1 = T.Fma(T.Of(2.75573137070626e-6), z, T.Of(-0.00019841269829857947));
        T p2 = T.Fma(T.Of(1.589690978824889e-10), z, T.Of(-2.505076025144638e-8));
        return T.Fma(p2, z4, T.Fma(p1, z2, p0));
    }

    /// <summary>(cos r − 1 + r²/2)/r⁴ in units of <see cref="CosUnit"/>, as a function of z = r² for |r| ≤ π/4: cos r keeps a relative error below 2⁻⁶⁰.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T CosSeries<T>(T z) where T : IReal<T>
    {
        T z2 = z * z, z4 = z2 * z2;
        T p0 = T.Fma(T.Of(-0.002020202020199924), z, T.Of(0.06060606060606051));
        T p1 = T.Fma(T.Of(-4.008336640211968e-7), z, T.Of(3.607503605770581e-5));
        T p2 = T.Fma(T.Of(-1.65235455438858e-11), z, T.Of(3.036469722794589e-9));
        return T.Fma(p2, z4, T.Fma(p1, z2, p0));
    }
}
