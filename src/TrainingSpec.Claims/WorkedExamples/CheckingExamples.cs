using TrainingSpec.Checking;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Reports of the gradient check for right and wrong gradients, and what the tests of distributions find and would find.</summary>
public static class CheckingExamples
{
    private const double Level = 0.01;
    private const double Power = 0.99;

    /// <summary>Differences extrapolated to step 0 with their error bar: of eˣ, of eˣ rounded to single precision, and beside the kink of |x|, which only the first steps straddle, and all of them; the noise of each; Higham's γ.</summary>
    [GoldenSource]
    public static GoldenDocument Differences()
    {
        var document = new GoldenDocument("checking", "Differences");
        (string Name, Func<double, double> Function, double At)[] functions =
        [
            ("e^x", x => Real64.Exp(x), 1), ("e^x in single precision", x => Real32.Exp(Real32.Of(x)), 1), ("x^3", x => x * x * x, 2), ("|x| at 1/8", Math.Abs, 0.125), ("|x| at 1/1000", Math.Abs, 0.001),
        ];
        foreach ((string name, Func<double, double> f, double at) in functions)
        {
            double? noise = FunctionNoise.Estimate(f, at, 1);
            Ridders.Estimate blind = Ridders.DerivativeFrom(f, at, 0.25), estimate = Ridders.DerivativeFrom(f, at, 0.25, 4 * (noise ?? 0));
            document.Add(name + ".at", at).Add(name + ".noise", noise ?? double.NaN).Add(name + ".derivative", estimate.Value).Add(name + ".error bar", estimate.Error)
                .Add(name + ".derivative, told of no noise", blind.Value).Add(name + ".error bar, told of no noise", blind.Error);
        }

        foreach (int n in new[] { 1, 64, 1_000_000 })
            document.Add(Invariant($"gamma of {n} in double precision"), ErrorBound.Gamma(n, Real64.UnitRoundoff)).Add(Invariant($"gamma of {n} in single precision"), ErrorBound.Gamma(n, Real32.UnitRoundoff));
        return document;
    }

    /// <summary>A classifier of two rows, checked with its own gradient and with four mistakes, in both formats, by the library's check and by D2's (D2-054, D2-057, D2-058, D2-061).</summary>
    [GoldenSource]
    public static GoldenDocument GradientReports()
    {
        var document = new GoldenDocument("checking", "GradientReports");
        AddReports<Real64>(document, "double precision");
        AddReports<Real32>(document, "single precision");
        return document;
    }

    /// <summary>Uniform and normal streams and a die under Kolmogorov and Smirnov's and Pearson's tests; wrong laws under the same; what the tests refuse with the stated power.</summary>
    [GoldenSource]
    public static GoldenDocument Distributions()
    {
        const int Count = 1000;
        var document = new GoldenDocument("checking", "Distributions").Add("samples", Count).Add("level", Level).Add("power", Power);
        Real64[] u = new Real64[Count], z = new Real64[Count];
        RandomStreams.FillUniform<Real64>(1, 0, 0, u);
        RandomStreams.FillNormal<Real64>(1, 1, 0, z);
        double[] uniform = Array.ConvertAll(u, x => x.Value), normal = Array.ConvertAll(z, x => x.Value);
        (string Name, double[] Samples, Func<double, double> Law)[] samples =
        [
            ("uniform", uniform, x => x), ("uniform to the power 4/3", Array.ConvertAll(uniform, x => Real64.Pow(x, 4.0 / 3).Value), x => x), ("normal", normal, Normal),
            ("normal, 10% too wide", Array.ConvertAll(normal, x => 1.1 * x), Normal), ("normal, twice too wide", Array.ConvertAll(normal, x => 2 * x), Normal),
        ];
        document.AddApproximate("critical distance", KolmogorovSmirnov.Critical(Count, Level)).AddApproximate("distance refused with that power", KolmogorovSmirnov.Detectable(Count, Level, Power));
        foreach ((string name, double[] values, Func<double, double> law) in samples)
        {
            KolmogorovSmirnovResult result = KolmogorovSmirnov.Test(values, law);
            document.AddApproximate(name + ".distance", result.Distance).AddApproximate(name + ".p", result.PValue).Add(name + ".passed", result.Passed(Level));
        }

        double[] fair = [.. Enumerable.Repeat(1 / 6.0, 6)], loaded = [.. Enumerable.Repeat(2 / 13.0, 5), 3 / 13.0];
        RandomSequence die = new(1, 2), thirteen = new(1, 3);
        long[] fairCounts = Counts(() => die.Below(6)), loadedCounts = Counts(() => Math.Min(thirteen.Below(13) / 2, 5));
        foreach ((string name, long[] counts) in new[] { ("fair die", fairCounts), ("loaded die", loadedCounts) })
        {
            ChiSquareResult result = ChiSquare.Test(counts, fair);
            document.Add(name + ".counts", counts).AddApproximate(name + ".statistic", result.Statistic).AddApproximate(name + ".p", result.PValue).Add(name + ".passed", result.Passed(Level));
        }

        foreach (int n in new[] { 100, 500, 1000, 6000 })
            document.AddApproximate(Invariant($"loaded die.power with {n} throws"), ChiSquare.Power(n, fair, loaded, Level));
        return document;

        static long[] Counts(Func<int> draw)
        {
            var counts = new long[6];
            for (int i = 0; i < Count; i++)
                counts[draw()]++;
            return counts;
        }
    }

    // The library's own error function: the same bits on every platform.
    private static double Normal(double x) => 0.5 * (1 + Real64.Erf(x / Math.Sqrt(2)).Value);

    private static void AddReports<T>(GoldenDocument document, string format)
        where T : struct, IBinaryFormat<T>
    {
        var classifier = new Classifier<T>();
        T[] right = classifier.Gradient();
        (string Name, T[] Gradient)[] gradients =
        [
            ("right", right), ("one entry off by 1%", Changed(right, 2, 1.01)), ("one sign wrong", Changed(right, 3, -1)), ("not divided by the rows", Array.ConvertAll(right, g => g * T.Of(2))),
            ("one entry off by 0.01%", Changed(right, 2, 1.0001)),
        ];
        document.Add(format + ".weights", classifier.Weights.Select(T.ToDouble)).Add(format + ".loss", classifier.Loss()).Add(format + ".gradient", right.Select(T.ToDouble));
        foreach ((string name, T[] gradient) in gradients)
        {
            string key = $"{format}.{name}";
            CheckedTensor<T>[] tensors = [new("W", classifier.Weights, gradient)];
            GradientCheckResult result = GradientCheck.Run(tensors, classifier.Loss);
            document.Add(key + ".tried", result.Tried).Add(key + ".failed", result.Failed).Add(key + ".undecided", result.Undecided).Add(key + ".passed", result.Passed);
            GradientEntry worst = result.Worst[0];
            document.Add(key + ".worst.index", worst.Index).Add(key + ".worst.analytic", worst.Analytic).Add(key + ".worst.numeric", worst.Numeric).Add(key + ".worst.difference", worst.Difference)
                .Add(key + ".worst.allowed", worst.Allowed).Add(key + ".worst.noise", worst.Noise).Add(key + ".worst.first step", worst.Step);
            T[] before = [.. classifier.Weights];
            IReadOnlyList<FixedStepEntry> entries = FixedStepGradientCheck.Run(tensors, classifier.Loss);
            before.CopyTo(classifier.Weights, 0);
            document.Add(key + ".D2's check.passed", FixedStepGradientCheck.Passed(entries)).Add(key + ".D2's check.probed", entries.Select(e => e.Index))
                .Add(key + ".D2's check.relative errors", entries.Select(e => e.RelativeError)).Add(key + ".D2's check.bits restored", entries.Select(e => e.Restored));
        }
    }

    private static T[] Changed<T>(T[] gradient, int index, double factor)
        where T : IReal<T>
    {
        T[] changed = [.. gradient];
        changed[index] *= T.Of(factor);
        return changed;
    }

    /// <summary>Two rows of two inputs into three classes: logits W·x, mean cross-entropy.</summary>
    private sealed class Classifier<T>
        where T : struct, IBinaryFormat<T>
    {
        private const int Rows = 2, Inputs = 2, Classes = 3;
        private readonly T[] _x = GoldenRows.Over<T>(1, -0.5, 0.25, 2);
        private readonly int[] _targets = [2, 0];

        public T[] Weights { get; } = GoldenRows.Over<T>(0.5, -0.25, 0.1, 0.3, -0.7, 0.2);

        public double Loss() => T.ToDouble(Evaluate().Loss);

        public T[] Gradient()
        {
            var gradient = new T[Weights.Length];
            Linear.WeightGradient<T>(Evaluate().LogitGradient, _x, gradient, Inputs, Classes);
            return gradient;
        }

        private (T Loss, T[] LogitGradient) Evaluate()
        {
            var logits = new T[Rows * Classes];
            Linear.Forward<T>(_x, Weights, [], logits, Inputs, Classes);
            var result = Training.CrossEntropyLoss.Evaluate<T>([.. logits.Chunk(Classes)], _targets);
            return (result.Loss, [.. result.Gradient.SelectMany(row => row)]);
        }
    }
}
