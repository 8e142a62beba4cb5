using TrainingSpec.Checking.Golden;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>RMSprop, Adagrad and Adadelta over a few steps.</summary>
public static class RmspropExamples
{
    /// <summary>Six steps from the same two parameters, each option once.</summary>
    [GoldenSource]
    public static GoldenDocument Steps() => new GoldenDocument("rmsprop", "Steps")
        .WithRun("rmsprop", new RmspropOptimizer { LearningRate = 0.125 })
        .WithRun("rmsprop, momentum", new RmspropOptimizer { LearningRate = 0.125, Momentum = 0.9 })
        .WithRun("rmsprop, momentum with the rate inside", new RmspropOptimizer { LearningRate = 0.125, Momentum = 0.9, RateInVelocity = true })
        .WithRun("rmsprop, centered", new RmspropOptimizer { LearningRate = 0.125, Centered = true, Alpha = 0.9 })
        .WithRun("rmsprop, epsilon inside, from 1", new RmspropOptimizer { LearningRate = 0.125, EpsilonInsideRoot = true, InitialAccumulator = 1, WeightDecay = 0.1 })
        .WithRun("adagrad", new AdagradOptimizer { LearningRate = 0.125 })
        .WithRun("adagrad, falling rate, from 0.1", new AdagradOptimizer { LearningRate = 0.125, RateDecay = 0.5, InitialAccumulator = 0.1, EpsilonInsideRoot = true })
        .WithRun("adadelta", new AdadeltaOptimizer { LearningRate = 1 })
        .WithRun("adadelta, half the rate", new AdadeltaOptimizer { LearningRate = 0.5, Rho = 0.95, Epsilon = 1e-3 });
}
