using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>Unevaluated sums high + low inside the elementary functions: fast forms with errors of a few units in the 104th bit.</summary>
internal static class Pair
{
    /// <summary>(xh + xl) · (yh + yl).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T High, T Low) Multiply<T>(T xh, T xl, T yh, T yl) where T : IReal<T>
    {
        var (product, error) = ErrorFree.TwoProduct(xh, yh);
        return ErrorFree.FastTwoSum(product, error + T.Fma(xh, yl, xl * yh));
    }

    /// <summary>(xh + xl) / (yh + yl).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T High, T Low) Divide<T>(T xh, T xl, T yh, T yl) where T : IReal<T>
    {
        T quotient = xh / yh;
        T rest = T.Fma(-quotient, yh, xh) + T.Fma(-quotient, yl, xl);
        return ErrorFree.FastTwoSum(quotient, rest / yh);
    }

    /// <summary>(xh + xl) · (yh + yl) + (ch + cl), where |c| is at least |x·y|: one step of Horner's scheme.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T High, T Low) MultiplyAdd<T>(T xh, T xl, T yh, T yl, T ch, T cl) where T : IReal<T>
    {
        var (product, error) = ErrorFree.TwoProduct(xh, yh);
        error += T.Fma(xh, yl, xl * yh);
        var (sum, rest) = ErrorFree.FastTwoSum(ch, product);
        return ErrorFree.FastTwoSum(sum, rest + (error + cl));
    }

    /// <summary>(xh + xl) · (yh + yl) + (ch + cl) for any c that doesn't cancel the product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T High, T Low) MultiplyAddAny<T>(T xh, T xl, T yh, T yl, T ch, T cl) where T : IReal<T>
    {
        var (product, error) = ErrorFree.TwoProduct(xh, yh);
        error += T.Fma(xh, yl, xl * yh);
        var (sum, rest) = ErrorFree.TwoSum(ch, product);
        return ErrorFree.FastTwoSum(sum, rest + (error + cl));
    }
}
