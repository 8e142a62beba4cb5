using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What is left of formulas of the standard normal law where their terms cancel.</summary>
internal static class NormalLaw
{
    private const int Terms = 96;

    /// <summary>σ(zΦ(z) + φ(z)) for z &lt; −2, in which the terms cancel: σφ(z)·k/(x + k) with x = −z and k = 1/(x + 2/(x + 3/(x + …))), by Laplace's continued fraction of Φ.</summary>
    /// <remarks>The terms left out count as if they were all alike; that is off by 2·10⁻¹⁸ of the result at z = −2, and by less below. Source: Abramowitz and Stegun (1964), 26.2.14.</remarks>
    public static T ImprovementFarBelow<T>(T z, T deviation)
        where T : IReal<T>
    {
        T x = T.Max(T.Of(2), -z), tail = T.Of(0.5) * (x + T.Sqrt(T.Fma(x, x, T.Of(4 * (Terms + 1)))));
        for (int k = Terms; k >= 2; k--)
            tail = x + T.Of(k) / tail;

        // kφ/(x + k) = φ/(1 + x·tail); the density is a fourth power, so that it is not subnormal before σ is there.
        T root = T.NormalBell(T.Of(0.5) * z);
        return T.Product(T.Product(deviation, root, root), root, root / ((T.Of(1) + x * tail) * T.Sqrt(T.Of(2) * T.Pi)));
    }
}
