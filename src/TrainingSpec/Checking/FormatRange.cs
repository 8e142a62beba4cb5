using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>The range of a binary format and the steps between its values.</summary>
/// <typeparam name="T">The format.</typeparam>
public static class FormatRange<T>
    where T : IBinaryFormat<T>
{
    /// <summary>p: significant bits.</summary>
    public static int Digits { get; } = -Math.ILogB(T.UnitRoundoff);

    /// <summary>The exponent of the smallest value above 0.</summary>
    public static int LeastExponent { get; } = Math.ILogB(T.SmallestSubnormal);

    /// <summary>The exponent of the smallest normal number.</summary>
    public static int NormalExponent { get; } = LeastExponent + Digits - 1;

    /// <summary>The exponent of the largest number; IEEE 754 formats have 1 − that of the smallest normal one.</summary>
    public static int LargestExponent { get; } = 1 - NormalExponent;

    /// <summary>The largest finite value.</summary>
    public static double Largest { get; } = Math.ScaleB(2 - 2 * T.UnitRoundoff, LargestExponent);

    /// <summary>The unit in the last place of a finite value: the distance to the next larger magnitude.</summary>
    public static double Ulp(double x) => x == 0 ? T.SmallestSubnormal : Math.ScaleB(1, Math.Max(Math.ILogB(x), NormalExponent) - Digits + 1);

    /// <summary>The unit in the last place at an exact magnitude, whatever its size.</summary>
    public static BigReal Ulp(BigReal x) =>
        BigReal.Max(BigReal.BinaryScale(x) * (2 * T.UnitRoundoff), T.SmallestSubnormal);

    /// <summary>The next value above or below; infinite past the largest.</summary>
    /// <param name="x">A value of the format.</param>
    /// <param name="steps">How many steps, of either sign.</param>
    public static double Next(double x, int steps)
    {
        for (int i = 0; i < Math.Abs(steps); i++)
        {
            double towards = steps > 0 ? Math.BitIncrement(x) : Math.BitDecrement(x);
            x = x == 0 ? Math.Sign(steps) * T.SmallestSubnormal
                : Math.Abs(towards) > Math.Abs(x) ? x + Math.Sign(steps) * Ulp(x)
                : x + Math.Sign(steps) * Ulp(towards);
        }

        return x;
    }

    /// <summary>|computed − exact| in units of the last place at the exact value, or at a larger unit; 0 where both lie past the largest value on the same side, and where the unit is infinite or lies past it with the exact value.</summary>
    /// <param name="computed">A value of the format.</param>
    /// <param name="exact">What it should be.</param>
    /// <param name="unit">The magnitude in whose last places the error counts, where that is larger.</param>
    public static double Error(double computed, BigReal exact, BigReal unit)
    {
        // Nothing is promised where the unit is infinite, nor where terms of both signs and their sum lie past the largest value.
        if (!BigReal.IsFinite(unit) || (unit > Largest && BigReal.IsFinite(exact) && BigReal.Abs(exact) > Largest && !double.IsFinite(computed)))
            return 0;
        if (double.IsNaN(computed) || !BigReal.IsFinite(exact))
            return BigReal.IsNaN(exact) && double.IsNaN(computed) ? 0 : BigReal.Of(computed) == exact ? 0 : double.PositiveInfinity;
        BigReal step = Ulp(BigReal.Max(BigReal.Min(BigReal.Abs(exact), Largest), unit));

        // What rounds to infinity lies half a step past the largest value.
        BigReal beyond = (BigReal)Largest + Ulp(Largest);
        BigReal held = BigReal.Max(BigReal.Min(exact, beyond), -beyond);
        BigReal value = double.IsInfinity(computed) ? Math.Sign(computed) * beyond : computed;
        return (double)(BigReal.Abs(value - held) / step);
    }
}
