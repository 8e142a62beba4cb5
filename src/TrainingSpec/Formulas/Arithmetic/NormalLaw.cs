using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What formulas of the standard normal law are made of, with the roundings of their arguments taken out again: far out, both change x² times as fast as x.</summary>
internal static class NormalLaw
{
    private const int Terms = 96;

    /// <summary>erfc(−x/√2): twice the probability that a standard normal number lies below x.</summary>
    /// <remarks>With −x/√2 = a + δ, where a is rounded, it is erfc a − 2/√π·e^(−x²/2)·(δ + aδ²) and terms in δ³.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TwiceBelow<T>(T x)
        where T : IReal<T>
    {
        T root = T.Sqrt(T.Of(2)), a = -(x / root), stated = T.Erfc(a);
        T ofRoot = T.Fma(-root, root, T.Of(2)) / (root + root), rest = -((T.Fma(a, root, x) + a * ofRoot) / root);
        T bell = Bell(x), computed = stated - T.Of(2) / T.Sqrt(T.Pi) * bell * (rest + a * rest * rest);

        // Where the density is 0 the square may have overflowed, and nothing is left to correct.
        return T.Rewritten(stated, T.IfLess(T.Of(0), bell, computed, stated));
    }

    /// <summary>σ(zΦ(z) + φ(z)) for z &lt; −2, in which the terms cancel: σφ(z)·k/(x + k) with x = −z and k = 1/(x + 2/(x + 3/(x + …))), by Laplace's continued fraction of Φ.</summary>
    /// <remarks>The terms left out count as if they were all alike; that is off by 2·10⁻¹⁸ of the result at z = −2, and by less below. Source: Abramowitz and Stegun (1964), 26.2.14.</remarks>
    public static T ImprovementFarBelow<T>(T z, T deviation)
        where T : IReal<T>
    {
        T x = T.Max(T.Of(2), -z), tail = T.Of(0.5) * (x + T.Sqrt(T.Fma(x, x, T.Of(4 * (Terms + 1)))));
        for (int k = Terms; k >= 2; k--)
            tail = x + T.Of(k) / tail;

        // kφ/(x + k) = φ/(1 + x·tail); the density is a fourth power, so that it is not subnormal before σ is there.
        T root = Bell(T.Of(0.5) * z);
        return T.Product(T.Product(deviation, root, root), root, root / ((T.Of(1) + x * tail) * T.Sqrt(T.Of(2) * T.Pi)));
    }

    /// <summary>e^(−x²/2): the density of a standard normal number at x, over that at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Bell<T>(T x)
        where T : IReal<T>
    {
        T square = x * x, half = T.Fma(x, x, -square) / T.Of(2), stated = T.Exp(-(square / T.Of(2)));

        // e^(−half) to its third term; a half is at most a quarter, in bfloat16.
        return T.Rewritten(stated, T.IfLess(T.Of(0), stated, stated - stated * (half - half * half / T.Of(2)), stated));
    }
}
