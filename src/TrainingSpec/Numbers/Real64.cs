using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>IEEE 754 binary64: the reference value.</summary>
/// <param name="Value">The wrapped value.</param>
public readonly record struct Real64(double Value) : IBinaryFormat<Real64>, IBinary64<Real64>
{
    /// <summary>Unit roundoff u: the largest relative error of one rounding to nearest.</summary>
    public const double UnitRoundoff = 1.0 / (1L << 53);

    static double IBinaryFormat<Real64>.UnitRoundoff => UnitRoundoff;

    static double IBinaryFormat<Real64>.SmallestSubnormal => double.Epsilon;

    static double IBinaryFormat<Real64>.ElementaryError => 2 * UnitRoundoff;

    static double IBinaryFormat<Real64>.ToDouble(Real64 x) => x.Value;

    DoubleDouble IScalar.Exact => Value;

    string IScalar.DataType => "float64";

    /// <inheritdoc/>
    public static Real64 Pi => new(Math.PI);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 Of(double value) => new(value);

    /// <summary>Reads the wrapped value.</summary>
    public static implicit operator double(Real64 x) => x.Value;

    /// <summary>Wraps a value.</summary>
    public static implicit operator Real64(double x) => new(x);

    /// <summary>x + y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 operator +(Real64 x, Real64 y) => new(Rounded.Add(x.Value, y.Value));

    /// <summary>x − y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 operator -(Real64 x, Real64 y) => new(Rounded.Subtract(x.Value, y.Value));

    /// <summary>x · y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 operator *(Real64 x, Real64 y) => new(Rounded.Multiply(x.Value, y.Value));

    /// <summary>x / y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 operator /(Real64 x, Real64 y) => new(Rounded.Divide(x.Value, y.Value));

    /// <summary>−x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 operator -(Real64 x) => new(-x.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 Sqrt(Real64 x) => new(Rounded.Sqrt(x.Value));

    /// <inheritdoc/>
    public static Real64 Exp(Real64 x) => Elementary.Exp(x);

    /// <inheritdoc/>
    public static Real64 Expm1(Real64 x) => Elementary.Expm1(x);

    /// <inheritdoc/>
    public static Real64 Log(Real64 x) => Elementary.Log(x);

    /// <inheritdoc/>
    public static Real64 Log1p(Real64 x) => Elementary.Log1p(x);

    /// <inheritdoc/>
    public static Real64 Cos(Real64 x) => Elementary.Cos(x);

    /// <inheritdoc/>
    public static Real64 Sin(Real64 x) => Elementary.Sin(x);

    /// <inheritdoc/>
    public static Real64 Tanh(Real64 x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    public static Real64 Erf(Real64 x) => Elementary.Erf(x);

    /// <inheritdoc/>
    public static Real64 Erfc(Real64 x) => Elementary.Erfc(x);

    /// <inheritdoc/>
    public static Real64 Pow(Real64 x, Real64 y) => Elementary.Pow(x, y);

    /// <inheritdoc/>
    public static Real64 Power(Real64 x, Real64 n) => Elementary.Power(x, n);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 Abs(Real64 x) => new(Math.Abs(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 Min(Real64 x, Real64 y) => new(Rounded.Min(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 Max(Real64 x, Real64 y) => new(Rounded.Max(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 Floor(Real64 x) => new(Math.Floor(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 Fma(Real64 x, Real64 y, Real64 z) => new(Rounded.Fma(x.Value, y.Value, z.Value));

    /// <inheritdoc/>
    public static Real64 BinaryScale(Real64 x) => Elementary.BinaryScale(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLess(Real64 x, Real64 y) => x.Value < y.Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(Real64 x, Real64 y) => x.Value == y.Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 IfLess(Real64 x, Real64 y, Real64 then, Real64 otherwise) =>
        new(Rounded.IfLess(x.Value, y.Value, then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real64 IfEqual(Real64 x, Real64 y, Real64 then, Real64 otherwise) => x.Value == y.Value ? then : otherwise;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Real64 IBinary64<Real64>.PowerOfTwo(Real64 k) =>
        // 2^52 + 1023 puts k + 1023 into the last bits, where the shift makes it an exponent.
        BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(Rounded.Add(k.Value, 4503599627371519.0)) << 52);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Real64 IBinary64<Real64>.Exponent(Real64 x) => (double)(int)((BitConverter.DoubleToInt64Bits(x.Value) >> 52 & 0x7FF) - 1023);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Real64 IBinary64<Real64>.Significand(Real64 x) =>
        BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x.Value) & 0xF_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Real64 IBinary64<Real64>.RoundToOdd(Real64 high, Real64 low)
    {
        // One step towards 0 where low points there, then the last bit: an odd number comes back to itself, an even one goes to its neighbour. A branch would go either way at random.
        long bits = BitConverter.DoubleToInt64Bits(high.Value), below = BitConverter.DoubleToInt64Bits(low.Value), magnitude = below & long.MaxValue;
        long inexact = (-magnitude >> 63) & ~((0x7FF0_0000_0000_0000 - magnitude) >> 63) & 1;
        long inwards = ((bits ^ below) >> 63) & inexact;
        return BitConverter.Int64BitsToDouble((bits - inwards) | inexact);
    }

    /// <inheritdoc/>
    static (Real64 Quadrant, Real64 High, Real64 Low) IBinary64<Real64>.ReduceHuge(Real64 x, (Real64 Quadrant, Real64 High, Real64 Low) near) =>
        x.Value >= HalfPiReduction.Bound && x.Value < double.PositiveInfinity ? HalfPiReduction.Reduce(x.Value) : near;

    /// <inheritdoc/>
    static bool IBinary64<Real64>.AnyPositive(Real64 x) => x.Value > 0;

    /// <inheritdoc/>
    public static Real64 Product(Real64 x, Real64 y, Real64 z) => Elementary.Product(x, y, z);

    /// <inheritdoc/>
    public static Real64 Proportion(Real64 x, Real64 y, Real64 z) => Elementary.Proportion(x, y, z);

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    public static Real64 Rewritten(Real64 stated, Real64 computed) => computed;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Real64 IBinary64<Real64>.AtMost(Real64 x, Real64 bound) => new(Rounded.IfLess(bound.Value, x.Value, bound.Value, x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Real64 IBinary64<Real64>.AtLeast(Real64 x, Real64 bound) => new(Rounded.IfLess(x.Value, bound.Value, bound.Value, x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Real64 IBinary64<Real64>.WithSignOf(Real64 x, Real64 sign) => BitConverter.Int64BitsToDouble(
        (BitConverter.DoubleToInt64Bits(x.Value) & long.MaxValue) | (BitConverter.DoubleToInt64Bits(sign.Value) & long.MinValue));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Real64 Significand, Real64 Exponent) IBinary64<Real64>.SplitAtRootHalf(Real64 x)
    {
        // Shifted so that √½ stands where 1 does, and back.
        long bits = BitConverter.DoubleToInt64Bits(x.Value) - (ElementaryConstants.RootHalfBits - 0x3FF0_0000_0000_0000);
        Real64 significand = BitConverter.Int64BitsToDouble((bits & 0xF_FFFF_FFFF_FFFF) + ElementaryConstants.RootHalfBits);
        return (significand, (double)(int)((bits >> 52 & 0x7FF) - 1023));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Real64 IBinary64<Real64>.InQuadrant(Real64 quadrant, Real64 sine, Real64 cosine)
    {
        // 1.5 · 2^52 puts the whole number into the last bits.
        long bits = BitConverter.DoubleToInt64Bits(Rounded.Add(quadrant.Value, ElementaryConstants.RoundingShift));
        double chosen = (bits & 1) == 0 ? sine.Value : cosine.Value;
        return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(chosen) ^ ((bits & 2) << 62));
    }

    /// <summary>The value with all digits that are needed to read it back, in invariant culture.</summary>
    public override string ToString() => ReadBack.Text(Value);
}
