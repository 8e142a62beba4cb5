using System.Runtime.CompilerServices;
using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Numbers;

/// <content>The standard normal law, far out of which what is rounded of an argument counts x² times.</content>
public static partial class Elementary
{
    /// <summary>erfc(−x/√2) by erfc of any number, with the roundings of its argument taken out again.</summary>
    /// <remarks>With −x/√2 = a + δ, where a is rounded, it is erfc a − 2/√π·e^(−x²/2)·(δ + aδ²) and terms in δ³.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T NormalTwiceBelow<T>(T x)
        where T : IReal<T>
    {
        T root = T.Sqrt(T.Of(2)), a = -(x / root), stated = T.Erfc(a);
        T ofRoot = T.Fma(-root, root, T.Of(2)) / (root + root), rest = -((T.Fma(a, root, x) + a * ofRoot) / root);
        T bell = NormalBell(x), computed = stated - T.Of(2) / T.Sqrt(T.Pi) * bell * (rest + a * rest * rest);

        // Where the density is 0 the square may have overflowed, and nothing is left to correct.
        return T.Rewritten(stated, T.IfLess(T.Of(0), bell, computed, stated));
    }

    /// <summary>e^(−x²/2) by the exponential of any number, with the rounding of the square taken out again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T NormalBell<T>(T x)
        where T : IReal<T>
    {
        T square = x * x, half = T.Fma(x, x, -square) / T.Of(2), stated = T.Exp(-(square / T.Of(2)));

        // e^(−half) to its third term; a half is at most a quarter, in bfloat16.
        return T.Rewritten(stated, T.IfLess(T.Of(0), stated, stated - stated * (half - half * half / T.Of(2)), stated));
    }

    /// <summary>erfc(−x/√2) and e^(−x²/2), of which the first is made, for a binary32 x, each for one conversion to binary32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T TwiceBelow, T Bell) NormalOfSingle<T>(T x) where T : IBinary64<T>
    {
        // x² is exact. Of x/√2, which is rounded, only the slow part of erfc is made.
        T magnitude = T.AtMost(T.Abs(x), T.Of(SingleNormalMost)), bell = BellOfSingle(magnitude);
        return (ErfcOfParts(magnitude * T.Of(RootOfHalf), bell, T.WithSignOf(T.Of(1), -x)), bell);
    }

    /// <summary>e^(−x²/2) for a binary32 x, for one conversion to binary32; from 14.421875 on, where that gives 0, as there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalBellOfSingle<T>(T x) where T : IBinary64<T> => BellOfSingle(T.AtMost(T.Abs(x), T.Of(SingleNormalMost)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T BellOfSingle<T>(T magnitude) where T : IBinary64<T>
    {
        var (expm1, power) = Expm1Reduced(T.Of(-0.5) * magnitude * magnitude);
        return T.Fma(power, expm1, power);
    }
}
