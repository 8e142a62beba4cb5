using System.Numerics;

namespace TrainingSpec.Numbers;

/// <content>Roots, exponentials, logarithms and powers: whole-number arithmetic at a fixed point with guard bits.</content>
public readonly partial struct BigReal
{
    private const int GuardBits = 32;

    private static readonly Lock ConstantsLock = new();
    private static (int Bits, BigInteger Pi, BigInteger Ln2) s_constants;

    /// <inheritdoc/>
    public static BigReal Sqrt(BigReal x)
    {
        if (x._kind != Kind.Finite || x.Sign < 0)
        {
            s_open |= x._inexact && x._kind == Kind.Finite && x._radius >= x.TopExponent;
            return x.Sign < 0 ? NaN : x;
        }

        if (x._mantissa.IsZero)
            return x._inexact ? new(Zero, (x._radius >> 1) + 1) : Zero;
        int shift = (int)Math.Max(0, 2 * (Precision + 4) - (long)x._mantissa.GetBitLength());
        if (!(x._exponent - shift).IsEven)
            shift++;
        BigInteger square = x._mantissa << shift, root = WholeRoot(square);
        BigReal value = Rounded(root, (x._exponent - shift) / 2);
        if (root * root != square)
            value = Off(value, value.TopExponent - Precision + 1);
        return Merged(value, !x._inexact ? null : x._radius < x.TopExponent - 1 ? x._radius - (x.TopExponent >> 1) : (x._radius >> 1) + 2);
    }

    /// <summary>eˣ: x = k·ln 2 + r, and the Taylor series of expm1(r/2ˢ), doubled s times.</summary>
    public static BigReal Exp(BigReal x)
    {
        if (x._kind != Kind.Finite)
            return x._kind == Kind.NotANumber ? NaN : x.Sign > 0 ? x : Zero;
        if (x._mantissa.IsZero)
            return x._inexact ? new(One, x._radius + 1) : One;
        return Near(Exponential(x), x, value => value.TopExponent + x._radius + 2, x._radius < 0);
    }

    /// <summary>eˣ − 1, with no cancellation near 0.</summary>
    public static BigReal Expm1(BigReal x)
    {
        if (x._kind != Kind.Finite || x._mantissa.IsZero)
            return x._kind == Kind.Infinite && x.Sign < 0 ? -One : x;
        BigInteger top = x.TopExponent;
        BigReal power;
        if (top >= -1)
        {
            power = Sum(Exponential(x), -One);
        }
        else
        {
            int bits = Precision + GuardBits - (int)BigInteger.Max(top, -Precision - 8);
            power = top < -Precision - 8 ? Rounded(x._mantissa, x._exponent) : Rounded(ScaledExpm1(x.Scaled(bits), bits), -bits);
        }

        return Near(power, x, value => BigInteger.Max(value.TopExponent, 0) + x._radius + 3, x._radius < 0);
    }

    /// <summary>ln x; −∞ at 0, NaN for x &lt; 0: x = m·2ᵏ with m between √½ and √2, and Halley's iteration for ln m.</summary>
    public static BigReal Log(BigReal x)
    {
        if (x._kind != Kind.Finite || x.Sign <= 0)
        {
            s_open |= x._inexact && x._kind == Kind.Finite && (x._mantissa.IsZero || x._radius >= x.TopExponent);
            return x._kind == Kind.NotANumber || x.Sign < 0 ? NaN : x.Sign == 0 ? NegativeInfinity : x;
        }

        BigInteger k = x.TopExponent, e = x._exponent - k;
        if (new BigReal(x._mantissa, e) > 1.4142135623730951)
            (k, e) = (k + 1, e - 1);

        // m − 1 exactly: m has its point behind or beside its first bit.
        BigReal logarithm = LogNearOne(new BigReal(x._mantissa - (BigInteger.One << (int)-e), e));
        if (!k.IsZero)
        {
            int bits = Precision + GuardBits;
            logarithm = Sum(new BigReal(k * Constants(bits).Ln2, -bits), logarithm);
        }

        return Near(logarithm, x, _ => x._radius - x.TopExponent + 1, x._radius < x.TopExponent - 1);
    }

    /// <summary>ln(1 + x), with no cancellation near 0.</summary>
    public static BigReal Log1p(BigReal x)
    {
        if (x._kind != Kind.Finite || (!x._mantissa.IsZero && x.TopExponent >= -2))
            return Log(WithPrecision(Precision + GuardBits + Math.Max(0, (int)x._mantissa.GetBitLength()), () => One + x));
        return x._mantissa.IsZero ? x : Near(LogNearOne(x), x, _ => x._radius + 1, x._radius < -2);
    }

    /// <summary>xʸ with the special values of IEEE 754-2019 §9.2.1 (pow).</summary>
    public static BigReal Pow(BigReal x, BigReal y)
    {
        if ((y.Sign == 0 && !IsNaN(y) && !y._inexact) || (x == One && !x._inexact))
            return One;
        if (IsNaN(x) || IsNaN(y))
            return NaN;
        bool whole = y._kind == Kind.Infinite || Floor(y) == y;
        bool odd = whole && y._kind == Kind.Finite && !(Whole(y)._mantissa << (int)BigInteger.Min(Whole(y)._exponent, 1)).IsEven;
        s_open |= x._inexact && x._kind == Kind.Finite && (x._mantissa.IsZero || x._radius >= x.TopExponent - 1);
        if (x.Sign == 0)
            return y.Sign > 0 ? Zero : y.Sign == 0 ? One : PositiveInfinity;
        if (y._kind == Kind.Infinite)
            return Abs(x) == One ? One : Abs(x) > One == y.Sign > 0 ? PositiveInfinity : Zero;
        if (x._kind == Kind.Infinite)
            return y.Sign < 0 ? Zero : Infinity(x.Sign < 0 && odd ? -1 : 1);
        if (x.Sign < 0 && !whole)
            return NaN;
        BigReal magnitude = Powered(Abs(x), y);
        return x.Sign < 0 && odd ? -magnitude : magnitude;
    }

    /// <inheritdoc/>
    public static BigReal Power(BigReal x, BigReal n) =>
        n.Sign < 0 || IsNaN(n) || Floor(n) != n ? NaN : n.Sign > 0 && IsNaN(x) ? NaN : n._kind == Kind.Infinite && Abs(x) == One ? NaN : Pow(x, n);

    // x^y for a finite x above 0: e^(y ln x), with as many more bits as y ln x has before its point; a small whole power by squaring.
    private static BigReal Powered(BigReal x, BigReal y)
    {
        if (!y._inexact && y.Sign > 0 && y._exponent.Sign >= 0 && y.TopExponent < 12)
        {
            int n = (int)(y._mantissa << (int)y._exponent);
            BigReal squared = WithPrecision(Precision + 32, () =>
            {
                BigReal power = One, square = x;
                for (int left = n; left > 0; left >>= 1)
                {
                    power = (left & 1) == 1 ? power * square : power;
                    square = left > 1 ? square * square : square;
                }

                return power;
            });
            return Merged(Rounded(squared._mantissa, squared._exponent), squared._inexact ? squared._radius : null);
        }

        // Near one the logarithm is as small as x is near, and carries x's radius with it.
        BigReal exponent = y * Log(x);
        int more = exponent._mantissa.IsZero || exponent._kind != Kind.Finite ? 0 : (int)BigInteger.Max(0, BigInteger.Min(exponent.TopExponent + 8, LargestExponentBits));
        BigReal value = WithPrecision(Precision + more + 8, () => Exp(y * Log(x)));
        return value._kind == Kind.Finite ? Merged(Rounded(value._mantissa, value._exponent), value._inexact ? value._radius : null) : value;
    }

    private static BigReal Exponential(BigReal x)
    {
        BigInteger top = x.TopExponent;
        if (top > LargestExponentBits)
            return x.Sign > 0 ? PositiveInfinity : Zero;
        if (top < -Precision - 8)
            return Sum(One, x);
        int whole = (int)BigInteger.Max(0, top + 1), bits = Precision + GuardBits + whole;
        BigInteger scaled = x.Scaled(bits), ln2 = Constants(bits).Ln2;
        BigInteger k = Nearest(scaled, ln2);
        BigInteger rest = (scaled - k * ln2) >> whole;
        bits -= whole;
        return Rounded((BigInteger.One << bits) + ScaledExpm1(rest, bits), k - bits);
    }

    // A function's value at the middle of x, rounded, with what x's own radius moves it by; the comparison is open where that is no small part.
    private static BigReal Near(BigReal value, BigReal x, Func<BigReal, BigInteger> moved, bool small)
    {
        if (value._kind != Kind.Finite)
            return value;
        value = Exactly(value);
        s_open |= x._inexact && !small;
        if (value._mantissa.IsZero)
            return x._inexact ? new(value, x._radius) : value;
        value = new(value, value.TopExponent - Precision + 2);
        return x._inexact ? Merged(value, moved(value)) : value;
    }

    // ln(1 + x) for |x| below ½: y ← y + 2(x − E)/(x + E + 2) with E = expm1 y, which has three times as many right digits each time.
    private static BigReal LogNearOne(BigReal x)
    {
        if (x._mantissa.IsZero)
            return Zero;
        if (x.TopExponent < -Precision - 8)
            return Rounded(x._mantissa, x._exponent);
        int leading = (int)BigInteger.Max(-x.TopExponent, 0);
        int bits = Precision + GuardBits + leading;
        BigInteger value = x.Scaled(bits), y;
        if (leading > 30)
        {
            y = value - (value * value >> (bits + 1));
        }
        else
        {
            double near = (double)x, sum = 1 + near;
            y = Of(sum == 1 ? near : Math.Log(sum) * (near / (sum - 1))).Scaled(bits);
        }

        for (int right = 40; right < Precision + GuardBits; right *= 3)
        {
            // No more bits than will be right.
            int kept = Math.Min(bits, leading + 3 * right + 16), cut = bits - kept;
            BigInteger start = y >> cut, aim = value >> cut, power = ScaledExpm1(start, kept);
            y = (start + ((aim - power) << (kept + 1)) / (aim + power + (BigInteger.One << (kept + 1)))) << cut;
        }

        return Rounded(y, -bits);
    }

    // (e^x − 1)·2^bits for x = r/2^bits between −1 and 1; below zero −E/(E + 1) with E = e^(−x) − 1.
    private static BigInteger ScaledExpm1(BigInteger r, int bits)
    {
        BigInteger power = FixedExpm1.Of(BigInteger.Abs(r), bits);
        return r.Sign >= 0 ? power : -((power << bits) / (power + (BigInteger.One << bits)));
    }

    // ⌊x·2^bits⌋ of a finite x.
    private BigInteger Scaled(int bits)
    {
        BigInteger shift = _exponent + bits;
        return shift.Sign >= 0 ? _mantissa << (int)shift : -shift > (long)BigInteger.Abs(_mantissa).GetBitLength() ? (Sign < 0 ? BigInteger.MinusOne : BigInteger.Zero) : _mantissa >> (int)-shift;
    }

    private static BigInteger Nearest(BigInteger numerator, BigInteger denominator)
    {
        BigInteger twice = 2 * numerator + denominator, divisor = 2 * denominator;
        BigInteger quotient = BigInteger.DivRem(twice, divisor, out BigInteger rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }

    // ⌊√n⌋, from above (Heron).
    private static BigInteger WholeRoot(BigInteger n)
    {
        int length = (int)n.GetBitLength(), dropped = Math.Max(0, length - 104) / 2 * 2;
        BigInteger root = ((BigInteger)(Math.Sqrt((double)(n >> dropped)) * (1 + 1e-14)) + 1) << (dropped / 2);
        for (BigInteger next = (root + n / root) >> 1; next < root; next = (root + n / root) >> 1)
            root = next;
        return root;
    }

    private static BigInteger PiScaled(int bits) => Constants(bits).Pi;

    // π and ln 2 by Machin's formula and 2 artanh(1/3); the most digits so far are kept.
    private static (BigInteger Pi, BigInteger Ln2) Constants(int bits)
    {
        lock (ConstantsLock)
        {
            if (s_constants.Bits < bits + GuardBits)
            {
                int most = 2 * bits + 2 * GuardBits;
                s_constants = (most,
                    16 * DoubleDouble.InverseTangent(5, most) - 4 * DoubleDouble.InverseTangent(239, most),
                    2 * DoubleDouble.InverseTangent(3, most, hyperbolic: true));
            }

            int surplus = s_constants.Bits - bits;
            return (s_constants.Pi >> surplus, s_constants.Ln2 >> surplus);
        }
    }
}
