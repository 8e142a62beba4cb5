using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrainingSpec.Numbers;

/// <summary>As many binary64 numbers as a vector register holds: each lane has the bits that <see cref="Real64"/> has.</summary>
/// <param name="Value">The wrapped vector.</param>
public readonly record struct Lanes64(Vector<double> Value) : IBinary64<Lanes64>
{
    /// <summary>Lanes in one number.</summary>
    public static int Count => Vector<double>.Count;

    /// <inheritdoc/>
    public static Lanes64 Pi => Of(Math.PI);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 Of(double value) => new(new Vector<double>(value));

    /// <summary>An array of <see cref="Real64"/> as an array of these, as many as it fills.</summary>
    internal static Span<Lanes64> Of<T>(Span<T> x) => MemoryMarshal.CreateSpan(ref Unsafe.As<T, Lanes64>(ref MemoryMarshal.GetReference(x)), x.Length / Count);

    /// <inheritdoc cref="Of{T}(Span{T})"/>
    internal static ReadOnlySpan<Lanes64> Of<T>(ReadOnlySpan<T> x) => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, Lanes64>(ref MemoryMarshal.GetReference(x)), x.Length / Count);

    /// <summary>x + y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 operator +(Lanes64 x, Lanes64 y) => new(x.Value + y.Value);

    /// <summary>x − y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 operator -(Lanes64 x, Lanes64 y) => new(x.Value - y.Value);

    /// <summary>x · y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 operator *(Lanes64 x, Lanes64 y) => new(x.Value * y.Value);

    /// <summary>x / y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 operator /(Lanes64 x, Lanes64 y) => new(x.Value / y.Value);

    /// <summary>−x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 operator -(Lanes64 x) => new(-x.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 Sqrt(Lanes64 x) => new(Vector.SquareRoot(x.Value));

    /// <inheritdoc/>
    public static Lanes64 Exp(Lanes64 x) => Elementary.Exp(x);

    /// <inheritdoc/>
    public static Lanes64 Expm1(Lanes64 x) => Elementary.Expm1(x);

    /// <inheritdoc/>
    public static Lanes64 Log(Lanes64 x) => Elementary.Log(x);

    /// <inheritdoc/>
    public static Lanes64 Log1p(Lanes64 x) => Elementary.Log1p(x);

    /// <inheritdoc/>
    public static Lanes64 Cos(Lanes64 x) => Elementary.Cos(x);

    /// <inheritdoc/>
    public static Lanes64 Sin(Lanes64 x) => Elementary.Sin(x);

    /// <inheritdoc/>
    public static Lanes64 Tanh(Lanes64 x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    public static Lanes64 Erf(Lanes64 x) => Elementary.Erf(x);

    /// <inheritdoc/>
    public static Lanes64 Erfc(Lanes64 x) => Elementary.Erfc(x);

    /// <inheritdoc/>
    public static Lanes64 Pow(Lanes64 x, Lanes64 y) => Elementary.Pow(x, y);

    /// <inheritdoc/>
    public static Lanes64 Power(Lanes64 x, Lanes64 n) => Elementary.Power(x, n);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 Abs(Lanes64 x) => new(Vector.Abs(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 Min(Lanes64 x, Lanes64 y) => new(Vector.Min(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 Max(Lanes64 x, Lanes64 y) => new(Vector.Max(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 Floor(Lanes64 x) => new(Vector.Floor(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 Fma(Lanes64 x, Lanes64 y, Lanes64 z) => new(Vector.FusedMultiplyAdd(x.Value, y.Value, z.Value));

    /// <inheritdoc/>
    public static Lanes64 BinaryScale(Lanes64 x) => Elementary.BinaryScale(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLess(Lanes64 x, Lanes64 y) => Vector.LessThanAll(x.Value, y.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(Lanes64 x, Lanes64 y) => Vector.EqualsAll(x.Value, y.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 IfLess(Lanes64 x, Lanes64 y, Lanes64 then, Lanes64 otherwise) =>
        new(Vector.ConditionalSelect(Vector.LessThan(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes64 IfEqual(Lanes64 x, Lanes64 y, Lanes64 then, Lanes64 otherwise) =>
        new(Vector.ConditionalSelect(Vector.Equals(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    public static Lanes64 Product(Lanes64 x, Lanes64 y, Lanes64 z) => Elementary.Product(x, y, z);

    /// <inheritdoc/>
    public static Lanes64 Proportion(Lanes64 x, Lanes64 y, Lanes64 z) => Elementary.Proportion(x, y, z);

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    public static Lanes64 Rewritten(Lanes64 stated, Lanes64 computed) => computed;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes64 IBinary64<Lanes64>.PowerOfTwo(Lanes64 k) =>
        new(Vector.AsVectorDouble(Vector.AsVectorInt64(k.Value + new Vector<double>(4503599627371519.0)) << 52));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes64 IBinary64<Lanes64>.Exponent(Lanes64 x)
    {
        // The exponent's bits become the last bits of 2^52 + exponent.
        Vector<long> exponent = (Vector.AsVectorInt64(x.Value) >>> 52) & new Vector<long>(0x7FF);
        return new(Vector.AsVectorDouble(exponent | new Vector<long>(0x4330_0000_0000_0000)) - new Vector<double>(4503599627371519.0));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes64 IBinary64<Lanes64>.Significand(Lanes64 x) => new(Vector.AsVectorDouble(
        (Vector.AsVectorInt64(x.Value) & new Vector<long>(0xF_FFFF_FFFF_FFFF)) | new Vector<long>(0x3FF0_0000_0000_0000)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes64 IBinary64<Lanes64>.RoundToOdd(Lanes64 high, Lanes64 low)
    {
        // One step towards 0 where low points there, then the last bit: an odd number comes back to itself, an even one goes to its neighbour.
        Vector<long> bits = Vector.AsVectorInt64(high.Value), inexact = Vector.GreaterThan(low.Value, Vector<double>.Zero) | Vector.LessThan(low.Value, Vector<double>.Zero);
        Vector<long> inwards = ((bits ^ Vector.AsVectorInt64(low.Value)) >> 63) & inexact;
        return new(Vector.AsVectorDouble((bits + inwards) | (inexact & Vector<long>.One)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Lanes64 Quadrant, Lanes64 High, Lanes64 Low) IBinary64<Lanes64>.ReduceHuge(Lanes64 x, (Lanes64 Quadrant, Lanes64 High, Lanes64 Low) near) =>
        Vector.GreaterThanOrEqualAny(x.Value, new Vector<double>(HalfPiReduction.Bound)) ? ReduceEach(x, near) : near;

    // Apart, so that what lies before it stays in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Lanes64 Quadrant, Lanes64 High, Lanes64 Low) ReduceEach(Lanes64 x, (Lanes64 Quadrant, Lanes64 High, Lanes64 Low) near)
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
    static bool IBinary64<Lanes64>.AnyPositive(Lanes64 x) => Vector.GreaterThanAny(x.Value, Vector<double>.Zero);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes64 IBinary64<Lanes64>.AtMost(Lanes64 x, Lanes64 bound) => new(Vector.MinNative(bound.Value, x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes64 IBinary64<Lanes64>.AtLeast(Lanes64 x, Lanes64 bound) => new(Vector.MaxNative(bound.Value, x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes64 IBinary64<Lanes64>.WithSignOf(Lanes64 x, Lanes64 sign) => new(Vector.CopySign(x.Value, sign.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Lanes64 Significand, Lanes64 Exponent) IBinary64<Lanes64>.SplitAtRootHalf(Lanes64 x)
    {
        var rootHalf = new Vector<long>(ElementaryConstants.RootHalfBits);
        Vector<long> bits = Vector.AsVectorInt64(x.Value) - (rootHalf - new Vector<long>(0x3FF0_0000_0000_0000));
        Vector<double> significand = Vector.AsVectorDouble((bits & new Vector<long>(0xF_FFFF_FFFF_FFFF)) + rootHalf);
        Vector<long> exponent = (bits >>> 52) | new Vector<long>(0x4330_0000_0000_0000);
        return (new(significand), new(Vector.AsVectorDouble(exponent) - new Vector<double>(4503599627371519.0)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes64 IBinary64<Lanes64>.InQuadrant(Lanes64 quadrant, Lanes64 sine, Lanes64 cosine)
    {
        Vector<long> bits = Vector.AsVectorInt64(quadrant.Value + new Vector<double>(ElementaryConstants.RoundingShift));
        Vector<long> even = Vector.Equals(bits & Vector<long>.One, Vector<long>.Zero);
        return new(Vector.ConditionalSelect(even, sine.Value, cosine.Value) ^ Vector.AsVectorDouble((bits & new Vector<long>(2)) << 62));
    }
}
