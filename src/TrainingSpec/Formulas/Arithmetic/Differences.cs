using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>A difference that goes into a product or a quotient, and may itself be more than the number holds: of numbers above 1 the halves are subtracted, which is exact but for the last bit of a subnormal one.</summary>
internal static class Differences
{
    /// <summary>(x − y)·z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Times<T>(T x, T y, T z)
        where T : IReal<T> => T.Rewritten((x - y) * z, Part(x, y) * z * Unit(x, y));

    /// <summary>(x − y)/z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Over<T>(T x, T y, T z)
        where T : IReal<T> => T.Rewritten((x - y) / z, T.Proportion(Part(x, y), Unit(x, y), z));

    /// <summary>(x − y)/(z − w).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Ratio<T>(T x, T y, T z, T w)
        where T : IReal<T> => T.Rewritten((x - y) / (z - w), T.Proportion(Part(x, y), Unit(x, y) / Unit(z, w), Part(z, w)));

    /// <summary>The difference, or half of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Part<T>(T x, T y)
        where T : IReal<T>
    {
        T half = T.IfLess(T.Of(1), Larger(x, y), T.Of(0.5), T.Of(1));
        return half * x - half * y;
    }

    /// <summary>What the part is multiplied by: 1 or 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Unit<T>(T x, T y)
        where T : IReal<T> => T.IfLess(T.Of(1), Larger(x, y), T.Of(2), T.Of(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Larger<T>(T x, T y)
        where T : IReal<T> => T.Max(T.Abs(x), T.Abs(y));
}
