using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>Exact values rounded once to binary32, to nearest, ties to even: proved, since both ends of what the value may be round alike.</summary>
public static class SingleRounding
{
    // Both are far above what the difference of two values of the most bits needs.
    private const int Spare = 1200;

    /// <summary>Evaluates with more and more digits until the radius of the value reaches no boundary between two floats.</summary>
    /// <param name="evaluate">What to evaluate, on this thread.</param>
    /// <returns>The float, and the value itself to a hundred bits.</returns>
    /// <exception cref="ArithmeticException">The radius still reaches one at <see cref="BigReal.MostPrecision"/> bits: the value may lie in the very middle.</exception>
    public static (float Rounded, DoubleDouble Value) Of(Func<BigReal> evaluate)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        for (int bits = BigReal.FirstPrecision; bits <= BigReal.MostPrecision; bits *= 2)
        {
            BigReal value = BigReal.WithPrecision(bits, evaluate);
            var (below, at, above) = BigReal.WithPrecision(bits + Spare, () => (Near(value - value.Radius), Near(value), Near(value + value.Radius)));
            if (((float)below).Equals((float)above))
                return ((float)at, at);
        }

        throw new ArithmeticException($"{BigReal.MostPrecision} bits don't tell how the value rounds");
    }

    // The nearest double and what it leaves: enough to round once to binary32, for which the sign of what is below the smallest double will do.
    private static DoubleDouble Near(BigReal value)
    {
        double nearest = (double)value;
        if (!double.IsFinite(nearest))
            return nearest;
        BigReal rest = value - nearest;
        double left = (double)rest;
        return DoubleDouble.Sum(nearest, left == 0 ? rest.Sign * double.Epsilon : left);
    }
}
