namespace TrainingSpec.Numbers;

/// <summary>x + ih with a tiny h: the imaginary part of f(x + ih), divided by h, is f'(x), and no difference of near values is taken.</summary>
/// <remarks>
/// + − · ÷ √, exp, tanh and the fused multiply-add are those of complex numbers; what other functions leave out is of the order of h² = 2⁻⁶⁰⁰. The number underneath needs the range of binary64.
/// Comparisons, Abs, Min, Max and Floor go by the real part, with the conventions of <see cref="Dual{T}"/> at points without a derivative. Source: Squire, Trapp, "Using complex variables
/// to estimate derivatives of real functions" (1998), eq. 1; Martins, Sturdza, Alonso, "The complex-step derivative approximation" (2003), §4.1 for Abs, Min and Max.
/// </remarks>
/// <typeparam name="T">The number underneath.</typeparam>
/// <param name="Real">The real part: f(x).</param>
/// <param name="Imaginary">The imaginary part: h·f'(x).</param>
public readonly record struct ComplexStep<T>(T Real, T Imaginary) : IReal<ComplexStep<T>>
    where T : IReal<T>
{
    // 2^−300: its square is lost beside 1, and it leaves room below for small derivatives and for the second part of a double-double.
    private const double Step = 4.909093465297727E-91;

    private static T Zero => T.Of(0);

    private static T Two => T.Of(2);

    /// <summary>f'(x).</summary>
    public T Derivative => Imaginary / T.Of(Step);

    /// <summary>The variable that is differentiated for: x + ih.</summary>
    public static ComplexStep<T> Variable(T value) => new(value, T.Of(Step));

    /// <summary>A number that doesn't depend on the variable.</summary>
    public static ComplexStep<T> Constant(T value) => new(value, Zero);

    /// <inheritdoc/>
    public static ComplexStep<T> Of(double value) => Constant(T.Of(value));

    /// <inheritdoc/>
    public static ComplexStep<T> Pi => Constant(T.Pi);

    /// <summary>x + y.</summary>
    public static ComplexStep<T> operator +(ComplexStep<T> x, ComplexStep<T> y) => new(x.Real + y.Real, x.Imaginary + y.Imaginary);

    /// <summary>x − y.</summary>
    public static ComplexStep<T> operator -(ComplexStep<T> x, ComplexStep<T> y) => new(x.Real - y.Real, x.Imaginary - y.Imaginary);

    /// <summary>x · y.</summary>
    public static ComplexStep<T> operator *(ComplexStep<T> x, ComplexStep<T> y) => new(
        x.Real * y.Real - x.Imaginary * y.Imaginary,
        x.Real * y.Imaginary + x.Imaginary * y.Real);

    /// <summary>x / y, by Smith's method for a divisor whose real part is the larger (1962).</summary>
    public static ComplexStep<T> operator /(ComplexStep<T> x, ComplexStep<T> y)
    {
        T ratio = y.Imaginary / y.Real, divisor = y.Real + y.Imaginary * ratio;
        return new((x.Real + x.Imaginary * ratio) / divisor, (x.Imaginary - x.Real * ratio) / divisor);
    }

    /// <summary>−x.</summary>
    public static ComplexStep<T> operator -(ComplexStep<T> x) => new(-x.Real, -x.Imaginary);

    /// <summary>√x = r + iw with r² − w² the real part of x and 2rw the imaginary one; the derivative is infinite at 0.</summary>
    public static ComplexStep<T> Sqrt(ComplexStep<T> x)
    {
        T root = T.Sqrt(x.Real), imaginary = x.Imaginary / (Two * root);
        return new(T.IfEqual(x.Real, Zero, root, T.Sqrt(x.Real + imaginary * imaginary)), imaginary);
    }

    /// <summary>e^(a + ib) = e^a·(cos b + i·sin b).</summary>
    public static ComplexStep<T> Exp(ComplexStep<T> x)
    {
        T power = T.Exp(x.Real);
        return new(power * T.Cos(x.Imaginary), power * T.Sin(x.Imaginary));
    }

    /// <summary>e^(a + ib) − 1, where cos b is 1 and sin b is b.</summary>
    public static ComplexStep<T> Expm1(ComplexStep<T> x) => new(T.Expm1(x.Real), T.Exp(x.Real) * x.Imaginary);

    /// <summary>ln x; the angle of x is Imaginary/Real.</summary>
    public static ComplexStep<T> Log(ComplexStep<T> x) => new(T.Log(x.Real), x.Imaginary / x.Real);

    /// <summary>ln(1 + x); the angle of 1 + x is Imaginary/(1 + Real).</summary>
    public static ComplexStep<T> Log1p(ComplexStep<T> x) => new(T.Log1p(x.Real), x.Imaginary / (T.Of(1) + x.Real));

    /// <summary>cos(a + ib) = cos a·cosh b − i·sin a·sinh b, where cosh b is 1 and sinh b is b.</summary>
    public static ComplexStep<T> Cos(ComplexStep<T> x) => new(T.Cos(x.Real), -(T.Sin(x.Real) * x.Imaginary));

    /// <summary>sin(a + ib) = sin a·cosh b + i·cos a·sinh b, where cosh b is 1 and sinh b is b.</summary>
    public static ComplexStep<T> Sin(ComplexStep<T> x) => new(T.Sin(x.Real), T.Cos(x.Real) * x.Imaginary);

    /// <summary>tanh(a + ib) = (tanh a + i·tan b)/(1 + i·tanh a·tan b), where tan b is b.</summary>
    public static ComplexStep<T> Tanh(ComplexStep<T> x)
    {
        T tanh = T.Tanh(x.Real);
        return new ComplexStep<T>(tanh, x.Imaginary) / new ComplexStep<T>(T.Of(1), tanh * x.Imaginary);
    }

    /// <summary>erf a + ib·2/√π·e^(−a²), the beginning of the series of erf(a + ib) in b.</summary>
    public static ComplexStep<T> Erf(ComplexStep<T> x) =>
        new(T.Erf(x.Real), Two / T.Sqrt(T.Pi) * T.Exp(-(x.Real * x.Real)) * x.Imaginary);

    /// <summary>erfc a − ib·2/√π·e^(−a²), the beginning of the series of erfc(a + ib) in b.</summary>
    public static ComplexStep<T> Erfc(ComplexStep<T> x) => new(T.Erfc(x.Real), -Slope.Erf(x.Real) * x.Imaginary);

    /// <summary>erfc(−a/√2) + ib·√(2/π)·e^(−a²/2), the beginning of its series in b.</summary>
    public static ComplexStep<T> NormalTwiceBelow(ComplexStep<T> x)
    {
        var (twiceBelow, bell) = T.Normal(x.Real);
        return new(twiceBelow, Slope.NormalTwiceBelow(bell) * x.Imaginary);
    }

    /// <summary>e^(−a²/2)·(1 − iab), the beginning of its series in b.</summary>
    public static ComplexStep<T> NormalBell(ComplexStep<T> x)
    {
        T bell = T.NormalBell(x.Real);
        return new(bell, -(x.Real * bell) * x.Imaginary);
    }

    /// <summary>xʸ = e^(y·ln x): its angle is that of y·ln x; where x is 0, and where x ≤ 0 for y, as <see cref="Dual{T}.Pow"/>.</summary>
    public static ComplexStep<T> Pow(ComplexStep<T> x, ComplexStep<T> y)
    {
        T power = T.Pow(x.Real, y.Real);
        T byBase = T.IfEqual(x.Real, Zero, Slope.Pow(x.Real, y.Real, power).OfBase * x.Imaginary, power * (y.Real * (x.Imaginary / x.Real)));
        T byExponent = power * (T.IfLess(Zero, x.Real, T.Log(x.Real), Zero) * y.Imaginary);
        return new(power, byBase + byExponent);
    }

    /// <summary>xⁿ by the first two terms of the binomial; n counts as constant.</summary>
    public static ComplexStep<T> Power(ComplexStep<T> x, ComplexStep<T> n) =>
        new(T.Power(x.Real, n.Real), Slope.Power(x.Real, n.Real) * x.Imaginary);

    /// <summary>x or −x, whichever has a positive real part; derivative 0 at 0.</summary>
    public static ComplexStep<T> Abs(ComplexStep<T> x) => new(
        T.Abs(x.Real),
        T.IfLess(x.Real, Zero, -x.Imaginary, T.IfEqual(x.Real, Zero, Zero, x.Imaginary)));

    /// <summary>The one with the smaller real part; at a tie x.</summary>
    public static ComplexStep<T> Min(ComplexStep<T> x, ComplexStep<T> y) => new(
        T.Min(x.Real, y.Real),
        T.IfLess(y.Real, x.Real, y.Imaginary, x.Imaginary));

    /// <summary>The one with the larger real part; at a tie x.</summary>
    public static ComplexStep<T> Max(ComplexStep<T> x, ComplexStep<T> y) => new(
        T.Max(x.Real, y.Real),
        T.IfLess(x.Real, y.Real, y.Imaginary, x.Imaginary));

    /// <summary>⌊x⌋; derivative 0 everywhere.</summary>
    public static ComplexStep<T> Floor(ComplexStep<T> x) => new(T.Floor(x.Real), Zero);

    /// <inheritdoc/>
    public static ComplexStep<T> Fma(ComplexStep<T> x, ComplexStep<T> y, ComplexStep<T> z) => new(
        T.Fma(x.Real, y.Real, z.Real - x.Imaginary * y.Imaginary),
        T.Fma(x.Real, y.Imaginary, T.Fma(x.Imaginary, y.Real, z.Imaginary)));

    /// <summary>2^⌊log₂|x|⌋; derivative 0 everywhere.</summary>
    public static ComplexStep<T> BinaryScale(ComplexStep<T> x) => new(T.BinaryScale(x.Real), Zero);

    /// <inheritdoc/>
    public static ComplexStep<T> IfLess(ComplexStep<T> x, ComplexStep<T> y, ComplexStep<T> then, ComplexStep<T> otherwise) => new(
        T.IfLess(x.Real, y.Real, then.Real, otherwise.Real),
        T.IfLess(x.Real, y.Real, then.Imaginary, otherwise.Imaginary));

    /// <inheritdoc/>
    public static ComplexStep<T> IfEqual(ComplexStep<T> x, ComplexStep<T> y, ComplexStep<T> then, ComplexStep<T> otherwise) => new(
        T.IfEqual(x.Real, y.Real, then.Real, otherwise.Real),
        T.IfEqual(x.Real, y.Real, then.Imaginary, otherwise.Imaginary));

    /// <inheritdoc/>
    public static bool AllLess(ComplexStep<T> x, ComplexStep<T> y) => T.AllLess(x.Real, y.Real);

    /// <inheritdoc/>
    public static bool AllEqual(ComplexStep<T> x, ComplexStep<T> y) => T.AllEqual(x.Real, y.Real);

    /// <inheritdoc/>
    public static ComplexStep<T> Product(ComplexStep<T> x, ComplexStep<T> y, ComplexStep<T> z) => new(
        T.Product(x.Real, y.Real, z.Real),
        T.Product(x.Imaginary, y.Real, z.Real) + T.Product(x.Real, y.Imaginary, z.Real) + T.Product(x.Real, y.Real, z.Imaginary));

    /// <inheritdoc/>
    public static ComplexStep<T> Proportion(ComplexStep<T> x, ComplexStep<T> y, ComplexStep<T> z)
    {
        T quotient = T.Proportion(x.Real, y.Real, z.Real);
        return new(quotient, T.Proportion(x.Imaginary, y.Real, z.Real) + T.Proportion(x.Real, y.Imaginary, z.Real) - T.Proportion(quotient, z.Imaginary, z.Real));
    }

    /// <inheritdoc/>
    public static bool States => T.States;

    /// <inheritdoc/>
    public static ComplexStep<T> Rewritten(ComplexStep<T> stated, ComplexStep<T> computed) => new(T.Rewritten(stated.Real, computed.Real), T.Rewritten(stated.Imaginary, computed.Imaginary));
}
