using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TrainingSpec.Numbers;

/// <summary>Eight binary64 numbers in 512 bits: each lane has the bits that <see cref="Real64"/> has.</summary>
/// <param name="Value">The wrapped vector.</param>
public readonly record struct WideLanes64(Vector512<double> Value) : IBinary64<WideLanes64>
{
    /// <summary>Lanes in one number: 8 on every processor.</summary>
    public static int Count => Vector512<double>.Count;

    /// <inheritdoc/>
    public static WideLanes64 Pi => Of(Math.PI);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 Of(double value) => new(Vector512.Create(value));

    /// <summary>x + y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 operator +(WideLanes64 x, WideLanes64 y) => new(x.Value + y.Value);

    /// <summary>x − y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 operator -(WideLanes64 x, WideLanes64 y) => new(x.Value - y.Value);

    /// <summary>x · y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 operator *(WideLanes64 x, WideLanes64 y) => new(x.Value * y.Value);

    /// <summary>x / y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 operator /(WideLanes64 x, WideLanes64 y) => new(x.Value / y.Value);

    /// <summary>−x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 operator -(WideLanes64 x) => new(-x.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 Sqrt(WideLanes64 x) => new(Vector512.Sqrt(x.Value));

    /// <inheritdoc/>
    public static WideLanes64 Exp(WideLanes64 x) => Elementary.Exp(x);

    /// <inheritdoc/>
    public static WideLanes64 Expm1(WideLanes64 x) => Elementary.Expm1(x);

    /// <inheritdoc/>
    public static WideLanes64 Log(WideLanes64 x) => Elementary.Log(x);

    /// <inheritdoc/>
    public static WideLanes64 Log1p(WideLanes64 x) => Elementary.Log1p(x);

    /// <inheritdoc/>
    public static WideLanes64 Cos(WideLanes64 x) => Elementary.Cos(x);

    /// <inheritdoc/>
    public static WideLanes64 Sin(WideLanes64 x) => Elementary.Sin(x);

    /// <inheritdoc/>
    public static WideLanes64 Tanh(WideLanes64 x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    public static WideLanes64 Erf(WideLanes64 x) => Elementary.Erf(x);

    /// <inheritdoc/>
    public static WideLanes64 Erfc(WideLanes64 x) => Elementary.Erfc(x);

    // In a call of its own, as all functions that long.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static (Vector512<double> TwiceBelow, Vector512<double> Bell) NormalOfSingle(Vector512<double> x)
    {
        var (twiceBelow, bell) = Elementary.NormalOfSingle(new WideLanes64(x));
        return (twiceBelow.Value, bell.Value);
    }

    /// <inheritdoc/>
    public static WideLanes64 Pow(WideLanes64 x, WideLanes64 y) => Elementary.Pow(x, y);

    /// <inheritdoc/>
    public static WideLanes64 Power(WideLanes64 x, WideLanes64 n) => Elementary.Power(x, n);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 Abs(WideLanes64 x) => new(Vector512.Abs(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 Min(WideLanes64 x, WideLanes64 y) => new(Vector512.Min(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 Max(WideLanes64 x, WideLanes64 y) => new(Vector512.Max(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 Floor(WideLanes64 x) => new(Vector512.Floor(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 Fma(WideLanes64 x, WideLanes64 y, WideLanes64 z) => new(Vector512.FusedMultiplyAdd(x.Value, y.Value, z.Value));

    /// <inheritdoc/>
    public static WideLanes64 BinaryScale(WideLanes64 x) => Elementary.BinaryScale(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLess(WideLanes64 x, WideLanes64 y) => Vector512.LessThanAll(x.Value, y.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(WideLanes64 x, WideLanes64 y) => Vector512.EqualsAll(x.Value, y.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 IfLess(WideLanes64 x, WideLanes64 y, WideLanes64 then, WideLanes64 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 IfEqual(WideLanes64 x, WideLanes64 y, WideLanes64 then, WideLanes64 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static WideLanes64 IBinary64<WideLanes64>.PowerOfTwo(WideLanes64 k) =>
        new(Vector512.AsDouble(Vector512.AsInt64(k.Value + Vector512.Create(4503599627371519.0)) << 52));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static WideLanes64 IBinary64<WideLanes64>.Exponent(WideLanes64 x)
    {
        // The exponent's bits become the last bits of 2^52 + exponent.
        Vector512<long> exponent = (Vector512.AsInt64(x.Value) >>> 52) & Vector512.Create(0x7FFL);
        return new(Vector512.AsDouble(exponent | Vector512.Create(0x4330_0000_0000_0000)) - Vector512.Create(4503599627371519.0));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static WideLanes64 IBinary64<WideLanes64>.Significand(WideLanes64 x) => new(Vector512.AsDouble(
        (Vector512.AsInt64(x.Value) & Vector512.Create(0xF_FFFF_FFFF_FFFF)) | Vector512.Create(0x3FF0_0000_0000_0000)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static WideLanes64 IBinary64<WideLanes64>.RoundToOdd(WideLanes64 high, WideLanes64 low)
    {
        // One step towards 0 where low points there, then the last bit: an odd number comes back to itself, an even one goes to its neighbour.
        Vector512<long> bits = Vector512.AsInt64(high.Value), inexact = (Vector512.GreaterThan(low.Value, Vector512<double>.Zero) | Vector512.LessThan(low.Value, Vector512<double>.Zero)).AsInt64();
        Vector512<long> inwards = ((bits ^ Vector512.AsInt64(low.Value)) >> 63) & inexact;
        return new(Vector512.AsDouble((bits + inwards) | (inexact & Vector512<long>.One)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (WideLanes64 Quadrant, WideLanes64 High, WideLanes64 Low) IBinary64<WideLanes64>.ReduceHuge(WideLanes64 x, (WideLanes64 Quadrant, WideLanes64 High, WideLanes64 Low) near) =>
        Vector512.GreaterThanOrEqualAny(x.Value, Vector512.Create(HalfPiReduction.Bound)) ? ReduceEach(x, near) : near;

    // Apart, so that what lies before it stays in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WideLanes64 Quadrant, WideLanes64 High, WideLanes64 Low) ReduceEach(WideLanes64 x, (WideLanes64 Quadrant, WideLanes64 High, WideLanes64 Low) near)
    {
        var (quadrant, high, low) = (near.Quadrant.Value, near.High.Value, near.Low.Value);
        for (int lane = 0; lane < Count; lane++)
        {
            double value = x.Value[lane];
            if (!(value >= HalfPiReduction.Bound && value < double.PositiveInfinity))
                continue;
            var reduced = HalfPiReduction.Reduce(value);
            quadrant = quadrant.WithElement(lane, reduced.Quadrant);
            high = high.WithElement(lane, reduced.High);
            low = low.WithElement(lane, reduced.Low);
        }
        return (new(quadrant), new(high), new(low));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IBinary64<WideLanes64>.AnyPositive(WideLanes64 x) => Vector512.GreaterThanAny(x.Value, Vector512<double>.Zero);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static WideLanes64 IBinary64<WideLanes64>.AtMost(WideLanes64 x, WideLanes64 bound) => new(Vector512.MinNative(bound.Value, x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static WideLanes64 IBinary64<WideLanes64>.AtLeast(WideLanes64 x, WideLanes64 bound) => new(Vector512.MaxNative(bound.Value, x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static WideLanes64 IBinary64<WideLanes64>.WithSignOf(WideLanes64 x, WideLanes64 sign) => new(Vector512.CopySign(x.Value, sign.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (WideLanes64 Significand, WideLanes64 Exponent) IBinary64<WideLanes64>.SplitAtRootHalf(WideLanes64 x)
    {
        var rootHalf = Vector512.Create(ElementaryConstants.RootHalfBits);
        Vector512<long> bits = Vector512.AsInt64(x.Value) - (rootHalf - Vector512.Create(0x3FF0_0000_0000_0000));
        Vector512<double> significand = Vector512.AsDouble((bits & Vector512.Create(0xF_FFFF_FFFF_FFFF)) + rootHalf);
        Vector512<long> exponent = (bits >>> 52) | Vector512.Create(0x4330_0000_0000_0000);
        return (new(significand), new(Vector512.AsDouble(exponent) - Vector512.Create(4503599627371519.0)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static WideLanes64 IBinary64<WideLanes64>.InQuadrant(WideLanes64 quadrant, WideLanes64 sine, WideLanes64 cosine)
    {
        Vector512<long> bits = Vector512.AsInt64(quadrant.Value + Vector512.Create(ElementaryConstants.RoundingShift));
        Vector512<double> even = Vector512.Equals(bits & Vector512<long>.One, Vector512<long>.Zero).AsDouble();
        return new(Vector512.ConditionalSelect(even, sine.Value, cosine.Value) ^ Vector512.AsDouble((bits & Vector512.Create(2L)) << 62));
    }

    /// <inheritdoc/>
    public static WideLanes64 Product(WideLanes64 x, WideLanes64 y, WideLanes64 z) => Elementary.Product(x, y, z);

    /// <inheritdoc/>
    public static WideLanes64 Proportion(WideLanes64 x, WideLanes64 y, WideLanes64 z) => Elementary.Proportion(x, y, z);

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes64 Rewritten(WideLanes64 stated, WideLanes64 computed) => computed;
}
