using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Averages of the weights of a short run, each kind once.</summary>
public static class AveragingExamples
{
    private static readonly Real64[][] Weights = [[1, -2], [0.5, -1.75], [0.25, 30], [-1, 0.01], [3, -0.125]];

    /// <summary>Five weights of two elements: the average after each.</summary>
    /// <remarks>Source: Polyak and Juditsky (1992); Izmailov et al. (2018); TensorFlow, tf.train.ExponentialMovingAverage.</remarks>
    [GoldenSource]
    public static GoldenDocument Steps()
    {
        var document = new GoldenDocument("averaging", "Steps");
        (string Name, WeightAverage Average, bool Warmed)[] kinds =
        [
            ("exponential", new() { Decay = 0.9 }, false), ("exponential, warmed", new() { Decay = 0.9 }, true),
            ("exponential from zeros", new() { Decay = 0.9, FromZeros = true, BiasCorrection = true }, false), ("equal", new() { Equal = true }, false),
        ];
        foreach ((string name, WeightAverage average, bool warmed) in kinds)
        {
            SlotState<Real64>? state = null;
            for (int t = 0; t < Weights.Length; t++)
            {
                (Real64[][] shown, state) = average.Next([Weights[t]], state, warmed ? t : null);
                document.Add(Invariant($"{name}.step {t + 1}"), ExampleNumbers.Doubles(shown[0]));
            }
        }

        return document;
    }
}
