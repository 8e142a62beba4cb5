using System.Numerics;

namespace TrainingSpec.Numbers;

/// <summary>A kind of number that a formula can be evaluated over: a float, SIMD lanes, a dual number, an interval, a symbol.</summary>
/// <remarks>
/// Holds nothing that a SIMD lane, an interval or a symbol could not do: a question that <c>bool</c> answers is asked of all lanes at once, no member throws on
/// a value. <c>a * b + c</c> is two roundings, <see cref="Fma"/> is one, on every device. Source: design "each formula once".
/// </remarks>
/// <typeparam name="T">The number itself.</typeparam>
public interface IReal<T> :
    IAdditionOperators<T, T, T>,
    ISubtractionOperators<T, T, T>,
    IMultiplyOperators<T, T, T>,
    IDivisionOperators<T, T, T>,
    IUnaryNegationOperators<T, T>
    where T : IReal<T>
{
    /// <summary>The constant nearest to <paramref name="value"/>.</summary>
    static abstract T Of(double value);

    /// <summary>The nearest number to π.</summary>
    static abstract T Pi { get; }

    /// <summary>√x; NaN for x &lt; 0.</summary>
    static abstract T Sqrt(T x);

    /// <summary>eˣ.</summary>
    static abstract T Exp(T x);

    /// <summary>eˣ − 1, accurate near 0 too, where eˣ is all but 1.</summary>
    static abstract T Expm1(T x);

    /// <summary>ln x; −∞ at 0, NaN for x &lt; 0.</summary>
    static abstract T Log(T x);

    /// <summary>ln(1 + x), accurate near 0 too, where 1 + x is all but 1; −∞ at −1, NaN for x &lt; −1.</summary>
    static abstract T Log1p(T x);

    /// <summary>cos x, x in radians.</summary>
    static abstract T Cos(T x);

    /// <summary>sin x, x in radians.</summary>
    static abstract T Sin(T x);

    /// <summary>tanh x.</summary>
    static abstract T Tanh(T x);

    /// <summary>The error function, 2/√π·∫₀ˣ e^(−t²) dt.</summary>
    static abstract T Erf(T x);

    /// <summary>The complementary error function, 1 − erf x = 2/√π·∫ₓ^∞ e^(−t²) dt, accurate in its tail too, where erf x is all but 1.</summary>
    static abstract T Erfc(T x);

    /// <summary>erfc(−x/√2): twice the probability that a standard normal number lies below x.</summary>
    static virtual T NormalTwiceBelow(T x) => Elementary.NormalTwiceBelow(x);

    /// <summary>e^(−x²/2): the density of a standard normal number at x, over that at 0.</summary>
    static virtual T NormalBell(T x) => Elementary.NormalBell(x);

    /// <summary><see cref="NormalTwiceBelow"/> and <see cref="NormalBell"/> at one x, for numbers to which the second comes with the first.</summary>
    static virtual (T TwiceBelow, T Bell) Normal(T x) => (T.NormalTwiceBelow(x), T.NormalBell(x));

    /// <summary>xʸ for any real y; x⁰ = 1ʸ = 1, NaN for x &lt; 0 where y is not whole (IEEE 754-2019 pow). Where y is a whole number by nature, use <see cref="Power"/>.</summary>
    static abstract T Pow(T x, T y);

    /// <summary>xⁿ for a whole number n ≥ 0 that is held in a T; x⁰ = 1.</summary>
    static abstract T Power(T x, T n);

    /// <summary>|x|.</summary>
    static abstract T Abs(T x);

    /// <summary>The smaller of the two; NaN if either is NaN (IEEE 754-2019 minimum).</summary>
    static abstract T Min(T x, T y);

    /// <summary>The larger of the two; NaN if either is NaN (IEEE 754-2019 maximum).</summary>
    static abstract T Max(T x, T y);

    /// <summary>⌊x⌋.</summary>
    static abstract T Floor(T x);

    /// <summary>x·y + z, rounded once.</summary>
    static abstract T Fma(T x, T y, T z);

    /// <summary>x·y·z, with no overflow or underflow on the way: as if the exponent had no end.</summary>
    static abstract T Product(T x, T y, T z);

    /// <summary>x·y/z, with no overflow or underflow on the way: as if the exponent had no end.</summary>
    static abstract T Proportion(T x, T y, T z);

    /// <summary>True where <see cref="Rewritten"/> has a use for the stated form; elsewhere it need not be evaluated.</summary>
    static abstract bool States { get; }

    /// <summary>One value in two forms: as the mathematics states it, and as it is computed where roundings would do harm to the first.</summary>
    /// <remarks>Numbers that round take the second form, symbols show the first, and so does <see cref="BigReal"/> evaluate it: what is computed is measured against what is stated.</remarks>
    static abstract T Rewritten(T stated, T computed);

    /// <summary>2^⌊log₂|x|⌋, the power of two by which x scales into [1, 2); 1 where x is 0 or not finite.</summary>
    static abstract T BinaryScale(T x);

    /// <summary><paramref name="then"/> where x &lt; y, else <paramref name="otherwise"/>; both are evaluated, no branch is taken. False where either is NaN.</summary>
    static abstract T IfLess(T x, T y, T then, T otherwise);

    /// <summary><paramref name="then"/> where x = y, else <paramref name="otherwise"/>; both are evaluated, no branch is taken. False where either is NaN.</summary>
    static abstract T IfEqual(T x, T y, T then, T otherwise);

    /// <summary>True where x &lt; y in every lane and at every point of an interval; the values decide, not derivatives. False where either is NaN, and where it is left open.</summary>
    static abstract bool AllLess(T x, T y);

    /// <summary>True where x = y in every lane and at every point of an interval; the values decide, not derivatives. False where either is NaN, and where it is left open.</summary>
    static abstract bool AllEqual(T x, T y);
}
