using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>Error-free transformations: a rounded sum or product together with its exact rounding error.</summary>
/// <remarks>Source: Joldes, Muller, Popescu, "Tight and rigorous error bounds for basic building blocks of double-word arithmetic" (2017), algorithms 1 to 3.</remarks>
public static class ErrorFree
{
    /// <summary>x + y = Sum + Error exactly, for any finite x and y whose sum is finite (Knuth).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Sum, T Error) TwoSum<T>(T x, T y) where T : IReal<T>
    {
        T sum = x + y;
        T xPart = sum - y;
        T yPart = sum - xPart;
        return (sum, (x - xPart) + (y - yPart));
    }

    /// <summary>x + y = Sum + Error exactly, where x is 0 or its exponent is at least that of y (Dekker).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Sum, T Error) FastTwoSum<T>(T x, T y) where T : IReal<T>
    {
        T sum = x + y;
        return (sum, y - (sum - x));
    }

    /// <summary>x · y = Product + Error exactly, where the error doesn't underflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Product, T Error) TwoProduct<T>(T x, T y) where T : IReal<T>
    {
        T product = x * y;
        return (product, T.Fma(x, y, -product));
    }
}
