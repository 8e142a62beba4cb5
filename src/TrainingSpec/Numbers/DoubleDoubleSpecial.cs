namespace TrainingSpec.Numbers;

/// <summary>tanh, erf and real powers.</summary>
public readonly partial record struct DoubleDouble
{
    // Below this x³/3 lies beyond the 106th bit of x.
    private const double TinyArgument = 1e-17;

    private static readonly DoubleDouble TwoOverRootPi = 2 / Sqrt(Pi);

    /// <summary>tanh x = t/(t + 2), t = e²ˣ − 1; to a hundred bits.</summary>
    public static DoubleDouble Tanh(DoubleDouble x)
    {
        if (!(Math.Abs(x.High) > TinyArgument))
            return x;
        if (Math.Abs(x.High) > 400)
            return Math.Sign(x.High);
        DoubleDouble twice = Abs(x) + Abs(x);
        if (twice.High > 0.3)
        {
            DoubleDouble tanh = One - 2 / (Exp(twice) + One);
            return x.High < 0 ? -tanh : tanh;
        }
        DoubleDouble t = Expm1Series(x + x);
        return t / (t + 2);
    }

    /// <summary>erf x = 2/√π·e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(1·3·5…(2n + 1)), a sum of positive terms, below ½, else 1 − erfc x; to a hundred bits.</summary>
    public static DoubleDouble Erf(DoubleDouble x)
    {
        if (double.IsNaN(x.High) || x.High == 0)
            return x;
        if (Math.Abs(x.High) >= 0.5)
            return x.High > 0 ? One - Erfc(x) : Erfc(-x) - One;
        DoubleDouble square = x * x, term = x, sum = x;
        for (int n = 1; Math.Abs(term.High) > Math.Abs(sum.High) * 1e-34; n++)
        {
            term = term * (square + square) / (2 * n + 1);
            sum += term;
        }
        return TwoOverRootPi * (Exp(-square) * sum);
    }

    /// <summary>xʸ with the special values of IEEE 754-2019 §9.2.1 (pow); whole powers up to 2²⁰ to 106 bits, others, e^(y·ln x), to 96 bits.</summary>
    public static DoubleDouble Pow(DoubleDouble x, DoubleDouble y)
    {
        if (y.High == 0 || Same(x, One))
            return One;
        if (double.IsNaN(x.High) || double.IsNaN(y.High))
            return NaN;
        bool whole = Same(Floor(y), y);
        if (x.High == 0 || double.IsInfinity(x.High) || double.IsInfinity(y.High))
            return Math.Pow(x.High == 0 || double.IsInfinity(x.High) ? x.High : Same(Abs(x), One) ? x.High : Abs(x) < One ? 0.5 : 2, y.High);
        if (x.High < 0 && !whole)
            return NaN;
        // √x is exact for a square, and x^y = √x^(2y): the powers that a format holds, or a tie between two of its values, come out exactly.
        while (!whole && Math.Abs(y.High) < 1 << 20 && Sqrt(x) is var root && root.Low == 0 && Same(root * root, x))
        {
            (x, y) = (root, y + y);
            whole = Same(Floor(y), y);
        }
        if (whole && Math.Abs(y.High) <= 1 << 20)
        {
            DoubleDouble power = Power(x, Abs(y));
            if (y.High > 0)
                return power;
            if (IsFinite(power) && Math.Abs(power.High) > 1e-300)
                return One / power;
        }
        DoubleDouble magnitude = Exp(y * Log(Abs(x)));
        return x.High < 0 && !Same(Floor(y / 2) * 2, y) ? -magnitude : magnitude;
    }
}
