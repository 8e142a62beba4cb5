using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>Expressions that an optimizing compiler would like to write otherwise, each with another value for some operands: a machine, a setting or a number that keeps them has IEEE 754's arithmetic.</summary>
/// <remarks>Each method computes what stands in it, operation by operation. Source: IEEE Std 754-2019, section 10.4 ("Literal meaning and value-changing optimizations").</remarks>
public static class CompilerTraps
{
    /// <summary>a·b + c: not one operation rounded once.</summary>
    public static T SumOfProduct<T>(T a, T b, T c)
        where T : IReal<T> => a * b + c;

    /// <summary>a·b − c: not one operation rounded once.</summary>
    public static T DifferenceOfProduct<T>(T a, T b, T c)
        where T : IReal<T> => a * b - c;

    /// <summary>c − a·b: not one operation rounded once.</summary>
    public static T LessProduct<T>(T a, T b, T c)
        where T : IReal<T> => c - a * b;

    /// <summary>(a + b) + c: not a + (b + c).</summary>
    public static T SumFromTheLeft<T>(T a, T b, T c)
        where T : IReal<T> => a + b + c;

    /// <summary>a + (b + c): not (a + b) + c.</summary>
    public static T SumFromTheRight<T>(T a, T b, T c)
        where T : IReal<T> => a + (b + c);

    /// <summary>(a·b)·c: not a·(b·c).</summary>
    public static T ProductFromTheLeft<T>(T a, T b, T c)
        where T : IReal<T> => a * b * c;

    /// <summary>a·(b·c): not (a·b)·c.</summary>
    public static T ProductFromTheRight<T>(T a, T b, T c)
        where T : IReal<T> => a * (b * c);

    /// <summary>a·b + a·c: not a·(b + c).</summary>
    public static T SumOfProducts<T>(T a, T b, T c)
        where T : IReal<T> => a * b + a * c;

    /// <summary>a·(b + c): not a·b + a·c.</summary>
    public static T ProductOfSum<T>(T a, T b, T c)
        where T : IReal<T> => a * (b + c);

    /// <summary>a/b: not a times the reciprocal of b.</summary>
    public static T Quotient<T>(T a, T b, T c)
        where T : IReal<T> => a / b;

    /// <summary>a/3: not a times the reciprocal of a constant.</summary>
    public static T QuotientByThree<T>(T a, T b, T c)
        where T : IReal<T> => a / T.Of(3);

    /// <summary>(a/b)/c: not a/(b·c).</summary>
    public static T QuotientOfQuotient<T>(T a, T b, T c)
        where T : IReal<T> => a / b / c;

    /// <summary>a·b/b: not a.</summary>
    public static T ProductOverFactor<T>(T a, T b, T c)
        where T : IReal<T> => a * b / b;

    /// <summary>(a + b) − b: not a.</summary>
    public static T SumLessTerm<T>(T a, T b, T c)
        where T : IReal<T> => a + b - b;

    /// <summary>(a − b) + b: not a.</summary>
    public static T DifferencePlusTerm<T>(T a, T b, T c)
        where T : IReal<T> => a - b + b;

    /// <summary>a + 0: not a, which may be −0.</summary>
    public static T PlusZero<T>(T a, T b, T c)
        where T : IReal<T> => a + T.Of(0);

    /// <summary>0 − a: not −a, since 0 − 0 = 0.</summary>
    public static T ZeroLess<T>(T a, T b, T c)
        where T : IReal<T> => T.Of(0) - a;

    /// <summary>a·0: not 0, for −0, NaN and the infinities.</summary>
    public static T TimesZero<T>(T a, T b, T c)
        where T : IReal<T> => a * T.Of(0);

    /// <summary>a − a: not 0, for NaN and the infinities.</summary>
    public static T LessItself<T>(T a, T b, T c)
        where T : IReal<T> => a - a;

    /// <summary>a/a: not 1, for 0, NaN and the infinities.</summary>
    public static T OverItself<T>(T a, T b, T c)
        where T : IReal<T> => a / a;

    /// <summary>−(a − b): not b − a, whose zero has the other sign.</summary>
    public static T NegatedDifference<T>(T a, T b, T c)
        where T : IReal<T> => -(a - b);

    /// <summary>√(a·a): not |a|, where the square leaves the range.</summary>
    public static T RootOfSquare<T>(T a, T b, T c)
        where T : IReal<T> => T.Sqrt(a * a);

    /// <summary>√a·√a: not a.</summary>
    public static T SquareOfRoot<T>(T a, T b, T c)
        where T : IReal<T> => T.Sqrt(a) * T.Sqrt(a);

    /// <summary>√a/√b: not √(a/b).</summary>
    public static T QuotientOfRoots<T>(T a, T b, T c)
        where T : IReal<T> => T.Sqrt(a) / T.Sqrt(b);

    /// <summary>a/√b: not a times a reciprocal root.</summary>
    public static T OverRoot<T>(T a, T b, T c)
        where T : IReal<T> => a / T.Sqrt(b);

    /// <summary>What a + b loses by rounding: not 0. Source: Knuth, TAOCP 2, section 4.2.2, theorem B.</summary>
    public static T LostOfSum<T>(T a, T b, T c)
        where T : IReal<T>
    {
        T sum = a + b, part = sum - a;
        return a - (sum - part) + (b - part);
    }

    /// <summary>a + b + c with what the first addition lost: not the plain sum. Source: Kahan (1965).</summary>
    public static T CompensatedSum<T>(T a, T b, T c)
        where T : IReal<T>
    {
        T sum = a + b, lost = sum - a - b;
        return sum + (c - lost);
    }

    /// <summary>a·b: a subnormal product is no 0.</summary>
    public static T SmallProduct<T>(T a, T b, T c)
        where T : IReal<T> => a * b;

    /// <summary>a + b: subnormal terms are no zeros, nor is their sum.</summary>
    public static T SmallSum<T>(T a, T b, T c)
        where T : IReal<T> => a + b;

    /// <summary>0 if a &lt; b, else 1: not 1 if b ≤ a, else 0, for NaN is neither.</summary>
    public static T NotLess<T>(T a, T b, T c)
        where T : IReal<T> => T.IfLess(a, b, T.Of(0), T.Of(1));

    /// <summary>1 if a = a, else 0: not 1, for NaN.</summary>
    public static T EqualToItself<T>(T a, T b, T c)
        where T : IReal<T> => T.IfEqual(a, a, T.Of(1), T.Of(0));

    /// <summary>(0.1 + 0.2)·a: the sum of the constants is that of the format, not 0.3.</summary>
    public static T SumOfTenths<T>(T a, T b, T c)
        where T : IReal<T> => (T.Of(0.1) + T.Of(0.2)) * a;

    /// <summary>All of them by name, in the order in which they stand here.</summary>
    public static IReadOnlyList<KeyValuePair<string, Func<T, T, T, T>>> Over<T>()
        where T : IReal<T> =>
    [
        new(nameof(SumOfProduct), SumOfProduct), new(nameof(DifferenceOfProduct), DifferenceOfProduct), new(nameof(LessProduct), LessProduct),
        new(nameof(SumFromTheLeft), SumFromTheLeft), new(nameof(SumFromTheRight), SumFromTheRight),
        new(nameof(ProductFromTheLeft), ProductFromTheLeft), new(nameof(ProductFromTheRight), ProductFromTheRight),
        new(nameof(SumOfProducts), SumOfProducts), new(nameof(ProductOfSum), ProductOfSum),
        new(nameof(Quotient), Quotient), new(nameof(QuotientByThree), QuotientByThree), new(nameof(QuotientOfQuotient), QuotientOfQuotient),
        new(nameof(ProductOverFactor), ProductOverFactor), new(nameof(SumLessTerm), SumLessTerm), new(nameof(DifferencePlusTerm), DifferencePlusTerm),
        new(nameof(PlusZero), PlusZero), new(nameof(ZeroLess), ZeroLess), new(nameof(TimesZero), TimesZero),
        new(nameof(LessItself), LessItself), new(nameof(OverItself), OverItself), new(nameof(NegatedDifference), NegatedDifference),
        new(nameof(RootOfSquare), RootOfSquare), new(nameof(SquareOfRoot), SquareOfRoot), new(nameof(QuotientOfRoots), QuotientOfRoots), new(nameof(OverRoot), OverRoot),
        new(nameof(LostOfSum), LostOfSum), new(nameof(CompensatedSum), CompensatedSum),
        new(nameof(SmallProduct), SmallProduct), new(nameof(SmallSum), SmallSum), new(nameof(NotLess), NotLess), new(nameof(EqualToItself), EqualToItself),
        new(nameof(SumOfTenths), SumOfTenths),
    ];
}
