using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Differences of logarithms and means of them, which keep their digits where the logarithms are nearly equal or large.</summary>
internal static class Logarithms
{
    /// <summary>ln x − ln y for positive x and y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Difference<T>(T x, T y)
        where T : IReal<T>
    {
        T ratio = x / y, distance = x - y;

        // Near each other by the exact difference, ordinarily by the quotient, and by that of fourth roots where it may overflow or be subnormal.
        T far = T.Of(4) * T.Log(T.Sqrt(T.Sqrt(x)) / T.Sqrt(T.Sqrt(y)));
        T apart = T.IfLess(T.Of(1.0 / (1 << 14)), ratio, T.IfLess(ratio, T.Of(1 << 15), T.Log(ratio), far), far);
        return T.Rewritten(T.Log(x) - T.Log(y), T.IfLess(T.Abs(distance), T.Of(0.5) * y, T.Log1p(distance / y), apart));
    }

    /// <summary>xᵖ·y^q·(1 + δ + δ²/2) for positive x and y and p + q = 1.</summary>
    /// <param name="x">x.</param>
    /// <param name="y">y.</param>
    /// <param name="p">p.</param>
    /// <param name="q">q.</param>
    /// <param name="moved">δ: what the roundings of p and q move the logarithm by.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mean<T>(T x, T y, T p, T q, T moved)
        where T : IReal<T>
    {
        T first = T.Pow(x, p), second = T.Pow(y, q), half = T.Of(0.5);

        T mean = !T.States && NormalRange.IsNormal(first) && NormalRange.IsNormal(second) ? first * second : OfRoots(x, y, p, q, first, second);
        return T.Fma(mean, T.Fma(half * moved, moved, moved), mean);
    }

    // A power that may be subnormal is taken of roots, whose product is squared.
    private static T OfRoots<T>(T x, T y, T p, T q, T first, T second)
        where T : IReal<T>
    {
        T half = T.Of(0.5), root = T.Pow(x, half * p) * T.Pow(y, half * q);
        return NormalRange.IfNormal(first, NormalRange.IfNormal(second, first * second, root * root), root * root);
    }
}
