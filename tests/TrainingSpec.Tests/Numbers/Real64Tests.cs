using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

/// <summary>What is left of 1 in binary64 against numbers of any precision, without double-double in between: below one unit in the last place, subnormal results included.</summary>
internal sealed class Real64Tests
{
    private static readonly (string Name, Func<double, double> Function, Func<BigReal, BigReal> Exact, double From, double To, double[] Hard)[] Functions =
    [
        // Where 1 falls out of sight on either side, where the reduction by ln 2 changes its k, where eˣ overflows.
        ("expm1", x => Real64.Expm1(x), BigReal.Expm1, -745, 709.782712893384, [-37.42994775023705, 38.1230949296, 36.7368005696771, -1e-16, 709.782712893384, .. Enumerable.Range(-4, 9).Select(k => (k + 0.5) * Math.Log(2))]),

        // Next to the pole, where 1 + x changes its exponent, and where x rounds 1 away.
        ("log1p", x => Real64.Log1p(x), BigReal.Log1p, -1, 1e308, [-0.9999999999999998, -0.5, Math.Sqrt(0.5) - 1, Math.Sqrt(2) - 1, 1, 3, 9007199254740992, 1e-16, -1e-16]),

        // Where erfc becomes 1 and 2, where the rule changes, where the square's roundings count most, and where the result becomes subnormal.
        ("erfc", x => Real64.Erfc(x), BigReal.Erfc, -6, 27.22, [0.5, 4, -5.863584748755168, 8.936, 26.543258, 27.2, 1e-17, -1e-17]),
    ];

    private static IEnumerable<string> Names => Functions.Select(f => f.Name);

    [TestCaseSource(nameof(Names))]
    public void Dense_and_hard_grids_are_within_a_unit(string name)
    {
        var (_, function, exact, from, to, hard) = Functions.Single(f => f.Name == name);
        var (worst, at) = Worst(function, exact, Grid(from, to, hard));
        TestContext.Out.WriteLine($"{name}: at most {worst:F4} ULP, at {at:R}");
        Assert.That(worst, Is.LessThan(1), $"{name}({at:R})");
    }

    // The loss of half a unit somewhere on the grid is seen, as is the loss of what a low part or a correction brings.
    [TestCaseSource(nameof(Names))]
    public void A_function_that_loses_a_unit_or_cancels_is_caught(string name)
    {
        var (_, function, exact, from, to, hard) = Functions.Single(f => f.Name == name);
        Func<double, double> naive = name switch { "expm1" => x => Real64.Exp(x) - 1, "log1p" => x => Real64.Log(1 + x), _ => x => 1 - Real64.Erf(x) };
        Assert.Multiple(() =>
        {
            Assert.That(Worst(naive, exact, Grid(from, to, hard)).Worst, Is.GreaterThan(1000));
            Assert.That(Worst(x => x is > 0.3 and < 0.31 ? Math.BitIncrement(function(x)) : function(x), exact, [.. Grid(from, to, hard), 0.301, 0.302, 0.303, 0.304]).Worst, Is.GreaterThan(1));
        });
    }

    private static (double Worst, double At) Worst(Func<double, double> function, Func<BigReal, BigReal> exact, IEnumerable<double> inputs)
    {
        (double Worst, double At) worst = (0, 0);
        foreach (double x in inputs)
        {
            BigReal right = exact(x);
            double error = (double)(BigReal.Abs(BigReal.Of(function(x)) - right) / Math.Max(double.Epsilon, Ulp.Of((double)right)));
            if (!(error <= worst.Worst))
                worst = (error, x);
        }
        return worst;
    }

    // Evenly over the range, every magnitude towards 0 on both sides, and the neighbours of what is hard.
    private static IEnumerable<double> Grid(double from, double to, double[] hard)
    {
        IEnumerable<double> even = Enumerable.Range(0, 1500).Select(i => Math.Max(from, -700) + (Math.Min(to, 700) - Math.Max(from, -700)) * (i + 0.37) / 1500);
        IEnumerable<double> magnitudes = Enumerable.Range(0, 600).SelectMany(i => new[] { Math.Pow(10, -323 + 324 * (i + 0.5) / 600), -Math.Pow(10, -323 + 324 * (i + 0.5) / 600) });
        IEnumerable<double> neighbours = hard.SelectMany(x => Enumerable.Range(-25, 51).Select(i => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) + i)));
        return even.Concat(magnitudes).Concat(neighbours).Where(x => x > from && x < to && x != 0);
    }
}
