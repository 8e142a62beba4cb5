using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>How many roundings lie between a formula's arguments and a value: each adds at most one unit in the last place to a result that nothing cancels in.</summary>
/// <remarks>
/// Relative errors of factors add up, of summands the largest counts; a comparison, a sign and a power of two round nothing. Of a value that is stated and computed in two ways, the stated one counts.
/// Source: Higham, "Accuracy and Stability of Numerical Algorithms" (2002), section 3.1.
/// </remarks>
/// <param name="Count">Roundings on the longest way.</param>
public readonly record struct Roundings(int Count) : IReal<Roundings>
{
    // Every format has at least eight significant bits.
    private const double EveryFormat = 1 << 7;

    /// <inheritdoc/>
    public static Roundings Pi => new(1);

    /// <inheritdoc/>
    public static Roundings Of(double value) => new(!double.IsFinite(value) || value == 0 || Math.ScaleB(value, -Math.ILogB(value)) * EveryFormat % 1 == 0 ? 0 : 1);

    /// <summary>x + y.</summary>
    public static Roundings operator +(Roundings x, Roundings y) => new(Math.Max(x.Count, y.Count) + 1);

    /// <summary>x − y.</summary>
    public static Roundings operator -(Roundings x, Roundings y) => x + y;

    /// <summary>x · y.</summary>
    public static Roundings operator *(Roundings x, Roundings y) => new(x.Count + y.Count + 1);

    /// <summary>x / y.</summary>
    public static Roundings operator /(Roundings x, Roundings y) => x * y;

    /// <summary>−x.</summary>
    public static Roundings operator -(Roundings x) => x;

    /// <inheritdoc/>
    public static Roundings Sqrt(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Exp(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Expm1(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Log(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Log1p(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Cos(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Sin(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Tanh(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Erf(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Erfc(Roundings x) => Function(x);

    /// <inheritdoc/>
    public static Roundings Pow(Roundings x, Roundings y) => x * y;

    /// <inheritdoc/>
    public static Roundings Power(Roundings x, Roundings n) => x * n;

    /// <inheritdoc/>
    public static Roundings Abs(Roundings x) => x;

    /// <inheritdoc/>
    public static Roundings Min(Roundings x, Roundings y) => Either(x, y);

    /// <inheritdoc/>
    public static Roundings Max(Roundings x, Roundings y) => Either(x, y);

    /// <inheritdoc/>
    public static Roundings Floor(Roundings x) => x;

    /// <inheritdoc/>
    public static Roundings Fma(Roundings x, Roundings y, Roundings z) => new(Math.Max(x.Count + y.Count, z.Count) + 1);

    /// <inheritdoc/>
    public static Roundings Product(Roundings x, Roundings y, Roundings z) => x * y * z;

    /// <inheritdoc/>
    public static Roundings Proportion(Roundings x, Roundings y, Roundings z) => x * y / z;

    /// <inheritdoc/>
    public static bool States => true;

    /// <inheritdoc/>
    public static Roundings Rewritten(Roundings stated, Roundings computed) => stated;

    /// <inheritdoc/>
    public static Roundings BinaryScale(Roundings x) => new(0);

    /// <inheritdoc/>
    public static Roundings IfLess(Roundings x, Roundings y, Roundings then, Roundings otherwise) => Either(then, otherwise);

    /// <inheritdoc/>
    public static Roundings IfEqual(Roundings x, Roundings y, Roundings then, Roundings otherwise) => Either(then, otherwise);

    /// <summary>True: what follows a check is counted as if it had passed.</summary>
    public static bool AllLess(Roundings x, Roundings y) => true;

    /// <summary>True where both have as many.</summary>
    public static bool AllEqual(Roundings x, Roundings y) => x == y;

    private static Roundings Function(Roundings x) => new(x.Count + 1);

    private static Roundings Either(Roundings x, Roundings y) => new(Math.Max(x.Count, y.Count));
}
