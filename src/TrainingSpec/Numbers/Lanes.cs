using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrainingSpec.Numbers;

/// <summary>As many binary32 numbers as a vector register holds: each lane has the bits that <see cref="Real32"/> has, for every input but the payload of NaN.</summary>
/// <remarks>Elementary functions widen to <see cref="Lanes64"/> or <see cref="WideLanes64"/>, run the same code as the scalar does, and round once.</remarks>
/// <param name="Value">The wrapped vector.</param>
public readonly record struct Lanes(Vector<float> Value) : ILanes<Lanes>
{
    /// <summary>Lanes in one number: 4, 8 or 16, depending on the processor.</summary>
    public static int Count => Vector<float>.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Everywhere(Real32 x) => new(new Vector<float>(x.Value));

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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Exp(Lanes x) => Map<SingleExp>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Expm1(Lanes x) => Map<SingleExpm1>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Log(Lanes x) => AtLogPoles(x, Map<SingleLog>(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Log1p(Lanes x) => AtLogPoles(Of(1) + x, Map<SingleLog1p>(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Cos(Lanes x) => Map<SingleCos>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Sin(Lanes x) => Map<SingleSin>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Tanh(Lanes x) => Map<SingleTanh>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Erf(Lanes x) => MapApart<SingleErf>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Erfc(Lanes x) => MapApart<SingleErfc>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes NormalTwiceBelow(Lanes x) => MapApart<SingleNormalTwiceBelow>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes NormalBell(Lanes x) => Map<SingleNormalBell>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes TwiceBelow, Lanes Bell) Normal(Lanes x)
    {
        if (Avx512F.IsSupported && Count == Vector256<float>.Count)
        {
            var eight = WideLanes64.NormalOfSingle(Avx512F.ConvertToVector512Double(x.Value.AsVector256()));
            return (new(Avx512F.ConvertToVector256Single(eight.TwiceBelow).AsVector()), new(Avx512F.ConvertToVector256Single(eight.Bell).AsVector()));
        }
        var (low, high) = Widen(x);
        var ((lowBelow, lowBell), (highBelow, highBell)) = (HalfOfNormal(low), HalfOfNormal(high));
        return (Narrow(lowBelow, highBelow), Narrow(lowBell, highBell));
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes BinaryScale(Lanes x) => Map<SingleBinaryScale>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLess(Lanes x, Lanes y) => Vector.LessThanAll(x.Value, y.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(Lanes x, Lanes y) => Vector.EqualsAll(x.Value, y.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes IfLess(Lanes x, Lanes y, Lanes then, Lanes otherwise) =>
        new(Vector.ConditionalSelect(Vector.LessThan(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes IfEqual(Lanes x, Lanes y, Lanes then, Lanes otherwise) =>
        new(Vector.ConditionalSelect(Vector.Equals(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Product(Lanes x, Lanes y, Lanes z)
    {
        var ((xLow, xHigh), (yLow, yHigh), (zLow, zHigh)) = (Widen(x), Widen(y), Widen(z));
        return Narrow(xLow * yLow * zLow, xHigh * yHigh * zHigh);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Proportion(Lanes x, Lanes y, Lanes z)
    {
        var ((xLow, xHigh), (yLow, yHigh), (zLow, zHigh)) = (Widen(x), Widen(y), Widen(z));
        return Narrow(xLow * yLow / zLow, xHigh * yHigh / zHigh);
    }

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Rewritten(Lanes stated, Lanes computed) => computed;

    // Poles are rare, and a branch that is foreseen costs less than three selections.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes AtLogPoles(Lanes x, Lanes log) =>
        Vector.GreaterThanAll(x.Value, Vector<float>.Zero) && Vector.LessThanAll(x.Value, new Vector<float>(float.PositiveInfinity)) ? log : Elementary.AtLogPoles(x, log);

    /// <summary>A function of binary32 in each lane, through as many lanes of binary64 at a time as the processor holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Lanes Map<TFunction>(Lanes x)
        where TFunction : ISingleFunction
    {
        if (Avx512F.IsSupported && Count == Vector256<float>.Count)
            return new(Avx512F.ConvertToVector256Single(TFunction.Of(new WideLanes64(Avx512F.ConvertToVector512Double(x.Value.AsVector256()))).Value).AsVector());
        var (low, high) = Widen(x);
        return Narrow(TFunction.Of(low), TFunction.Of(high));
    }

    // The same through calls, for a function so long that the compiler, which takes 512 variables into one method, has no room for it twice, or for much beside it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes MapApart<TFunction>(Lanes x)
        where TFunction : ISingleFunction
    {
        if (Avx512F.IsSupported && Count == Vector256<float>.Count)
            return new(Avx512F.ConvertToVector256Single(WideLanes.Eight<TFunction>(Avx512F.ConvertToVector512Double(x.Value.AsVector256()))).AsVector());
        var (low, high) = Widen(x);
        return Narrow(Half<TFunction>(low), Half<TFunction>(high));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Lanes64 Half<TFunction>(Lanes64 x)
        where TFunction : ISingleFunction => TFunction.Of(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Lanes64 TwiceBelow, Lanes64 Bell) HalfOfNormal(Lanes64 x) => Elementary.NormalOfSingle(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Lanes64 Low, Lanes64 High) Widen(Lanes x)
    {
        Vector.Widen(x.Value, out Vector<double> low, out Vector<double> high);
        return (new(low), new(high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes Narrow(Lanes64 low, Lanes64 high) => new(Vector.Narrow(low.Value, high.Value));
}
