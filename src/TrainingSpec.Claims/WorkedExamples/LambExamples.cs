using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>LAMB over layers of unlike sizes.</summary>
public static class LambExamples
{
    /// <summary>Three steps: a layer of norm 5, one a hundred times smaller with the same gradients, and one of zeros, whose first ratio is 1.</summary>
    /// <remarks>Source: You et al. (2020), Algorithm 2; D3 "Layer-wise Adaptive Rate Scaling".</remarks>
    [GoldenSource]
    public static GoldenDocument Steps()
    {
        var options = new LambOptions { LearningRate = 0.125, WeightDecay = 0.0625 };
        Real64 beta1 = options.Beta1, beta2 = options.Beta2;
        Real64[][] theta = [[3, 4], [0.03, 0.04], [0, 0]];
        Real64[][] gradients = [[1, -2], [0.5, 1], [-0.25, 0.5]];
        var document = new GoldenDocument("lamb", "Steps").Add("learning rate", options.LearningRate).Add("beta1", options.Beta1).Add("beta2", options.Beta2)
            .Add("eps", options.Epsilon).Add("weight decay", options.WeightDecay);
        for (int l = 0; l < theta.Length; l++)
            document.Add(Invariant($"layer {l}.parameters at the start"), ExampleNumbers.Doubles(theta[l]));
        LambState<Real64>? state = null;
        for (int t = 1; t <= gradients.Length; t++)
        {
            Real64[] gradient = gradients[t - 1];
            Real64[][] before = theta;
            document.Add(Invariant($"step {t}.gradient of each layer"), ExampleNumbers.Doubles(gradient));
            (theta, state) = LambOptimizer.Step(before, [gradient, gradient, gradient], state, options);
            Real64 correction1 = Adam.BiasCorrection(beta1, t), correction2 = Adam.BiasCorrection(beta2, t);
            for (int l = 0; l < theta.Length; l++)
            {
                Real64[] mHat = [.. state.FirstMoment(l).ToArray().Select(m => Adam.Corrected(m, correction1))];
                Real64[] vHat = [.. state.SecondMoment(l).ToArray().Select(v => Adam.Corrected(v, correction2))];
                Real64[] direction = [.. before[l].Select((x, j) => Lamb.Direction<Real64>(x, mHat[j], vHat[j], options.Epsilon, options.WeightDecay))];
                Real64 parameterNorm = Norms.L2<Real64>(before[l]), directionNorm = Norms.L2<Real64>(direction);
                string key = Invariant($"step {t}.layer {l}.");
                document.Add(key + "m hat", ExampleNumbers.Doubles(mHat)).Add(key + "v hat", ExampleNumbers.Doubles(vHat)).Add(key + "direction", ExampleNumbers.Doubles(direction))
                    .Add(key + "parameter norm", parameterNorm.Value).Add(key + "direction norm", directionNorm.Value)
                    .Add(key + "trust ratio", LayerWiseRates.Ratio(parameterNorm, directionNorm).Value).Add(key + "parameters", ExampleNumbers.Doubles(theta[l]));
            }
        }

        return document;
    }
}
