namespace TrainingSpec.Numbers;

/// <summary>Derivatives that <see cref="Dual{T}"/> and <see cref="Variable{T}"/> share, over any number.</summary>
internal static class Slope
{
    /// <summary>tanh' x = 4u/(1 + u)² with u = e^(−2|x|), which cancels nowhere.</summary>
    public static T Tanh<T>(T x) where T : IReal<T>
    {
        T u = T.Exp(T.Of(-2) * T.Abs(x)), sum = T.Of(1) + u;
        return T.Of(4) * u / (sum * sum);
    }

    /// <summary>erf' x = 2/√π·e^(−x²).</summary>
    public static T Erf<T>(T x) where T : IReal<T> => T.Of(2) / T.Sqrt(T.Pi) * T.Exp(-(x * x));

    /// <summary>√(2/π)·e^(−x²/2), the slope of <see cref="IReal{T}.NormalTwiceBelow"/>, of e^(−x²/2).</summary>
    public static T NormalTwiceBelow<T>(T bell) where T : IReal<T> => T.Sqrt(T.Of(2) / T.Pi) * bell;

    /// <summary>n·xⁿ⁻¹; 0 for n = 0.</summary>
    public static T Power<T>(T x, T n) where T : IReal<T> => n * T.Power(x, T.Max(n - T.Of(1), T.Of(0)));

    /// <summary>y·x^(y−1) for x, 0 where y is 0; x^y·ln x for y, 0 where x ≤ 0 and ln x is not real.</summary>
    public static (T OfBase, T OfExponent) Pow<T>(T x, T y, T power) where T : IReal<T>
    {
        T zero = T.Of(0);
        return (T.IfEqual(y, zero, zero, y * T.Pow(x, y - T.Of(1))), power * T.IfLess(zero, x, T.Log(x), zero));
    }

    /// <summary>The sign of x; 0 at 0.</summary>
    public static T Abs<T>(T x) where T : IReal<T> => T.IfLess(x, T.Of(0), T.Of(-1), T.IfEqual(x, T.Of(0), T.Of(0), T.Of(1)));
}
