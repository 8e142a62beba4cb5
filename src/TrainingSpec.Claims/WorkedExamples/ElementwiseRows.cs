using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Runs of optimizers that move each element by itself, as golden rows.</summary>
internal static class ElementwiseRows
{
    // Six gradients of two elements, the second of which is small beside its parameter, then large, then gone.
    private static readonly Real64[][][] Gradients = [[[0.5, -0.01]], [[-1, 0.02]], [[0.25, 30]], [[2, 0.01]], [[-0.125, 0]], [[1, -0.5]]];

    /// <summary>Adds the parameters after each step and what is kept in the end, from 1 and −2.</summary>
    /// <param name="document">The document.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="optimizer">The optimizer.</param>
    public static GoldenDocument WithRun(this GoldenDocument document, string name, ElementwiseOptimizer optimizer)
    {
        Real64[][] theta = [[1, -2]];
        SlotState<Real64>? state = null;
        for (int t = 0; t < Gradients.Length; t++)
        {
            (theta, state) = optimizer.Step(theta, Gradients[t], state);
            document.Add(Invariant($"{name}.step {t + 1}"), ExampleNumbers.Doubles(theta[0]));
        }

        foreach (string slot in state!.SlotNames)
            document.Add(Invariant($"{name}.{slot} in the end"), ExampleNumbers.Doubles(state.Slot(slot, 0).ToArray()));
        return document;
    }
}
