using System.Globalization;

namespace TrainingSpec.Numbers;

/// <summary>All reals from Low to High: running a formula over intervals encloses its exact value at every point of a box of inputs.</summary>
/// <remarks>
/// Lower ends are rounded down and upper ends up. An end of ±∞ means unbounded. Where a formula has no finite real value somewhere in the box (0/0, 1/0, √ or ln of a negative number), the
/// result is <see cref="Partial"/>, and its ends enclose the values at all other points; a proof needs a result that is not. A comparison that the intervals leave open
/// gives the hull of both branches. Each operand counts as independent, so x − x is not 0: the enclosure may be wide, never too narrow.
/// Source: Moore, Kearfott, Cloud, "Introduction to Interval Analysis" (2009), chapters 2 to 5; IEEE 1788-2015 §10.5, of which Partial is the decoration below "def".
/// </remarks>
public readonly partial record struct Interval : IReal<Interval>
{
    /// <summary>All reals between two ends.</summary>
    /// <param name="low">The lower end; not NaN, not above the upper one.</param>
    /// <param name="high">The upper end.</param>
    /// <exception cref="ArgumentOutOfRangeException">An end is NaN, or low is above high.</exception>
    public Interval(double low, double high)
        : this(low, high, false)
    {
        if (!(low <= high))
            throw new ArgumentOutOfRangeException(nameof(low), low, string.Create(CultureInfo.InvariantCulture, $"low = {low:R} must be at most high = {high:R}, and neither NaN."));
    }

    private Interval(double low, double high, bool partial) => (Low, High, Partial) = (low, high, partial);

    /// <summary>The lower end.</summary>
    public double Low { get; }

    /// <summary>The upper end.</summary>
    public double High { get; }

    /// <summary>True where the formula may have no finite real value at some point of the box.</summary>
    public bool Partial { get; }

    /// <summary>The whole line, with points that have no value.</summary>
    public static Interval Nowhere => new(double.NegativeInfinity, double.PositiveInfinity, true);

    /// <summary>The one real; <see cref="Nowhere"/> for NaN.</summary>
    public static Interval Of(double value) => double.IsNaN(value) ? Nowhere : new(value, value, false);

    /// <summary>The two doubles around π.</summary>
    public static Interval Pi => new(Math.PI, Math.BitIncrement(Math.PI), false);

    /// <summary>High − Low, rounded up.</summary>
    public double Width => SumUp(High, -Low);

    /// <summary>True where x lies between the ends.</summary>
    public bool Contains(double x) => Low <= x && x <= High;

    /// <summary>True where x lies between the ends.</summary>
    public bool Contains(DoubleDouble x) => Low <= x && x <= High;

    /// <summary>The smallest interval that holds both.</summary>
    public static Interval Hull(Interval x, Interval y) => new(Math.Min(x.Low, y.Low), Math.Max(x.High, y.High), x.Partial || y.Partial);

    /// <summary>The two halves, with the middle in common; a proof over a box goes on with them where the whole is too wide.</summary>
    public (Interval Lower, Interval Upper) Halves()
    {
        double middle = Math.Clamp(Math.Max(Low, double.MinValue) / 2 + Math.Min(High, double.MaxValue) / 2, Low, High);
        return (new(Low, middle, Partial), new(middle, High, Partial));
    }

    /// <summary>x + y.</summary>
    public static Interval operator +(Interval x, Interval y) => new(SumDown(x.Low, y.Low), SumUp(x.High, y.High), x.Partial || y.Partial);

    /// <summary>x − y.</summary>
    public static Interval operator -(Interval x, Interval y) => x + -y;

    /// <summary>−x.</summary>
    public static Interval operator -(Interval x) => new(-x.High, -x.Low, x.Partial);

    /// <summary>x · y: the hull of the four products of ends; 0 times unbounded is 0.</summary>
    public static Interval operator *(Interval x, Interval y) => new(
        Math.Min(Math.Min(ProductDown(x.Low, y.Low), ProductDown(x.Low, y.High)), Math.Min(ProductDown(x.High, y.Low), ProductDown(x.High, y.High))),
        Math.Max(Math.Max(ProductUp(x.Low, y.Low), ProductUp(x.Low, y.High)), Math.Max(ProductUp(x.High, y.Low), ProductUp(x.High, y.High))),
        x.Partial || y.Partial);

    /// <summary>x / y; partial where y holds 0.</summary>
    public static Interval operator /(Interval x, Interval y)
    {
        bool partial = x.Partial || y.Partial;
        if (y.Low > 0 || y.High < 0)
            return new(
                Math.Min(Math.Min(QuotientDown(x.Low, y.Low), QuotientDown(x.Low, y.High)), Math.Min(QuotientDown(x.High, y.Low), QuotientDown(x.High, y.High))),
                Math.Max(Math.Max(QuotientUp(x.Low, y.Low), QuotientUp(x.Low, y.High)), Math.Max(QuotientUp(x.High, y.Low), QuotientUp(x.High, y.High))),
                partial);
        // With 0 at one end only, quotients keep their side of the line: x / [0, b] for positive x is at least x / b.
        if (y.Low == 0 && y.High > 0 && x.Low >= 0)
            return new(QuotientDown(x.Low, y.High), double.PositiveInfinity, true);
        if (y.Low == 0 && y.High > 0 && x.High <= 0)
            return new(double.NegativeInfinity, QuotientUp(x.High, y.High), true);
        return Nowhere;
    }

    /// <inheritdoc/>
    public static Interval Abs(Interval x) => x.Low >= 0 ? x : x.High <= 0 ? -x : new(0, Math.Max(-x.Low, x.High), x.Partial);

    /// <inheritdoc/>
    public static Interval Min(Interval x, Interval y) => new(Math.Min(x.Low, y.Low), Math.Min(x.High, y.High), x.Partial || y.Partial);

    /// <inheritdoc/>
    public static Interval Max(Interval x, Interval y) => new(Math.Max(x.Low, y.Low), Math.Max(x.High, y.High), x.Partial || y.Partial);

    /// <inheritdoc/>
    public static Interval Floor(Interval x) => new(Math.Floor(x.Low), Math.Floor(x.High), x.Partial);

    /// <inheritdoc/>
    public static Interval Fma(Interval x, Interval y, Interval z) => x * y + z;

    /// <summary>2^⌊log₂|x|⌋, which falls without end towards 0 and is 1 at 0.</summary>
    public static Interval BinaryScale(Interval x)
    {
        Interval magnitude = Abs(x);
        double high = double.IsPositiveInfinity(magnitude.High) ? double.PositiveInfinity : Real64.BinaryScale(magnitude.High);
        return magnitude.Low > 0 ? new(Real64.BinaryScale(Math.Min(magnitude.Low, double.MaxValue)), high, x.Partial)
            : magnitude.High == 0 ? new(1, 1, x.Partial) : new(0, Math.Max(high, 1), x.Partial);
    }

    /// <summary>The branch that holds for the whole box, or the hull of both.</summary>
    public static Interval IfLess(Interval x, Interval y, Interval then, Interval otherwise) =>
        x.Low >= y.High ? otherwise : x.High < y.Low && !x.Partial && !y.Partial ? then : Hull(then, otherwise);

    /// <summary>The branch that holds for the whole box, or the hull of both.</summary>
    public static Interval IfEqual(Interval x, Interval y, Interval then, Interval otherwise) =>
        x.High < y.Low || y.High < x.Low ? otherwise
            : x.Low == x.High && y.Low == y.High && !x.Partial && !y.Partial ? then : Hull(then, otherwise);

    /// <inheritdoc/>
    public static bool AllLess(Interval x, Interval y) => x.High < y.Low && !x.Partial && !y.Partial;

    /// <inheritdoc/>
    public static bool AllEqual(Interval x, Interval y) => x.Low == x.High && y.Low == y.High && x.Low == y.Low && !x.Partial && !y.Partial;

    /// <inheritdoc/>
    public static Interval Product(Interval x, Interval y, Interval z) => x * y * z;

    /// <inheritdoc/>
    public static Interval Proportion(Interval x, Interval y, Interval z) => x * y / z;

    /// <inheritdoc/>
    public static bool States => true;

    /// <summary>What both forms enclose; each encloses the value.</summary>
    public static Interval Rewritten(Interval stated, Interval computed) =>
        stated.Partial || computed.Partial || !(Math.Max(stated.Low, computed.Low) <= Math.Min(stated.High, computed.High))
            ? computed.Partial ? stated : computed
            : new(Math.Max(stated.Low, computed.Low), Math.Min(stated.High, computed.High));

    /// <summary>[Low, High], in invariant culture, with a question mark where it is partial.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Low:R}, {High:R}]{(Partial ? "?" : "")}");

    // The error of a rounded sum is a double, so its sign says on which side of the sum the exact one lies.
    private static double SumDown(double x, double y)
    {
        double sum = x + y;
        // ∞ − ∞ is an unbounded end less another: nothing is known.
        if (!double.IsFinite(sum))
            return double.IsNaN(sum) ? double.NegativeInfinity : double.IsFinite(x) && double.IsFinite(y) && sum > 0 ? double.MaxValue : sum;
        var (_, error) = ErrorFree.TwoSum<Real64>(x, y);
        return error < 0.0 ? Math.BitDecrement(sum) : sum;
    }

    private static double SumUp(double x, double y) => -SumDown(-x, -y);

    // Below 2^−960 the error of a product or quotient may be lost: one step down is then always taken.
    private const double SafeMagnitude = 1e-289;

    private static double ProductDown(double x, double y)
    {
        if (x == 0 || y == 0)
            return 0;
        double product = x * y;
        if (double.IsInfinity(product))
            return double.IsFinite(x) && double.IsFinite(y) && product > 0 ? double.MaxValue : product;
        if (Math.Abs(product) < SafeMagnitude)
            return product == 0 && x > 0 == y > 0 ? 0 : Math.BitDecrement(product);
        return Math.FusedMultiplyAdd(x, y, -product) < 0 ? Math.BitDecrement(product) : product;
    }

    private static double ProductUp(double x, double y) => -ProductDown(-x, y);

    private static double QuotientDown(double x, double y)
    {
        if (x == 0)
            return 0;
        if (double.IsInfinity(y))
            // Finite over unbounded is as near to 0 as one likes; unbounded over unbounded is anything of its sign.
            return x > 0 == y > 0 ? 0 : double.IsInfinity(x) ? double.NegativeInfinity : -0.0;
        double quotient = x / y;
        if (double.IsInfinity(quotient))
            return double.IsFinite(x) && quotient > 0 ? double.MaxValue : quotient;
        if (Math.Abs(quotient) < SafeMagnitude || Math.Abs(x) < SafeMagnitude)
            return quotient == 0 && x > 0 == y > 0 ? 0 : Math.BitDecrement(quotient);
        double rest = Math.FusedMultiplyAdd(-quotient, y, x);
        return rest != 0 && rest > 0 != y > 0 ? Math.BitDecrement(quotient) : quotient;
    }

    private static double QuotientUp(double x, double y) => -QuotientDown(-x, y);
}
