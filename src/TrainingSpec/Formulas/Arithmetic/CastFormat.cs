using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What a binary format holds: p significant bits and exponents from −m to e.</summary>
/// <remarks>Source: IEEE 754-2019, section 3.3; float16 has p = 11, m = 14 and e = 15, bfloat16 p = 8, m = 126 and e = 127.</remarks>
public static class CastFormat
{
    /// <summary>1/2ᵖ: the largest relative error of one rounding, in the range of normal numbers.</summary>
    [Formula("cast.unit_roundoff", TeX = "u", Source = "Higham (2002), section 2.1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T UnitRoundoff<T>([Domain("p", "[1, 64]", Whole = true)] T digits)
        where T : IReal<T> => T.Rewritten(T.Of(1) / T.Power(T.Of(2), digits), T.Power(T.Of(0.5), digits));

    /// <summary>2 − 2u: the largest finite number over 2ᵉ.</summary>
    [Formula("cast.largest", TeX = @"\frac{x_{\max}}{2^e}", Source = "IEEE 754-2019, section 3.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest<T>([Domain("u", "(0, 0.5]")] T unitRoundoff)
        where T : IReal<T> => T.Of(2) - T.Of(2) * unitRoundoff;

    /// <summary>1 − p − m: the exponent of the smallest number above 0, which is subnormal.</summary>
    [Formula("cast.least_exponent", TeX = @"\log_2 x_{\min}", Source = "IEEE 754-2019, section 3.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LeastExponent<T>(
        [Domain("p", "[1, 64]", Whole = true)] T digits,
        [Domain("m", "[0, 126]", Whole = true)] T leastExponent)
        where T : IReal<T> => T.Of(1) - digits - leastExponent;
}
