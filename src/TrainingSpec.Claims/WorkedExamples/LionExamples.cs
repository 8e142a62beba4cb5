using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Lion over a few steps.</summary>
public static class LionExamples
{
    /// <summary>Six steps from the same two parameters, each option once.</summary>
    [GoldenSource]
    public static GoldenDocument Steps() => new GoldenDocument("lion", "Steps")
        .WithRun("lion", new LionOptimizer { LearningRate = 0.125 })
        .WithRun("lion, decay", new LionOptimizer { LearningRate = 0.125, WeightDecay = 0.25, Decay = DecayKind.Old });
}
