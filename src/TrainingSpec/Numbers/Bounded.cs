namespace TrainingSpec.Numbers;

/// <summary>A computed value with a rigorous bound on how far the exact result of the same formula may lie from it.</summary>
/// <remarks>
/// Running error analysis: each operation is done in the format <typeparamref name="T"/>, and the bound grows by what the operands' bounds and the
/// operation's own rounding, u·|result| plus the smallest subnormal and nothing for an exact sum of exact operands, can contribute. Arithmetic on bounds rounds up. Inputs are exact. Where a result is not finite,
/// or an operand's bound reaches a pole, the bound is ∞. Source: Higham, "Accuracy and Stability of Numerical Algorithms" (2002), §3.3.
/// </remarks>
/// <typeparam name="T">The format in which the value is computed.</typeparam>
/// <param name="Value">The computed value.</param>
/// <param name="Bound">At least |Value − exact|.</param>
public readonly record struct Bounded<T>(T Value, double Bound) : IReal<Bounded<T>>
    where T : IBinaryFormat<T>
{
    /// <summary>An input: exact.</summary>
    public static Bounded<T> Exact(T value) => new(value, 0);

    /// <summary>A constant; one that the format can't hold carries its rounding error.</summary>
    public static Bounded<T> Of(double value)
    {
        T nearest = T.Of(value);
        double error = T.ToDouble(nearest) == value ? 0 : Math.Abs(T.ToDouble(nearest) - value);
        return new(nearest, error == 0 ? 0 : Up(error));
    }

    /// <inheritdoc/>
    public static Bounded<T> Pi => Rounding(T.Pi, 0);

    /// <summary>x + y.</summary>
    public static Bounded<T> operator +(Bounded<T> x, Bounded<T> y)
    {
        var (sum, error) = ErrorFree.TwoSum(x.Value, y.Value);
        return x.Bound == 0 && y.Bound == 0 && T.ToDouble(error) == 0 ? Certain(sum, 0) : Rounding(sum, x.Bound + y.Bound);
    }

    /// <summary>x − y.</summary>
    public static Bounded<T> operator -(Bounded<T> x, Bounded<T> y) => x + -y;

    /// <summary>x · y.</summary>
    public static Bounded<T> operator *(Bounded<T> x, Bounded<T> y) => Rounding(x.Value * y.Value, ProductBound(x, y));

    /// <summary>x / y.</summary>
    public static Bounded<T> operator /(Bounded<T> x, Bounded<T> y)
    {
        T quotient = x.Value / y.Value;
        double largest = Up(Magnitude(quotient) * (1 + 2 * T.UnitRoundoff) + T.SmallestSubnormal);
        double nearestToZero = Down(Magnitude(y.Value) - y.Bound);
        double carried = x.Bound == 0 && y.Bound == 0 ? 0
            : nearestToZero > 0 ? Up((x.Bound + largest * y.Bound) / nearestToZero) : double.PositiveInfinity;
        return Rounding(quotient, carried);
    }

    /// <summary>−x.</summary>
    public static Bounded<T> operator -(Bounded<T> x) => new(-x.Value, x.Bound);

    /// <summary>√x; counts the exact argument as non-negative.</summary>
    public static Bounded<T> Sqrt(Bounded<T> x)
    {
        double carried = x.Bound == 0 ? 0 : Math.Min(Up(x.Bound / Math.Sqrt(Magnitude(x.Value))), Up(Math.Sqrt(x.Bound)));
        return Rounding(T.Sqrt(x.Value), carried);
    }

    /// <inheritdoc/>
    public static Bounded<T> Exp(Bounded<T> x)
    {
        T power = T.Exp(x.Value);
        double largest = Largest(power);
        // e^μ − 1 ≤ μ·e^μ.
        return Elementary(power, x.Bound == 0 ? 0 : Up(largest * Up(x.Bound * Math.Exp(x.Bound))));
    }

    /// <inheritdoc/>
    public static Bounded<T> Expm1(Bounded<T> x)
    {
        // The slope is at most that at the upper end of the exact argument; Math.Exp is off by less than its margin.
        double slope = Math.Exp(T.ToDouble(x.Value) + x.Bound) * (1 + 1e-12);
        return Elementary(T.Expm1(x.Value), x.Bound == 0 ? 0 : Up(slope * x.Bound));
    }

    /// <inheritdoc/>
    public static Bounded<T> Log(Bounded<T> x)
    {
        double nearestToZero = Down(T.ToDouble(x.Value) - x.Bound);
        double carried = x.Bound == 0 ? 0 : nearestToZero > 0 ? Up(x.Bound / nearestToZero) : double.PositiveInfinity;
        return Elementary(T.Log(x.Value), carried);
    }

    /// <inheritdoc/>
    public static Bounded<T> Log1p(Bounded<T> x)
    {
        double nearestToZero = Down(Down(1 + T.ToDouble(x.Value)) - x.Bound);
        double carried = x.Bound == 0 ? 0 : nearestToZero > 0 ? Up(x.Bound / nearestToZero) : double.PositiveInfinity;
        return Elementary(T.Log1p(x.Value), carried);
    }

    /// <inheritdoc/>
    public static Bounded<T> Cos(Bounded<T> x) => Elementary(T.Cos(x.Value), Math.Min(x.Bound, 2));

    /// <inheritdoc/>
    public static Bounded<T> Sin(Bounded<T> x) => Elementary(T.Sin(x.Value), Math.Min(x.Bound, 2));

    /// <inheritdoc/>
    public static Bounded<T> Tanh(Bounded<T> x) => Elementary(T.Tanh(x.Value), Math.Min(x.Bound, 2));

    /// <inheritdoc/>
    public static Bounded<T> Erf(Bounded<T> x) => Elementary(T.Erf(x.Value), x.Bound == 0 ? 0 : Math.Min(Up(1.13 * x.Bound), 2));

    /// <inheritdoc/>
    public static Bounded<T> Erfc(Bounded<T> x)
    {
        double nearestToZero = Math.Max(0, Down(Magnitude(x.Value) - x.Bound));
        double slope = 1.13 * Math.Exp(-nearestToZero * nearestToZero) * (1 + 1e-12);
        return Elementary(T.Erfc(x.Value), x.Bound == 0 ? 0 : Math.Min(Up(slope * x.Bound), 2));
    }

    /// <inheritdoc/>
    public static Bounded<T> NormalTwiceBelow(Bounded<T> x) =>
        Own(Numbers.Elementary.NormalTwiceBelow(x), T.NormalTwiceBelow(x.Value), x.Bound == 0 ? 0 : Math.Min(Up(0.798 * BellAtMost(x) * x.Bound), 2));

    /// <inheritdoc/>
    public static Bounded<T> NormalBell(Bounded<T> x) =>
        Own(Numbers.Elementary.NormalBell(x), T.NormalBell(x.Value), x.Bound == 0 ? 0 : Math.Min(Up((Magnitude(x.Value) + x.Bound) * BellAtMost(x) * x.Bound), 1));

    /// <summary>xʸ; where the exact x may be 0 or less, an x or y that is not exact gives the bound ∞.</summary>
    public static Bounded<T> Pow(Bounded<T> x, Bounded<T> y)
    {
        T power = T.Pow(x.Value, y.Value);
        if (x.Bound == 0 && y.Bound == 0)
            return Elementary(power, 0);
        double nearestToZero = Down(T.ToDouble(x.Value) - x.Bound);
        if (!(nearestToZero > 0))
            return Elementary(power, double.PositiveInfinity);
        // How far y·ln x may lie from the exact one; Math.Log is off by less than its margin.
        double logarithm = Up(Math.Abs(Math.Log(T.ToDouble(x.Value))) * (1 + 1e-12)), moved = Up(x.Bound / nearestToZero);
        double apart = Up(Up(logarithm * y.Bound) + Up(Up(Magnitude(y.Value) + y.Bound) * moved));
        return Elementary(power, Up(Largest(power) * Up(apart * Up(Math.Exp(apart) * (1 + 1e-12)))));
    }

    /// <summary>xⁿ; an n that is not exact gives the bound ∞.</summary>
    public static Bounded<T> Power(Bounded<T> x, Bounded<T> n)
    {
        double count = T.ToDouble(n.Value);
        double carried = x.Bound == 0 || count == 0 ? 0
            : Up(Up(count * x.Bound) * UpPower(Up(Magnitude(x.Value) + x.Bound), count - 1));
        return Elementary(T.Power(x.Value, n.Value), n.Bound == 0 ? carried : double.PositiveInfinity);
    }

    /// <inheritdoc/>
    public static Bounded<T> Abs(Bounded<T> x) => new(T.Abs(x.Value), x.Bound);

    /// <inheritdoc/>
    public static Bounded<T> Min(Bounded<T> x, Bounded<T> y) => Certain(T.Min(x.Value, y.Value), Math.Max(x.Bound, y.Bound));

    /// <inheritdoc/>
    public static Bounded<T> Max(Bounded<T> x, Bounded<T> y) => Certain(T.Max(x.Value, y.Value), Math.Max(x.Bound, y.Bound));

    /// <summary>⌊x⌋; the bound counts the whole numbers that the exact argument may have passed.</summary>
    public static Bounded<T> Floor(Bounded<T> x)
    {
        double value = T.ToDouble(x.Value);
        double passed = x.Bound == 0 ? 0 : Math.Max(
            Math.Floor(value + Up(x.Bound + Math.Abs(value) * DoubleStep)) - Math.Floor(value),
            Math.Floor(value) - Math.Floor(value - Up(x.Bound + Math.Abs(value) * DoubleStep)));
        return Certain(T.Floor(x.Value), passed);
    }

    /// <inheritdoc/>
    public static Bounded<T> Fma(Bounded<T> x, Bounded<T> y, Bounded<T> z) =>
        Rounding(T.Fma(x.Value, y.Value, z.Value), Up(ProductBound(x, y) + z.Bound));

    /// <summary>2^⌊log₂|x|⌋; the bound is 0 unless the exact argument may lie in another binade.</summary>
    public static Bounded<T> BinaryScale(Bounded<T> x)
    {
        T scale = T.BinaryScale(x.Value);
        double chosen = T.ToDouble(scale);
        double most = Up(Magnitude(x.Value) + x.Bound);
        double least = Down(Magnitude(x.Value) - x.Bound);
        if (x.Bound == 0 || (most < 2 * chosen && least >= chosen))
            return new(scale, 0);
        // The scale of 0 is 1; an argument that may be 0 may therefore have the scale 1 or any below its magnitude.
        return new(scale, least > 0 ? Math.Max(most, chosen) : Math.Max(Math.Max(most, chosen), 1));
    }

    /// <summary>The branch that the computed values choose; where the bounds leave the comparison open, the bound covers both branches.</summary>
    public static Bounded<T> IfLess(Bounded<T> x, Bounded<T> y, Bounded<T> then, Bounded<T> otherwise) =>
        Choose(IsDecided(x, y), T.IfLess(x.Value, y.Value, T.Of(1), T.Of(0)), then, otherwise);

    /// <summary>The branch that the computed values choose; where the bounds leave the comparison open, the bound covers both branches.</summary>
    public static Bounded<T> IfEqual(Bounded<T> x, Bounded<T> y, Bounded<T> then, Bounded<T> otherwise) =>
        Choose(IsDecided(x, y), T.IfEqual(x.Value, y.Value, T.Of(1), T.Of(0)), then, otherwise);

    /// <inheritdoc/>
    public static bool AllLess(Bounded<T> x, Bounded<T> y) => IsDecided(x, y) && T.AllLess(x.Value, y.Value);

    /// <inheritdoc/>
    public static bool AllEqual(Bounded<T> x, Bounded<T> y) => IsDecided(x, y) && T.AllEqual(x.Value, y.Value);

    /// <summary>x·y·z; the bound is that of two products.</summary>
    public static Bounded<T> Product(Bounded<T> x, Bounded<T> y, Bounded<T> z) => Certain(T.Product(x.Value, y.Value, z.Value), (x * y * z).Bound);

    /// <summary>x·y/z; the bound is that of a product and a quotient.</summary>
    public static Bounded<T> Proportion(Bounded<T> x, Bounded<T> y, Bounded<T> z) => Certain(T.Proportion(x.Value, y.Value, z.Value), (x * y / z).Bound);

    /// <inheritdoc/>
    public static bool States => true;

    /// <summary>The form that is computed; both have one exact value, so that the bound of either serves.</summary>
    public static Bounded<T> Rewritten(Bounded<T> stated, Bounded<T> computed)
    {
        double byStated = Up(Math.Abs(T.ToDouble(computed.Value) - T.ToDouble(stated.Value)) + stated.Bound);
        return byStated < computed.Bound ? new(computed.Value, byStated) : computed;
    }

    private const double DoubleStep = Real64.UnitRoundoff * 4;

    // A bound comes from a few rounded operations on non-negative doubles: 16 units cover them, and the smallest subnormal covers underflow.
    private static double Up(double bound) => bound * (1 + 16 * Real64.UnitRoundoff) + double.Epsilon;

    private static double Down(double bound) => bound * (1 - 16 * Real64.UnitRoundoff) - double.Epsilon;

    private static double Magnitude(T x) => Math.Abs(T.ToDouble(x));

    private static double Largest(T computed) => Up(Magnitude(computed) * (1 + 2 * T.ElementaryError) + T.SmallestSubnormal);

    private static double ProductBound(Bounded<T> x, Bounded<T> y) =>
        x.Bound == 0 && y.Bound == 0 ? 0 : Up(Magnitude(x.Value) * y.Bound + Magnitude(y.Value) * x.Bound + x.Bound * y.Bound);

    private static Bounded<T> Rounding(T result, double carried) =>
        Certain(result, Up(carried + T.UnitRoundoff * Magnitude(result) + T.SmallestSubnormal));

    private static Bounded<T> Elementary(T result, double carried) =>
        Certain(result, Up(carried + 2 * T.ElementaryError * Magnitude(result) + T.SmallestSubnormal));

    // e^(−x²/2) is largest where x is nearest to 0.
    private static double BellAtMost(Bounded<T> x)
    {
        double nearestToZero = Math.Max(0, Down(Magnitude(x.Value) - x.Bound));
        return Math.Exp(-nearestToZero * nearestToZero / 2) * (1 + 1e-12);
    }

    // A format that computes the form has the form's bound; one with a function of its own that of an elementary function.
    private static Bounded<T> Own(Bounded<T> form, T own, double carried) =>
        T.ToDouble(own).Equals(T.ToDouble(form.Value)) ? form : Elementary(own, carried);

    private static Bounded<T> Certain(T result, double bound) =>
        new(result, double.IsFinite(T.ToDouble(result)) && !double.IsNaN(bound) ? bound : double.PositiveInfinity);

    // x^count rounded up; Math.Pow may be off by a few units.
    private static double UpPower(double x, double count) => Up(Math.Pow(x, count) * (1 + 1e-12));

    private static bool IsDecided(Bounded<T> x, Bounded<T> y) => Apart(x, y) || (x.Bound == 0 && y.Bound == 0);

    private static bool Apart(Bounded<T> x, Bounded<T> y) =>
        Math.Abs(T.ToDouble(x.Value) - T.ToDouble(y.Value)) > Up(x.Bound + y.Bound);

    private static Bounded<T> Choose(bool certain, T isThen, Bounded<T> then, Bounded<T> otherwise)
    {
        var (chosen, other) = T.ToDouble(isThen) == 1 ? (then, otherwise) : (otherwise, then);
        if (certain)
            return chosen;
        double apart = Math.Abs(T.ToDouble(chosen.Value) - T.ToDouble(other.Value));
        return Certain(chosen.Value, Math.Max(chosen.Bound, Up(other.Bound + apart)));
    }
}
