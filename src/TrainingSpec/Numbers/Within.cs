namespace TrainingSpec.Numbers;

/// <summary>A value, and the distance from it within which a straightforward evaluation of the same formula in the format <typeparamref name="T"/> lies, in whatever order its sums are added.</summary>
/// <remarks>
/// For judging the arithmetic of others: where a formula has a stated and a computed form, the stated one counts, and an operation counts as rounded even where its result here is exact, but for a power of two as a
/// factor. The value is evaluated in binary64, by other functions than the library's where the platform has them. A sum of n terms is off by at most (n − 2)·u·Σ|terms| in any order, and a rounding of the sum; an
/// elementary function by 4 roundings, since those of libraries are good to one to four last places. A value that is not finite has the distance 0: it is met or missed.
/// Source: Higham, "Accuracy and Stability of Numerical Algorithms" (2002), §3.3 and §4.2.
/// </remarks>
/// <typeparam name="T">The format of whoever evaluates.</typeparam>
public readonly struct Within<T> : IReal<Within<T>>, IStraightforward<Within<T>>
    where T : IBinaryFormat<T>
{
    private const int ElementaryRoundings = 4;

    // What the terms themselves are off by, how many additions led here, and the sum of the terms' magnitudes.
    private readonly double _carried, _mass;
    private readonly int _additions;

    private Within(double value, double carried, int additions, double mass)
    {
        bool finite = double.IsFinite(value);
        (Value, _carried, _additions, _mass) = (value, finite ? carried : 0, finite ? additions : 0, finite ? mass : 0);
    }

    /// <summary>The value, evaluated in binary64.</summary>
    public double Value { get; }

    /// <summary>How far a straightforward evaluation may lie from it; ∞ where it may lie anywhere.</summary>
    public double Distance => _additions == 0 ? _carried : _carried + T.UnitRoundoff * (Magnitude + (_additions - 1) * _mass) + _additions * T.SmallestSubnormal;

    private double Magnitude => Math.Abs(Value);

    private bool IsZero => Value == 0 && Distance == 0;

    private bool IsPowerOfTwo => Distance == 0 && double.IsNormal(Value) && Math.ScaleB(1, Math.ILogB(Value)) == Magnitude;

    /// <summary>A value that is known to lie at such a distance.</summary>
    /// <param name="value">The value.</param>
    /// <param name="distance">The distance, at least 0.</param>
    public static Within<T> At(double value, double distance) => new(value, distance, 0, Math.Abs(value));

    /// <summary>A constant; one that the format can't hold is off by its rounding.</summary>
    public static Within<T> Of(double value)
    {
        double held = T.ToDouble(T.Of(value));
        return At(value, held == value || !double.IsFinite(value) ? 0 : Math.Abs(held - value));
    }

    /// <summary>A constant of binary64.</summary>
    public static implicit operator Within<T>(double value) => Of(value);

    /// <summary>The value alone.</summary>
    public static explicit operator double(Within<T> x) => x.Value;

    /// <inheritdoc/>
    public static Within<T> Pi => Rounded(Math.PI, 0, 1);

    /// <summary>x + y; one more addition of the same sum, since they may be done in any order.</summary>
    public static Within<T> operator +(Within<T> x, Within<T> y) =>
        x.IsZero ? y : y.IsZero ? x : new(x.Value + y.Value, x._carried + y._carried, x._additions + y._additions + 1, x._mass + y._mass);

    /// <summary>x − y, which ends the sums that x and y are: it is done as it stands.</summary>
    public static Within<T> operator -(Within<T> x, Within<T> y)
    {
        double difference = x.Value - y.Value, carried = x.Distance + y.Distance;
        return x.IsZero ? -y : y.IsZero ? x : difference == 0 && carried == 0 ? At(0, 0) : Rounded(difference, carried, 1);
    }

    /// <summary>x · y; a power of two rounds nothing.</summary>
    public static Within<T> operator *(Within<T> x, Within<T> y) =>
        x.IsZero || y.IsZero ? At(x.Value * y.Value, 0)
        : y.IsPowerOfTwo ? x.Scaled(y.Value)
        : x.IsPowerOfTwo ? y.Scaled(x.Value)
        : Rounded(x.Value * y.Value, ProductDistance(x, y), 1);

    /// <summary>x / y; a power of two rounds nothing.</summary>
    public static Within<T> operator /(Within<T> x, Within<T> y)
    {
        if (y.IsPowerOfTwo)
            return x.Scaled(1 / y.Value);
        double quotient = x.Value / y.Value, nearestToZero = y.Magnitude - y.Distance, carried = x.Distance + Math.Abs(quotient) * y.Distance;
        return x.IsZero ? At(quotient, 0) : Rounded(quotient, carried == 0 ? 0 : nearestToZero > 0 ? carried / nearestToZero : double.PositiveInfinity, 1);
    }

    /// <summary>−x.</summary>
    public static Within<T> operator -(Within<T> x) => new(-x.Value, x._carried, x._additions, x._mass);

    /// <summary>√x; what lies below 0 by roundings alone counts as 0.</summary>
    public static Within<T> Sqrt(Within<T> x)
    {
        double root = Math.Sqrt(x.Value), carried = Over(x.Distance, root + Math.Sqrt(Math.Max(0, x.Value - x.Distance)));
        carried = Math.Min(carried, Math.Sqrt(x.Distance));
        return x.IsZero ? x : Rounded(root, carried, 1);
    }

    /// <inheritdoc/>
    public static Within<T> Exp(Within<T> x)
    {
        double power = Math.Exp(x.Value);
        return Elementary(power, power * Times(x.Distance, Math.Exp(x.Distance)));
    }

    /// <inheritdoc/>
    public static Within<T> Expm1(Within<T> x) => Elementary(Real64.Expm1(x.Value).Value, Times(x.Distance, Math.Exp(x.Value + x.Distance)));

    /// <inheritdoc/>
    public static Within<T> Log(Within<T> x) => Elementary(Math.Log(x.Value), Over(x.Distance, x.Value - x.Distance));

    /// <inheritdoc/>
    public static Within<T> Log1p(Within<T> x) => Elementary(Real64.Log1p(x.Value).Value, Over(x.Distance, 1 + x.Value - x.Distance));

    /// <inheritdoc/>
    public static Within<T> Cos(Within<T> x) => Elementary(Math.Cos(x.Value), Math.Min(x.Distance, 2));

    /// <inheritdoc/>
    public static Within<T> Sin(Within<T> x) => Elementary(Math.Sin(x.Value), Math.Min(x.Distance, 2));

    /// <inheritdoc/>
    public static Within<T> Tanh(Within<T> x) => Elementary(Math.Tanh(x.Value), Math.Min(x.Distance, 2));

    /// <inheritdoc/>
    public static Within<T> Erf(Within<T> x) => Elementary(Real64.Erf(x.Value).Value, Math.Min(1.13 * x.Distance, 2));

    /// <inheritdoc/>
    public static Within<T> Erfc(Within<T> x)
    {
        double nearestToZero = Math.Max(0, x.Magnitude - x.Distance);
        return Elementary(Real64.Erfc(x.Value).Value, Math.Min(1.13 * Math.Exp(-nearestToZero * nearestToZero) * x.Distance, 2));
    }

    /// <summary>xʸ; where x may be 0 or less, an x or y that is not exact gives the distance ∞.</summary>
    public static Within<T> Pow(Within<T> x, Within<T> y)
    {
        double power = Math.Pow(x.Value, y.Value);
        if (x.Distance == 0 && y.Distance == 0)
            return Elementary(power, 0);
        double apart = Math.Abs(Math.Log(x.Value)) * y.Distance + (y.Magnitude + y.Distance) * Over(x.Distance, x.Value - x.Distance);
        return Elementary(power, x.Value > x.Distance ? power * Times(apart, Math.Exp(apart)) : double.PositiveInfinity);
    }

    /// <summary>xⁿ for a whole number n: as many products as there are, or an elementary function.</summary>
    public static Within<T> Power(Within<T> x, Within<T> n) => Rounded(
        Real64.Power(x.Value, n.Value).Value,
        Times(n.Value * x.Distance, Math.Pow(x.Magnitude + x.Distance, n.Value - 1)),
        (int)Math.Clamp(n.Value - 1, 0, ElementaryRoundings));

    /// <inheritdoc/>
    public static Within<T> Abs(Within<T> x) => x.Value < 0 ? -x : x;

    /// <inheritdoc/>
    public static Within<T> Min(Within<T> x, Within<T> y) => Extreme(x, y, Math.Min(x.Value, y.Value));

    /// <inheritdoc/>
    public static Within<T> Max(Within<T> x, Within<T> y) => Extreme(x, y, Math.Max(x.Value, y.Value));

    /// <summary>⌊x⌋; the distance counts the whole numbers that lie within that of x.</summary>
    public static Within<T> Floor(Within<T> x)
    {
        double floor = Math.Floor(x.Value);
        return At(floor, Math.Max(Math.Floor(x.Value + x.Distance) - floor, floor - Math.Floor(x.Value - x.Distance)));
    }

    /// <summary>x·y + z with two roundings: whoever evaluates need not have a fused operation.</summary>
    public static Within<T> Fma(Within<T> x, Within<T> y, Within<T> z) => x * y + z;

    /// <inheritdoc/>
    public static Within<T> Product(Within<T> x, Within<T> y, Within<T> z) => At(Real64.Product(x.Value, y.Value, z.Value).Value, 0) is var product && (x.IsZero || y.IsZero || z.IsZero)
        ? product
        : Rounded(product.Value, product.Magnitude * (Relative(x) + Relative(y) + Relative(z)), 2);

    /// <inheritdoc/>
    public static Within<T> Proportion(Within<T> x, Within<T> y, Within<T> z) => At(Real64.Proportion(x.Value, y.Value, z.Value).Value, 0) is var quotient && (x.IsZero || y.IsZero)
        ? quotient
        : Rounded(quotient.Value, quotient.Magnitude * (Relative(x) + Relative(y) + Over(z.Distance, z.Magnitude - z.Distance)), 2);

    /// <inheritdoc/>
    public static bool States => true;

    /// <summary>The value as it is computed, with the distance of the stated form; where that has no finite one, overflowing on the way, all is as computed.</summary>
    public static Within<T> Rewritten(Within<T> stated, Within<T> computed) =>
        double.IsFinite(stated.Value) && double.IsFinite(stated.Distance) ? new(computed.Value, stated._carried, stated._additions, stated._mass) : computed;

    /// <summary>2^⌊log₂|x|⌋ of the value: a scale that is taken back later, so that any near x would do.</summary>
    public static Within<T> BinaryScale(Within<T> x) => At(Real64.BinaryScale(x.Value).Value, 0);

    /// <summary>The branch that the values choose: where roundings may turn the comparison, a formula that does not jump is the same in both.</summary>
    public static Within<T> IfLess(Within<T> x, Within<T> y, Within<T> then, Within<T> otherwise) => x.Value < y.Value ? then : otherwise;

    /// <summary>The branch that the values choose.</summary>
    public static Within<T> IfEqual(Within<T> x, Within<T> y, Within<T> then, Within<T> otherwise) => x.Value == y.Value ? then : otherwise;

    /// <inheritdoc/>
    public static bool AllLess(Within<T> x, Within<T> y) => x.Value < y.Value;

    /// <inheritdoc/>
    public static bool AllEqual(Within<T> x, Within<T> y) => x.Value == y.Value;

    /// <inheritdoc/>
    string IStraightforward<Within<T>>.Text => FormattableString.Invariant($"{ReadBack.Text(Value)} {ReadBack.Text(Distance)}");

    /// <inheritdoc/>
    Within<T> IStraightforward<Within<T>>.Read(string text)
    {
        string[] parts = text.Split(' ');
        return At(Parse(parts[0]), Parse(parts[^1]));
    }

    /// <summary>One rounding, since the bound of the value itself is far below it; none where the format holds it.</summary>
    Within<T> IStraightforward<Within<T>>.Derived(DoubleDouble value) => value.Low == 0 || !double.IsFinite(value.High) ? Of(value.High) : Rounded(value.High, 0, 1);

    /// <summary>Each round's own distance is that of a matrix that is all but exact; what it was off by before grows as a whole, of which any element may have all.</summary>
    Within<T>[] IStraightforward<Within<T>>.Repeated(Within<T>[] x, Func<double[], double[]> growths, Action<Within<T>[]> next)
    {
        double carried = 0;
        Within<T>[] result = x;
        foreach (double growth in growths(Array.ConvertAll(x, e => e.Value)))
        {
            carried += Times(Math.Sqrt(result.Sum(e => e.Distance * e.Distance)), growth);

            // A distance of next to nothing: what was rounded before is no power of two, and what is exactly 0 stays so.
            result = Array.ConvertAll(result, e => At(e.Value, Math.Min(e.Distance, double.Epsilon)));
            next(result);
        }

        return Array.ConvertAll(result, e => At(e.Value, e.Distance + carried));
    }

    /// <summary>The value, and how far it may be off.</summary>
    public override string ToString() => FormattableString.Invariant($"{Value:R} ± {Distance:R}");

    private Within<T> Scaled(double power) => new(Value * power, _carried * Math.Abs(power), _additions, _mass * Math.Abs(power));

    private static double Parse(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static Within<T> Elementary(double value, double carried) => Rounded(value, carried, ElementaryRoundings);

    // What is rounded is the value as it was reached, not as it is.
    private static Within<T> Rounded(double value, double carried, int roundings) =>
        At(value, carried + roundings * (T.UnitRoundoff * (Math.Abs(value) + carried) + T.SmallestSubnormal));

    private static double ProductDistance(Within<T> x, Within<T> y) => Times(x.Distance, y.Magnitude) + Times(y.Distance, x.Magnitude) + Times(x.Distance, y.Distance);

    private static double Relative(Within<T> x) => Over(x.Distance, x.Magnitude);

    // 0 where there is no distance, whatever it is multiplied with or divided by.
    private static double Times(double distance, double factor) => distance == 0 ? 0 : distance * factor;

    private static double Over(double distance, double divisor) => distance == 0 ? 0 : divisor > 0 ? distance / divisor : double.PositiveInfinity;

    // Of two that roundings may exchange the one that is off further counts.
    private static Within<T> Extreme(Within<T> x, Within<T> y, double value) =>
        Math.Abs(x.Value - y.Value) <= x.Distance + y.Distance ? At(value, Math.Max(x.Distance, y.Distance))
        : value.Equals(x.Value) ? x
        : value.Equals(y.Value) ? y
        : At(value, 0);
}
