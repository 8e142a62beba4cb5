using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The whole part of a quotient whose rounding may have reached the next whole number.</summary>
internal static class WholeQuotients
{
    /// <summary>⌊x/y⌋ for y &gt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Floor<T>(T x, T y)
        where T : IReal<T> => T.Rewritten(T.Floor(x / y), Lowered(T.Floor(x / y), x, y));

    /// <summary>⌈x/y⌉ for y &gt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Ceiling<T>(T x, T y)
        where T : IReal<T> => T.Rewritten(-T.Floor(-x / y), -Lowered(T.Floor(-x / y), -x, y));

    /// <summary>⌊u·n⌋ for u of [0, 1] and whole n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FloorOfProduct<T>(T u, T n)
        where T : IReal<T>
    {
        T floor = T.Floor(u * n);
        return T.Rewritten(floor, T.IfLess(T.Fma(u, n, -floor), T.Of(0), floor - T.Of(1), floor));
    }

    // A quotient rounded up to q has the remainder x − q·y < 0, whose sign one fused operation gets right; q is never too small, as rounding keeps whole numbers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Lowered<T>(T q, T x, T y)
        where T : IReal<T> => T.IfLess(T.Fma(-q, y, x), T.Of(0), q - T.Of(1), q);
}
