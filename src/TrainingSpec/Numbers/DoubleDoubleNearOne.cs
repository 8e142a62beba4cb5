namespace TrainingSpec.Numbers;

/// <summary>eˣ − 1, ln(1 + x) and erfc: what is left of 1, to a hundred bits of what is left.</summary>
public readonly partial record struct DoubleDouble
{
    // 2^−110: x²/2 lies beyond the 106th bit of x.
    private const double LinearArgument = 7.703719777548943e-34;

    /// <summary>eˣ − 1; −0 for −0. x = k·ln 2 + r, and 2ᵏ·(eʳ − 1) + (2ᵏ − 1), where nothing cancels.</summary>
    public static DoubleDouble Expm1(DoubleDouble x)
    {
        if (Math.Abs(x.High) < LinearArgument)
            return x;
        if (!(x.High > -80))
            return double.IsNaN(x.High) ? NaN : -1;
        // From 80 on, 1 lies beyond the 106th bit of e^x.
        if (x.High > 80)
            return Exp(x);
        var (r, k) = ReduceByLn2(x);
        return ScaleByPowerOfTwo(Expm1Series(r) + (One - Math.ScaleB(1, -k)), k);
    }

    /// <summary>ln(1 + x); −0 for −0, −∞ at −1, NaN for x &lt; −1. 2 artanh(x/(2 + x)) where x is small, else the logarithm of the sum.</summary>
    public static DoubleDouble Log1p(DoubleDouble x)
    {
        if (Math.Abs(x.High) < LinearArgument)
            return x;
        return x.High > -0.29 && x.High < 0.41 ? TwiceInverseTangent(x / (2 + x)) : Log(One + x);
    }

    /// <summary>erfc x, to a hundred bits of its own: 1 − erf x below ½, else the trapezoidal rule for its integral; 2 − erfc(−x) for x &lt; 0.</summary>
    /// <remarks>
    /// erfc x = h·x·e^(−x²)/π·(1/x² + 2·Σ e^(−h²n²)/(h²n² + x²)) − 2/(e^(2πx/h) − 1), the last term for x &lt; π/h only, with a relative error of e^(−π²/h²): a sum of positive terms, and near ½
    /// the last one is a thousandth of it. Source: Hunter, Regan, "A note on the evaluation of the complementary error function" (1972); Chiarella, Reichel (1968).
    /// </remarks>
    public static DoubleDouble Erfc(DoubleDouble x)
    {
        if (double.IsNaN(x.High))
            return NaN;
        if (x.High < 0)
            return 2 - Erfc(-x);
        if (x.High < 0.5)
            return One - Erf(x);
        if (x.High > 28)
            return Zero;
        DoubleDouble square = x * x, sum = Zero;
        for (int n = Trapezoid.Terms.Length - 1; n >= 0; n--)
            sum += Trapezoid.Terms[n].Power / (square + Trapezoid.Terms[n].Square);
        sum = (1 / square + (sum + sum)) * x * Trapezoid.Step / Pi;
        var (power, k) = ExpOfNegativeSquare(x);
        sum *= power;
        if (x.High > Math.PI / Trapezoid.Step)
            return ScaleByPowerOfTwo(sum, k);
        return ScaleByPowerOfTwo(sum, k) - 2 / Expm1(2 * x * Pi / Trapezoid.Step);
    }

    // e^(−x²) = Power·2^K, from the exact square of the high part and what it leaves: x² in 106 bits would move e^(−x²) by its own last bits.
    private static (DoubleDouble Power, int K) ExpOfNegativeSquare(DoubleDouble x)
    {
        var (r, k) = ReduceByLn2(-Product(x.High, x.High));
        DoubleDouble power = One + Expm1Series(r);
        return x.Low == 0 ? (power, k) : (power * Exp(-(Product(2 * x.High, x.Low) + x.Low * x.Low)), k);
    }

    private static class Trapezoid
    {
        // h: the relative error e^(−π²/h²) of the rule is 2^−115.
        public const double Step = 0.3515625;

        // e^(−h²n²) for n = 1, 2, …, and h²n²; the first one left out is below 2^−120.
        public static readonly (DoubleDouble Power, double Square)[] Terms =
            [.. Enumerable.Range(1, 25).Select(n => Step * n * (Step * n)).Select(square => (Exp(-square), square))];
    }
}
