using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Muon over a few steps.</summary>
public static class MuonExamples
{
    private static readonly Real64[][] Gradients = [[0.5, -0.25, 1, 2, 0, -1], [-1, 0.5, 0.25, 1, 1, 0], [0.125, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]];

    /// <summary>Four steps of a wide and a tall matrix from 1, each option once; the third gradient is of rank 1 and the fourth is 0.</summary>
    [GoldenSource]
    public static GoldenDocument Steps()
    {
        var document = new GoldenDocument("muon", "Steps");
        var muon = new MuonOptimizer { LearningRate = 0.125 };
        Run(document, "wide", muon, new(2, 3));
        Run(document, "tall", muon, new(3, 2));
        Run(document, "plain momentum, decay", muon with { Nesterov = false, Momentum = 0.5, WeightDecay = 0.25 }, new(3, 2));
        return document;
    }

    private static void Run(GoldenDocument document, string name, MuonOptimizer optimizer, MatrixShape shape)
    {
        Real64[][] theta = [[1, 1, 1, 1, 1, 1]];
        SlotState<Real64>? state = null;
        foreach ((int t, Real64[] gradient) in Gradients.Index())
        {
            (theta, state) = optimizer.Step(theta, [shape], [gradient], state);
            document.Add(Invariant($"{name}.step {t + 1}"), ExampleNumbers.Doubles(theta[0]));
        }

        document.Add(Invariant($"{name}.buffer in the end"), ExampleNumbers.Doubles(state!.Slot("m", 0).ToArray()));
    }
}
