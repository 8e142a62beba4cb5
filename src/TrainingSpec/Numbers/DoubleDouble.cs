namespace TrainingSpec.Numbers;

/// <summary>An unevaluated sum of two doubles, about 106 bits: the oracle against which other numbers are measured.</summary>
/// <remarks>
/// <see cref="High"/> is the sum rounded to nearest. Relative errors, with u = 2⁻⁵³: + and − 3u², · 5u², √ 25/8 u², ÷ about 4u², as long as nothing
/// underflows (results below 2⁻⁹⁶⁹ keep an absolute error of 2⁻¹⁰⁷⁴). Source: Joldes, Muller, Popescu (2017), algorithms 6 and 12;
/// Lefèvre, Louvet, Muller, Picot, Rideau (2023) for the square root; Hida, Li, Bailey (2001) for the quotient.
/// </remarks>
public readonly partial record struct DoubleDouble : IReal<DoubleDouble>, IScalar, IComparable<DoubleDouble>
{
    private DoubleDouble(double high, double low) => (High, Low) = (high, low);

    /// <summary>The value rounded to the nearest double.</summary>
    public double High { get; }

    /// <summary>What <see cref="High"/> leaves of the value.</summary>
    public double Low { get; }

    /// <summary>0.</summary>
    public static DoubleDouble Zero => default;

    /// <summary>1.</summary>
    public static DoubleDouble One => new(1, 0);

    /// <summary>Not a number.</summary>
    public static DoubleDouble NaN => new(double.NaN, 0);

    /// <summary>π to 106 bits and more.</summary>
    public static DoubleDouble Pi => new(3.141592653589793116, 1.2246467991473532072e-16);

    /// <summary>The sum of two doubles, exactly as far as it fits.</summary>
    public static DoubleDouble Sum(double x, double y)
    {
        if (!double.IsFinite(x + y))
            return new(x + y, 0);
        var (sum, error) = ErrorFree.TwoSum<Real64>(x, y);
        return new(sum, error);
    }

    /// <summary>The product of two doubles, exactly unless it under- or overflows.</summary>
    public static DoubleDouble Product(double x, double y)
    {
        if (!double.IsFinite(x * y) || x * y == 0)
            return new(x * y, 0);
        var (product, error) = ErrorFree.TwoProduct<Real64>(x, y);
        return new(product, error);
    }

    /// <inheritdoc/>
    public static DoubleDouble Of(double value) => new(value, 0);

    /// <summary>The double itself.</summary>
    public static implicit operator DoubleDouble(double value) => new(value, 0);

    /// <summary>The value rounded to the nearest double.</summary>
    public static explicit operator double(DoubleDouble x) => x.High;

    /// <summary>The value rounded once to the nearest float, ties to even.</summary>
    public static explicit operator float(DoubleDouble x) => (float)ToOdd(x);

    /// <summary>x + y.</summary>
    public static DoubleDouble operator +(DoubleDouble x, DoubleDouble y)
    {
        double rough = x.High + y.High;
        if (!double.IsFinite(rough) || (x.Low == 0 && y.Low == 0 && rough == 0))
            return new(rough, 0);
        var (sh, sl) = ErrorFree.TwoSum<Real64>(x.High, y.High);
        var (th, tl) = ErrorFree.TwoSum<Real64>(x.Low, y.Low);
        var (vh, vl) = ErrorFree.FastTwoSum(sh, sl + th);
        var (zh, zl) = ErrorFree.FastTwoSum(vh, tl + vl);
        return Finite(zh, zl);
    }

    /// <summary>x − y.</summary>
    public static DoubleDouble operator -(DoubleDouble x, DoubleDouble y) => x + -y;

    /// <summary>−x.</summary>
    public static DoubleDouble operator -(DoubleDouble x) => new(-x.High, -x.Low);

    /// <summary>x · y.</summary>
    public static DoubleDouble operator *(DoubleDouble x, DoubleDouble y)
    {
        double rough = x.High * y.High;
        if (!double.IsFinite(rough) || rough == 0)
            return new(rough, 0);
        var (ch, cl) = ErrorFree.TwoProduct<Real64>(x.High, y.High);
        double tl = Math.FusedMultiplyAdd(x.High, y.Low, x.Low * y.Low);
        double low = cl + Math.FusedMultiplyAdd(x.Low, y.High, tl);
        var (zh, zl) = ErrorFree.FastTwoSum<Real64>(ch, low);
        return Finite(zh, zl);
    }

    /// <summary>x / y.</summary>
    public static DoubleDouble operator /(DoubleDouble x, DoubleDouble y)
    {
        double q1 = x.High / y.High;
        if (!double.IsFinite(q1) || q1 == 0 || !double.IsFinite(y.High))
            return new(q1, 0);
        DoubleDouble r = x - q1 * y;
        double q2 = r.High / y.High;
        r -= q2 * y;
        double q3 = r.High / y.High;
        return Sum(q1, q2) + Of(q3);
    }

    /// <summary>x &lt; y; false where either is NaN.</summary>
    public static bool operator <(DoubleDouble x, DoubleDouble y) => x.High < y.High || (x.High == y.High && x.Low < y.Low);

    /// <summary>x &gt; y; false where either is NaN.</summary>
    public static bool operator >(DoubleDouble x, DoubleDouble y) => y < x;

    /// <summary>x ≤ y; false where either is NaN.</summary>
    public static bool operator <=(DoubleDouble x, DoubleDouble y) => x < y || Same(x, y);

    /// <summary>x ≥ y; false where either is NaN.</summary>
    public static bool operator >=(DoubleDouble x, DoubleDouble y) => y <= x;

    /// <summary>Orders by value, NaN first.</summary>
    public int CompareTo(DoubleDouble other) =>
        High.CompareTo(other.High) is var high && high != 0 ? high : Low.CompareTo(other.Low);

    /// <summary>True unless the value is infinite or NaN.</summary>
    public static bool IsFinite(DoubleDouble x) => double.IsFinite(x.High);

    /// <summary>True where the value is NaN.</summary>
    public static bool IsNaN(DoubleDouble x) => double.IsNaN(x.High);

    /// <inheritdoc/>
    public static DoubleDouble Sqrt(DoubleDouble x)
    {
        double sh = Math.Sqrt(x.High);
        if (!double.IsFinite(sh) || sh == 0)
            return new(sh, 0);
        double rest = x.Low + Math.FusedMultiplyAdd(-sh, sh, x.High);
        var (zh, zl) = ErrorFree.FastTwoSum<Real64>(sh, rest / (2 * sh));
        return new(zh, zl);
    }

    /// <inheritdoc/>
    public static DoubleDouble Abs(DoubleDouble x) => x.High < 0 || (x.High == 0 && double.IsNegative(x.High)) ? -x : x;

    /// <inheritdoc/>
    public static DoubleDouble Min(DoubleDouble x, DoubleDouble y) =>
        x.High == y.High && x.High != 0 ? (x.Low < y.Low ? x : y) : Pick(Math.Min(x.High, y.High), x, y);

    /// <inheritdoc/>
    public static DoubleDouble Max(DoubleDouble x, DoubleDouble y) =>
        x.High == y.High && x.High != 0 ? (x.Low > y.Low ? x : y) : Pick(Math.Max(x.High, y.High), x, y);

    /// <inheritdoc/>
    public static DoubleDouble Floor(DoubleDouble x)
    {
        double floor = Math.Floor(x.High);
        if (floor != x.High || !double.IsFinite(floor))
            return new(floor, 0);
        return Sum(floor, Math.Floor(x.Low));
    }

    /// <summary>x·y + z; two roundings here, each far below the format that is measured against it.</summary>
    public static DoubleDouble Fma(DoubleDouble x, DoubleDouble y, DoubleDouble z) => x * y + z;

    /// <inheritdoc/>
    public static DoubleDouble BinaryScale(DoubleDouble x)
    {
        double scale = Real64.BinaryScale(x.High);
        // The high part may have been rounded up to a power of two that the value itself doesn't reach.
        bool roundedUp = Math.Abs(x.High) == scale && x.High != 0 && x.Low != 0 && (x.Low < 0) == (x.High > 0);
        return new(roundedUp ? scale / 2 : scale, 0);
    }

    /// <inheritdoc/>
    public static DoubleDouble IfLess(DoubleDouble x, DoubleDouble y, DoubleDouble then, DoubleDouble otherwise) => x < y ? then : otherwise;

    /// <inheritdoc/>
    public static DoubleDouble IfEqual(DoubleDouble x, DoubleDouble y, DoubleDouble then, DoubleDouble otherwise) => Same(x, y) ? then : otherwise;

    /// <inheritdoc/>
    public static bool AllLess(DoubleDouble x, DoubleDouble y) => x < y;

    /// <inheritdoc/>
    public static bool AllEqual(DoubleDouble x, DoubleDouble y) => Same(x, y);

    /// <inheritdoc/>
    public static DoubleDouble Product(DoubleDouble x, DoubleDouble y, DoubleDouble z)
    {
        var ((mx, ex), (my, ey), (mz, ez)) = (Split(x), Split(y), Split(z));
        return ScaleByPowerOfTwo(mx * my * mz, ex + ey + ez);
    }

    /// <inheritdoc/>
    public static DoubleDouble Proportion(DoubleDouble x, DoubleDouble y, DoubleDouble z)
    {
        var ((mx, ex), (my, ey), (mz, ez)) = (Split(x), Split(y), Split(z));
        return ScaleByPowerOfTwo(mx * my / mz, ex + ey - ez);
    }

    /// <inheritdoc/>
    public static bool States => false;

    /// <inheritdoc/>
    public static DoubleDouble Rewritten(DoubleDouble stated, DoubleDouble computed) => computed;

    /// <summary>The value with up to 32 significant digits, correctly rounded, in invariant culture.</summary>
    public override string ToString() => ToString(32);

    // m · 2^e with m in [1, 2); what is 0 or not finite stays as it is.
    private static (DoubleDouble Significand, int Exponent) Split(DoubleDouble x) =>
        x.High == 0 || !double.IsFinite(x.High) ? (x, 0) : (ScaleByPowerOfTwo(x, -Math.ILogB(x.High)), Math.ILogB(x.High));

    private static bool Same(DoubleDouble x, DoubleDouble y) => x.High == y.High && x.Low == y.Low;

    private static DoubleDouble Pick(double high, DoubleDouble x, DoubleDouble y) =>
        double.IsNaN(high) ? NaN : BitConverter.DoubleToInt64Bits(high) == BitConverter.DoubleToInt64Bits(x.High) ? x : y;

    private static DoubleDouble Finite(double high, double low) => double.IsFinite(high) ? new(high, low) : new(high, 0);
}
