using Kernels = TrainingSpec.Numbers.Elementary;
using TrainingSpec.Numbers;
using static TrainingSpec.Numbers.QuickErfcConstants;
using static TrainingSpec.Tests.Elementary.Inputs;

namespace TrainingSpec.Tests.Elementary;

/// <summary>The first phases of the float functions keep the relative error that their test of the rounding assumes, 2⁻⁴⁸, with a factor of 2 to spare.</summary>
internal sealed class QuickPhaseTests
{
    private const double Promised = 1.0 / (1L << 49);

    private static IEnumerable<double> Floats(float from, float to, int count)
    {
        // Equal steps among the bit patterns, so that every binade takes part.
        uint first = BitConverter.SingleToUInt32Bits(from), last = BitConverter.SingleToUInt32Bits(to);
        return Enumerable.Range(0, count).Select(i => (double)BitConverter.UInt32BitsToSingle(first + (uint)((last - first) * (double)i / count)));
    }

    private static void Check(string name, Func<Real64, Real64> quick, Func<DoubleDouble, DoubleDouble> exact, IEnumerable<double> inputs)
    {
        double worst = 0;
        foreach (double x in inputs)
        {
            DoubleDouble right = exact(x);
            double error = DoubleDouble.Abs((DoubleDouble)quick(x).Value / right - 1).High;
            if (!(error <= Promised))
                Assert.Fail($"{name}({x:R}) is {quick(x)}, not {right}");
            worst = Math.Max(worst, error);
        }
        TestContext.Out.WriteLine($"{name}: at most 2^{Math.Log2(worst):F2}");
        // A first phase as good as rounding once would be a sign that nothing was measured.
        Assert.That(worst, Is.GreaterThan(Math.ScaleB(1, -54)));
    }

    [Test]
    public void Expm1_is_within_what_is_promised() => Check("expm1", Kernels.Expm1Quick, DoubleDouble.Expm1,
        Floats(1e-38f, 88.7f, 60_000).Concat(Floats(-1e-38f, -40f, 60_000)).Concat(Floats(0.1f, 20, 60_000)).Concat(Floats(-0.1f, -3, 60_000)));

    [Test]
    public void Log1p_is_within_what_is_promised() => Check("log1p", Kernels.Log1pQuick, DoubleDouble.Log1p,
        Floats(1e-38f, 3e38f, 60_000).Concat(Floats(-1e-38f, -0.99999994f, 60_000)).Concat(Floats(0.01f, 3, 60_000)).Concat(Floats(-0.01f, -0.9f, 60_000)));

    [Test]
    public void Erfc_is_within_what_is_promised() => Check("erfc", Kernels.ErfcQuick, DoubleDouble.Erfc,
        Floats(1e-20f, 0.01f, 10_000).Concat(Floats(0.01f, 10.5f, 60_000)).Concat(Floats(-1e-10f, -8, 40_000)));

    [Test]
    public void The_polynomial_of_erfc_is_what_its_remarks_say()
    {
        double[] coefficients =
            [Quick0, Quick1, Quick2, Quick3, Quick4, Quick5, Quick6, Quick7, Quick8, Quick9, Quick10, Quick11, Quick12, Quick13, Quick14, Quick15, Quick16, Quick17, Quick18, Quick19];
        double worst = 0;
        foreach (double x in Dense(0, 10.5, 1000).Concat([0, 10.5]))
        {
            DoubleDouble w = (x - DoubleDouble.Of(4)) / (x + DoubleDouble.Of(4)), sum = 0;
            for (int n = coefficients.Length - 1; n >= 0; n--)
                sum = sum * w + coefficients[n];
            DoubleDouble exact = DoubleDouble.Erfc(x) * DoubleDouble.Exp((DoubleDouble)x * x) * (x + DoubleDouble.Of(4));
            worst = Math.Max(worst, DoubleDouble.Abs(sum / exact - 1).High);
        }
        TestContext.Out.WriteLine($"2^{Math.Log2(worst):F2}");
        Assert.That(worst, Is.LessThan(Math.ScaleB(1, -53)));
    }
}
