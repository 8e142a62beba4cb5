using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>How a value of a formula answers to changes of the arguments: to a factor for each, to a number added to each, to a change of sign of each. The formula itself says which changes it allows.</summary>
/// <remarks>
/// Argument i is multiplied by f^dᵢ, or c·sᵢ is added to it, or its sign changes by eᵢ, with d, s, e unknown; a value is then multiplied by f to a linear form in d, and so on. What must hold for that, of a sum that both
/// terms have one factor, are linear equations. Source: Buckingham (1914) for the factors.
/// </remarks>
internal readonly record struct Traced(Linear Degree, Linear Shift, bool Grows, ulong Sign, double? Constant) : IReal<Traced>
{
    public static Traced Pi => Of(Math.PI);

    public static bool States => true;

    private bool IsZero => Constant == 0;

    public static Traced Of(double value) => new(Linear.Zero, Linear.Zero, false, 0, value);

    /// <summary>Argument i.</summary>
    public static Traced Argument(int i) => new(Linear.Unit(i), Linear.Unit(i), false, 1UL << i, null);

    public static Traced operator +(Traced x, Traced y)
    {
        if (x.IsZero || y.IsZero)
            return x.IsZero ? y : x;
        if (x.Constant is { } left && y.Constant is { } right)
            return Of(left + right);
        SameDegree(x.Degree, y.Degree);
        SameSign(x.Sign, y.Sign);
        Tracing.Now.Adds |= x.Constant is null && y.Constant is null;
        return Sum(x, y) with { Degree = x.Degree, Sign = x.Sign };
    }

    public static Traced operator -(Traced x, Traced y) => x + -y;

    public static Traced operator *(Traced x, Traced y)
    {
        Traced product = new(x.Degree + y.Degree, Linear.Zero, false, x.Sign ^ y.Sign, null);
        if (x.Constant is { } left && y.Constant is { } right)
            return Of(left * right);
        if ((x.Constant ?? y.Constant) is { } factor && (x.Constant is null ? x : y) is { Grows: false } other)
            return product with { Shift = other.Shift * factor };
        return Scaled(product, Weight(x) + Weight(y));
    }

    public static Traced operator /(Traced x, Traced y)
    {
        Traced quotient = new(x.Degree - y.Degree, Linear.Zero, false, x.Sign ^ y.Sign, null);
        if (y.Constant is { } divisor)
            return x.Constant is { } dividend ? Of(dividend / divisor) : quotient with { Shift = x.Shift * (1 / divisor), Grows = x.Grows };
        return Scaled(quotient, Weight(x) - Weight(y));
    }

    public static Traced operator -(Traced x) => x.Constant is { } c ? Of(-c) : x with { Shift = x.Grows ? x.Shift : x.Shift * -1 };

    public static Traced Sqrt(Traced x)
    {
        Even(x);
        return x.Constant is { } c ? Of(Math.Sqrt(c)) : Scaled(x with { Degree = x.Degree * 0.5, Sign = 0 }, Weight(x) * 0.5);
    }

    public static Traced Exp(Traced x)
    {
        SameDegree(x.Degree, Linear.Zero);
        Even(x);
        if (x.Grows)
            SameShift(x.Shift, Linear.Zero);
        return x.Constant is { } c ? Of(Math.Exp(c)) : new(Linear.Zero, x.Grows ? Linear.Zero : x.Shift, true, 0, null);
    }

    public static Traced Log(Traced x)
    {
        SameDegree(x.Degree, Linear.Zero);
        Even(x);
        return x.Constant is { } c ? Of(Math.Log(c)) : new(Linear.Zero, Weight(x), false, 0, null);
    }

    public static Traced Expm1(Traced x) => Fixed(x, even: true);

    public static Traced Log1p(Traced x) => Fixed(x, even: true);

    public static Traced Cos(Traced x) => Fixed(x, even: false) with { Sign = 0 };

    public static Traced Sin(Traced x) => Fixed(x, even: false);

    public static Traced Tanh(Traced x) => Fixed(x, even: false);

    public static Traced Erf(Traced x) => Fixed(x, even: false);

    public static Traced Erfc(Traced x) => Fixed(x, even: true);

    public static Traced Floor(Traced x) => Fixed(x, even: true);

    public static Traced Pow(Traced x, Traced y)
    {
        Even(x);
        Traced exponent = Fixed(y, even: true);
        return y.Constant is { } c ? Scaled(x with { Degree = x.Degree * c }, Weight(x) * c) : Fixed(x, even: true) with { Constant = exponent.Constant is null ? null : x.Constant };
    }

    public static Traced Power(Traced x, Traced n) => Pow(x, n);

    public static Traced Abs(Traced x) => x.Constant is { } c ? Of(Math.Abs(c)) : Scaled(x with { Sign = 0 }, Weight(x));

    public static Traced BinaryScale(Traced x) => Abs(x);

    public static Traced Min(Traced x, Traced y) => Max(x, y);

    public static Traced Max(Traced x, Traced y)
    {
        Even(x);
        Even(y);
        return Both(x, y);
    }

    public static Traced Fma(Traced x, Traced y, Traced z) => x * y + z;

    public static Traced Product(Traced x, Traced y, Traced z) => x * y * z;

    public static Traced Proportion(Traced x, Traced y, Traced z) => x * y / z;

    // The form that is stated says what the function is; what is computed has to keep it.
    public static Traced Rewritten(Traced stated, Traced computed) => stated;

    public static Traced IfLess(Traced x, Traced y, Traced then, Traced otherwise)
    {
        Even(x);
        Even(y);
        Both(x, y);
        return Both(then, otherwise);
    }

    public static Traced IfEqual(Traced x, Traced y, Traced then, Traced otherwise)
    {
        Both(x, y);
        return Both(then, otherwise);
    }

    public static bool AllLess(Traced x, Traced y) => true;

    public static bool AllEqual(Traced x, Traced y) => x == y;

    // The same change of both, 0 apart, which no factor and no sign changes.
    private static Traced Both(Traced x, Traced y)
    {
        if ((x.IsZero || y.IsZero) && (x.IsZero ? y : x) is { } other)
        {
            if (!other.Grows)
                SameShift(other.Shift, Linear.Zero);
            return other;
        }

        SameDegree(x.Degree, y.Degree);
        SameSign(x.Sign, y.Sign);
        SameShift(x.Shift, x.Grows == y.Grows ? y.Shift : Linear.Zero);
        SameShift(y.Shift, x.Grows == y.Grows ? x.Shift : Linear.Zero);
        return (x.Grows ? y : x) with { Constant = null };
    }

    private static Traced Fixed(Traced x, bool even)
    {
        SameDegree(x.Degree, Linear.Zero);
        SameShift(x.Shift, Linear.Zero);
        if (even)
            Even(x);
        return x with { Degree = Linear.Zero, Shift = Linear.Zero, Grows = false, Constant = null };
    }

    // What is added adds up; a term that grows by a factor needs that of the other, or none.
    private static Traced Sum(Traced x, Traced y)
    {
        if (!x.Grows && !y.Grows)
            return x with { Shift = x.Shift + y.Shift, Constant = null };
        (Traced growing, Traced other) = x.Grows ? (x, y) : (y, x);
        SameShift(growing.Shift, other.Grows ? other.Shift : Linear.Zero);
        return other with { Constant = null };
    }

    // A value as a factor: what is added to it must be nothing.
    private static Linear Weight(Traced x)
    {
        if (x.Grows)
            return x.Shift;
        SameShift(x.Shift, Linear.Zero);
        return Linear.Zero;
    }

    private static Traced Scaled(Traced x, Linear weight) => x with { Shift = weight, Grows = true, Constant = null };

    private static void Even(Traced x) => SameSign(x.Sign, 0);

    private static void SameDegree(Linear a, Linear b) => Tracing.Now.Degrees.Add(a - b);

    private static void SameShift(Linear a, Linear b) => Tracing.Now.Shifts.Add(a - b);

    private static void SameSign(ulong a, ulong b) => Tracing.Now.Signs.Add(a ^ b);
}
