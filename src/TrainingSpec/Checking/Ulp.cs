using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>Distances in units in the last place.</summary>
/// <remarks>
/// Between two values of one format the distance counts the steps from one to the other along the number line; −0 and +0 are the same point, ∞ follows the
/// largest finite value, two NaN are at distance 0. Against an exact value it is |value − exact| in units of the last place of the correctly rounded exact value. Source: Goldberg (1991), §1.2; Muller,
/// "On the definition of ulp(x)" (2005).
/// </remarks>
public static class Ulp
{
    /// <summary>Steps from x to y; <see cref="ulong.MaxValue"/> where just one is NaN.</summary>
    public static ulong Distance(double x, double y)
    {
        if (double.IsNaN(x) || double.IsNaN(y))
            return double.IsNaN(x) && double.IsNaN(y) ? 0 : ulong.MaxValue;
        Int128 apart = (Int128)Ordinal(x) - Ordinal(y);
        return (ulong)Int128.Abs(apart);
    }

    /// <summary>Steps from x to y; <see cref="ulong.MaxValue"/> where just one is NaN.</summary>
    public static ulong Distance(float x, float y)
    {
        if (float.IsNaN(x) || float.IsNaN(y))
            return float.IsNaN(x) && float.IsNaN(y) ? 0 : ulong.MaxValue;
        return (ulong)Math.Abs(Ordinal(x) - Ordinal(y));
    }

    /// <summary>The place of x on the number line: 0 for ±0, 1 for the smallest positive value, −1 for the largest negative one.</summary>
    public static long Ordinal(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        return bits < 0 ? long.MinValue - bits : bits;
    }

    /// <summary>The place of x on the number line: 0 for ±0, 1 for the smallest positive value, −1 for the largest negative one.</summary>
    public static long Ordinal(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        return bits < 0 ? (long)int.MinValue - bits : bits;
    }

    /// <summary>The unit in the last place of a finite double: the distance to the next larger magnitude.</summary>
    public static double Of(double x) => Math.BitIncrement(Math.Abs(x)) is var next && double.IsFinite(next) ? next - Math.Abs(x) : Math.Abs(x) - Math.BitDecrement(Math.Abs(x));

    /// <summary>The unit in the last place of a finite float: the distance to the next larger magnitude.</summary>
    public static float Of(float x) => MathF.BitIncrement(MathF.Abs(x)) is var next && float.IsFinite(next) ? next - MathF.Abs(x) : MathF.Abs(x) - MathF.BitDecrement(MathF.Abs(x));

    /// <summary>|value − exact| in units of the last place of the double nearest to exact; 0 where both are NaN or the same infinity, ∞ where just one is.</summary>
    public static double Error(double value, DoubleDouble exact)
    {
        if (!double.IsFinite(value) || !DoubleDouble.IsFinite(exact))
            return value.Equals(exact.High) ? 0 : double.PositiveInfinity;
        return (double)(DoubleDouble.Abs(value - exact) / Of(exact.High));
    }

    /// <summary>|value − exact| in units of the last place of the float nearest to exact; 0 where both are NaN or the same infinity, ∞ where just one is.</summary>
    public static double Error(float value, DoubleDouble exact)
    {
        float nearest = (float)exact;
        if (!float.IsFinite(value) || !float.IsFinite(nearest))
            return value.Equals(nearest) ? 0 : double.PositiveInfinity;
        return (double)(DoubleDouble.Abs((double)value - exact) / (double)Of(nearest));
    }
}
