namespace TrainingSpec.Numbers;

/// <summary>A binary64 number, alone or in lanes, with the bit operations that the elementary functions need beyond arithmetic.</summary>
/// <remarks>Every member has one exact result, so scalars, lanes and devices agree in every bit.</remarks>
/// <typeparam name="T">The number itself.</typeparam>
public interface IBinary64<T> : IReal<T>
    where T : IBinary64<T>
{
    /// <summary>2ᵏ for a whole number k in [−1022, 1023]; any bits for another k.</summary>
    static abstract T PowerOfTwo(T k);

    /// <summary>⌊log₂|x|⌋ for a normal x; any number for another x.</summary>
    static abstract T Exponent(T x);

    /// <summary>|x| scaled by a power of two into [1, 2) for a normal x; any number in [1, 2) for another x.</summary>
    static abstract T Significand(T x);

    /// <summary>high + low rounded to odd, where high is the sum rounded to nearest: a later rounding to a narrower format then gives what one rounding would. NaN stays NaN.</summary>
    /// <remarks>Source: Boldo, Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd" (2008).</remarks>
    static abstract T RoundToOdd(T high, T low);

    /// <summary>Replaces the reduction in <paramref name="near"/> by <see cref="HalfPiReduction.Reduce"/> wherever x lies in [<see cref="HalfPiReduction.Bound"/>, ∞).</summary>
    static abstract (T Quadrant, T High, T Low) ReduceHuge(T x, (T Quadrant, T High, T Low) near);

    /// <summary>True while any lane is greater than 0: a loop may go on for all lanes, since further rounds leave finished lanes as they are.</summary>
    static abstract bool AnyPositive(T x);

    /// <summary>x, or <paramref name="bound"/> where x is above it; NaN stays NaN.</summary>
    static abstract T AtMost(T x, T bound);

    /// <summary>x, or <paramref name="bound"/> where x is below it; NaN stays NaN.</summary>
    static abstract T AtLeast(T x, T bound);

    /// <summary>|x| with the sign of <paramref name="sign"/>, also of −0 and NaN.</summary>
    static abstract T WithSignOf(T x, T sign);

    /// <summary>x = m·2ᵏ with m in [√½, √2) for a positive normal x; any numbers for another x, m in that interval.</summary>
    static abstract (T Significand, T Exponent) SplitAtRootHalf(T x);

    /// <summary>sin(quadrant·π/2 + r) from sin r and cos r: the sine where the whole number is even, else the cosine; negated in the upper half of each four quadrants.</summary>
    static abstract T InQuadrant(T quadrant, T sine, T cosine);
}
