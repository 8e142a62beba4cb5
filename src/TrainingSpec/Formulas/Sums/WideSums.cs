using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Sums of terms of which one, or the sum of some, may be more than the number holds, while the whole sum is not.</summary>
internal static class WideSums
{
    /// <summary>By this, a power of two, both terms are made smaller.</summary>
    public const double Part = 1.0 / (1 << 12);

    /// <summary>The sum itself where its first term is finite, else that of the smaller terms made large again.</summary>
    /// <param name="term">The term that may be infinite.</param>
    /// <param name="sum">The sum.</param>
    /// <param name="part">The sum of both terms times <see cref="Part"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T term, T sum, T part)
        where T : IReal<T> => Of(term, sum, part, T.Of(Part));

    /// <summary>The same for terms that were made smaller by another power of two.</summary>
    /// <param name="term">The term that may be infinite.</param>
    /// <param name="sum">The sum.</param>
    /// <param name="smaller">The sum of all terms times <paramref name="part"/>.</param>
    /// <param name="part">The power of two.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T term, T sum, T smaller, T part)
        where T : IReal<T> => T.IfLess(T.Abs(term), T.Of(double.PositiveInfinity), sum, smaller / part);

    /// <summary>A power of two by which so many terms are made smaller.</summary>
    public static T PartOf<T>(int count)
        where T : IReal<T> => T.Of(Part) / T.BinaryScale(T.Of(count));

    /// <summary>True where a number, or each of its lanes, is finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFinite<T>(T x)
        where T : IReal<T> => T.AllLess(T.Abs(x), T.Of(double.PositiveInfinity));
}
