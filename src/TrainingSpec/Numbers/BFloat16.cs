using System.Globalization;

namespace TrainingSpec.Numbers;

/// <summary>bfloat16: the upper half of binary32, 8 bits from 2⁻¹³³ to 3.39·10³⁸.</summary>
/// <remarks>
/// Each operation is computed in binary64 and rounded once to nearest, ties to even. With its 53 bits, more than twice 8 and two, a second rounding of +, −, ·, ÷ and √ changes nothing
/// (Figueroa, "When is double rounding innocuous?", 1995); the fused multiply-add and the elementary functions are rounded to odd in between. Two are equal where their bits are.
/// Source: Intel, "BFLOAT16 – Hardware Numerics Definition" (2018), here with subnormals; Micikevicius et al., "Mixed precision training" (2018), for its use.
/// </remarks>
public readonly record struct BFloat16 : IBinaryFormat<BFloat16>
{
    private static readonly InterchangeFormat Format = new(8, 7);

    /// <summary>Unit roundoff u: the largest relative error of one rounding to nearest.</summary>
    public const double UnitRoundoff = 1.0 / (1 << 8);

    private BFloat16(ushort bits) => Bits = bits;

    /// <summary>Sign, exponent and fraction.</summary>
    public ushort Bits { get; }

    /// <summary>The value, exactly.</summary>
    public double Value => Format.Value(Bits);

    static double IBinaryFormat<BFloat16>.UnitRoundoff => UnitRoundoff;

    static double IBinaryFormat<BFloat16>.SmallestSubnormal => FromBits(1).Value;

    static double IBinaryFormat<BFloat16>.ElementaryError => UnitRoundoff * (1 + 1.0 / (1 << 20));

    static double IBinaryFormat<BFloat16>.ToDouble(BFloat16 x) => x.Value;

    DoubleDouble IScalar.Exact => Value;

    string IScalar.DataType => "bfloat16";

    /// <summary>The number with the given sign, exponent and fraction.</summary>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The nearest number, ties to even, in one rounding: ±∞ from (2 − 2⁻⁸)·2¹²⁷ on, subnormals kept, NaN for NaN.</summary>
    public static BFloat16 Of(double value) => new(Format.Round(value));

    /// <summary>Reads the value.</summary>
    public static implicit operator double(BFloat16 x) => x.Value;

    /// <summary>The nearest number, ties to even.</summary>
    public static explicit operator BFloat16(double x) => Of(x);

    /// <inheritdoc/>
    public static BFloat16 Pi => Of(Math.PI);

    /// <summary>x + y, rounded once.</summary>
    public static BFloat16 operator +(BFloat16 x, BFloat16 y) => Of(x.Value + y.Value);

    /// <summary>x − y, rounded once.</summary>
    public static BFloat16 operator -(BFloat16 x, BFloat16 y) => Of(x.Value - y.Value);

    /// <summary>x · y, rounded once.</summary>
    public static BFloat16 operator *(BFloat16 x, BFloat16 y) => Of(x.Value * y.Value);

    /// <summary>x / y, rounded once.</summary>
    public static BFloat16 operator /(BFloat16 x, BFloat16 y) => Of(x.Value / y.Value);

    /// <summary>−x.</summary>
    public static BFloat16 operator -(BFloat16 x) => new((ushort)(x.Bits ^ 0x8000));

    /// <inheritdoc/>
    public static BFloat16 Sqrt(BFloat16 x) => Of(Math.Sqrt(x.Value));

    /// <inheritdoc/>
    public static BFloat16 Exp(BFloat16 x) => Of(Elementary.ExpOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Expm1(BFloat16 x) => Of(Elementary.Expm1OfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Log(BFloat16 x) => Elementary.AtLogPoles(x, Of(Elementary.LogOfSingle<Real64>(x.Value).Value));

    /// <inheritdoc/>
    public static BFloat16 Log1p(BFloat16 x) => Elementary.AtLogPoles(Of(1) + x, Of(Elementary.Log1pOfSingle<Real64>(x.Value).Value));

    /// <inheritdoc/>
    public static BFloat16 Cos(BFloat16 x) => Of(Elementary.CosOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Sin(BFloat16 x) => Of(Elementary.SinOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Tanh(BFloat16 x) => Of(Elementary.TanhOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Erf(BFloat16 x) => Of(Elementary.ErfOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Erfc(BFloat16 x) => Of(Elementary.ErfcOfSingle<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Pow(BFloat16 x, BFloat16 y) => Of(Elementary.PowToOdd<Real64>(x.Value, y.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Power(BFloat16 x, BFloat16 n) => Of(Elementary.PowerToOdd<Real64>(x.Value, n.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 Abs(BFloat16 x) => new((ushort)(x.Bits & 0x7FFF));

    /// <inheritdoc/>
    public static BFloat16 Min(BFloat16 x, BFloat16 y) => Of(Math.Min(x.Value, y.Value));

    /// <inheritdoc/>
    public static BFloat16 Max(BFloat16 x, BFloat16 y) => Of(Math.Max(x.Value, y.Value));

    /// <inheritdoc/>
    public static BFloat16 Floor(BFloat16 x) => Of(Math.Floor(x.Value));

    /// <inheritdoc/>
    public static BFloat16 Fma(BFloat16 x, BFloat16 y, BFloat16 z) => new(Format.RoundFma(x.Value, y.Value, z.Value));

    /// <inheritdoc/>
    public static BFloat16 BinaryScale(BFloat16 x) => Of(Elementary.BinaryScale<Real64>(x.Value).Value);

    /// <inheritdoc/>
    public static BFloat16 IfLess(BFloat16 x, BFloat16 y, BFloat16 then, BFloat16 otherwise) => x.Value < y.Value ? then : otherwise;

    /// <inheritdoc/>
    public static BFloat16 IfEqual(BFloat16 x, BFloat16 y, BFloat16 then, BFloat16 otherwise) => x.Value == y.Value ? then : otherwise;

    /// <inheritdoc/>
    public static bool AllLess(BFloat16 x, BFloat16 y) => x.Value < y.Value;

    /// <inheritdoc/>
    public static bool AllEqual(BFloat16 x, BFloat16 y) => x.Value == y.Value;

    /// <inheritdoc/>
    public static BFloat16 Product(BFloat16 x, BFloat16 y, BFloat16 z) => Of(x.Value * y.Value * z.Value);

    /// <inheritdoc/>
    public static BFloat16 Proportion(BFloat16 x, BFloat16 y, BFloat16 z) => Of(x.Value * y.Value / z.Value);

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    public static BFloat16 Rewritten(BFloat16 stated, BFloat16 computed) => computed;

    /// <summary>The value with all digits that are needed to read it back, in invariant culture.</summary>
    public override string ToString() => ((float)Value).ToString("R", CultureInfo.InvariantCulture);
}
