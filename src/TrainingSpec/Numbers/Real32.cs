using System.Globalization;
using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>IEEE 754 binary32: single precision, what the devices run. Elementary functions are evaluated in binary64 and rounded once.</summary>
/// <param name="Value">The wrapped value.</param>
public readonly record struct Real32(float Value) : IBinaryFormat<Real32>
{
    /// <summary>Unit roundoff u: the largest relative error of one rounding to nearest.</summary>
    public const double UnitRoundoff = 1.0 / (1L << 24);

    static double IBinaryFormat<Real32>.UnitRoundoff => UnitRoundoff;

    static double IBinaryFormat<Real32>.SmallestSubnormal => float.Epsilon;

    static double IBinaryFormat<Real32>.ElementaryError => UnitRoundoff * (1 + 1.0 / (1 << 20));

    static double IBinaryFormat<Real32>.ToDouble(Real32 x) => x.Value;

    DoubleDouble IScalar.Exact => Value;

    string IScalar.DataType => "float32";

    /// <inheritdoc/>
    public static Real32 Pi => new(MathF.PI);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Of(double value) => new((float)value);

    /// <summary>Reads the wrapped value.</summary>
    public static implicit operator float(Real32 x) => x.Value;

    /// <summary>Wraps a value.</summary>
    public static implicit operator Real32(float x) => new(x);

    /// <summary>x + y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 operator +(Real32 x, Real32 y) => new(Rounded.Add(x.Value, y.Value));

    /// <summary>x − y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 operator -(Real32 x, Real32 y) => new(Rounded.Subtract(x.Value, y.Value));

    /// <summary>x · y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 operator *(Real32 x, Real32 y) => new(Rounded.Multiply(x.Value, y.Value));

    /// <summary>x / y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 operator /(Real32 x, Real32 y) => new(Rounded.Divide(x.Value, y.Value));

    /// <summary>−x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 operator -(Real32 x) => new(-x.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Sqrt(Real32 x) => new(Rounded.Sqrt(x.Value));

    /// <inheritdoc/>
    public static Real32 Exp(Real32 x) => new((float)Elementary.ExpOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Real32 Expm1(Real32 x) => new((float)Elementary.Expm1OfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Real32 Log(Real32 x) => new((float)Elementary.AtLogPoles<Real64>(x.Value, Elementary.LogOfSingle<Real64>(x.Value)).Value);

    /// <inheritdoc/>
    public static Real32 Log1p(Real32 x) => new((float)Elementary.AtLogPoles(Real64.Of(1) + x.Value, Elementary.Log1pOfSingle<Real64>(x.Value)).Value);

    /// <inheritdoc/>
    public static Real32 Cos(Real32 x) => new((float)Elementary.CosOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Real32 Sin(Real32 x) => new((float)Elementary.SinOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Real32 Tanh(Real32 x) => new((float)Elementary.TanhOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Real32 Erf(Real32 x) => new((float)Elementary.ErfOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Real32 Erfc(Real32 x) => new((float)Elementary.ErfcOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Real32 NormalTwiceBelow(Real32 x) => Normal(x).TwiceBelow;

    /// <inheritdoc/>
    public static Real32 NormalBell(Real32 x) => new((float)Elementary.NormalBellOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static (Real32 TwiceBelow, Real32 Bell) Normal(Real32 x)
    {
        var (twiceBelow, bell) = Elementary.NormalOfSingle<Real64>(x.Value);
        return (new((float)twiceBelow.Value), new((float)bell.Value));
    }

    /// <inheritdoc/>
    public static Real32 Pow(Real32 x, Real32 y) => new((float)Elementary.PowToOdd<Real64>(x.Value, y.Value).Value);

    /// <inheritdoc/>
    public static Real32 Power(Real32 x, Real32 n) => new((float)Elementary.PowerToOdd<Real64>(x.Value, n.Value).Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Abs(Real32 x) => new(MathF.Abs(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Min(Real32 x, Real32 y) => new(Rounded.Min(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Max(Real32 x, Real32 y) => new(Rounded.Max(x.Value, y.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Floor(Real32 x) => new(MathF.Floor(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Fma(Real32 x, Real32 y, Real32 z) => new(Rounded.Fma(x.Value, y.Value, z.Value));

    /// <inheritdoc/>
    public static Real32 BinaryScale(Real32 x) => new((float)Elementary.BinaryScale<Real64>(x.Value).Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLess(Real32 x, Real32 y) => x.Value < y.Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(Real32 x, Real32 y) => x.Value == y.Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 IfLess(Real32 x, Real32 y, Real32 then, Real32 otherwise) =>
        new(Rounded.IfLess(x.Value, y.Value, then.Value, otherwise.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 IfEqual(Real32 x, Real32 y, Real32 then, Real32 otherwise) => x.Value == y.Value ? then : otherwise;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Product(Real32 x, Real32 y, Real32 z) => new((float)Rounded.Multiply(Rounded.Multiply((double)x.Value, y.Value), z.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Proportion(Real32 x, Real32 y, Real32 z) => new((float)Rounded.Divide(Rounded.Multiply((double)x.Value, y.Value), z.Value));

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Rewritten(Real32 stated, Real32 computed) => computed;

    /// <summary>The value with all digits that are needed to read it back, in invariant culture.</summary>
    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
}
