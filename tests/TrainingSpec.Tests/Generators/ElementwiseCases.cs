using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Generators;

/// <summary>Every elementwise optimizer with rate 1 and its defaults, and ways to set several of its options at once.</summary>
internal static class ElementwiseCases
{
    public static RmspropOptimizer Rmsprop { get; } = new() { LearningRate = 1 };

    public static AdagradOptimizer Adagrad { get; } = new() { LearningRate = 1 };

    public static AdadeltaOptimizer Adadelta { get; } = new() { LearningRate = 1 };

    public static AdamaxOptimizer Adamax { get; } = new() { LearningRate = 1 };

    public static NadamOptimizer Nadam { get; } = new() { LearningRate = 1 };

    public static RadamOptimizer Radam { get; } = new() { LearningRate = 1 };

    public static AmsgradOptimizer Amsgrad { get; } = new() { LearningRate = 1 };

    public static LionOptimizer Lion { get; } = new() { LearningRate = 1 };

    /// <summary>All of them with their defaults and with their options.</summary>
    public static IEnumerable<ElementwiseOptimizer> WithOptions =>
    [
        .. All,
        Rmsprop with { Momentum = 0.5, Centered = true, Alpha = 0.5, LearningRate = 0.1 }, Rmsprop with { Momentum = 0.5, RateInVelocity = true, EpsilonInsideRoot = true, InitialAccumulator = 0.5, WeightDecay = 0.1 },
        Adagrad with { RateDecay = 0.5, InitialAccumulator = 0.1, EpsilonInsideRoot = true, Epsilon = 0.1 }, Adadelta with { Rho = 0.5, LearningRate = 0.3 }, Adamax with { EpsilonOnNorm = true, Epsilon = 0.5, Beta2 = 0.5 },
        Nadam with { MomentumDecay = null, Decay = DecayKind.Old, WeightDecay = 0.1 }, Radam with { Beta2 = 0.75, Threshold = 4, EpsilonOnCorrected = true, Epsilon = 0.1 },
        Amsgrad with { BiasCorrection = false, EpsilonInsideRoot = true, Beta2 = 0.5 }, Amsgrad with { MaximumOfCorrected = true, Decay = DecayKind.Updated, WeightDecay = 0.1 }, Lion with { Decay = DecayKind.Old, WeightDecay = 0.1 },
    ];

    /// <summary>Thirty runs, others for each optimizer, the same each time.</summary>
    public static IEnumerable<Run> Runs(ElementwiseOptimizer optimizer)
    {
        var random = new SplitMix(SplitMix.SeedOf(optimizer.ToString()!));
        for (int i = 0; i < 30; i++)
        {
            int[] lengths = [.. Enumerable.Range(0, 1 + random.Below(3)).Select(_ => 1 + random.Below(3))];
            double[][] Draw() => [.. lengths.Select(n => Generate.Numbers(random, n))];
            yield return new Run(Draw(), [.. Enumerable.Range(0, 1 + i % 9).Select(_ => Draw())]);
        }
    }

    public static IReadOnlyList<ElementwiseOptimizer> All { get; } = [Rmsprop, Adagrad, Adadelta, Adamax, Nadam, Radam, Amsgrad, Lion];
}
