namespace TrainingSpec.Numbers;

/// <summary>A value and its derivative: running a formula over dual numbers differentiates it exactly, forward.</summary>
/// <remarks>
/// At points without a derivative one is chosen: |x|' = 0 at 0; Min and Max take the first argument's at a tie; Floor and BinaryScale have derivative 0 everywhere;
/// IfLess and IfEqual take the derivative of the branch that is taken; Power counts its exponent as constant, and so does Pow where x ≤ 0. NaN values carry NaN derivatives.
/// Source: Griewank, Walther, "Evaluating Derivatives" (2008), §3.1.
/// </remarks>
/// <typeparam name="T">The number underneath.</typeparam>
/// <param name="Value">f(x).</param>
/// <param name="Derivative">f'(x).</param>
public readonly record struct Dual<T>(T Value, T Derivative) : IReal<Dual<T>>
    where T : IReal<T>
{
    private static T Zero => T.Of(0);

    /// <summary>The variable that is differentiated for: derivative 1.</summary>
    public static Dual<T> Variable(T value) => new(value, T.Of(1));

    /// <summary>A number that doesn't depend on the variable: derivative 0.</summary>
    public static Dual<T> Constant(T value) => new(value, Zero);

    /// <inheritdoc/>
    public static Dual<T> Of(double value) => Constant(T.Of(value));

    /// <inheritdoc/>
    public static Dual<T> Pi => Constant(T.Pi);

    /// <summary>x + y.</summary>
    public static Dual<T> operator +(Dual<T> x, Dual<T> y) => new(x.Value + y.Value, x.Derivative + y.Derivative);

    /// <summary>x − y.</summary>
    public static Dual<T> operator -(Dual<T> x, Dual<T> y) => new(x.Value - y.Value, x.Derivative - y.Derivative);

    /// <summary>x · y.</summary>
    public static Dual<T> operator *(Dual<T> x, Dual<T> y) =>
        new(x.Value * y.Value, x.Derivative * y.Value + x.Value * y.Derivative);

    /// <summary>x / y.</summary>
    public static Dual<T> operator /(Dual<T> x, Dual<T> y)
    {
        T quotient = x.Value / y.Value;
        return new(quotient, (x.Derivative - quotient * y.Derivative) / y.Value);
    }

    /// <summary>−x.</summary>
    public static Dual<T> operator -(Dual<T> x) => new(-x.Value, -x.Derivative);

    /// <summary>√x; the derivative is infinite at 0, NaN there where x' = 0.</summary>
    public static Dual<T> Sqrt(Dual<T> x)
    {
        T root = T.Sqrt(x.Value);
        return new(root, x.Derivative / (root + root));
    }

    /// <inheritdoc/>
    public static Dual<T> Exp(Dual<T> x)
    {
        T power = T.Exp(x.Value);
        return new(power, power * x.Derivative);
    }

    /// <inheritdoc/>
    public static Dual<T> Expm1(Dual<T> x) => new(T.Expm1(x.Value), T.Exp(x.Value) * x.Derivative);

    /// <inheritdoc/>
    public static Dual<T> Log(Dual<T> x) => new(T.Log(x.Value), x.Derivative / x.Value);

    /// <inheritdoc/>
    public static Dual<T> Log1p(Dual<T> x) => new(T.Log1p(x.Value), x.Derivative / (T.Of(1) + x.Value));

    /// <inheritdoc/>
    public static Dual<T> Cos(Dual<T> x) => new(T.Cos(x.Value), -T.Sin(x.Value) * x.Derivative);

    /// <inheritdoc/>
    public static Dual<T> Sin(Dual<T> x) => new(T.Sin(x.Value), T.Cos(x.Value) * x.Derivative);

    /// <inheritdoc/>
    public static Dual<T> Tanh(Dual<T> x) => new(T.Tanh(x.Value), Slope.Tanh(x.Value) * x.Derivative);

    /// <inheritdoc/>
    public static Dual<T> Erf(Dual<T> x) => new(T.Erf(x.Value), Slope.Erf(x.Value) * x.Derivative);

    /// <inheritdoc/>
    public static Dual<T> Erfc(Dual<T> x) => new(T.Erfc(x.Value), -Slope.Erf(x.Value) * x.Derivative);

    /// <inheritdoc/>
    public static Dual<T> NormalTwiceBelow(Dual<T> x)
    {
        var (twiceBelow, bell) = T.Normal(x.Value);
        return new(twiceBelow, Slope.NormalTwiceBelow(bell) * x.Derivative);
    }

    /// <inheritdoc/>
    public static Dual<T> NormalBell(Dual<T> x)
    {
        T bell = T.NormalBell(x.Value);
        return new(bell, -(x.Value * bell) * x.Derivative);
    }

    /// <summary>xʸ; x⁰ has derivative 0 for x, and where x ≤ 0, so that ln x is not real, y counts as constant.</summary>
    public static Dual<T> Pow(Dual<T> x, Dual<T> y)
    {
        T power = T.Pow(x.Value, y.Value);
        var (ofBase, ofExponent) = Slope.Pow(x.Value, y.Value, power);
        return new(power, ofBase * x.Derivative + ofExponent * y.Derivative);
    }

    /// <summary>xⁿ; n counts as constant, whatever derivative it carries.</summary>
    public static Dual<T> Power(Dual<T> x, Dual<T> n) => new(T.Power(x.Value, n.Value), Slope.Power(x.Value, n.Value) * x.Derivative);

    /// <summary>|x|; derivative 0 at 0.</summary>
    public static Dual<T> Abs(Dual<T> x) => new(
        T.Abs(x.Value),
        T.IfLess(x.Value, Zero, -x.Derivative, T.IfEqual(x.Value, Zero, Zero, x.Derivative)));

    /// <summary>The smaller; at a tie the derivative of x.</summary>
    public static Dual<T> Min(Dual<T> x, Dual<T> y) => new(
        T.Min(x.Value, y.Value),
        T.IfLess(y.Value, x.Value, y.Derivative, x.Derivative));

    /// <summary>The larger; at a tie the derivative of x.</summary>
    public static Dual<T> Max(Dual<T> x, Dual<T> y) => new(
        T.Max(x.Value, y.Value),
        T.IfLess(x.Value, y.Value, y.Derivative, x.Derivative));

    /// <summary>⌊x⌋; derivative 0 everywhere.</summary>
    public static Dual<T> Floor(Dual<T> x) => new(T.Floor(x.Value), Zero);

    /// <inheritdoc/>
    public static Dual<T> Fma(Dual<T> x, Dual<T> y, Dual<T> z) => new(
        T.Fma(x.Value, y.Value, z.Value),
        T.Fma(x.Derivative, y.Value, T.Fma(x.Value, y.Derivative, z.Derivative)));

    /// <summary>2^⌊log₂|x|⌋; derivative 0 everywhere.</summary>
    public static Dual<T> BinaryScale(Dual<T> x) => new(T.BinaryScale(x.Value), Zero);

    /// <inheritdoc/>
    public static Dual<T> IfLess(Dual<T> x, Dual<T> y, Dual<T> then, Dual<T> otherwise) => new(
        T.IfLess(x.Value, y.Value, then.Value, otherwise.Value),
        T.IfLess(x.Value, y.Value, then.Derivative, otherwise.Derivative));

    /// <inheritdoc/>
    public static Dual<T> IfEqual(Dual<T> x, Dual<T> y, Dual<T> then, Dual<T> otherwise) => new(
        T.IfEqual(x.Value, y.Value, then.Value, otherwise.Value),
        T.IfEqual(x.Value, y.Value, then.Derivative, otherwise.Derivative));

    /// <inheritdoc/>
    public static bool AllLess(Dual<T> x, Dual<T> y) => T.AllLess(x.Value, y.Value);

    /// <inheritdoc/>
    public static bool AllEqual(Dual<T> x, Dual<T> y) => T.AllEqual(x.Value, y.Value);

    /// <inheritdoc/>
    public static Dual<T> Product(Dual<T> x, Dual<T> y, Dual<T> z) => new(
        T.Product(x.Value, y.Value, z.Value),
        T.Product(x.Derivative, y.Value, z.Value) + T.Product(x.Value, y.Derivative, z.Value) + T.Product(x.Value, y.Value, z.Derivative));

    /// <inheritdoc/>
    public static Dual<T> Proportion(Dual<T> x, Dual<T> y, Dual<T> z)
    {
        T quotient = T.Proportion(x.Value, y.Value, z.Value);
        return new(quotient, T.Proportion(x.Derivative, y.Value, z.Value) + T.Proportion(x.Value, y.Derivative, z.Value) - T.Proportion(quotient, z.Derivative, z.Value));
    }

    /// <inheritdoc/>
    public static bool States => T.States;

    /// <summary>Value and derivative, each in the form that is computed.</summary>
    public static Dual<T> Rewritten(Dual<T> stated, Dual<T> computed) => new(T.Rewritten(stated.Value, computed.Value), T.Rewritten(stated.Derivative, computed.Derivative));
}
