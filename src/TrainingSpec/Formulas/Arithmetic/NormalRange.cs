using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Whether a value has all of its digits, in a number whose smallest normal value is not known.</summary>
internal static class NormalRange
{
    /// <summary><paramref name="then"/> where 2⁻⁶⁰ of x &gt; 0 is still there, else <paramref name="otherwise"/>: where x is or may be subnormal, or 0.</summary>
    /// <remarks>For numbers of up to 53 digits; ∞ and NaN give <paramref name="otherwise"/>, too. In half precision 2⁶⁰ is infinite and nothing counts as normal.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T IfNormal<T>(T x, T then, T otherwise)
        where T : IReal<T> => T.IfLess(Missing(x), T.Of(0.125) * x, then, otherwise);

    /// <summary>True where x is normal in that sense for certain, in every lane: what is there for the other case need not be evaluated.</summary>
    /// <remarks>In formulas that are kernels it stands before a question mark, not in an if that returns: of the latter ILGPU 1.5.3 makes a jump on its opposite, which in OpenCL C a NaN does not take.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNormal<T>(T x)
        where T : IReal<T> => T.AllLess(Missing(x), T.Of(0.125) * x);

    // What is lost of x by way of 2⁻⁶⁰·x.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Missing<T>(T x)
        where T : IReal<T> => T.Abs(T.Of(1.0 / (1L << 60)) * x * T.Of(1L << 60) - x);
}
