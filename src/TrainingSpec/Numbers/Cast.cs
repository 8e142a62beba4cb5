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
        CastNumber near = Of(value, to);
        double magnitude = Math.Abs(value);
        if (!double.IsFinite(value) || near.Value == value)
            return near;
        CastNumber below = Math.Abs(near.Value) > magnitude ? Numbered(near.Bits - 1, to) : near, above = Numbered(below.Bits + 1, to);

        // Differences of neighbours in a format of fewer bits are exact, and so is the quotient by a power of two.
        double low = Math.Abs(below.Value), high = double.IsInfinity(above.Value) ? 2 * Math.ScaleB(1, Math.ILogB(low)) : Math.Abs(above.Value);
        return u < (magnitude - low) / (high - low) ? above : below;
    }

    private static CastNumber Numbered(uint bits, CastTarget to) => new(
        to switch
        {
            CastTarget.Float32 => BitConverter.UInt32BitsToSingle(bits),
            CastTarget.Float16 => Float16.FromBits((ushort)bits).Value,
            _ => BFloat16.FromBits((ushort)bits).Value,
        },
        bits);
}
