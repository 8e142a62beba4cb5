using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Elementary;

/// <summary>The double-double oracle against numbers of any precision, over whole domains and for arguments with a second part: a hundred bits of the result, however little of 1 that is.</summary>
internal sealed class OracleTests
{
    private static readonly (string Name, Func<DoubleDouble, DoubleDouble> Oracle, Func<BigReal, BigReal> Exact, double From, double To)[] Functions =
    [
        ("exp", DoubleDouble.Exp, BigReal.Exp, -660, 709), ("expm1", DoubleDouble.Expm1, BigReal.Expm1, -660, 709),
        ("log", DoubleDouble.Log, BigReal.Log, 0, 1e300), ("log1p", DoubleDouble.Log1p, BigReal.Log1p, -1, 1e300),
        ("tanh", DoubleDouble.Tanh, BigReal.Tanh, -400, 400), ("erf", DoubleDouble.Erf, BigReal.Erf, -28, 28), ("erfc", DoubleDouble.Erfc, BigReal.Erfc, -28, 25.5),
        ("cos", DoubleDouble.Cos, BigReal.Cos, -1e10, 1e10), ("sin", DoubleDouble.Sin, BigReal.Sin, -1e10, 1e10),
    ];

    private static IEnumerable<string> Names => Functions.Select(f => f.Name);

    [TestCaseSource(nameof(Names))]
    public void The_oracle_has_100_bits(string name)
    {
        var (_, oracle, exact, from, to) = Functions.Single(f => f.Name == name);
        var random = new Random(20261202);
        double worst = 0;
        for (int i = 0; i < 3000; i++)
        {
            // The whole range evenly, then every magnitude towards 0, then towards 1 and −1 from both sides.
            double end = i % 2 == 0 ? to : from, small = Math.Exp(-600 * random.NextDouble());
            double high = (i % 6) switch { 0 or 1 => from + (to - from) * random.NextDouble(), 2 or 3 => end * small, _ => Math.Sign(end) * (1 + (random.Next(2) == 0 ? 1 : -1) * Math.Exp(-37 * random.NextDouble())) };
            if (high <= from || high >= to || Math.Abs(high) < 1e-290)
                continue;
            DoubleDouble x = DoubleDouble.Sum(high, high * (random.NextDouble() - 0.5) * Math.ScaleB(1, -53));
            BigReal right = exact(BigReal.Of(x.High) + BigReal.Of(x.Low));
            DoubleDouble value = oracle(x);
            double error = (double)(BigReal.Abs(BigReal.Of(value.High) + BigReal.Of(value.Low) - right) / BigReal.Abs(right));
            if (error > worst)
                worst = error;
            if (!(error < Math.ScaleB(1, -100)))
                Assert.Fail($"{name}({x}) is off by 2^{Math.Log2(error):F1}");
        }
        TestContext.Out.WriteLine($"{name}: at most 2^{Math.Log2(worst):F1}");
    }
}
