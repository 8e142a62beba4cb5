namespace TrainingSpec.Numbers;

/// <summary>A format that a number can be rounded to.</summary>
public enum CastTarget
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>bfloat16.</summary>
    BFloat16,
}

/// <summary>A number after a cast.</summary>
/// <param name="Value">Its value, exactly.</param>
/// <param name="Bits">Its bits in the target format.</param>
public readonly record struct CastNumber(double Value, uint Bits);

/// <summary>Casts: one rounding to nearest, ties to even, straight from the wider number; overflow to ±∞, subnormals and the sign of zero kept.</summary>
/// <remarks>Source: IEEE 754-2019 §4.3.1, §5.4.2; the oracle protocol, cast.</remarks>
public static class Cast
{
    /// <summary>The value in the target format.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public static CastNumber Of(double value, CastTarget to) => to switch
    {
        CastTarget.Float32 => new CastNumber((float)value, BitConverter.SingleToUInt32Bits((float)value)),
        CastTarget.Float16 => new CastNumber(Float16.Of(value).Value, Float16.Of(value).Bits),
        CastTarget.BFloat16 => new CastNumber(BFloat16.Of(value).Value, BFloat16.Of(value).Bits),
        _ => throw new ArgumentOutOfRangeException(nameof(to), $"to = {to} is outside {{float32, float16, bfloat16}}"),
    };

    /// <summary>The value rounded to one of its two neighbours by a uniform number: away from zero where that is less than the value's share of the way between them.</summary>
    /// <remarks>
    /// With u uniform on the multiples of 2⁻²⁴ the mean is the value to within 2⁻²⁴ of the gap; a float's to 16 bits exactly. Past the largest number the upper neighbour counts as the next power of two
    /// and is ∞. Source: Connolly, Higham and Mary (2021), definition 1.1.
    /// </remarks>
    /// <param name="value">The value; NaN and the infinities are cast as they are.</param>
    /// <param name="to">The format.</param>
    /// <param name="u">The uniform number, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public static CastNumber Stochastic(double value, CastTarget to, double u)
    {
        double rounded = double.IsFinite(value) ? Stochastic<Real64>(value, u, CastBounds<Real64>.Of(to)).Value : value;
        return Of(rounded, to);
    }

    /// <summary>The same of any number that has more digits than the format: low and unit are exact, and so is the share of the way between them.</summary>
    internal static T Stochastic<T>(T x, T u, CastBounds<T> to)
        where T : IReal<T>
    {
        T magnitude = T.Abs(x), unit = T.Max(T.BinaryScale(magnitude), to.LeastNormal) * to.Step, low = T.Floor(magnitude / unit) * unit;
        T chosen = T.IfLess(u, (magnitude - low) / unit, low + unit, low), infinity = T.Of(double.PositiveInfinity), zero = T.Of(0);
        T bounded = T.IfLess(to.Largest, chosen, infinity, chosen);
        return T.IfLess(magnitude, infinity, T.IfLess(x, zero, -bounded, T.IfEqual(x, zero, x, bounded)), x);
    }
}

/// <summary>Where the numbers of a format lie.</summary>
/// <param name="LeastNormal">The least normal number, below which numbers lie evenly.</param>
/// <param name="Step">How far numbers from 1 to 2 lie apart.</param>
/// <param name="Largest">The largest finite number.</param>
public readonly record struct CastBounds<T>(T LeastNormal, T Step, T Largest)
    where T : IReal<T>
{
    /// <summary>Those of a format.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public static CastBounds<T> Of(CastTarget to) => to switch
    {
        CastTarget.Float32 => Of(24, 127),
        CastTarget.Float16 => Of(11, 15),
        CastTarget.BFloat16 => Of(8, 127),
        _ => throw new ArgumentOutOfRangeException(nameof(to), $"to = {to} is outside {{float32, float16, bfloat16}}"),
    };

    private static CastBounds<T> Of(int digits, int exponent) =>
        new(T.Of(Math.ScaleB(1, 1 - exponent)), T.Of(Math.ScaleB(1, 1 - digits)), T.Of(Math.ScaleB(2 - Math.ScaleB(1, 1 - digits), exponent)));
}
