using System.Diagnostics.CodeAnalysis;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>RAdam: Adam whose step is made smaller by as much as the variance of the first second moments is too large, and has no denominator where that is without bound.</summary>
/// <remarks>Source: Liu et al. (2020), Algorithm 2.</remarks>
public static class Radam
{
    /// <summary>2/(1 − β₂) − 1: the length of the average of squares after many steps.</summary>
    [Formula("radam.largest_length", TeX = @"\rho_\infty", Source = "Liu et al. (2020), Algorithm 2")]
    public static T LargestLength<T>([Domain(nameof(Hyperparameters.Beta2))] T beta2)
        where T : IReal<T>
    {
        T one = T.Of(1);
        return T.Rewritten(T.Of(2) / (one - beta2) - one, (one + beta2) / (one - beta2));
    }

    /// <summary>ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ): its length after t steps.</summary>
    [Formula("radam.length", TeX = @"\rho_t", Source = "Liu et al. (2020), Algorithm 2")]
    public static T Length<T>(
        [Domain(nameof(Hyperparameters.Beta2))] T beta2,
        [Domain(nameof(Hyperparameters.Update))] T step)
        where T : IReal<T>
    {
        T two = T.Of(2), kept = T.Power(beta2, step), stated = two * step * kept / Adam.BiasCorrection(beta2, step);
        T power = T.IfLess(beta2, T.Of(0.5), kept, T.Exp(step * T.Log(beta2)));
        return LargestLength(beta2) - T.Rewritten(stated, T.Product(two, step, power) / Adam.BiasCorrection(beta2, step));
    }

    [AccuracyException("radam.length", "in the first steps the length is short beside the largest, whose roundings stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T LengthUnit<T>(T beta2, T step)
        where T : IReal<T> => LargestLength(beta2);

    /// <summary>√((ρ − 4)(ρ − 2)ρ∞/((ρ∞ − 4)(ρ∞ − 2)ρ)): what a step is multiplied by.</summary>
    [Formula("radam.rectification", TeX = "r_t", Source = "Liu et al. (2020), Algorithm 2", Where = "length <= largest")]
    public static T Rectification<T>(
        [Domain(@"\rho_t", "(4, inf)")] T length,
        [Domain(@"\rho_\infty", "(4, inf)")] T largest)
        where T : IReal<T>
    {
        T two = T.Of(2), four = T.Of(4);
        T stated = T.Sqrt((length - four) * (length - two) * largest / ((largest - four) * (largest - two) * length));
        T variance = T.Sqrt(length - four) / T.Sqrt(largest - four), inverse = T.Sqrt(largest) / T.Sqrt(length);
        return T.Rewritten(stated, variance * inverse * (T.Sqrt(length - two) / T.Sqrt(largest - two)));
    }
}
