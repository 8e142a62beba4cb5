using System.Numerics;

namespace TrainingSpec.Numbers;

/// <summary>Elementary functions to 100 bits and more, by series and exact argument reduction; they share nothing with the kernels that they judge.</summary>
public readonly partial record struct DoubleDouble
{
    // ln 2 = three doubles, the first two with 40 bits, so that their products with |k| < 2^13 are exact.
    private static readonly (double First, double Second, double Third) Ln2Parts = SplitLn2();

    private static readonly DoubleDouble[] InverseFactorials = [.. Enumerable.Range(0, 34).Select(n => Ratio(1, Factorial(n)))];

    private static readonly DoubleDouble[] InverseOdds = [.. Enumerable.Range(0, 24).Select(n => Ratio(1, 2 * n + 1))];

    // 2^1400/π·2: 1024 bits of exponent, 110 bits of cancellation, 110 bits of result and guard bits.
    private const int ReductionBits = 1400;

    private static readonly BigInteger TwoOverPi = (BigInteger.One << (2 * ReductionBits + 1)) / PiScaled(ReductionBits);

    // Beyond 2^±4096 a power has long left binary64's range.
    private const int FarOut = 1 << 12;

    private static readonly DoubleDouble HalfPi = new(Pi.High / 2, Pi.Low / 2);

    /// <summary>eˣ. x = k·ln 2 + r, the Taylor series of expm1(r/16), four doublings expm1(2t) = 2·expm1(t) + expm1(t)².</summary>
    public static DoubleDouble Exp(DoubleDouble x)
    {
        if (double.IsNaN(x.High))
            return NaN;
        if (x.High > 710)
            return double.PositiveInfinity;
        if (x.High < -746)
            return Zero;
        var (r, k) = ReduceByLn2(x);
        return ScaleByPowerOfTwo(One + Expm1Series(r), k);
    }

    // x = k·ln 2 + r for |x| below 2^10.
    private static (DoubleDouble R, int K) ReduceByLn2(DoubleDouble x)
    {
        double k = Math.Round(x.High / Ln2Parts.First);
        return (x - Of(k * Ln2Parts.First) - Of(k * Ln2Parts.Second) - Product(k, Ln2Parts.Third), (int)k);
    }

    // e^r − 1 for |r| below 0.4.
    private static DoubleDouble Expm1Series(DoubleDouble r)
    {
        r = ScaleByPowerOfTwo(r, -4);
        DoubleDouble sum = InverseFactorials[16];
        for (int n = 15; n >= 1; n--)
            sum = sum * r + InverseFactorials[n];
        sum *= r;
        for (int doubling = 0; doubling < 4; doubling++)
            sum = sum + sum + sum * sum;
        return sum;
    }

    /// <summary>ln x; −∞ at 0, NaN for x &lt; 0. x = m·2ᵏ with m in [√½, √2], ln m = 2 artanh((m − 1)/(m + 1)).</summary>
    public static DoubleDouble Log(DoubleDouble x)
    {
        if (!(x.High > 0) || double.IsPositiveInfinity(x.High))
            return x.High == 0 ? double.NegativeInfinity : double.IsPositiveInfinity(x.High) ? x : NaN;
        int k = Math.ILogB(x.High);
        DoubleDouble m = ScaleByPowerOfTwo(x, -k);
        if (m.High > 1.4142135623730951)
        {
            m = ScaleByPowerOfTwo(m, -1);
            k++;
        }
        DoubleDouble sum = TwiceInverseTangent((m - One) / (m + One));
        return Of(k * Ln2Parts.First) + (Of(k * Ln2Parts.Second) + (Product(k, Ln2Parts.Third) + sum));
    }

    // 2 artanh s for |s| ≤ 0.172.
    private static DoubleDouble TwiceInverseTangent(DoubleDouble s)
    {
        DoubleDouble square = s * s;
        DoubleDouble sum = InverseOdds[23];
        for (int n = 22; n >= 0; n--)
            sum = sum * square + InverseOdds[n];
        return sum * (s + s);
    }

    /// <summary>cos x, x in radians; the reduction multiplies by 2/π with 1400 bits, exactly enough for every finite value.</summary>
    public static DoubleDouble Cos(DoubleDouble x)
    {
        if (!double.IsFinite(x.High))
            return NaN;
        var (quadrant, r) = ReduceByHalfPi(x);
        return quadrant switch
        {
            0 => CosSeries(r),
            1 => -SinSeries(r),
            2 => -CosSeries(r),
            _ => SinSeries(r),
        };
    }

    /// <summary>sin x, x in radians; by the reduction of <see cref="Cos"/>.</summary>
    public static DoubleDouble Sin(DoubleDouble x)
    {
        if (x.High == 0)
            return x;
        if (!double.IsFinite(x.High))
            return NaN;
        var (quadrant, r) = ReduceByHalfPi(x);
        return quadrant switch
        {
            0 => SinSeries(r),
            1 => CosSeries(r),
            2 => -SinSeries(r),
            _ => -CosSeries(r),
        };
    }

    /// <summary>xⁿ for a whole number n ≥ 0, NaN for any other n; x⁰ = 1. Repeated squaring with 256 bits, so the error stays below n · 2⁻²⁵⁴ before the one rounding.</summary>
    public static DoubleDouble Power(DoubleDouble x, DoubleDouble n)
    {
        if (!(n.High >= 0) || !Same(Floor(n), n))
            return NaN;
        if (n.High == 0)
            return One;
        if (double.IsNaN(x.High))
            return NaN;
        if (double.IsInfinity(n.High))
            return Same(Abs(x), One) ? NaN : Abs(x) < One ? Zero : double.PositiveInfinity;
        BigInteger count = Dyadic.Exact(n) is var (whole, shift) && shift >= 0 ? whole << shift : whole >> -shift;
        bool negative = double.IsNegative(x.High) && !count.IsEven;
        if (x.High == 0 || double.IsInfinity(x.High))
            return negative ? -Abs(x) : Abs(x);

        // What lies out of range need not be squared to be known; of so few factors the estimate of its exponent is off by far less than 1.
        double reach = n.High * Math.Log2(Math.Abs(x.High));
        if (n.High < 1L << 40 && reach is > 1026 or < -1078)
            return (negative ? -1 : 1) * Of(reach > 0 ? double.PositiveInfinity : 0);
        var (mantissa, exponent) = Dyadic.Exact(Abs(x));
        (BigInteger M, long E) power = (1, 0);
        for (long bit = (long)count.GetBitLength() - 1; bit >= 0; bit--)
        {
            power = Truncate(power.M * power.M, 2 * power.E);
            if (!(count >> (int)bit).IsEven)
                power = Truncate(power.M * mantissa, power.E + exponent);
            // Further steps only carry the value further out of range.
            if (Math.Abs((long)power.M.GetBitLength() + power.E) > FarOut)
                return (negative ? -1 : 1) * Of(power.E > 0 ? double.PositiveInfinity : 0);
        }
        return FromDyadic(negative ? -power.M : power.M, power.E);
    }

    private static (BigInteger M, long E) Truncate(BigInteger mantissa, long exponent)
    {
        int excess = Math.Max(0, (int)mantissa.GetBitLength() - 256);
        return (mantissa >> excess, exponent + excess);
    }

    private static DoubleDouble ScaleByPowerOfTwo(DoubleDouble x, int k) => Finite(Math.ScaleB(x.High, k), Math.ScaleB(x.Low, k));

    private static (int Quadrant, DoubleDouble Remainder) ReduceByHalfPi(DoubleDouble x)
    {
        if (Math.Abs(x.High) < 0.78)
            return (0, x);
        var (mantissa, exponent) = Dyadic.Exact(x);
        BigInteger turns = mantissa * TwoOverPi;
        // turns · 2^(exponent − ReductionBits) quarter turns; exponent lies in [−1100, 971].
        int point = ReductionBits - exponent;
        BigInteger whole = (turns + (BigInteger.One << (point - 1))) >> point;
        BigInteger rest = turns - (whole << point);
        // Far more bits than the pair holds only cost time.
        int excess = Math.Max(0, (int)rest.GetBitLength() - 400);
        return ((int)(whole & 3), FromDyadic(rest >> excess, excess - point) * HalfPi);
    }

    private static DoubleDouble CosSeries(DoubleDouble r)
    {
        DoubleDouble square = -(r * r);
        DoubleDouble sum = InverseFactorials[32];
        for (int n = 30; n >= 0; n -= 2)
            sum = sum * square + InverseFactorials[n];
        return sum;
    }

    private static DoubleDouble SinSeries(DoubleDouble r)
    {
        DoubleDouble square = -(r * r);
        DoubleDouble sum = InverseFactorials[33];
        for (int n = 31; n >= 3; n -= 2)
            sum = sum * square + InverseFactorials[n];
        return r + r * (sum * square);
    }

    private static BigInteger Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    // ⌊π · 2^bits⌋ to within a few units, by Machin's formula.
    private static BigInteger PiScaled(int bits)
    {
        const int Guard = 32;
        return (16 * InverseTangent(5, bits + Guard) - 4 * InverseTangent(239, bits + Guard)) >> Guard;
    }

    // artanh or arctan of 1/n, scaled by 2^bits.
    internal static BigInteger InverseTangent(int n, int bits, bool hyperbolic = false)
    {
        BigInteger term = (BigInteger.One << bits) / n;
        BigInteger sum = term;
        for (int k = 3; !term.IsZero; k += 2)
        {
            term = hyperbolic ? term / (n * n) : -term / (n * n);
            sum += term / k;
        }
        return sum;
    }

    private static (double, double, double) SplitLn2()
    {
        // ln 2 = 2 artanh(1/3).
        const int Bits = 250;
        BigInteger ln2 = 2 * InverseTangent(3, Bits, hyperbolic: true);
        BigInteger first = (ln2 >> (Bits - 40)) << (Bits - 40);
        BigInteger second = ((ln2 - first) >> (Bits - 80)) << (Bits - 80);
        return (Dyadic.ToDouble(first, -Bits), Dyadic.ToDouble(second, -Bits), Dyadic.ToDouble(ln2 - first - second, -Bits));
    }
}
