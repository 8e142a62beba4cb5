using System.Numerics;

namespace TrainingSpec.Numbers;

/// <summary>A binary number of as many digits as asked for, with an exponent without end: the oracle where doubles overflow, underflow or cancel.</summary>
/// <remarks>
/// m · 2ᵉ with whole m and e of any size. Every operation is rounded to <see cref="Precision"/> bits, elementary functions to within a unit or two of the last of them;
/// sums and products that fit are exact. There is one zero, without a sign, and dividing by it gives ±∞ by the dividend's sign. Only a result beyond 2^(±2⁶⁵⁵³⁶) is ∞ or 0.
/// Each value carries a power of two that bounds how far the exact one may lie away, so that a cancellation shows: <see cref="Settled"/> evaluates with more bits until none is left.
/// Source: Brent and Zimmermann, "Modern Computer Arithmetic" (2010), chapters 3 and 4; Johansson, "Arb" (2017), for values with a radius.
/// </remarks>
public readonly partial struct BigReal : IReal<BigReal>, IComparable<BigReal>, IEquatable<BigReal>
{
    /// <summary>The bits that are kept where nobody asks for others.</summary>
    public const int UsualPrecision = 256;

    /// <summary>The bits with which <see cref="Settled"/> begins.</summary>
    public const int FirstPrecision = 160;

    /// <summary>The most bits that <see cref="Settled"/> tries.</summary>
    public const int MostPrecision = 10240;

    // A settled value is right in so many bits, or to this absolute error, far below what any format holds.
    private const int SettledBits = 96;
    private const int SettledExponent = -1300;

    // Numbers of at least 2^2^16 have more digits than memory is given to.
    private const int LargestExponentBits = 1 << 16;

    [ThreadStatic]
    private static int s_precision;

    // A choice or a pole that the radii leave open.
    [ThreadStatic]
    private static bool s_open;

    private readonly BigInteger _mantissa;
    private readonly BigInteger _exponent;
    private readonly Kind _kind;

    // The exact value lies within 2^_radius; nothing but the value itself where _inexact is false.
    private readonly BigInteger _radius;
    private readonly bool _inexact;

    private BigReal(BigInteger mantissa, BigInteger exponent, Kind kind = Kind.Finite) => (_mantissa, _exponent, _kind) = (mantissa, exponent, kind);

    private BigReal(BigReal value, BigInteger radius)
        : this(value._mantissa, value._exponent, value._kind) => (_radius, _inexact) = (radius, true);

    private enum Kind : byte
    {
        Finite,
        Infinite,
        NotANumber,
    }

    /// <summary>The bits to which this thread's operations round.</summary>
    public static int Precision => s_precision == 0 ? UsualPrecision : s_precision;

    /// <summary>0.</summary>
    public static BigReal Zero => default;

    /// <summary>1.</summary>
    public static BigReal One => new(BigInteger.One, BigInteger.Zero);

    /// <summary>Not a number.</summary>
    public static BigReal NaN => new(BigInteger.Zero, BigInteger.Zero, Kind.NotANumber);

    /// <summary>+∞.</summary>
    public static BigReal PositiveInfinity => Infinity(1);

    /// <summary>−∞.</summary>
    public static BigReal NegativeInfinity => Infinity(-1);

    /// <inheritdoc/>
    public static BigReal Pi => Off(Exactly(Rounded(PiScaled(Precision + 8), -(Precision + 8))), 3 - Precision);

    /// <summary>−1, 0 or 1; 0 for NaN.</summary>
    public int Sign => _kind == Kind.NotANumber ? 0 : _mantissa.Sign;

    /// <summary>How far the exact value may lie away: a power of two, or 0 where this is the exact value.</summary>
    public BigReal Radius => _inexact ? PowerOfTwo(_radius) : Zero;

    /// <summary>Evaluates with operations rounded to the given number of bits.</summary>
    /// <param name="bits">At least 24.</param>
    /// <param name="evaluate">What to evaluate, on this thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 24 bits.</exception>
    public static TResult WithPrecision<TResult>(int bits, Func<TResult> evaluate)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        if (bits < 24)
            throw new ArgumentOutOfRangeException(nameof(bits), $"bits = {bits} is outside [24, inf)");
        int before = s_precision;
        s_precision = bits;
        try
        {
            return evaluate();
        }
        finally
        {
            s_precision = before;
        }
    }

    /// <summary>Evaluates with more and more bits, until every result is right in its first 96, or to 2 to the power of <paramref name="least"/>, and no comparison is open.</summary>
    /// <remarks>A comparison of numbers that are equal without being exact, such as sin π and 0, stays open at any precision; it counts as decided at <see cref="MostPrecision"/>.</remarks>
    /// <param name="evaluate">What to evaluate, on this thread.</param>
    /// <param name="least">An exponent far below what the format holds that results are compared with.</param>
    /// <exception cref="ArithmeticException">A result is not right at <see cref="MostPrecision"/>.</exception>
    public static BigReal[] Settled(Func<BigReal[]> evaluate, int least = SettledExponent)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        for (int bits = FirstPrecision; ;)
        {
            s_open = false;
            BigReal[] results = WithPrecision(bits, evaluate);
            BigInteger missing = results.Select(r => r.Missing(least)).DefaultIfEmpty().Max();
            if (missing.Sign <= 0 && (!s_open || bits == MostPrecision))
                return results;
            if (bits == MostPrecision)
                throw new ArithmeticException($"{bits} bits don't settle the value");
            bits = (int)BigInteger.Min(MostPrecision, BigInteger.Max((s_open ? 4 : 2) * bits, bits + missing + SettledBits));
        }
    }

    /// <inheritdoc/>
    public static BigReal Of(double value)
    {
        if (double.IsNaN(value))
            return NaN;
        if (double.IsInfinity(value))
            return Infinity(Math.Sign(value));
        var (mantissa, exponent) = Dyadic.Exact(value);
        return new(mantissa, exponent);
    }

    /// <summary>numerator / denominator, rounded.</summary>
    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public static BigReal Ratio(BigInteger numerator, BigInteger denominator) =>
        denominator.IsZero ? throw new DivideByZeroException("denominator is 0; expected a whole number other than 0.") : new BigReal(numerator, 0) / new BigReal(denominator, 0);

    /// <summary>The double itself.</summary>
    public static implicit operator BigReal(double value) => Of(value);

    /// <summary>The value rounded to the nearest double.</summary>
    public static explicit operator double(BigReal x) => x._kind switch
    {
        Kind.NotANumber => double.NaN,
        Kind.Infinite => x.Sign * double.PositiveInfinity,
        _ when x._mantissa.IsZero => 0,
        _ when x.TopExponent > 1100 => x.Sign * double.PositiveInfinity,
        _ when x.TopExponent < -1100 => 0,
        _ => Dyadic.ToDouble(x._mantissa, (long)x._exponent),
    };

    /// <summary>x + y.</summary>
    public static BigReal operator +(BigReal x, BigReal y) => Merged(Sum(x, y), Larger(x, y));

    /// <summary>x − y.</summary>
    public static BigReal operator -(BigReal x, BigReal y) => x + -y;

    /// <summary>−x.</summary>
    public static BigReal operator -(BigReal x) => x._inexact ? new(new BigReal(-x._mantissa, x._exponent, x._kind), x._radius) : new(-x._mantissa, x._exponent, x._kind);

    /// <summary>x · y.</summary>
    public static BigReal operator *(BigReal x, BigReal y)
    {
        if (x._kind == Kind.Finite && y._kind == Kind.Finite)
            return Merged(Rounded(x._mantissa * y._mantissa, x._exponent + y._exponent), ProductRadius(x, y));
        return x.Sign * y.Sign == 0 ? NaN : Infinity(x.Sign * y.Sign);
    }

    /// <summary>x / y.</summary>
    public static BigReal operator /(BigReal x, BigReal y)
    {
        if (x._kind == Kind.NotANumber || y._kind == Kind.NotANumber || (x._kind == Kind.Infinite && y._kind == Kind.Infinite))
            return NaN;
        if (y._kind == Kind.Infinite)
            return Zero;
        if (y._inexact && (y._mantissa.IsZero || y._radius >= y.TopExponent - 1))
            s_open = true;
        if (y._mantissa.IsZero)
            return x.Sign == 0 ? NaN : Infinity(x.Sign);
        if (x._kind == Kind.Infinite)
            return Infinity(x.Sign * y.Sign);
        int shift = (int)Math.Max(0, Precision + 4 + (long)BigInteger.Abs(y._mantissa).GetBitLength() - (long)BigInteger.Abs(x._mantissa).GetBitLength());
        BigInteger quotient = BigInteger.DivRem(x._mantissa << shift, y._mantissa, out BigInteger rest);
        BigReal value = Rounded(quotient, x._exponent - y._exponent - shift);
        if (!rest.IsZero)
            value = Off(value, value.TopExponent - Precision + 1);

        // (r_x + |q|·r_y)/|y|, where |y| may be half as large.
        BigInteger? carried = Most(x._inexact ? x._radius : null, y._inexact && !value._mantissa.IsZero ? value.TopExponent + 1 + y._radius : null);
        return Merged(value, carried is { } most ? most + 2 - y.TopExponent : null);
    }

    /// <summary>x &lt; y; false where either is NaN.</summary>
    public static bool operator <(BigReal x, BigReal y) => x._kind != Kind.NotANumber && y._kind != Kind.NotANumber && x.CompareTo(y) < 0;

    /// <summary>x &gt; y; false where either is NaN.</summary>
    public static bool operator >(BigReal x, BigReal y) => y < x;

    /// <summary>x ≤ y; false where either is NaN.</summary>
    public static bool operator <=(BigReal x, BigReal y) => x._kind != Kind.NotANumber && y._kind != Kind.NotANumber && x.CompareTo(y) <= 0;

    /// <summary>x ≥ y; false where either is NaN.</summary>
    public static bool operator >=(BigReal x, BigReal y) => y <= x;

    /// <summary>Equal values; NaN equals nothing.</summary>
    public static bool operator ==(BigReal x, BigReal y) => x._kind != Kind.NotANumber && y._kind != Kind.NotANumber && x.CompareTo(y) == 0;

    /// <summary>Different values, or NaN.</summary>
    public static bool operator !=(BigReal x, BigReal y) => !(x == y);

    /// <summary>Orders by value, NaN first; radii count for nothing.</summary>
    public int CompareTo(BigReal other)
    {
        if (_kind == Kind.NotANumber || other._kind == Kind.NotANumber)
            return (_kind == Kind.NotANumber ? 0 : 1) - (other._kind == Kind.NotANumber ? 0 : 1);
        if (Sign != other.Sign || Sign == 0)
            return Sign.CompareTo(other.Sign);
        if (_kind == Kind.Infinite || other._kind == Kind.Infinite)
            return Sign * ((_kind == Kind.Infinite ? 1 : 0) - (other._kind == Kind.Infinite ? 1 : 0));
        int tops = TopExponent.CompareTo(other.TopExponent);
        if (tops != 0)
            return Sign * tops;

        // Equal leading bits: the exponents differ by no more than the mantissas are long.
        BigInteger difference = _exponent - other._exponent;
        return difference.Sign >= 0 ? (_mantissa << (int)difference).CompareTo(other._mantissa) : _mantissa.CompareTo(other._mantissa << (int)-difference);
    }

    /// <inheritdoc/>
    public bool Equals(BigReal other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BigReal other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((double)this).GetHashCode();

    /// <summary>True unless the value is infinite or NaN.</summary>
    public static bool IsFinite(BigReal x) => x._kind == Kind.Finite;

    /// <summary>True where the value is NaN.</summary>
    public static bool IsNaN(BigReal x) => x._kind == Kind.NotANumber;

    /// <inheritdoc/>
    public static BigReal Abs(BigReal x) => x._mantissa.Sign < 0 ? -x : x;

    /// <inheritdoc/>
    public static BigReal Min(BigReal x, BigReal y) => IsNaN(x) || IsNaN(y) ? NaN : Merged(Exactly(x.CompareTo(y) <= 0 ? x : y), Larger(x, y));

    /// <inheritdoc/>
    public static BigReal Max(BigReal x, BigReal y) => IsNaN(x) || IsNaN(y) ? NaN : Merged(Exactly(x.CompareTo(y) >= 0 ? x : y), Larger(x, y));

    /// <inheritdoc/>
    public static BigReal Floor(BigReal x)
    {
        if (x._kind != Kind.Finite)
            return x;
        BigReal floor = Whole(x);
        s_open |= x._inexact && (Whole(Sum(x, PowerOfTwo(x._radius))) != floor || Whole(Sum(x, -PowerOfTwo(x._radius))) != floor);
        return floor;
    }

    /// <summary>x·y + z, rounded once.</summary>
    public static BigReal Fma(BigReal x, BigReal y, BigReal z)
    {
        if (x._kind != Kind.Finite || y._kind != Kind.Finite)
            return x * y + z;
        BigReal product = new(x._mantissa * y._mantissa, x._exponent + y._exponent);
        return (ProductRadius(x, y) is { } radius ? new BigReal(product, radius) : product) + z;
    }

    /// <inheritdoc/>
    public static BigReal BinaryScale(BigReal x)
    {
        if (x._kind != Kind.Finite || x._mantissa.IsZero)
        {
            s_open |= x._inexact;
            return One;
        }

        s_open |= x._inexact && (x._radius >= x.TopExponent - 1 || Sum(Abs(x), PowerOfTwo(x._radius)).TopExponent != x.TopExponent || Sum(Abs(x), -PowerOfTwo(x._radius)).TopExponent != x.TopExponent);
        return PowerOfTwo(x.TopExponent);
    }

    /// <summary>2ᵏ.</summary>
    public static BigReal PowerOfTwo(BigInteger k) => new(BigInteger.One, k);

    /// <inheritdoc/>
    public static BigReal IfLess(BigReal x, BigReal y, BigReal then, BigReal otherwise)
    {
        return Chosen(x, y, x < y ? then : otherwise, x < y ? otherwise : then);
    }

    /// <inheritdoc/>
    public static BigReal IfEqual(BigReal x, BigReal y, BigReal then, BigReal otherwise)
    {
        return Chosen(x, y, x == y ? then : otherwise, x == y ? otherwise : then);
    }

    /// <inheritdoc/>
    public static BigReal Product(BigReal x, BigReal y, BigReal z) => x * y * z;

    /// <inheritdoc/>
    public static BigReal Proportion(BigReal x, BigReal y, BigReal z) => x * y / z;

    /// <inheritdoc/>
    public static bool States => true;

    /// <summary>The form in which the mathematics states it.</summary>
    public static BigReal Rewritten(BigReal stated, BigReal computed) => stated;

    // ⌊log₂|x|⌋ of a finite x that is not 0.
    private BigInteger TopExponent => _exponent + (long)BigInteger.Abs(_mantissa).GetBitLength() - 1;

    // By how many bits the radius is too large.
    private BigInteger Missing(int least) =>
        !_inexact || _kind != Kind.Finite ? 0 : _radius - (_mantissa.IsZero ? least : BigInteger.Max(least, TopExponent - SettledBits));

    private static BigReal Infinity(int sign) => new(sign, BigInteger.Zero, Kind.Infinite);

    // The value alone, as if it were exact.
    private static BigReal Exactly(BigReal x) => new(x._mantissa, x._exponent, x._kind);

    private static BigReal Sum(BigReal x, BigReal y)
    {
        if (x._kind != Kind.Finite || y._kind != Kind.Finite)
            return x._kind == Kind.NotANumber || y._kind == Kind.NotANumber || (x._kind == y._kind && x.Sign != y.Sign) ? NaN : Exactly(x._kind == Kind.Infinite ? x : y);
        if (x._mantissa.IsZero || y._mantissa.IsZero)
            return Rounded(x._mantissa.IsZero ? y._mantissa : x._mantissa, x._mantissa.IsZero ? y._exponent : x._exponent);

        // What lies far below the last bit kept can't be seen, and must not be shifted to.
        BigInteger apart = x.TopExponent - y.TopExponent;
        if (BigInteger.Abs(apart) > Precision + 8 + Math.Max((long)BigInteger.Abs(x._mantissa).GetBitLength(), (long)BigInteger.Abs(y._mantissa).GetBitLength()))
        {
            BigReal larger = apart.Sign > 0 ? x : y, smaller = apart.Sign > 0 ? y : x;
            return Off(Rounded(larger._mantissa, larger._exponent), smaller.TopExponent + 1);
        }

        BigInteger difference = x._exponent - y._exponent;
        return difference.Sign >= 0
            ? Rounded((x._mantissa << (int)difference) + y._mantissa, y._exponent)
            : Rounded(x._mantissa + (y._mantissa << (int)-difference), x._exponent);
    }

    private static BigReal Whole(BigReal x)
    {
        if (x._exponent.Sign >= 0)
            return Exactly(x);
        return -x._exponent > (long)BigInteger.Abs(x._mantissa).GetBitLength() ? (x.Sign < 0 ? -One : Zero) : new(x._mantissa >> (int)-x._exponent, 0);
    }

    // A choice that the radii leave open may be the other one, and lies as far away as that; with the most bits it counts as decided.
    private static BigReal Chosen(BigReal x, BigReal y, BigReal chosen, BigReal other)
    {
        bool open = x._kind == Kind.Finite && y._kind == Kind.Finite && Larger(x, y) is { } radius && Abs(Sum(Exactly(x), -Exactly(y))) <= PowerOfTwo(radius + 1);
        if (!open || Precision >= MostPrecision)
            return chosen;
        BigReal apart = chosen - other;
        s_open |= apart._kind != Kind.Finite && !(chosen._kind == other._kind && chosen.Sign == other.Sign);
        if (apart._kind != Kind.Finite)
            return chosen;
        BigInteger? distance = Most(apart._mantissa.IsZero ? null : apart.TopExponent + 1, apart._inexact ? apart._radius : null);
        return distance is { } most ? Off(chosen, most) : chosen;
    }

    private static BigInteger? ProductRadius(BigReal x, BigReal y)
    {
        if (!x._inexact && !y._inexact)
            return null;
        BigInteger? byX = x._inexact && !y._mantissa.IsZero ? y.TopExponent + 1 + x._radius : null;
        BigInteger? byY = y._inexact && !x._mantissa.IsZero ? x.TopExponent + 1 + y._radius : null;
        BigInteger? both = x._inexact && y._inexact ? x._radius + y._radius : null;
        return Most(Most(byX, byY), both) is { } most ? most + 2 : null;
    }

    private static BigInteger? Larger(BigReal x, BigReal y) => Most(x._inexact ? x._radius : null, y._inexact ? y._radius : null) is { } most
        ? most + (x._inexact && y._inexact ? 1 : 0) : null;

    private static BigInteger? Most(BigInteger? x, BigInteger? y) => x is null ? y : y is null ? x : BigInteger.Max(x.Value, y.Value);

    // A rounded value to whose own error another one is added.
    private static BigReal Merged(BigReal value, BigInteger? radius) => radius is { } carried ? Off(value, carried) : value;

    private static BigReal Off(BigReal value, BigInteger radius) => value._kind != Kind.Finite ? value : new(value, value._inexact ? BigInteger.Max(value._radius, radius) + 1 : radius);

    // m · 2^e rounded to the precision of this thread, to nearest.
    private static BigReal Rounded(BigInteger mantissa, BigInteger exponent)
    {
        int excess = (int)((long)BigInteger.Abs(mantissa).GetBitLength() - Precision);
        if (excess <= 0)
            return mantissa.IsZero ? Zero : new(mantissa, exponent);
        BigInteger kept = (mantissa + (BigInteger.One << (excess - 1))) >> excess;
        BigReal rounded = new(kept, exponent + excess);
        return kept << excess == mantissa ? rounded : new(rounded, exponent + excess - 1);
    }
}
