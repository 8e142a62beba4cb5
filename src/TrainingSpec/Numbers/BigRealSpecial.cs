using System.Numerics;

namespace TrainingSpec.Numbers;

/// <content>Trigonometric functions, tanh, and the error functions.</content>
public readonly partial struct BigReal
{
    /// <inheritdoc/>
    public static BigReal Cos(BigReal x) => Turned(x, 1);

    /// <inheritdoc/>
    public static BigReal Sin(BigReal x) => Turned(x, 0);

    /// <summary>tanh x = t/(t + 2), t = e²ˣ − 1.</summary>
    public static BigReal Tanh(BigReal x)
    {
        if (x._kind == Kind.NotANumber || x.Sign == 0)
            return x;
        if (x._kind == Kind.Infinite)
            return x.Sign;
        BigReal magnitude = Abs(Exactly(x)), t = magnitude > Precision ? One : Expm1(magnitude + magnitude);
        BigReal tanh = magnitude > Precision ? One : t / (t + 2);
        return Near(x.Sign < 0 ? -tanh : tanh, x, _ => x._radius, true);
    }

    /// <summary>erf x = 2/√π·e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(1·3·5…(2n + 1)), a sum of positive terms; far out 1 − erfc x.</summary>
    public static BigReal Erf(BigReal x)
    {
        if (x._kind == Kind.NotANumber || x.Sign == 0)
            return x;
        if (x._kind == Kind.Infinite)
            return x.Sign;
        BigReal magnitude = Abs(Exactly(x));
        BigReal erf = IsFarOut(magnitude) ? One - Erfc(magnitude) : InnerErf(magnitude);
        return Near(x.Sign < 0 ? -erf : erf, x, _ => x._radius + 1, true);
    }

    /// <summary>1 − erf x without cancellation: from erf with as many more bits as cancel, far out from the asymptotic series.</summary>
    public static BigReal Erfc(BigReal x)
    {
        if (x._kind == Kind.NotANumber)
            return NaN;
        if (x._kind == Kind.Infinite)
            return x.Sign < 0 ? 2 : Zero;
        BigReal middle = Exactly(x);
        if (x.Sign <= 0)
            return Near(x.Sign == 0 ? One : 2 - Erfc(-middle), x, _ => x._radius + 1, true);

        // erfc falls by the factor e^(−2x − 1) at most over a unit.
        BigInteger steepness = BigInteger.Max(0, x.TopExponent + 1) + 2;
        return Near(IsFarOut(middle) ? OuterErfc(middle) : Difference(middle), x, value => value.TopExponent + 2 + x._radius + steepness, x._radius + steepness < 0);
    }

    private static BigReal InnerErf(BigReal x) => 2 / Sqrt(Pi) * (Exp(-(x * x)) * ErfSeries(x));

    private static BigReal Difference(BigReal x)
    {
        double square = (double)x * (double)x;
        BigReal value = WithPrecision(Precision + (int)(1.5 * square) + 16, () => One - InnerErf(x));
        return Rounded(value._mantissa, value._exponent);
    }

    private static BigReal OuterErfc(BigReal x)
    {
        // The square is far larger than the precision of e^(−x²) allows, unless it has more bits.
        int more = (int)BigInteger.Min(2 * x.TopExponent + 8, LargestExponentBits);
        BigReal power = WithPrecision(Precision + more, () => Exp(-(x * x)));
        return power * ErfcSeries(x) / (x * Sqrt(Pi));
    }

    // Where the asymptotic series of erfc reaches the precision: its least term is about e^(−x²).
    private static bool IsFarOut(BigReal x) => x.TopExponent > 20 || (double)x * (double)x > 0.7 * (Precision + GuardBits) + 4;

    private static BigReal ErfSeries(BigReal x)
    {
        if (x.TopExponent < -Precision)
            return x;
        int bits = Precision + GuardBits + (int)BigInteger.Max(0, -x.TopExponent) + 16;
        BigInteger twice = (x * x).Scaled(bits) << 1, term = x.Scaled(bits), sum = term;
        for (int n = 1; !term.IsZero && term != BigInteger.MinusOne; n++)
        {
            term = (term * twice >> bits) / (2 * n + 1);
            sum += term;
        }

        return Rounded(sum, -bits);
    }

    // 1 − 1/(2x²) + 1·3/(2x²)² − …
    private static BigReal ErfcSeries(BigReal x)
    {
        int bits = Precision + GuardBits;
        BigInteger inverse = (One / (2 * (x * x))).Scaled(bits), term = BigInteger.One << bits, sum = term;
        for (int n = 1; !term.IsZero && term != BigInteger.MinusOne; n++)
        {
            term = -(term * inverse * (2 * n - 1) >> bits);
            sum += term;
        }

        return Rounded(sum, -bits);
    }

    // sin(x + quarters·π/2): x = k·π/2 + r and the Taylor series of r.
    private static BigReal Turned(BigReal x, int quarters)
    {
        if (x._kind != Kind.Finite)
            return NaN;
        if (x._mantissa.IsZero)
            return quarters == 0 ? x : x._inexact ? new(One, x._radius) : One;
        BigInteger top = x.TopExponent;
        if (top > LargestExponentBits)
            return NaN;
        if (top < -Precision - 8)
            return Near(quarters == 0 ? Rounded(x._mantissa, x._exponent) : One, x, _ => x._radius, true);
        int bits = Precision + GuardBits + (int)BigInteger.Abs(top);
        BigInteger value = x.Scaled(bits), half = PiScaled(bits) >> 1, k = Nearest(value, half);
        BigInteger rest = value - k * half;
        int quadrant = (int)((k + quarters) & 3);
        BigInteger series = quadrant % 2 == 0 ? SineSeries(rest, bits) : CosineSeries(rest, bits);
        return Near(Rounded(quadrant < 2 ? series : -series, -bits), x, _ => x._radius, true);
    }

    private static BigInteger SineSeries(BigInteger r, int bits)
    {
        BigInteger square = r * r >> bits, term = r, sum = r;
        for (int n = 2; !term.IsZero && term != BigInteger.MinusOne; n += 2)
        {
            term = -(term * square >> bits) / (n * (n + 1));
            sum += term;
        }

        return sum;
    }

    private static BigInteger CosineSeries(BigInteger r, int bits)
    {
        BigInteger square = r * r >> bits, term = BigInteger.One << bits, sum = term;
        for (int n = 1; !term.IsZero && term != BigInteger.MinusOne; n += 2)
        {
            term = -(term * square >> bits) / (n * (n + 1));
            sum += term;
        }

        return sum;
    }
}
