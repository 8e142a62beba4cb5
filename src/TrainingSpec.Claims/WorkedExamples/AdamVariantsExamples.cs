using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Adamax, NAdam, RAdam and AMSGrad over a few steps.</summary>
public static class AdamVariantsExamples
{
    /// <summary>Six steps from the same two parameters, each option once.</summary>
    [GoldenSource]
    public static GoldenDocument Steps() => new GoldenDocument("adam-variants", "Steps")
        .WithRun("adamax", new AdamaxOptimizer { LearningRate = 0.125 })
        .WithRun("adamax, epsilon on the norm", new AdamaxOptimizer { LearningRate = 0.125, EpsilonOnNorm = true, Epsilon = 0.5, WeightDecay = 0.1 })
        .WithRun("nadam", new NadamOptimizer { LearningRate = 0.125 })
        .WithRun("nadam, constant momentum, decoupled decay", new NadamOptimizer { LearningRate = 0.125, MomentumDecay = null, WeightDecay = 0.1, Decay = DecayKind.Old })
        .WithRun("radam", new RadamOptimizer { LearningRate = 0.125 })
        .WithRun("radam, epsilon on the corrected root", new RadamOptimizer { LearningRate = 0.125, Beta2 = 0.9, EpsilonOnCorrected = true, Epsilon = 0.5, Threshold = 4 })
        .WithRun("amsgrad", new AmsgradOptimizer { LearningRate = 0.125, Beta2 = 0.5 })
        .WithRun("amsgrad, of corrected moments", new AmsgradOptimizer { LearningRate = 0.125, Beta2 = 0.5, MaximumOfCorrected = true })
        .WithRun("amsgrad, uncorrected", new AmsgradOptimizer { LearningRate = 0.125, Beta2 = 0.5, BiasCorrection = false });

    /// <summary>Four steps of a table of three rows, one of which never has a gradient: a row alone, one that rests, a row twice, and all that move.</summary>
    [GoldenSource]
    public static GoldenDocument SparseRows()
    {
        (int[] Rows, Real64[][] Grads)[] steps = [([0], [[0.5, -0.01]]), ([2], [[4, 1]]), ([0, 0], [[1, 2], [-0.5, 0.25]]), ([2, 0], [[-1, 0], [0.125, 30]])];
        var document = new GoldenDocument("adam-variants", "SparseRows");
        Real64[][] table = [[1, -2], [3, 4], [0, 0.5]];
        AdamState<Real64>? state = null;
        foreach ((int t, (int[] rows, Real64[][] grads)) in steps.Index())
        {
            (table, state) = SparseAdam.Step(table, rows, grads, state, AdamOptions.Adam(0.125));
            document.Add(Invariant($"step {t + 1}"), ExampleNumbers.Doubles(table.SelectMany(row => row)));
        }

        return document.Add("m in the end", ExampleNumbers.Doubles(Enumerable.Range(0, 3).SelectMany(row => state!.FirstMoment(row).ToArray()))).Add("v in the end", ExampleNumbers.Doubles(Enumerable.Range(0, 3).SelectMany(row => state!.SecondMoment(row).ToArray())));
    }
}
