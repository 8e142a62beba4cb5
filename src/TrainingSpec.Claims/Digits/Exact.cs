// The number over which checks evaluate formulas where they need the exact value; one place decides which.
global using Precise = TrainingSpec.Numbers.DoubleDouble;

namespace TrainingSpec.Claims;

/// <summary>Carries exact decimals into the number that formulas are evaluated over, and its values back.</summary>
public static class Exact
{
    /// <summary>The number nearest to an exact fraction.</summary>
    public static Precise Of(Rational value) => Precise.Ratio(value.Numerator, value.Denominator);

    /// <summary>The numbers nearest to exact fractions.</summary>
    public static Precise[] Of(IEnumerable<Rational> values) => [.. values.Select(Of)];

    /// <summary>What a number is, as an exact fraction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public static Rational Value(Precise number) => Rational.Of(number.High) + Rational.Of(number.Low);

    /// <summary>What numbers are, as exact fractions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not finite.</exception>
    public static Rational[] Values(IEnumerable<Precise> numbers) => [.. numbers.Select(Value)];
}
