using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Sums of two terms of which one may be more than the number holds, while the sum is not.</summary>
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
        where T : IReal<T> => T.IfLess(T.Abs(term), T.Of(double.PositiveInfinity), sum, part / T.Of(Part));
}
