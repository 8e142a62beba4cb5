using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>LARS over layers of unlike sizes.</summary>
public static class LarsExamples
{
    /// <summary>Three steps, the last at half the rate: a layer of norm 5, one a hundred times smaller with the same gradient, and one of zeros, which still moves.</summary>
    /// <remarks>Source: You, Gitman, Ginsburg (2017), Algorithm 1; D3 "Layer-wise Adaptive Rate Scaling".</remarks>
    [GoldenSource]
    public static GoldenDocument Steps()
    {
        double[] rates = [0.5, 0.5, 0.25];
        var options = new LarsOptions { LearningRate = 0, Momentum = 0.5, WeightDecay = 0.25, TrustCoefficient = 0.125 };
        Real64[][] theta = [[3, 4], [0.03, 0.04], [0, 0]], gradients = [[-2.25, -3], [-2.25, -3], [1, -1]];
        var document = new GoldenDocument("lars", "Steps").Add("learning rates", rates).Add("momentum", options.Momentum)
            .Add("weight decay", options.WeightDecay).Add("trust coefficient", options.TrustCoefficient);
        for (int l = 0; l < theta.Length; l++)
            document.Add(Invariant($"layer {l}.parameters at the start"), ExampleNumbers.Doubles(theta[l])).Add(Invariant($"layer {l}.gradient"), ExampleNumbers.Doubles(gradients[l]));
        LarsState<Real64>? state = null;
        for (int t = 0; t < rates.Length; t++)
        {
            Real64[] parameterNorms = [.. theta.Select(x => Norms.L2<Real64>(x))], gradientNorms = [.. gradients.Select(x => Norms.L2<Real64>(x))];
            (theta, state) = LarsOptimizer.Step(theta, gradients, state, options with { LearningRate = rates[t] });
            for (int l = 0; l < theta.Length; l++)
            {
                string key = Invariant($"step {t + 1}.layer {l}.");
                document.Add(key + "parameter norm", parameterNorms[l].Value).Add(key + "gradient norm", gradientNorms[l].Value)
                    .Add(key + "local rate", Lars.LocalRate<Real64>(parameterNorms[l], gradientNorms[l], options.WeightDecay, options.TrustCoefficient).Value)
                    .Add(key + "velocity", ExampleNumbers.Doubles(state.Velocity(l).ToArray())).Add(key + "parameters", ExampleNumbers.Doubles(theta[l]));
            }
        }

        return document;
    }
}
