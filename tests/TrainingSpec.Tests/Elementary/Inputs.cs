using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Elementary;

/// <summary>Inputs for functions of one double, and the comparison with the oracle over them.</summary>
internal static class Inputs
{
    // Worst distance from the oracle over the inputs, in ULPs.
    public static (double Worst, double At) Worst(Func<double, double> f, Func<DoubleDouble, DoubleDouble> oracle, IEnumerable<double> inputs)
    {
        (double Worst, double At) worst = (0, double.NaN);
        foreach (double x in inputs)
        {
            double error = Ulp.Error(f(x), oracle(x));
            if (!(error <= worst.Worst))
                worst = (error, x);
        }
        return worst;
    }

    public static void Check(string name, Func<double, double> f, Func<DoubleDouble, DoubleDouble> oracle, IEnumerable<double> inputs, double bound)
    {
        var (worst, at) = Worst(f, oracle, inputs);
        TestContext.Out.WriteLine($"{name}: at most {worst:F6} ULP, at {at:R}");
        Assert.That(worst, Is.LessThanOrEqualTo(bound), $"{name} at {at:R}");
    }

    public static IEnumerable<double> Dense(double from, double to, int count) =>
        Enumerable.Range(0, count).Select(i => from + (to - from) * (i + 0.137) / count);

    public static IEnumerable<double> Around(IEnumerable<double> centres, int steps) =>
        centres.SelectMany(x => Enumerable.Range(-steps, 2 * steps + 1).Select(i => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) + i)));

    public static IEnumerable<double> AnyBits(int count, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)));
    }

    public static IEnumerable<double> Special { get; } =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 2, double.Epsilon, -double.Epsilon, 3 * double.Epsilon, 2.2250738585072014E-308, -2.2250738585072009E-308, 1e-300, 1e-160, 1e-20, 1e-8,
        double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];
}
