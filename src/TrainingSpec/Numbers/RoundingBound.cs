using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>How far roundings one after another can lead away.</summary>
/// <remarks>Source: Higham, "Accuracy and Stability of Numerical Algorithms" (2002), section 3.1.</remarks>
public static class RoundingBound
{
    /// <summary>γₙ = n·u/(1 − n·u): the largest relative error of a product of n factors (1 + δ), |δ| ≤ u.</summary>
    /// <typeparam name="T">The number.</typeparam>
    /// <param name="roundings">n ≥ 0.</param>
    /// <param name="unitRoundoff">u; n·u must stay below 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gamma<T>(T roundings, T unitRoundoff)
        where T : IReal<T> => roundings * unitRoundoff / (T.Of(1) - roundings * unitRoundoff);
}
