using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrainingSpec.Numbers;

/// <summary>Sixteen binary32 numbers in 512 bits: each lane has the bits that <see cref="Real32"/> has, for every input but the payload of NaN.</summary>
/// <remarks>
/// Where the processor has no registers of 512 bits these are pairs or quadruples of narrower ones. <see cref="Lanes"/> stays at 256 bits on such processors too,
/// and these divide and take roots of 512 bits in the time of 256. Elementary functions are those of <see cref="Lanes"/>.
/// </remarks>
/// <param name="Value">The wrapped vector.</param>
public readonly record struct WideLanes(Vector512<float> Value) : ILanes<WideLanes>
{
    /// <summary>Lanes in one number: 16 on every processor.</summary>
    public static int Count => Vector512<float>.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Everywhere(Real32 x) => new(Vector512.Create(x.Value));

    /// <inheritdoc/>
    public static WideLanes Pi => new(Vector512.Create(MathF.PI));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Of(double value) => new(Vector512.Create((float)value));

    /// <summary>x + y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator +(WideLanes x, WideLanes y) => new(x.Value + y.Value);

    /// <summary>x − y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator -(WideLanes x, WideLanes y) => new(x.Value - y.Value);

    /// <summary>x · y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator *(WideLanes x, WideLanes y) => new(x.Value * y.Value);

    /// <summary>x / y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator /(WideLanes x, WideLanes y) => new(x.Value / y.Value);

    /// <summary>−x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator -(WideLanes x) => new(-x.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Sqrt(WideLanes x) => new(Vector512.Sqrt(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Exp(WideLanes x) => Map<SingleExp>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Expm1(WideLanes x) => Map<SingleExpm1>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Log(WideLanes x) => AtLogPoles(x, Map<SingleLog>(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Log1p(WideLanes x) => AtLogPoles(Of(1) + x, Map<SingleLog1p>(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Cos(WideLanes x) => Map<SingleCos>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Sin(WideLanes x) => Map<SingleSin>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Tanh(WideLanes x) => Map<SingleTanh>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Erf(WideLanes x) => MapInTurn<SingleErf>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Erfc(WideLanes x) => MapInTurn<SingleErfc>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes NormalTwiceBelow(WideLanes x) => MapInTurn<SingleNormalTwiceBelow>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes NormalBell(WideLanes x) => Map<SingleNormalBell>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (WideLanes TwiceBelow, WideLanes Bell) Normal(WideLanes x)
    {
        if (!Avx512F.IsSupported)
            return NormalOfParts(x);
        Vector512<float> rest = x.Value, below = default, bell = default;
        for (int half = 0; half < 2; half++)
        {
            var (eightBelow, eightBell) = Elementary.NormalOfSingle(new WideLanes64(Avx512F.ConvertToVector512Double(rest.GetLower())));
            below = Vector512.Create(below.GetUpper(), Avx512F.ConvertToVector256Single(eightBelow.Value));
            bell = Vector512.Create(bell.GetUpper(), Avx512F.ConvertToVector256Single(eightBell.Value));
            rest = Vector512.Create(rest.GetUpper(), rest.GetLower());
        }

        return (new(below), new(bell));
    }

    private static (WideLanes TwiceBelow, WideLanes Bell) NormalOfParts(WideLanes x)
    {
        WideLanes bell = x;
        Span<Lanes> parts = Parts(ref x), bells = Parts(ref bell);
        for (int i = 0; i < parts.Length; i++)
            (parts[i], bells[i]) = Lanes.Normal(parts[i]);
        return (x, bell);
    }

    /// <inheritdoc/>
    public static WideLanes Power(WideLanes x, WideLanes n)
    {
        Span<Lanes> parts = Parts(ref x), exponents = Parts(ref n);
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Lanes.Power(parts[i], exponents[i]);
        return x;
    }

    /// <inheritdoc/>
    public static WideLanes Pow(WideLanes x, WideLanes y)
    {
        Span<Lanes> parts = Parts(ref x), exponents = Parts(ref y);
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Lanes.Pow(parts[i], exponents[i]);
        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Abs(WideLanes x) => new(Vector512.Abs(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Min(WideLanes x, WideLanes y) => new(Vector512.Min(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Max(WideLanes x, WideLanes y) => new(Vector512.Max(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Floor(WideLanes x) => new(Vector512.Floor(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Fma(WideLanes x, WideLanes y, WideLanes z) => new(Vector512.FusedMultiplyAdd(x.Value, y.Value, z.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes BinaryScale(WideLanes x) => Map<SingleBinaryScale>(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLess(WideLanes x, WideLanes y) => Vector512.LessThanAll(x.Value, y.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(WideLanes x, WideLanes y) => Vector512.EqualsAll(x.Value, y.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes IfLess(WideLanes x, WideLanes y, WideLanes then, WideLanes otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes IfEqual(WideLanes x, WideLanes y, WideLanes then, WideLanes otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(x.Value, y.Value), then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Product(WideLanes x, WideLanes y, WideLanes z)
    {
        var ((xLow, xHigh), (yLow, yHigh), (zLow, zHigh)) = (Vector512.Widen(x.Value), Vector512.Widen(y.Value), Vector512.Widen(z.Value));
        return new(Vector512.Narrow(xLow * yLow * zLow, xHigh * yHigh * zHigh));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Proportion(WideLanes x, WideLanes y, WideLanes z)
    {
        var ((xLow, xHigh), (yLow, yHigh), (zLow, zHigh)) = (Vector512.Widen(x.Value), Vector512.Widen(y.Value), Vector512.Widen(z.Value));
        return new(Vector512.Narrow(xLow * yLow / zLow, xHigh * yHigh / zHigh));
    }

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Rewritten(WideLanes stated, WideLanes computed) => computed;

    // Poles are rare, and a branch that is foreseen costs less than three selections.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WideLanes AtLogPoles(WideLanes x, WideLanes log) =>
        Vector512.GreaterThanAll(x.Value, Vector512<float>.Zero) && Vector512.LessThanAll(x.Value, Vector512.Create(float.PositiveInfinity)) ? log : Elementary.AtLogPoles(x, log);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WideLanes Map<TFunction>(WideLanes x)
        where TFunction : ISingleFunction
    {
        if (Avx512F.IsSupported)
        {
            var (low, high) = Vector512.Widen(x.Value);
            return new(Vector512.Narrow(TFunction.Of(new WideLanes64(low)).Value, TFunction.Of(new WideLanes64(high)).Value));
        }
        foreach (ref Lanes part in Parts(ref x))
            part = Lanes.Map<TFunction>(part);
        return x;
    }

    // A function so long that the compiler, which takes 512 variables into one method, has no room for it twice: once, for each half in turn. A call of its own would send vectors through
    // a stack that is not aligned to their length, at half the speed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WideLanes MapInTurn<TFunction>(WideLanes x)
        where TFunction : ISingleFunction
    {
        if (!Avx512F.IsSupported)
            return Map<TFunction>(x);
        Vector512<float> rest = x.Value, result = default;
        for (int half = 0; half < 2; half++)
        {
            result = Vector512.Create(result.GetUpper(), Avx512F.ConvertToVector256Single(TFunction.Of(new WideLanes64(Avx512F.ConvertToVector512Double(rest.GetLower()))).Value));
            rest = Vector512.Create(rest.GetUpper(), rest.GetLower());
        }

        return new(result);
    }

    /// <summary>A function of binary32 in eight lanes, in a call of its own.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Vector512<double> Eight<TFunction>(Vector512<double> x)
        where TFunction : ISingleFunction => TFunction.Of(new WideLanes64(x)).Value;

    private static Span<Lanes> Parts(ref WideLanes x) => MemoryMarshal.Cast<WideLanes, Lanes>(new Span<WideLanes>(ref x));
}
