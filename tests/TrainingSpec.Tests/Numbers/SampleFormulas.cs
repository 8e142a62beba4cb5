using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

/// <summary>Formulas that together use every member of IReal; only the tests of the numbers use them.</summary>
internal static class SampleFormulas
{
    /// <summary>Smooth in x for x &gt; 0, y &gt; 0.</summary>
    public static T Smooth<T>(T x, T y) where T : IReal<T> =>
        T.Exp(-x) * T.Log(x + y) / T.Sqrt(x * y) - T.Cos(T.Pi * x) * T.Power(x, T.Of(3)) + T.Fma(x, y, T.Of(0.5))
        + T.Sin(x) * T.Tanh(y - x) - T.Erf(x - y) * T.Pow(x, y)
        + T.Expm1(-x) * T.Log1p(y) * T.Erfc(x - y);

    /// <summary>Twice what the normal law has below x, by each number's own operation.</summary>
    public static T NormalTwiceBelow<T>(T x) where T : IReal<T> => T.NormalTwiceBelow(x);

    /// <summary>The density of the normal law over that at 0, by each number's own operation.</summary>
    public static T NormalBell<T>(T x) where T : IReal<T> => T.NormalBell(x);

    /// <summary>Has kinks and jumps.</summary>
    public static T Kinked<T>(T x, T y) where T : IReal<T> =>
        T.Max(x, y) * T.Min(x, T.Of(2)) + T.Abs(x - y) * T.Floor(x) / T.BinaryScale(x)
        + T.IfLess(x, y, x * x, y) - T.IfEqual(x, T.Of(1), T.Of(0.1), x);
}
