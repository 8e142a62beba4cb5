using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Training;

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
}
