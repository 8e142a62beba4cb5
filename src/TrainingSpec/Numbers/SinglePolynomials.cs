using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>The polynomials of the functions of binary32, over any number: a test evaluates them over the oracle's and measures their errors.</summary>
/// <remarks>
/// Minimax polynomials by Remez's exchange unless they say otherwise, the leading coefficients rounded to binary64 before the others are fitted; in Estrin's form, whose chains are short.
/// Source: Muller, "Elementary Functions" (2016), §3.5, §4.3 and §5.2.
/// </remarks>
internal static class SinglePolynomials
{
    /// <summary>ln x is taken in units of this, and cos x in units of the other: among the fractions n/2ᵏ the first with which the last rounding misleads no binary32 argument.</summary>
    public const double LogUnit = 485.0 / 512;

    /// <summary>The unit of the cosine.</summary>
    public const double CosUnit = 11.0 / 16;

    /// <summary>ln 2 in units of <see cref="LogUnit"/>.</summary>
    public const double LogOfTwo = 0.7317347555601897;

    /// <summary>1 in units of <see cref="CosUnit"/>.</summary>
    public const double CosOfZero = 16.0 / 11;

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

    /// <summary>(2·artanh(s)/s − 2)/s² as a function of z = s² for |s| ≤ (√2 − 1)/(√2 + 1): 2·artanh s keeps a relative error below 2⁻⁵⁷. Interpolates at Chebyshev's nodes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ArtanhSeries<T>(T z) where T : IReal<T>
    {
        T z2 = z * z, z4 = z2 * z2;
        T p0 = T.Fma(T.Of(0.39999999999899505), z, T.Of(0.666666666666667));
        T p1 = T.Fma(T.Of(0.2222221113479508), z, T.Of(0.28571428625975487));
        T p2 = T.Fma(T.Of(0.15331721600556042), z, T.Of(0.18182889125261723));
        return T.Fma(T.Fma(T.Of(0.14616449685043406), z2, p2), z4, T.Fma(p1, z2, p0));
    }

    /// <summary>(x + 3)·e^(x²)·erfc x as a function of w = (x − 3)/(x + 3) for x in [0, 10.25], with a relative error below 2⁻⁵². Interpolates at Chebyshev's nodes; even and odd powers apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ScaledErfc<T>(T w) where T : IReal<T>
    {
        T w2 = w * w;
        T even = T.Of(8.520987306415801e-9);
        T odd = T.Of(4.1405888042837564e-8);
        even = T.Fma(even, w2, T.Of(2.4229435381136683e-8));
        odd = T.Fma(odd, w2, T.Of(-2.3500322834088972e-7));
        even = T.Fma(even, w2, T.Of(-3.8986596637122803e-7));
        odd = T.Fma(odd, w2, T.Of(1.0055765413427128e-6));
        even = T.Fma(even, w2, T.Of(2.757691478415981e-6));
        odd = T.Fma(odd, w2, T.Of(-4.753409278799339e-6));
        even = T.Fma(even, w2, T.Of(-1.74686962087682e-5));
        odd = T.Fma(odd, w2, T.Of(3.0399457820431442e-5));
        even = T.Fma(even, w2, T.Of(0.00010756122034214149));
        odd = T.Fma(odd, w2, T.Of(-0.00027677807423581507));
        even = T.Fma(even, w2, T.Of(-0.0005483096700178024));
        odd = T.Fma(odd, w2, T.Of(0.0030340620242937885));
        even = T.Fma(even, w2, T.Of(-0.0012124166281645113));
        odd = T.Fma(odd, w2, T.Of(-0.02682723462574239));
        even = T.Fma(even, w2, T.Of(0.11952776128731135));
        odd = T.Fma(odd, w2, T.Of(-0.310467261900536));
        even = T.Fma(even, w2, T.Of(0.5902283571041016));
        odd = T.Fma(odd, w2, T.Of(-0.8833944531698839));
        even = T.Fma(even, w2, T.Of(1.0740069070883398));
        return T.Fma(odd, w, even);
    }
}
