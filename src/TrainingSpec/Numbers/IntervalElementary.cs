namespace TrainingSpec.Numbers;

/// <summary>Roots, elementary functions and powers.</summary>
/// <remarks>
/// The functions of <see cref="Real64"/> are within 0.501 units of the last place, 1 where the result is subnormal, so the next double outwards, or the one after it, bounds the exact value; a bound
/// that the function itself has, such as e^x ≤ 1 for x ≤ 0, is never passed.
/// </remarks>
public readonly partial record struct Interval
{
    // Up to this exponent whole powers are within 0.501 units.
    private const double LargestCount = 1L << 40;

    /// <summary>√x; partial where x reaches below 0.</summary>
    public static Interval Sqrt(Interval x)
    {
        if (x.High < 0)
            return Nowhere;
        return new(RootDown(Math.Max(x.Low, 0)), RootUp(x.High), x.Partial || x.Low < 0);
    }

    /// <inheritdoc/>
    public static Interval Exp(Interval x) => new(
        x.Low == 0 ? 1 : Math.Max(Down(Real64.Exp(x.Low)), x.Low > 0 ? 1 : 0),
        x.High == 0 ? 1 : Math.Min(Up(Real64.Exp(x.High)), x.High < 0 ? 1 : double.PositiveInfinity),
        x.Partial);

    /// <inheritdoc/>
    public static Interval Expm1(Interval x) => new(
        x.Low == 0 ? 0 : Math.Max(Down(Real64.Expm1(x.Low)), Math.Max(x.Low, -1)),
        x.High == 0 ? 0 : Math.Min(Up(Real64.Expm1(x.High)), x.High < 0 ? 0 : double.PositiveInfinity),
        x.Partial);

    /// <summary>ln x; partial where x reaches 0 or below.</summary>
    public static Interval Log(Interval x)
    {
        if (x.High < 0)
            return Nowhere;
        return new(
            x.Low <= 0 ? double.NegativeInfinity : x.Low == 1 ? 0 : Math.Max(Down(Real64.Log(x.Low)), x.Low > 1 ? 0 : double.NegativeInfinity),
            x.High == 1 ? 0 : Math.Min(Up(Real64.Log(x.High)), x.High < 1 ? 0 : double.PositiveInfinity),
            x.Partial || x.Low <= 0);
    }

    /// <summary>ln(1 + x); partial where x reaches −1 or below.</summary>
    public static Interval Log1p(Interval x)
    {
        if (x.High < -1)
            return Nowhere;
        return new(
            x.Low <= -1 ? double.NegativeInfinity : x.Low == 0 ? 0 : Math.Max(Down(Real64.Log1p(x.Low)), x.Low > 0 ? 0 : double.NegativeInfinity),
            x.High == 0 ? 0 : Math.Min(Up(Real64.Log1p(x.High)), x.High),
            x.Partial || x.Low <= -1);
    }

    /// <inheritdoc/>
    public static Interval Cos(Interval x) => Wave(x, Real64.Cos, 0);

    /// <inheritdoc/>
    public static Interval Sin(Interval x) => Wave(x, Real64.Sin, 0.5);

    /// <inheritdoc/>
    public static Interval Tanh(Interval x) => Sigmoidal(x, Real64.Tanh);

    /// <inheritdoc/>
    public static Interval Erf(Interval x) => Sigmoidal(x, Real64.Erf);

    /// <summary>erfc x, which falls from 2 to 0 and is 1 at 0.</summary>
    public static Interval Erfc(Interval x) => new(
        x.High == 0 ? 1 : Math.Max(Down(Real64.Erfc(x.High)), x.High < 0 ? 1 : 0),
        x.Low == 0 ? 1 : Math.Min(Up(Real64.Erfc(x.Low)), x.Low > 0 ? 1 : 2),
        x.Partial);

    /// <summary>xⁿ for the whole numbers n ≥ 0 among the exponents; partial where an exponent is negative, or none is whole.</summary>
    public static Interval Power(Interval x, Interval n)
    {
        double least = Math.Ceiling(Math.Max(n.Low, 0)), most = Math.Floor(n.High);
        if (!(least <= most))
            return Nowhere;
        bool partial = x.Partial || n.Partial || n.Low < 0;
        Interval magnitude = Abs(x);
        // |x|^n is monotone in each of its two arguments, so its extremes are at the corners.
        Interval power = Corners(magnitude.Low, magnitude.High, least, most, WholePower);
        if (x.Low >= 0)
            return new(power.Low, power.High, partial);
        // Every odd power has the sign of x, every even one is positive.
        bool onlyEven = least == most && least % 2 == 0, onlyOdd = least == most && !onlyEven;
        if (onlyEven)
            return new(power.Low, power.High, partial);
        if (x.High <= 0)
            return onlyOdd ? new(-power.High, -power.Low, partial) : new(-power.High, power.High, partial);
        if (!onlyOdd)
            return new(-power.High, power.High, partial);
        return new(-WholePower(-x.Low, least).High, WholePower(x.High, least).High, partial);
    }

    /// <summary>xʸ; partial where x reaches below 0, unless y is one whole number, and where 0 meets a negative exponent.</summary>
    public static Interval Pow(Interval x, Interval y)
    {
        if (y.Low == y.High && y.Low == Math.Floor(y.Low) && Math.Abs(y.Low) <= LargestCount)
        {
            Interval power = Power(x, new(Math.Abs(y.Low), Math.Abs(y.Low), y.Partial));
            return y.Low >= 0 ? power : Of(1) / power;
        }
        // At the whole numbers among the exponents a negative x has a power, of either sign.
        if (x.Low < 0 && Math.Ceiling(y.Low) <= Math.Floor(y.High))
        {
            Interval magnitude = Abs(x), powers = Corners(magnitude.Low, magnitude.High, y.Low, y.High, RealPower);
            return new(-powers.High, powers.High, true);
        }
        if (x.High < 0)
            return Nowhere;
        double low = Math.Max(x.Low, 0);
        Interval corners = Corners(low, x.High, y.Low, y.High, RealPower);
        return new(corners.Low, corners.High, x.Partial || y.Partial || x.Low < 0 || (low == 0 && y.Low < 0));
    }

    private static double Down(double x) => Math.Abs(x) < 1e-307 ? Math.BitDecrement(Math.BitDecrement(x)) : Math.BitDecrement(x);

    private static double Up(double x) => -Down(-x);

    // x − s² has no error in a fused multiply-add unless it underflows.
    private static double RootDown(double x)
    {
        double root = Math.Sqrt(x);
        if (x == 0 || double.IsInfinity(x))
            return root;
        return x < SafeMagnitude || Math.FusedMultiplyAdd(-root, root, x) < 0 ? Math.BitDecrement(root) : root;
    }

    private static double RootUp(double x)
    {
        double root = Math.Sqrt(x);
        if (x == 0 || double.IsInfinity(x))
            return root;
        return x < SafeMagnitude || Math.FusedMultiplyAdd(-root, root, x) > 0 ? Math.BitIncrement(root) : root;
    }

    // Has its extremes 1 and −1 at (k + shift)·π, k even and odd, and is monotone between.
    private static Interval Wave(Interval x, Func<Real64, Real64> f, double shift)
    {
        const double Largest = 1L << 40;
        if (!(Math.Abs(x.Low) < Largest && Math.Abs(x.High) < Largest))
            return new(-1, 1, x.Partial);
        // Counting an extreme that lies just outside only widens the result.
        Interval turns = x / Pi - Of(shift);
        double first = Math.Ceiling(turns.Low), last = Math.Floor(turns.High);
        bool extreme = first <= last, both = first < last, firstEven = Math.Floor(first / 2) * 2 == first;
        double a = f(x.Low), b = f(x.High);
        // At 0 the sine is 0 and the cosine 1, exactly.
        double low = Math.Min(x.Low == 0 ? a : Down(a), x.High == 0 ? b : Down(b)), high = Math.Max(x.Low == 0 ? a : Up(a), x.High == 0 ? b : Up(b));
        return new(
            both || (extreme && !firstEven) ? -1 : Math.Max(low, -1),
            both || (extreme && firstEven) ? 1 : Math.Min(high, 1),
            x.Partial);
    }

    // Increasing and odd, between −1 and 1.
    private static Interval Sigmoidal(Interval x, Func<Real64, Real64> f)
    {
        double a = f(x.Low), b = f(x.High);
        return new(
            x.Low == 0 ? 0 : Math.Max(Down(a), x.Low > 0 ? 0 : -1),
            x.High == 0 ? 0 : Math.Min(Up(b), x.High < 0 ? 0 : 1),
            x.Partial);
    }

    private static Interval Corners(double x1, double x2, double y1, double y2, Func<double, double, Interval> f) =>
        Hull(Hull(f(x1, y1), f(x1, y2)), Hull(f(x2, y1), f(x2, y2)));

    private static Interval WholePower(double x, double n)
    {
        if (n == 0 || x == 1)
            return Of(1);
        if (x == 0 || double.IsInfinity(x))
            return Of(x);
        if (n > LargestCount)
            return x < 1 ? new(0, 1) : new(1, double.PositiveInfinity);
        return Bounded(Real64.Power(x, n), x < 1);
    }

    private static Interval RealPower(double x, double y)
    {
        double power = Real64.Pow(x, y);
        if (y == 0 || x == 1 || x == 0 || double.IsInfinity(x) || double.IsInfinity(y))
            return Of(power);
        return Bounded(power, x < 1 == y > 0);
    }

    private static Interval Bounded(double power, bool belowOne) =>
        belowOne ? new(Math.Max(Down(power), 0), Math.Min(Up(power), 1)) : new(Math.Max(Down(power), 1), Up(power));
}
