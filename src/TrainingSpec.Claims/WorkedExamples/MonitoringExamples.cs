using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>What is logged of a run: gradient and activation statistics, curves, throughput.</summary>
public static class MonitoringExamples
{
    /// <summary>D2's tensors (D2-066), a NaN (D2-069), zeros of both signs, a vanished layer; and a float16 norm whose square overflows (D2-067).</summary>
    [GoldenSource]
    public static GoldenDocument Gradients()
    {
        var document = new GoldenDocument("monitoring", "Gradients");
        (string Name, Real64[][] Tensors)[] cases =
        [
            ("D2's", [[3, 4], [12]]), ("with a NaN", [[3, double.NaN], [4, double.NegativeInfinity]]), ("zeros of both signs", [[0, -0.0, 5, -7]]),
            ("negative", [[-3], [-2, -7]]), ("vanished layer", [[1e-9, -2e-9], [0.5, 0.25]]), ("nothing finite", [[double.NaN]]),
        ];
        foreach ((string name, Real64[][] tensors) in cases)
        {
            for (int i = 0; i < tensors.Length; i++)
                document.Add(Invariant($"{name}.tensor {i}"), tensors[i]);
            AddStatistics(document, name, GradientStatistics.Of(tensors));
            GradientStatistics<Real64>[] each = GradientStatistics.PerTensor(tensors);
            document.Add(name + ".norm by tensor", each.Select(s => s.Norm));
        }

        Float16[] half = [.. Enumerable.Repeat(Float16.Of(10), 1024)];
        return document.Add("1024 tens in float16.norm", Norms.L2<Float16>(half).Value).Add("1024 tens in float16.sum of squares", Reduction.SumOfSquares<Float16>(half).Value)
            .Add("1024 tens.norm", Norms.L2<Real64>(Array.ConvertAll(half, x => (Real64)x.Value)));
    }

    /// <summary>A batch of ReLU outputs with a dead unit and one that is mostly zero, and a batch of tanh outputs about the threshold 0.99 (D3-081).</summary>
    [GoldenSource]
    public static GoldenDocument ActivationBatches()
    {
        var document = new GoldenDocument("monitoring", "ActivationBatches");
        double threshold = ExampleNumbers.Claim("D3-081").GivenNumber("threshold");
        (string Name, Real64[] Values, int Units)[] batches =
        [
            ("ReLU", [0, 0, 2, 1, 0, 0, 0, 0, 3, 2, 0, 0.5], 3),
            ("tanh", [0.99, -0.995, Math.BitIncrement(0.99), 0.5, -1, 0, 1, -0.25], 2),
        ];
        foreach ((string name, Real64[] values, int units) in batches)
        {
            ActivationStatistics<Real64> s = ActivationStatistics.Of<Real64>(values, units, threshold);
            document.Add(name + ".units", units).Add(name + ".activations", values).Add(name + ".mean", s.Mean).Add(name + ".deviation", s.Deviation)
                .Add(name + ".zero fraction", s.ZeroFraction).Add(name + ".dead units", s.DeadUnits);
            if (name == "tanh")
                document.Add(name + ".saturated fraction", s.SaturatedFraction);
        }

        Real64 at = threshold;
        return document.Add("tanh.derivative at the threshold", Activations.TanhDerivative(at));
    }

    private static readonly string[] StallSteps = ["1", "100", "200", "300"];

    /// <summary>The losses that D1 prints and their trends (D1-151, D1-169, D1-182), pairs of curves, gradient norms against D4's band (D4-143), a constant loss smoothed (D3-078).</summary>
    [GoldenSource]
    public static GoldenDocument Curves()
    {
        var document = new GoldenDocument("monitoring", "Curves");
        double[] exercise = ExampleNumbers.Claim("D1-182").GivenRow("losses");
        double[] stall = [.. StallSteps.Select(step => ExampleNumbers.Claim("D1-151").PrintedNumber(step).Value.ToDouble())];
        (string Name, double[] Losses)[] curves =
        [
            ("D1's exercise", exercise), ("D1's exercise, last three", exercise[^3..]), ("D1's stall", stall), ("D1's oscillation", ExampleNumbers.Claim("D1-169").GivenRow("losses")),
            ("level", [5, 5, 5]), ("rising", [1, 2, 3]),
        ];
        foreach ((string name, double[] losses) in curves)
        {
            SlopeTest test = RunCurves.SlopeOf(losses);
            document.Add(name + ".losses", losses).Add(name + ".slope", test.Slope).Add(name + ".slope's standard error", test.Error).Add(name + ".trend", RunCurves.TrendOf(losses).ToString());
        }

        double[] falling = [3, 2, 1], rising = [1, 2, 3], level = [2, 2, 2];
        foreach ((string name, double[] training, double[] validation) in new[] { ("falling, falling", falling, falling), ("falling, level", falling, level), ("falling, rising", falling, rising), ("level, falling", level, falling), ("rising, falling", rising, falling) })
            document.Add("training and validation " + name, RunCurves.Diagnose(training, validation).ToString());
        foreach (double norm in new[] { 0.05, 0.1, 1, 1.5, 10, Math.BitIncrement(10.0), double.NaN })
            document.Add("gradient norm " + ReadBack.Text(norm), RunCurves.JudgeNorms([0.5, norm], 0.1, 1).ToString());
        Claim smoothing = ExampleNumbers.Claim("D3-078");
        Real64 average = 0, x = smoothing.GivenNumber("x"), beta = smoothing.GivenNumber("beta");
        List<Real64> constant = [], step = [];
        Real64 moving = 0;
        for (int t = 1; t <= smoothing.GivenInteger("n"); t++)
        {
            average = LrFinder.Smoothed(average, x, beta, t);
            moving = LrFinder.Smoothed<Real64>(moving, t <= 5 ? 4 : 2, 0.5, t);
            constant.Add(average);
            step.Add(moving);
        }

        return document.Add("constant loss, smoothed by 0.98", constant).Add("loss of 4, from step 6 on of 2, smoothed by 0.5", step);
    }

    /// <summary>Three steps by a clock of the example's own: the rate of all tokens over all time is not the mean of the rates, in which the slow step counts too little.</summary>
    [GoldenSource]
    public static GoldenDocument Throughput()
    {
        var document = new GoldenDocument("monitoring", "Throughput");
        var clock = new HandSetClock();
        var meter = new ThroughputMeter(clock);
        (long Milliseconds, long Tokens)[] steps = [(250, 4096), (250, 4096), (2000, 4096)];
        List<Real64> rates = [];
        for (int i = 0; i < steps.Length; i++)
        {
            meter.Begin();
            clock.Milliseconds += steps[i].Milliseconds;
            StepTiming timing = meter.End(steps[i].Tokens);
            rates.Add(timing.Throughput);
            document.Add(Invariant($"step {i}.seconds"), timing.Seconds).Add(Invariant($"step {i}.tokens"), timing.Tokens).Add(Invariant($"step {i}.tokens per second"), timing.Throughput);
        }

        return document.Add("total.seconds", meter.Total.Seconds).Add("total.tokens", meter.Total.Tokens).Add("total.tokens per second", meter.Total.Throughput)
            .Add("mean of the rates", Monitoring.Mean<Real64>([.. rates])).Add("tokens per second where the clock stood still", new StepTiming(0, 4096).Throughput);
    }

    private static void AddStatistics(GoldenDocument document, string name, GradientStatistics<Real64> s) => document
        .Add(name + ".norm", s.Norm).Add(name + ".largest magnitude", s.MaxAbs).Add(name + ".smallest magnitude", s.MinAbs).Add(name + ".largest", s.Max).Add(name + ".smallest", s.Min)
        .Add(name + ".zero fraction", s.ZeroFraction).Add(name + ".not finite", s.NonFinite);

    private sealed class HandSetClock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
