using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.LossScaling;

internal sealed class LossScalingTests
{
    private static readonly LossScaleOptions Dynamic = new() { Interval = 3 };

    [Rule("LOSS-SCALING-6")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool A_step_does_not_depend_on_the_scale(Run run, byte power)
    {
        // Powers of two that neither overflow nor underflow: every scaled gradient is exact.
        double scale = Math.ScaleB(1, power % 40);
        return Play(run, 1, GradientFormat.Float32).AsSpan().SequenceEqual(Play(run, scale, GradientFormat.Float32));
    }

    [Rule("LOSS-SCALING-1")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool A_scale_that_is_a_power_of_two_takes_nothing_away(Run run, byte power)
    {
        double scale = Math.ScaleB(1, power % 40);
        Real32[][] singles = Over.Rows<Real32>(run.Parameters);
        Real32[][] scaled = Array.ConvertAll(singles, t => Array.ConvertAll(t, x => new Real32((float)(x.Value * scale))));
        UnscaledGradients unscaled = LossScaler.Unscale(scaled, scale);
        return !unscaled.FoundInfinity && Over.Bits(unscaled.Gradients).AsSpan().SequenceEqual(Over.Bits(singles));
    }

    [Rule("LOSS-SCALING-2")]
    [Rule("LOSS-SCALING-3")]
    [Law(MaxTest = 3000)]
    public bool Unscaled_gradients_are_those_of_the_format(ushort bits, byte power)
    {
        // Every float16 stays what it is, and is found where it is not finite.
        Float16 g = Float16.FromBits(bits);
        float scale = (float)Math.ScaleB(1, power % 20);
        UnscaledGradients unscaled = LossScaler.Unscale<Float16>([[g]], scale, GradientFormat.Float16);
        return unscaled.Gradients[0][0].Value.Equals((float)g.Value / scale) && unscaled.FoundInfinity == !double.IsFinite(g.Value);
    }

    [Rule("LOSS-SCALING-2")]
    [Law(MaxTest = 3000)]
    public bool Rounding_is_that_of_the_platforms_half(double g)
    {
        if (double.IsNaN(g))
            return true;
        double scaled = Math.ScaleB(g, -Math.ILogB(g == 0 ? 1 : g) + (int)(BitConverter.DoubleToInt64Bits(g) % 30));
        return LossScaler.Unscale<Real64>([[scaled]], 1, GradientFormat.Float16).Gradients[0][0].Value.Equals((float)(Half)scaled);
    }

    [Rule("LOSS-SCALING-4")]
    [Rule("LOSS-SCALING-5")]
    [Law(MaxTest = 1800)]
    public bool The_scale_is_the_one_that_counting_gives(bool[] overflows)
    {
        // By hand: halved at each overflow, doubled after each three good steps in a row.
        double expected = 1024;
        int good = 0;
        var update = new LossScaleUpdate<Real64>(1024, 0, false);
        foreach (bool overflow in overflows ?? [])
        {
            update = LossScaler.Next(update.Scale, update.Tracker, overflow, Dynamic);
            good = overflow ? 0 : good + 1;
            expected *= overflow ? 0.5 : good == 3 ? 2 : 1;
            good %= 3;
            if (update.Skip != overflow || update.Scale.Value != expected || update.Tracker != good)
                return false;
        }

        return true;
    }

    [Test]
    [Rule("LOSS-SCALING-7")]
    public void An_overflow_leaves_weights_and_state_and_backs_off() => Assert.Multiple(() =>
    {
        var weights = Named<Real32>(1, -2);
        var adam = new AdamTraining<Real32>(AdamOptions.AdamW(0));
        var scaler = new LossScaler(65536, Dynamic);
        var clipping = new GlobalNormClipping<Real32>(1);
        ScaledStep good = scaler.Step(weights, Named<Float16>(256, -512), GradientFormat.Float16, clipping, adam, 0.1);
        long[] before = Over.Bits([weights["w"]]);
        string state = adam.State!.ToJson();
        ScaledStep bad = scaler.Step(weights, Named<Float16>(1, double.PositiveInfinity), GradientFormat.Float16, clipping, adam, 0.1);
        Assert.That(good, Is.EqualTo(new ScaledStep(65536, false, good.GradientNorm, 1)));
        Assert.That(bad, Is.EqualTo(new ScaledStep(65536, true, 0, 0)));
        Assert.That(Over.Bits([weights["w"]]), Is.EqualTo(before));
        Assert.That(adam.State!.ToJson(), Is.EqualTo(state));
        Assert.That(scaler.Scale.Value, Is.EqualTo(32768));
        Assert.That(scaler.Tracker, Is.Zero);
    });

    [Test]
    [Rule("LOSS-SCALING-7")]
    public void A_static_scale_skips_and_stays()
    {
        var weights = Named<Real32>(1);
        var scaler = new LossScaler(1024);
        var sgd = new SgdTraining<Real32>(new SgdOptions { LearningRate = 0 });
        Assert.That(scaler.Step(weights, Named<Real32>(double.NaN), GradientFormat.Float32, new GlobalNormClipping<Real32>(1), sgd, 0.1).Skipped, Is.True);
        Assert.That(scaler.Step(weights, Named<Real32>(1024), GradientFormat.Float32, new GlobalNormClipping<Real32>(1), sgd, 0.5).Skipped, Is.False);
        Assert.That(scaler.Scale.Value, Is.EqualTo(1024));
        Assert.That(weights["w"][0].Value, Is.EqualTo(0.5f));
    }

    [TestCase(1, 0)]
    [TestCase(1024, 1)]
    [Rule("LOSS-SCALING-2")]
    public void Gradients_that_underflow_in_float16_survive_by_scaling(double scale, double expected)
    {
        // The loss ½(θx − y)² with x = 2⁻¹³, y = x: its gradient, at most 2⁻²⁶, is less than half the smallest float16.
        var weights = Named<Real32>(0);
        var scaler = new LossScaler(scale);
        var sgd = new SgdTraining<Real32>(new SgdOptions { LearningRate = 0 });
        double x = Math.ScaleB(1, -13);
        for (int step = 0; step < 200; step++)
        {
            Float16 theta = Float16.Of(weights["w"][0].Value);
            Float16 error = theta * Float16.Of(x) - Float16.Of(x);
            Float16 scaledGradient = Float16.Of(scale) * error * Float16.Of(x);
            scaler.Step(weights, new OrderedDictionary<string, Float16[]> { ["w"] = [scaledGradient] }, GradientFormat.Float16, new GlobalNormClipping<Real32>(double.PositiveInfinity), sgd, Math.ScaleB(1, 24));
        }

        // The scaled gradient, 2⁻¹⁶(1 − θ), is 0 from half the smallest float16 on: the run stops at 1 − θ ≤ 2⁻⁹.
        Assert.That(weights["w"][0].Value, Is.EqualTo(expected).Within(expected * Math.ScaleB(1, -9)));
    }

    [Test]
    [Rule("LOSS-SCALING-4")]
    [Rule("LOSS-SCALING-5")]
    public void A_scale_stays_positive_and_finite() => Assert.Multiple(() =>
    {
        // By hand: with hysteresis 2 the second overflow backs off, and so does each later one until the scale has grown.
        var scaler = new LossScaler(8, new LossScaleOptions { Interval = 2, Hysteresis = 2, Minimum = 3 });
        double[] scales = [8, 4, 3, 3, 6, 6, 3];
        bool[] overflows = [true, true, true, false, false, true, true];
        (Real32 scale, long tracker, long seen) = (8, 0, 0);
        for (int t = 0; t < scales.Length; t++)
        {
            LossScaleUpdate<Real32> next = LossScaler.Next(scale, tracker, overflows[t], new LossScaleOptions { Interval = 2, Hysteresis = 2, Minimum = 3 }, seen);
            (scale, tracker, seen) = (next.Scale, next.Tracker, next.Overflows);
            Assert.That(scale.Value, Is.EqualTo(scales[t]), $"step {t}");
        }

        Assert.That(scaler.Overflows, Is.Zero);
        Assert.That(LossScaler.Next<Real32>(float.MaxValue, 2, false, Dynamic), Is.EqualTo(new LossScaleUpdate<Real32>(float.MaxValue, 0, false)));
        Assert.That(LossScaler.Next<Real32>(float.Epsilon, 2, true, Dynamic), Is.EqualTo(new LossScaleUpdate<Real32>(float.Epsilon, 0, true)));
    });

    [Test]
    [Rule("LOSS-SCALING-1")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => _ = new LossScaler(0), "scale", "scale = 0 is outside (0, inf)");
        Refused(() => _ = new LossScaler(1e39), "scale", "outside (0, inf) when rounded to float32");
        Refused(() => _ = new LossScaler(1e-50), "scale", "when rounded to float32");
        Refused(() => LossScaler.Unscale<Real64>([], 1), "grads", "grads = []");
        Refused(() => LossScaler.Unscale<Real64>([[1]], double.NaN), "scale", "scale = NaN");
        Refused(() => LossScaler.Unscale<Real64>([[1]], 1, (GradientFormat)7), "grad_dtype", "7");
        Refused(() => LossScaler.Next<Real64>(1, -1, false, Dynamic), "tracker", "tracker = -1 is outside [0, inf)");
        Refused(() => _ = Dynamic with { Growth = 1 }, "growth", "growth = 1 is outside (1, inf)");
        Refused(() => _ = Dynamic with { Backoff = 1 }, "backoff", "backoff = 1 is outside (0, 1)");
        Refused(() => _ = Dynamic with { Interval = 0 }, "interval", "interval = 0 is outside [1, inf)");
    });

    private static long[] Play(Run run, double scale, GradientFormat format)
    {
        var weights = new OrderedDictionary<string, Real32[]>();
        for (int i = 0; i < run.Parameters.Length; i++)
            weights.Add($"w{i}", Over.Row<Real32>(run.Parameters[i]));
        var scaler = new LossScaler(scale);
        var sgd = new SgdTraining<Real32>(new SgdOptions { LearningRate = 0, Momentum = 0.5 });
        foreach (double[][] gradients in run.Gradients)
        {
            var scaled = new OrderedDictionary<string, Real32[]>();
            for (int i = 0; i < gradients.Length; i++)
                scaled.Add($"w{i}", Array.ConvertAll(gradients[i], g => new Real32((float)((float)g * scale))));
            scaler.Step(weights, scaled, format, new GlobalNormClipping<Real32>(1), sgd, 0.1);
        }

        return Over.Bits(weights.Values);
    }

    private static OrderedDictionary<string, T[]> Named<T>(params double[] values)
        where T : IReal<T> => new()
        {
            ["w"] = Over.Row<T>(values),
        };
}
