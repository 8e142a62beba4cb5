using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Generators;

/// <summary>Doubles as tensors over another number, and back.</summary>
internal static class Over
{
    public static T[] Row<T>(double[] x)
        where T : IReal<T> => Array.ConvertAll(x, v => T.Of(v));

    public static T[][] Rows<T>(double[][] x)
        where T : IReal<T> => Array.ConvertAll(x, Row<T>);

    /// <summary>Every bit of every element, in order.</summary>
    public static long[] Bits(IEnumerable<Real64[]> x) => [.. x.SelectMany(t => t).Select(v => BitConverter.DoubleToInt64Bits(v.Value))];

    public static long[] Bits(IEnumerable<Real32[]> x) => [.. x.SelectMany(t => t).Select(v => (long)BitConverter.SingleToInt32Bits(v.Value))];

    public static bool SameBits(Real64[][] x, Real64[][] y) => Bits(x).AsSpan().SequenceEqual(Bits(y));

    public static bool SameBits(double x, double y) => BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y);

    /// <summary>True where the value that was computed with bounds lies as near to the exact one as its bound says.</summary>
    public static bool Covers(Bounded<Real64> computed, DoubleDouble exact) =>
        double.IsFinite(computed.Bound) && DoubleDouble.Abs(computed.Value.Value - exact).High <= computed.Bound;
}
