using System.Numerics;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

/// <summary>What a number of 16 bits has to be, by the list of its values and by exact fractions; nothing of the code under test is used.</summary>
internal static class SixteenBits
{
    public const int Sign = 0x8000;

    public static ushort Bits<T>(T x) => x switch
    {
        Float16 half => half.Bits,
        BFloat16 brain => brain.Bits,
        _ => throw new ArgumentException($"{typeof(T).Name} has not 16 bits.", nameof(x)),
    };

    public static T Pattern<T>(int bits) =>
        typeof(T) == typeof(Float16) ? (T)(object)Float16.FromBits((ushort)bits) : (T)(object)BFloat16.FromBits((ushort)bits);

    public static ExhaustiveRounding.Definition DefinitionOf<T>() =>
        typeof(T) == typeof(Float16) ? ExhaustiveRounding.Definition.Float16 : ExhaustiveRounding.Definition.BFloat16;

    /// <summary>The pattern of ∞, which follows the largest finite one.</summary>
    public static int Infinity<T>() => DefinitionOf<T>().Magnitudes.Count - 1;

    /// <summary>The pattern nearest to a double, ties to even; null for NaN.</summary>
    public static int? Nearest<T>(double x)
    {
        if (double.IsNaN(x))
            return null;
        IReadOnlyList<double> list = DefinitionOf<T>().Magnitudes;
        double magnitude = Math.Abs(x);
        return (double.IsNegative(x) ? Sign : 0) | Search<T>(m => m <= magnitude, lower => (magnitude - list[lower]).CompareTo(list[lower + 1] - magnitude));
    }

    /// <summary>The pattern nearest to numerator/denominator, ties to even.</summary>
    public static int Nearest<T>(BigInteger numerator, BigInteger denominator)
    {
        IReadOnlyList<double> list = DefinitionOf<T>().Magnitudes;
        BigInteger magnitude = BigInteger.Abs(numerator), size = BigInteger.Abs(denominator);
        // Over 2^300 every value and midpoint of either format is whole.
        BigInteger scaled = magnitude << 300;
        return (numerator.Sign * denominator.Sign < 0 ? Sign : 0) | Search<T>(
            m => Whole(m) * size <= scaled, lower => (2 * scaled).CompareTo((Whole(list[lower]) + Whole(list[lower + 1])) * size));
    }

    /// <summary>The pattern nearest to the root of numerator/denominator.</summary>
    public static int NearestRoot<T>(BigInteger numerator, BigInteger denominator)
    {
        IReadOnlyList<double> list = DefinitionOf<T>().Magnitudes;
        BigInteger scaled = numerator << 600;
        return Search<T>(m => Whole(m) * Whole(m) * denominator <= scaled,
            lower => (4 * scaled).CompareTo(BigInteger.Pow(Whole(list[lower]) + Whole(list[lower + 1]), 2) * denominator));
    }

    public static (BigInteger Numerator, BigInteger Denominator) Exact(double x)
    {
        var (mantissa, exponent) = Dyadic.Exact(x);
        return exponent >= 0 ? (mantissa << exponent, BigInteger.One) : (mantissa, BigInteger.One << -exponent);
    }

    private static BigInteger Whole(double magnitude)
    {
        var (mantissa, exponent) = Dyadic.Exact(magnitude);
        return exponent + 300 >= 0 ? mantissa << (exponent + 300) : mantissa >> -(exponent + 300);
    }

    // The last value that is not above the exact one, or its neighbour: the side of the midpoint decides.
    private static int Search<T>(Func<double, bool> notAbove, Func<int, int> sideOfMidpoint)
    {
        IReadOnlyList<double> list = DefinitionOf<T>().Magnitudes;
        int low = 0, high = list.Count - 1;
        if (notAbove(list[high]))
            return high;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = notAbove(list[middle]) ? (middle, high) : (low, middle);
        }
        int side = sideOfMidpoint(low);
        return side > 0 || (side == 0 && low % 2 == 1) ? low + 1 : low;
    }
}
