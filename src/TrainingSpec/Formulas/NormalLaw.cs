using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What formulas of the standard normal law are made of.</summary>
internal static class NormalLaw
{
    /// <summary>erfc(−x/√2): twice the probability that a standard normal number lies below x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TwiceBelow<T>(T x)
        where T : IReal<T> => T.Erfc(-(x / T.Sqrt(T.Of(2))));

    /// <summary>e^(−x²/2): the density of a standard normal number at x, over that at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Bell<T>(T x)
        where T : IReal<T> => T.Exp(-(x * x / T.Of(2)));
}
