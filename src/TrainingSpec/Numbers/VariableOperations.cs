namespace TrainingSpec.Numbers;

/// <content>The operations, each with its partial derivatives.</content>
public sealed partial class Variable<T>
{
    /// <inheritdoc/>
    public static Variable<T> Of(double value) => Constant(T.Of(value));

    /// <inheritdoc/>
    public static Variable<T> Pi => Constant(T.Pi);

    /// <summary>x + y.</summary>
    public static Variable<T> operator +(Variable<T> x, Variable<T> y) => Record(x.Value + y.Value, (x, One), (y, One));

    /// <summary>x − y.</summary>
    public static Variable<T> operator -(Variable<T> x, Variable<T> y) => Record(x.Value - y.Value, (x, One), (y, -One));

    /// <summary>x · y.</summary>
    public static Variable<T> operator *(Variable<T> x, Variable<T> y) => Record(x.Value * y.Value, (x, y.Value), (y, x.Value));

    /// <summary>x / y.</summary>
    public static Variable<T> operator /(Variable<T> x, Variable<T> y)
    {
        T quotient = x.Value / y.Value;
        return Record(quotient, (x, One / y.Value), (y, -(quotient / y.Value)));
    }

    /// <summary>−x.</summary>
    public static Variable<T> operator -(Variable<T> x) => Record(-x.Value, (x, -One));

    /// <summary>√x; the derivative is infinite at 0.</summary>
    public static Variable<T> Sqrt(Variable<T> x)
    {
        T root = T.Sqrt(x.Value);
        return Record(root, (x, One / (root + root)));
    }

    /// <inheritdoc/>
    public static Variable<T> Exp(Variable<T> x)
    {
        T power = T.Exp(x.Value);
        return Record(power, (x, power));
    }

    /// <inheritdoc/>
    public static Variable<T> Expm1(Variable<T> x) => Record(T.Expm1(x.Value), (x, T.Exp(x.Value)));

    /// <inheritdoc/>
    public static Variable<T> Log(Variable<T> x) => Record(T.Log(x.Value), (x, One / x.Value));

    /// <inheritdoc/>
    public static Variable<T> Log1p(Variable<T> x) => Record(T.Log1p(x.Value), (x, One / (One + x.Value)));

    /// <inheritdoc/>
    public static Variable<T> Cos(Variable<T> x) => Record(T.Cos(x.Value), (x, -T.Sin(x.Value)));

    /// <inheritdoc/>
    public static Variable<T> Sin(Variable<T> x) => Record(T.Sin(x.Value), (x, T.Cos(x.Value)));

    /// <inheritdoc/>
    public static Variable<T> Tanh(Variable<T> x) => Record(T.Tanh(x.Value), (x, Slope.Tanh(x.Value)));

    /// <inheritdoc/>
    public static Variable<T> Erf(Variable<T> x) => Record(T.Erf(x.Value), (x, Slope.Erf(x.Value)));

    /// <inheritdoc/>
    public static Variable<T> Erfc(Variable<T> x) => Record(T.Erfc(x.Value), (x, -Slope.Erf(x.Value)));

    /// <inheritdoc/>
    public static Variable<T> NormalTwiceBelow(Variable<T> x)
    {
        var (twiceBelow, bell) = T.Normal(x.Value);
        return Record(twiceBelow, (x, Slope.NormalTwiceBelow(bell)));
    }

    /// <inheritdoc/>
    public static Variable<T> NormalBell(Variable<T> x)
    {
        T bell = T.NormalBell(x.Value);
        return Record(bell, (x, -(x.Value * bell)));
    }

    /// <summary>xʸ; x⁰ has derivative 0 for x, and where x ≤ 0, so that ln x is not real, y counts as constant.</summary>
    public static Variable<T> Pow(Variable<T> x, Variable<T> y)
    {
        T power = T.Pow(x.Value, y.Value);
        var (ofBase, ofExponent) = Slope.Pow(x.Value, y.Value, power);
        return Record(power, (x, ofBase), (y, ofExponent));
    }

    /// <summary>xⁿ; n counts as constant.</summary>
    public static Variable<T> Power(Variable<T> x, Variable<T> n) => Record(T.Power(x.Value, n.Value), (x, Slope.Power(x.Value, n.Value)));

    /// <summary>|x|; derivative 0 at 0.</summary>
    public static Variable<T> Abs(Variable<T> x) => Record(T.Abs(x.Value), (x, Slope.Abs(x.Value)));

    /// <summary>The smaller; at a tie the derivative is that of x.</summary>
    public static Variable<T> Min(Variable<T> x, Variable<T> y) => Record(
        T.Min(x.Value, y.Value), (x, T.IfLess(y.Value, x.Value, Zero, One)), (y, T.IfLess(y.Value, x.Value, One, Zero)));

    /// <summary>The larger; at a tie the derivative is that of x.</summary>
    public static Variable<T> Max(Variable<T> x, Variable<T> y) => Record(
        T.Max(x.Value, y.Value), (x, T.IfLess(x.Value, y.Value, Zero, One)), (y, T.IfLess(x.Value, y.Value, One, Zero)));

    /// <summary>⌊x⌋; derivative 0 everywhere.</summary>
    public static Variable<T> Floor(Variable<T> x) => Constant(T.Floor(x.Value));

    /// <inheritdoc/>
    public static Variable<T> Fma(Variable<T> x, Variable<T> y, Variable<T> z) =>
        Record(T.Fma(x.Value, y.Value, z.Value), (x, y.Value), (y, x.Value), (z, One));

    /// <summary>2^⌊log₂|x|⌋; derivative 0 everywhere.</summary>
    public static Variable<T> BinaryScale(Variable<T> x) => Constant(T.BinaryScale(x.Value));

    /// <inheritdoc/>
    public static Variable<T> IfLess(Variable<T> x, Variable<T> y, Variable<T> then, Variable<T> otherwise) => Record(
        T.IfLess(x.Value, y.Value, then.Value, otherwise.Value),
        (then, T.IfLess(x.Value, y.Value, One, Zero)), (otherwise, T.IfLess(x.Value, y.Value, Zero, One)));

    /// <inheritdoc/>
    public static Variable<T> IfEqual(Variable<T> x, Variable<T> y, Variable<T> then, Variable<T> otherwise) => Record(
        T.IfEqual(x.Value, y.Value, then.Value, otherwise.Value),
        (then, T.IfEqual(x.Value, y.Value, One, Zero)), (otherwise, T.IfEqual(x.Value, y.Value, Zero, One)));

    /// <inheritdoc/>
    public static bool AllLess(Variable<T> x, Variable<T> y) => T.AllLess(x.Value, y.Value);

    /// <inheritdoc/>
    public static bool AllEqual(Variable<T> x, Variable<T> y) => T.AllEqual(x.Value, y.Value);

    /// <inheritdoc/>
    public static Variable<T> Product(Variable<T> x, Variable<T> y, Variable<T> z) => Record(
        T.Product(x.Value, y.Value, z.Value), (x, y.Value * z.Value), (y, x.Value * z.Value), (z, x.Value * y.Value));

    /// <inheritdoc/>
    public static Variable<T> Proportion(Variable<T> x, Variable<T> y, Variable<T> z)
    {
        T quotient = T.Proportion(x.Value, y.Value, z.Value);
        return Record(quotient, (x, y.Value / z.Value), (y, x.Value / z.Value), (z, -(quotient / z.Value)));
    }

    /// <inheritdoc/>
    public static bool States => false;

    /// <summary>The form that is computed, with its own record.</summary>
    public static Variable<T> Rewritten(Variable<T> stated, Variable<T> computed) => computed;
}
