using System.Globalization;

namespace TrainingSpec.Numbers;

/// <summary>IEEE 754 binary16: half precision, 11 bits from 2⁻²⁴ to 65504.</summary>
/// <remarks>
/// Each operation is computed in binary64 and rounded once to nearest, ties to even. With its 53 bits, more than twice 11 and two, a second rounding of +, −, ·, ÷ and √ changes nothing
/// (Figueroa, "When is double rounding innocuous?", 1995); the fused multiply-add and the elementary functions are rounded to odd in between. Two are equal where their bits are.
/// Source: IEEE 754-2019 §3.4, table 3.5.
/// </remarks>
public readonly record struct Float16 : IBinaryFormat<Float16>
{
    private static readonly InterchangeFormat Format = new(5, 10);

    /// <summary>Unit roundoff u: the largest relative error of one rounding to nearest.</summary>
    public const double UnitRoundoff = 1.0 / (1 << 11);

    private Float16(ushort bits) => Bits = bits;

    /// <summary>Sign, exponent and fraction.</summary>
    public ushort Bits { get; }

    /// <summary>The value, exactly.</summary>
    public double Value => Format.Value(Bits);

    static double IBinaryFormat<Float16>.UnitRoundoff => UnitRoundoff;

    static double IBinaryFormat<Float16>.SmallestSubnormal => FromBits(1).Value;

    static double IBinaryFormat<Float16>.ElementaryError => UnitRoundoff * (1 + 1.0 / (1 << 20));

    static double IBinaryFormat<Float16>.ToDouble(Float16 x) => x.Value;

    DoubleDouble IScalar.Exact => Value;

    string IScalar.DataType => "float16";

    /// <summary>The number with the given sign, exponent and fraction.</summary>
    public static Float16 FromBits(ushort bits) => new(bits);

    /// <summary>The nearest number, ties to even, in one rounding: ±∞ from 65520 on, subnormals kept, NaN for NaN.</summary>
    public static Float16 Of(double value) => new(Format.Round(value));

    /// <summary>Reads the value.</summary>
    public static implicit operator double(Float16 x) => x.Value;

    /// <summary>The nearest number, ties to even.</summary>
    public static explicit operator Float16(double x) => Of(x);

    /// <inheritdoc/>
    public static Float16 Pi => Of(Math.PI);

    /// <summary>x + y, rounded once.</summary>
    public static Float16 operator +(Float16 x, Float16 y) => Of(x.Value + y.Value);

    /// <summary>x − y, rounded once.</summary>
    public static Float16 operator -(Float16 x, Float16 y) => Of(x.Value - y.Value);

    /// <summary>x · y, rounded once.</summary>
    public static Float16 operator *(Float16 x, Float16 y) => Of(x.Value * y.Value);

    /// <summary>x / y, rounded once.</summary>
    public static Float16 operator /(Float16 x, Float16 y) => Of(x.Value / y.Value);

    /// <summary>−x.</summary>
    public static Float16 operator -(Float16 x) => new((ushort)(x.Bits ^ 0x8000));

    /// <inheritdoc/>
    public static Float16 Sqrt(Float16 x) => Of(Math.Sqrt(x.Value));

    /// <inheritdoc/>
    public static Float16 Exp(Float16 x) => Of(Elementary.ExpOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Float16 Expm1(Float16 x) => Of(Elementary.Expm1OfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Float16 Log(Float16 x) => Elementary.AtLogPoles(x, Of(Elementary.LogOfSingle<Real64>(x.Value).Value));

    /// <inheritdoc/>
    public static Float16 Log1p(Float16 x) => Elementary.AtLogPoles(Of(1) + x, Of(Elementary.Log1pOfSingle<Real64>(x.Value).Value));

    /// <inheritdoc/>
    public static Float16 Cos(Float16 x) => Of(Elementary.CosOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Float16 Sin(Float16 x) => Of(Elementary.SinOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Float16 Tanh(Float16 x) => Of(Elementary.TanhOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Float16 Erf(Float16 x) => Of(Elementary.ErfOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Float16 Erfc(Float16 x) => Of(Elementary.ErfcOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Float16 Pow(Float16 x, Float16 y) => Of(Elementary.PowToOdd<Real64>(x.Value, y.Value).Value);

    /// <inheritdoc/>
    public static Float16 Power(Float16 x, Float16 n) => Of(Elementary.PowerToOdd<Real64>(x.Value, n.Value).Value);

    /// <inheritdoc/>
    public static Float16 Abs(Float16 x) => new((ushort)(x.Bits & 0x7FFF));

    /// <inheritdoc/>
    public static Float16 Min(Float16 x, Float16 y) => Of(Math.Min(x.Value, y.Value));

    /// <inheritdoc/>
    public static Float16 Max(Float16 x, Float16 y) => Of(Math.Max(x.Value, y.Value));

    /// <inheritdoc/>
    public static Float16 Floor(Float16 x) => Of(Math.Floor(x.Value));

    /// <inheritdoc/>
    public static Float16 Fma(Float16 x, Float16 y, Float16 z) => new(Format.RoundFma(x.Value, y.Value, z.Value));

    /// <inheritdoc/>
    public static Float16 BinaryScale(Float16 x) => Of(Elementary.BinaryScale<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static Float16 IfLess(Float16 x, Float16 y, Float16 then, Float16 otherwise) => x.Value < y.Value ? then : otherwise;

    /// <inheritdoc/>
    public static Float16 IfEqual(Float16 x, Float16 y, Float16 then, Float16 otherwise) => x.Value == y.Value ? then : otherwise;

    /// <inheritdoc/>
    public static bool AllLess(Float16 x, Float16 y) => x.Value < y.Value;

    /// <inheritdoc/>
    public static bool AllEqual(Float16 x, Float16 y) => x.Value == y.Value;

    /// <inheritdoc/>
    public static Float16 Product(Float16 x, Float16 y, Float16 z) => Of(x.Value * y.Value * z.Value);

    /// <inheritdoc/>
    public static Float16 Proportion(Float16 x, Float16 y, Float16 z) => Of(x.Value * y.Value / z.Value);

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    public static Float16 Rewritten(Float16 stated, Float16 computed) => computed;

    /// <summary>The value with all digits that are needed to read it back, in invariant culture.</summary>
    public override string ToString() => ((float)Value).ToString("R", CultureInfo.InvariantCulture);
}
