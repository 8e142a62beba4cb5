using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>An element's moments after a gradient, with the gradient and ε, all in one unit: a power of two, 1 where the second moment is a normal number.</summary>
/// <remarks>A step m̂/(√v̂ + ε) is the same in any unit of the gradient, and so it is right also where v is more or less than the number holds. Source: Kingma and Ba (2015), section 2.1, the invariance to the gradient's scale.</remarks>
/// <typeparam name="T">The number.</typeparam>
public readonly struct UnitMoments<T>
    where T : IReal<T>
{
    /// <summary>The unit u of the gradient.</summary>
    public T Unit { get; init; }

    /// <summary>g/u.</summary>
    public T Gradient { get; init; }

    /// <summary>m/u, of the moment after the gradient.</summary>
    public T First { get; init; }

    /// <summary>v/u², of the moment after the gradient.</summary>
    public T Second { get; init; }

    /// <summary>ε/u.</summary>
    public T Epsilon { get; init; }

    /// <summary>A square in that unit: x/u².</summary>
    /// <param name="square">Another second moment, or an ε inside the root.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Square(T square) => square / Unit / Unit;
}

/// <summary>Second moments that are more or less than a number holds.</summary>
/// <remarks>Source: Kingma and Ba (2015), section 2.1, the invariance to the gradient's scale.</remarks>
public static class UnitMoments
{
    /// <summary>1 where a second moment is held with all its digits, else 0.</summary>
    /// <param name="second">v after the gradient.</param>
    /// <param name="least">The smallest number that is held with all its digits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Held<T>(T second, T least)
        where T : IReal<T> => T.IfLess(second, least, T.Of(0), T.IfLess(second, T.Of(double.PositiveInfinity), T.Of(1), T.Of(0)));

    /// <summary>The moments after a gradient, in a unit of the size of the largest of |m|, |g|, √v and ε where v is not held.</summary>
    /// <param name="m">m before the gradient.</param>
    /// <param name="v">v before the gradient.</param>
    /// <param name="gradient">g.</param>
    /// <param name="second">v after the gradient, as the number holds it.</param>
    /// <param name="c">What all elements share.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnitMoments<T> Of<T>(T m, T v, T gradient, T second, AdamCoefficients<T> c)
        where T : IReal<T> => Of(m, v, gradient, second, c.EpsilonInsideRoot != 0 ? T.Sqrt(c.Epsilon) : c.Epsilon, c);

    /// <summary>The same with a size of its own that no unit falls below: that of another number that stands under the root with v.</summary>
    /// <param name="m">m before the gradient.</param>
    /// <param name="v">v before the gradient.</param>
    /// <param name="gradient">g.</param>
    /// <param name="second">v after the gradient, as the number holds it.</param>
    /// <param name="size">That size, in the unit of the gradient.</param>
    /// <param name="c">What all elements share.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnitMoments<T> Of<T>(T m, T v, T gradient, T second, T size, AdamCoefficients<T> c)
        where T : IReal<T>
    {
        T largest = T.Max(T.Max(T.Abs(m), T.Abs(gradient)), T.Max(T.Sqrt(v), size)), one = T.Of(1);
        T unit = T.IfLess(Held(second, c.LeastMoment), one, T.BinaryScale(largest), one), small = gradient / unit;
        return new()
        {
            Unit = unit,
            Gradient = small,
            First = Adam.FirstMoment(m / unit, small, c.Beta1, c.Share1),
            Second = Adam.SecondMoment(v / unit / unit, small, c.Beta2, c.Share2),
            Epsilon = c.Epsilon / unit,
        };
    }

    /// <summary>The smallest power of two below which the number has fewer digits; that of a double where it has no such end.</summary>
    public static T Least<T>()
        where T : IReal<T> => T.Of(Range<T>.Least);

    /// <summary>The same, or 0 where beside ε no smaller moment counts: its root is less than a quarter of ε's rounding.</summary>
    /// <param name="eps">ε, in [0, ∞), outside the root or inside.</param>
    /// <param name="correction">1 − β₂ᵗ, in (0, 1], by which the moment is divided.</param>
    public static T Least<T>(double eps, double correction)
        where T : IReal<T>
    {
        double most = eps * Range<T>.Roundoff / 4, moment = Range<T>.Least / correction;
        return Math.Sqrt(moment) <= most && moment <= most ? T.Of(0) : Least<T>();
    }

    private static class Range<T>
        where T : IReal<T>
    {
        public static readonly double Least = FindLeast();

        public static readonly double Roundoff = FindRoundoff();

        private const double SmallestNormal = 2.2250738585072014e-308;

        private static double FindLeast()
        {
            double least = 1;
            while (least > SmallestNormal && Hyperparameter.HasDigits<T>(Thirds(least / 2)))
                least /= 2;
            return least;
        }

        // Of a number that has no value of two doubles, no rounding is known: beside none of its ε a moment does not count.
        private static double FindRoundoff()
        {
            double roundoff = 1;
            while (DoubleDouble.ValueOf(T.Of(1 + roundoff)) is { } held && (double)held != 1)
                roundoff /= 2;
            return DoubleDouble.ValueOf(T.Of(1)) is null ? 0 : roundoff;
        }

        // Its digits go on for ever, so that none may be lost: 1⅓ times a power of two.
        private static double Thirds(double power) => power * (4.0 / 3);
    }
}
