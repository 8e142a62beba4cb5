namespace TrainingSpec.Checking;

/// <summary>Functions that System.Math lacks, in double precision, for floats: within a relative 2⁻⁴⁴ wherever their value is not 0.</summary>
/// <remarks>They share nothing with the elementary functions or the oracle. Each is a few dozen roundings of 2⁻⁵³ and functions of System.Math that are within a few units of their last place.</remarks>
internal static class SortingFunctions
{
    // h of the trapezoidal rule, whose relative error is e^(−π²/h²), 2^−56.
    private const double Step = 0.5;

    // e^(−h²n²) for n = 1, 2, …, and h²n²; the first one left out is below 2^−60.
    private static readonly (double Power, double Square)[] Terms = [.. Enumerable.Range(1, 12).Select(n => Step * n * (Step * n)).Select(square => (Math.Exp(-square), square))];

    /// <summary>erf x by the series of positive terms 2/√π·e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(1·3·5…(2n + 1)).</summary>
    public static double Erf(double x)
    {
        if (!(Math.Abs(x) < 6))
            return double.IsNaN(x) ? x : Math.Sign(x);
        double square = x * x, term = x, sum = x;
        for (int n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17; n++)
        {
            term *= 2 * square / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-square) * sum;
    }

    /// <summary>erfc x by the trapezoidal rule for its integral (Hunter, Regan 1972), by 1 − erf x below ½, by 2 − erfc(−x) for negative x; a float's square is exact.</summary>
    public static double Erfc(double x) => Erfc(x, x * x);

    /// <summary>erfc(−x/√2), of which the square alone must be exact.</summary>
    public static double NormalTwiceBelow(double x) => Erfc(-x / Math.Sqrt(2), x * x / 2);

    /// <summary>e^(−x²/2); a float's square is exact.</summary>
    public static double NormalBell(double x) => Math.Exp(-x * x / 2);

    private static double Erfc(double x, double square)
    {
        if (!(x >= 0.5))
            return x <= -0.5 ? 2 - Erfc(-x, square) : 1 - Erf(x);
        if (x > 28)
            return 0;
        double sum = 0;
        for (int n = Terms.Length - 1; n >= 0; n--)
            sum += Terms[n].Power / (square + Terms[n].Square);
        double tail = (1 / square + 2 * sum) * x * Step / Math.PI * Math.Exp(-square);
        return x > Math.PI / Step ? tail : tail - 2 / (Math.Exp(2 * Math.PI / Step * x) - 1);
    }

    /// <summary>eˣ − 1 = 2·sinh(x/2)·e^(x/2).</summary>
    public static double Expm1(double x) => x < -1000 ? -1 : x > 1000 ? double.PositiveInfinity : 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);

    /// <summary>ln(1 + x) = x·ln u/(u − 1) with u = 1 + x as it is rounded, whose error cancels (Kahan).</summary>
    public static double Log1p(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : double.IsInfinity(sum) || sum <= 0 ? Math.Log(sum) : Math.Log(sum) * (x / (sum - 1));
    }
}
