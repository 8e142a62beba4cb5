using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using static TrainingSpec.Tests.Generators.Refusal;
using Norm = TrainingSpec.Formulas.RmsNorm;

namespace TrainingSpec.Tests.RmsNorm;

/// <summary>RMS normalization against its definition, dual numbers, and rows that leave the range on the way.</summary>
internal sealed class RmsNormTests
{
    [Test]
    [Rule("RMS-NORM-1")]
    [Rule("RMS-NORM-2")]
    [Rule("RMS-NORM-3")]
    public void Gives_what_the_definition_gives()
    {
        double[] x = [0, 2, -4, 1], gain = [1, 2, 3, -1];
        double root = Math.Sqrt(21.0 / 4 + 0.5);
        Assert.That(Forward<Real64>(x, gain, 0.5).Y.Select(v => v.Value), Is.EqualTo(x.Zip(gain, (v, g) => g * v / root)).Within(1e-15));
        Assert.That(Forward<Real64>([0, 0], [1, 1], 0).Y.Select(v => v.Value), Is.All.Zero);
    }

    [Test]
    [Rule("RMS-NORM-4")]
    public void The_gradient_is_that_of_dual_numbers()
    {
        var random = new SplitMix(17);
        for (int trial = 0; trial < 20; trial++)
        {
            double[] x = Draw(random), gain = Draw(random), dy = Draw(random);
            (_, DoubleDouble[] normalized, DoubleDouble[] r) = Forward<DoubleDouble>(x, gain, 0.25);
            var dx = new DoubleDouble[x.Length];
            Norm.InputGradient<DoubleDouble>(Over<DoubleDouble>(dy), Over<DoubleDouble>(gain), normalized, r, dx);
            for (int i = 0; i < x.Length; i++)
            {
                Dual<DoubleDouble>[] duals = Over<Dual<DoubleDouble>>(x), y = new Dual<DoubleDouble>[x.Length];
                duals[i] = Dual<DoubleDouble>.Variable(x[i]);
                Norm.Forward<Dual<DoubleDouble>>(duals, Over<Dual<DoubleDouble>>(gain), 0.25, y, new Dual<DoubleDouble>[x.Length], new Dual<DoubleDouble>[1]);
                DoubleDouble sum = 0;
                for (int j = 0; j < y.Length; j++)
                    sum += dy[j] * y[j].Derivative;
                Assert.That((double)(dx[i] - sum), Is.Zero.Within(1e-26));
            }
        }
    }

    // 1e30² is no float, nor is 1e-40² or a gain times ∂L/∂y of 1e30 each.
    [Test]
    [Rule("RMS-NORM-1")]
    [Rule("RMS-NORM-4")]
    public void Rows_that_leave_the_range_on_the_way_keep_their_digits() => Assert.Multiple(() =>
    {
        Assert.That(Forward<Real32>([3e30, -4e30], [1, 1], 1e-6).Y.Select(v => (double)v.Value), Is.EqualTo(new[] { 3 / Math.Sqrt(12.5), -4 / Math.Sqrt(12.5) }).Within(2e-7));
        Assert.That(Forward<Real64>([double.Epsilon, 0], [1, 1], 0).Y.Select(v => v.Value), Is.EqualTo(new[] { Math.Sqrt(2), 0 }).Within(1e-15));
        Assert.That(Forward<Real32>([3e-30, -4e-30], [1, 1], 0).Y.Select(v => (double)v.Value), Is.EqualTo(new[] { 3 / Math.Sqrt(12.5), -4 / Math.Sqrt(12.5) }).Within(2e-7));
        (_, Real32[] normalized, Real32[] r) = Forward<Real32>([3e20, -4e20], [1e30, 1e30], 0);
        var dx = new Real32[2];
        Norm.InputGradient<Real32>(Over<Real32>([1e25, 0]), Over<Real32>([1e30, 1e30]), normalized, r, dx);

        // r(d − x̂·p̄) with d = (1e55, 0), x̂ = (3, −4)/√12.5 and p̄ = 1e55·3/√12.5/2, at a root mean square of √12.5·1e20.
        double root = Math.Sqrt(12.5);
        Assert.That((double)dx[0].Value, Is.EqualTo(1e35 * (1 - 4.5 / 12.5) / root).Within(16 * Real32.UnitRoundoff * 1e35));
        Assert.That((double)dx[1].Value, Is.EqualTo(1e35 * (6 / 12.5) / root).Within(16 * Real32.UnitRoundoff * 1e35));
    });

    // A record of operations is an object, and none stands for 0.
    [Test]
    [Rule("RMS-NORM-1")]
    public void Numbers_that_are_objects_give_the_same()
    {
        double[] x = [0, 2, -4, 1], gain = [1, 2, 3, -1];
        Assert.That(Forward<Variable<Real64>>(x, gain, 0.5).Y.Select(v => v.Value), Is.EqualTo(Forward<Real64>(x, gain, 0.5).Y));
    }

    [Test]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => Norm.Forward<Real64>([1], [1], -1, new Real64[1], new Real64[1], new Real64[1]), "eps", "eps = -1 is outside [0, inf)");
        Refused(() => Norm.Forward<Real64>([1, 2], [1], 1, new Real64[1], new Real64[1], new Real64[1]), "x", "x has 2 elements");
        Refused(() => Norm.Forward<Real32>([1], [1], 1e-60, new Real32[1], new Real32[1], new Real32[1]), "eps", "when rounded to");
    });

    private static (T[] Y, T[] Normalized, T[] Reciprocal) Forward<T>(double[] x, double[] gain, double eps)
        where T : IReal<T>
    {
        T[] y = new T[x.Length], normalized = new T[x.Length], r = new T[1];
        Norm.Forward<T>(Over<T>(x), Over<T>(gain), eps, y, normalized, r);
        return (y, normalized, r);
    }

    private static double[] Draw(SplitMix random) => [.. Enumerable.Range(0, 5).Select(_ => random.Sign() * random.Magnitude(-1, 1))];

    private static T[] Over<T>(double[] x)
        where T : IReal<T> => Generators.Over.Row<T>(x);
}
