using System.Numerics;
using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>As many binary32 numbers as a vector register holds: each lane has the bits that <see cref="Real32"/> has, for every input but the payload of NaN.</summary>
/// <remarks>Elementary functions widen to two <see cref="Lanes64"/>, run the same kernels as the scalar does, and round once.</remarks>
/// <param name="Value">The wrapped vector.</param>
public readonly record struct Lanes(Vector<float> Value) : ILanes<Lanes>
{
    /// <summary>Lanes in one number: 4, 8 or 16, depending on the processor.</summary>
    public static int Count => Vector<float>.Count;

    /// <inheritdoc/>
    public static Lanes Pi => new(new Vector<float>(MathF.PI));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Of(double value) => new(new Vector<float>((float)value));

    /// <summary>The first <see cref="Count"/> values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than <see cref="Count"/> values.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Load(ReadOnlySpan<float> values) => new(new Vector<float>(values));

    /// <summary>The first <see cref="Count"/> values, or all there are; the missing lanes hold <paramref name="fill"/>.</summary>
    public static Lanes LoadPartial(ReadOnlySpan<float> values, float fill = 0)
    {
        if (values.Length >= Count)
            return Load(values);
        Span<float> lanes = stackalloc float[Count];
        lanes.Fill(fill);
        values.CopyTo(lanes);
        return Load(lanes);
    }

    /// <summary>Writes all lanes.</summary>
    /// <exception cref="ArgumentException">The span is shorter than <see cref="Count"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Span<float> values) => Value.CopyTo(values);

    /// <summary>Writes the first lanes, as many as the span has room for.</summary>
    public void StorePartial(Span<float> values)
    {
        if (values.Length >= Count)
        {
            Store(values);
            return;
        }
        Span<float> lanes = stackalloc float[Count];
        Store(lanes);
        lanes[..values.Length].CopyTo(values);
    }

    /// <summary>x + y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator +(Lanes x, Lanes y) => new(x.Value + y.Value);

    /// <summary>x − y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator -(Lanes x, Lanes y) => new(x.Value - y.Value);

    /// <summary>x · y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator *(Lanes x, Lanes y) => new(x.Value * y.Value);

    /// <summary>x / y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator /(Lanes x, Lanes y) => new(x.Value / y.Value);

    /// <summary>−x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator -(Lanes x) => new(-x.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Sqrt(Lanes x) => new(Vector.SquareRoot(x.Value));

    /// <inheritdoc/>
    public static Lanes Exp(Lanes x)
    {
        var (low, high) = Widen(x);
        return Narrow(Elementary.ExpToOdd(low), Elementary.ExpToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Expm1(Lanes x)
    {
        var (low, high) = Widen(x);
        return RoundsAlike(Elementary.Expm1Quick(low), Elementary.Expm1Quick(high), out Lanes rounded) ? rounded : Narrow(Elementary.Expm1ToOdd(low), Elementary.Expm1ToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Log(Lanes x)
    {
        var (low, high) = Widen(x);
        return Narrow(Elementary.LogToOdd(low), Elementary.LogToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Log1p(Lanes x)
    {
        var (low, high) = Widen(x);
        return RoundsAlike(Elementary.Log1pQuick(low), Elementary.Log1pQuick(high), out Lanes rounded) ? rounded : Narrow(Elementary.Log1pToOdd(low), Elementary.Log1pToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Cos(Lanes x)
    {
        var (low, high) = Widen(x);
        return Narrow(Elementary.CosToOdd(low), Elementary.CosToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Sin(Lanes x)
    {
        var (low, high) = Widen(x);
        return Narrow(Elementary.SinToOdd(low), Elementary.SinToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Tanh(Lanes x)
    {
        var (low, high) = Widen(x);
        return Narrow(Elementary.TanhToOdd(low), Elementary.TanhToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Erf(Lanes x)
    {
        var (low, high) = Widen(x);
        return Narrow(Elementary.ErfToOdd(low), Elementary.ErfToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Erfc(Lanes x)
    {
        var (low, high) = Widen(x);
        return RoundsAlike(Elementary.ErfcQuick(low), Elementary.ErfcQuick(high), out Lanes rounded) ? rounded : Narrow(Elementary.ErfcToOdd(low), Elementary.ErfcToOdd(high));
    }

    /// <inheritdoc/>
    public static Lanes Pow(Lanes x, Lanes y)
    {
        var (low, high) = Widen(x);
        var (lowExponent, highExponent) = Widen(y);
        return Narrow(Elementary.PowToOdd(low, lowExponent), Elementary.PowToOdd(high, highExponent));
    }

    /// <inheritdoc/>
    public static Lanes Power(Lanes x, Lanes n)
    {
        var (low, high) = Widen(x);
        var (lowCount, highCount) = Widen(n);
        return Narrow(Elementary.PowerToOdd(low, lowCount), Elementary.PowerToOdd(high, highCount));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Abs(Lanes x) => new(Vector.Abs(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Min(Lanes x, Lanes y) => new(Vector.Min(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Max(Lanes x, Lanes y) => new(Vector.Max(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Floor(Lanes x) => new(Vector.Floor(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Fma(Lanes x, Lanes y, Lanes z) => new(Vector.FusedMultiplyAdd(x.Value, y.Value, z.Value));

    /// <inheritdoc/>
    public static Lanes BinaryScale(Lanes x)
    {
        var (low, high) = Widen(x);
        return Narrow(Elementary.BinaryScale(low), Elementary.BinaryScale(high));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes IfLess(Lanes x, Lanes y, Lanes then, Lanes otherwise) =>
        new(Vector.ConditionalSelect(Vector.LessThan(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes IfEqual(Lanes x, Lanes y, Lanes then, Lanes otherwise) =>
        new(Vector.ConditionalSelect(Vector.Equals(x.Value, y.Value), then.Value, otherwise.Value));

    // True where the quick values settle how all exact values round.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool RoundsAlike(Lanes64 low, Lanes64 high, out Lanes rounded)
    {
        Vector<double> above = new(Elementary.QuickAbove), below = new(Elementary.QuickBelow);
        rounded = new(Vector.Narrow(low.Value * above, high.Value * above));
        return Vector.EqualsAll(rounded.Value, Vector.Narrow(low.Value * below, high.Value * below));
    }

    private static (Lanes64 Low, Lanes64 High) Widen(Lanes x)
    {
        Vector.Widen(x.Value, out Vector<double> low, out Vector<double> high);
        return (new(low), new(high));
    }

    private static Lanes Narrow(Lanes64 low, Lanes64 high) => new(Vector.Narrow(low.Value, high.Value));
}
