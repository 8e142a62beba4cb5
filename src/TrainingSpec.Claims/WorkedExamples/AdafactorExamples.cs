using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Adafactor over a few steps.</summary>
public static class AdafactorExamples
{
    private static readonly Real64[][] Gradients = [[0.5, -0.25, 1, 2, 0, -1], [-1, 0.5, 0.25, 1, 1, 0], [64, -32, 64, 64, 0, -64], [0, 0, 0, 0, 0, 0]];

    /// <summary>Four steps of a wide and a tall matrix and a vector from 1, each option once; the third gradient is clipped and the fourth is 0.</summary>
    [GoldenSource]
    public static GoldenDocument Steps()
    {
        var document = new GoldenDocument("adafactor", "Steps");
        var adafactor = new AdafactorOptimizer { LearningRate = 0.125 };
        Run(document, "wide", adafactor, new(2, 3));
        Run(document, "tall", adafactor, new(3, 2));
        Run(document, "vector", adafactor, new(1, 6));
        Run(document, "momentum, decay", adafactor with { Beta1 = 0.5, WeightDecay = 0.25, DecayRate = 0.5 }, new(3, 2));
        Run(document, "absolute rate, not clipped", adafactor with { RelativeStep = false, ScaleParameter = false, ClipThreshold = double.PositiveInfinity }, new(3, 2));
        Run(document, "epsilon as a floor, decay by the step", adafactor with { EpsilonOnEstimate = true, Epsilon = 0.5, LeastSize = 2, DecayByStep = true, WeightDecay = 0.25 }, new(2, 3));
        return document;
    }

    private static void Run(GoldenDocument document, string name, AdafactorOptimizer optimizer, MatrixShape shape)
    {
        Real64[][] theta = [[1, 1, 1, 1, 1, 1]];
        SlotState<Real64>? state = null;
        foreach ((int t, Real64[] gradient) in Gradients.Index())
        {
            (theta, state) = optimizer.Step(theta, [shape], [gradient], state);
            document.Add(Invariant($"{name}.step {t + 1}"), ExampleNumbers.Doubles(theta[0]));
        }

        foreach (string slot in state!.SlotNames)
            document.Add(Invariant($"{name}.{slot} in the end"), ExampleNumbers.Doubles(state.Slot(slot, 0).ToArray()));
    }
}
