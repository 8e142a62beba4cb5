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
}
