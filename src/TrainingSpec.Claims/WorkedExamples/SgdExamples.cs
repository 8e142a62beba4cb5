using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>SGD: momentum, Nesterov's look-ahead, dampening, and the plain updates of D1.</summary>
public static class SgdExamples
{
    private static readonly double[] Rates = [0.5, 0.5, 0.0625];
    private static readonly Real64[][] Gradients = [[0.5, -1], [0.25, 0.5], [-0.125, 0.25]];

    /// <summary>Three steps on two parameters, the last at an eighth of the rate: every number is exact in binary, so nothing is hidden by rounding.</summary>
    [GoldenSource]
    public static GoldenDocument MomentumSteps()
    {
        var options = new SgdOptions { LearningRate = 0 };
        SgdOptions momentum = options with { Momentum = 0.75 };
        var document = new GoldenDocument("sgd", "MomentumSteps").Add("momentum", momentum.Momentum).Add("dampening", 0.5).Add("learning rates", Rates);
        AddSteps(document, "plain", options);
        AddSteps(document, "momentum only", momentum);
        AddSteps(document, "nesterov", momentum with { Nesterov = true });
        AddSteps(document, "dampened", momentum with { Dampening = 0.5 });
        AddSteps(document, "weight decay 0.5", momentum with { WeightDecay = 0.5 });
        return document;
    }

    /// <summary>D1 "Why Adam Converges Faster", D1-064 and D1-065: two parameters whose gradients differ a thousandfold move by as much.</summary>
    [GoldenSource]
    public static GoldenDocument ParametersAAndB()
    {
        var document = new GoldenDocument("sgd", "ParametersAAndB");
        foreach ((string name, string id) in new[] { ("A", "D1-064"), ("B", "D1-065") })
        {
            Claim claim = ExampleNumbers.Claim(id);
            double gradient = claim.GivenNumber("g"), lr = claim.GivenNumber("lr");
            document.Add(name + ".gradient", gradient).Add(name + ".learning rate", lr).Add(name + ".update", Sgd.Update<Real64>(0, gradient, lr).Value);
        }

        return document;
    }

    private static void AddSteps(GoldenDocument document, string variant, SgdOptions options)
    {
        Real64[][] theta = [[1, -2]];
        SgdState<Real64>? state = null;
        document.Add(variant + ".parameters at the start", ExampleNumbers.Doubles(theta[0]));
        for (int t = 0; t < Rates.Length; t++)
        {
            Real64[] gradient = [.. Gradients[t].Zip(theta[0], (g, x) => WeightDecay.L2Gradient<Real64>(g, x, options.WeightDecay))];
            (theta, state) = SgdOptimizer.Step(theta, [Gradients[t]], state, options with { LearningRate = Rates[t] });
            string key = Invariant($"{variant}.step {t + 1}.");
            document.Add(key + "gradient", ExampleNumbers.Doubles(gradient));
            if (state.HasBuffers)
            {
                Real64[] buffer = state.Buffer(0).ToArray();
                document.Add(key + "buffer", ExampleNumbers.Doubles(buffer));
                if (options.Nesterov)
                    document.Add(key + "direction", ExampleNumbers.Doubles(gradient.Zip(buffer, (g, b) => Sgd.Nesterov<Real64>(g, b, options.Momentum))));
            }

            document.Add(key + "parameters", ExampleNumbers.Doubles(theta[0]));
        }
    }
}
