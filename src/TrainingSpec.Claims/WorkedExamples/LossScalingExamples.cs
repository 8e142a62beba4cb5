using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Loss scaling: what float16 does to single gradients, and a dynamic scale over a run with overflows.</summary>
public static class LossScalingExamples
{
    /// <summary>D2-082, D2-083, D3-054, D3-055: gradients in float16 with and without the scale of D2-080, unscaled in float16 as D2's code does and in float32.</summary>
    [GoldenSource]
    public static GoldenDocument Underflow()
    {
        double scale = ExampleNumbers.Claim("D2-080").GivenNumber("loss_scale");
        double[] small = ExampleNumbers.Claim("D2-083").GivenRow("g");
        (string Name, double Gradient)[] gradients =
        [
            .. small.Select(g => (Invariant($"{g}"), g)),
            ("2^-24", Math.ScaleB(1, -24)), ("just above 2^-25", Math.BitIncrement(Math.ScaleB(1, -25))), ("2^-25", Math.ScaleB(1, -25)),
            ("just above 2^-35", Math.BitIncrement(Math.ScaleB(1, -35))), ("2^-35", Math.ScaleB(1, -35)),
            ("63.96875", 63.96875), (ExampleNumbers.Claim("D2-082").GivenText("g"), ExampleNumbers.Claim("D2-082").GivenNumber("g")),
        ];
        var document = new GoldenDocument("loss-scaling", "Underflow").Add("scale", scale);
        foreach ((string name, double gradient) in gradients)
        {
            Real64 scaled = LossScaling.Scaled<Real64>(gradient, scale);
            UnscaledGradients single = LossScaler.Unscale<Real64>([[scaled]], scale, GradientFormat.Float16);
            document.Add(name + ".float16", Float16.Of(gradient).Value).Add(name + ".scaled, float16", Float16.Of(scaled).Value)
                .Add(name + ".unscaled in float16", LossScaling.Unscaled(Float16.Of(scaled), Float16.Of(scale)).Value)
                .Add(name + ".unscaled in float32", single.Gradients[0][0].Value).Add(name + ".found infinity", single.FoundInfinity);
        }

        return document;
    }

    /// <summary>A dynamic scale over nine steps: two overflows, growth after two good steps, a NaN; unscaled, then clipped to norm 1, then updated by SGD.</summary>
    /// <remarks>Source: Micikevicius et al. (2018), section 3.2; D3-056.</remarks>
    [GoldenSource]
    public static GoldenDocument DynamicScale()
    {
        double[][] gradients = [[1.5, 1e-6], [1.5, 1e-6], [1.5, 1e-6], [1.5, 1e-6], [0.25, 1e-6], [0.25, 1e-6], [double.NaN, 1e-6], [0.25, 1e-6], [0.25, 1e-6]];
        var scaler = new LossScaler(65536, new LossScaleOptions { Interval = 2 });
        var optimizer = new SgdTraining<Real32>(new SgdOptions { LearningRate = 0, Momentum = 0.5 });
        var weights = new OrderedDictionary<string, Real32[]> { ["w"] = [1, 1] };
        var document = new GoldenDocument("loss-scaling", "DynamicScale").Add("learning rate", 0.125).Add("momentum", 0.5).Add("interval", 2).Add("largest norm", 1);
        for (int t = 0; t < gradients.Length; t++)
        {
            Real64[] scaled = [.. gradients[t].Select(g => LossScaling.Scaled<Real64>(g, scaler.Scale.Value))];
            Real32[] unscaled = LossScaler.Unscale([scaled], scaler.Scale.Value, GradientFormat.Float16).Gradients[0];
            ScaledStep step = scaler.Step(weights, new OrderedDictionary<string, Real64[]> { ["w"] = scaled }, GradientFormat.Float16, new GlobalNormClipping<Real32>(1), optimizer, 0.125);
            string key = Invariant($"step {t + 1}.");
            document.Add(key + "gradient", gradients[t]).Add(key + "scale", step.LossScale.Value)
                .Add(key + "scaled gradient, float16", scaled.Select(g => Float16.Of(g).Value)).Add(key + "unscaled gradient", ExampleNumbers.Singles(unscaled))
                .Add(key + "skipped", step.Skipped).Add(key + "gradient norm", step.GradientNorm.Value).Add(key + "clipping factor", step.ClipScale.Value)
                .Add(key + "weights", ExampleNumbers.Singles(weights["w"])).Add(key + "optimizer steps", optimizer.State?.Step ?? 0)
                .Add(key + "next scale", scaler.Scale.Value).Add(key + "good steps", scaler.Tracker);
        }

        return document;
    }
}
