using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>Carries exact decimals into any number.</summary>
internal static class Rounding
{
    /// <summary>The nearest number, to twice binary64's precision where the number has it.</summary>
    public static T To<T>(Rational value)
        where T : IReal<T>
    {
        double high = value.ToDouble();
        return T.Of(high) + T.Of((value - Rational.Of(high)).ToDouble());
    }
}
