using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Whether a value has all of its digits, in a number whose smallest normal value is not known.</summary>
internal static class NormalRange
{
    /// <summary><paramref name="then"/> where 2⁻²⁴ of x still has the digits of x, else <paramref name="otherwise"/>: where x is or may be subnormal, 0 or no number.</summary>
    /// <remarks>In half precision 2²⁴ is infinite and nothing counts as normal.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T IfNormal<T>(T x, T then, T otherwise)
        where T : IReal<T> => T.IfEqual(T.Of(1.0 / (1 << 24)) * x * T.Of(1 << 24), x, T.IfEqual(x, T.Of(0), otherwise, then), otherwise);
}
