using TrainingSpec.Checking;

namespace TrainingSpec.Training;

/// <summary>For each row of the documents' tables a run that has its symptom, and one that narrowly has not.</summary>
/// <remarks>Curves are lines with uniform noise of fixed draws: the same on every machine. Source: the rows of <see cref="Diagnosis"/>.</remarks>
public static class SyntheticRuns
{
    private const int Length = 60;

    private static readonly RunRecord Flat = new() { TrainingLoss = Curve(3, -0.0005) }, BarelyFalls = new() { TrainingLoss = Curve(3, -0.003) };

    private static readonly RunRecord Overfits = Losses(Curve(3, -0.01), Curve(3, 0.003)), Levels = Losses(Curve(3, -0.01), Curve(3, 0.0005));

    // Steps of 5.1% and of 4.9% of the mean, on either side of the threshold.
    private static readonly RunRecord Oscillates = new() { TrainingLoss = Swings(0.051) }, Trembles = new() { TrainingLoss = Swings(0.049) };

    private static readonly RunRecord Explodes = new() { TrainingLoss = [2, 1, 4.01] }, Jumps = new() { TrainingLoss = [2, 1, 4] };

    private static readonly RunRecord NotANumber = new() { TrainingLoss = [5.4727, 5.5123, double.NaN] }, Large = new() { TrainingLoss = [5.4727, 5.5123, 1e300] };

    private static readonly RunRecord Grow = Norms(1, 1, 1, 10.01), Grown = Norms(1, 1, 1, 10);

    /// <summary>Both runs by the row's name.</summary>
    public static IReadOnlyDictionary<string, (RunRecord Has, RunRecord HasNot)> All { get; } = new Dictionary<string, (RunRecord, RunRecord)>(StringComparer.Ordinal)
    {
        ["D0-flat"] = (Flat, BarelyFalls),
        ["D0-explodes"] = (Explodes, Jumps),
        ["D0-overfits"] = (Overfits, Levels),
        ["D0-oscillates"] = (Oscillates, Trembles),
        ["D0-gradients-vanish"] = (Norms(1, Math.BitDecrement(1e-6)), Norms(1, 1e-6)),
        ["D0-gradients-explode"] = (Grow, Grown),
        ["D1-nan"] = (NotANumber, Large),
        // The log of the document itself, and the same fall without the noise.
        ["D1-not-decreasing"] = (new() { TrainingLoss = [5.4727, 5.4689, 5.4701, 5.4673] }, new() { TrainingLoss = [5.4727, 5.4709, 5.4691, 5.4673] }),
        ["D1-overfits"] = (Overfits, Levels),
        ["D1-oscillates"] = (Oscillates, new() { TrainingLoss = Curve(3, 0, noise: 2) }),
        ["D1-slow-epoch"] = (new() { SecondsPerEpoch = 600 }, new() { SecondsPerEpoch = 599.9 }),
        ["D1-norm-explodes"] = (Norms(10.01), Norms(10)),
        ["D1-norm-vanishes"] = (Norms(Math.BitDecrement(1e-6)), Norms(1e-6)),
        ["D2-nan"] = (new() { TrainingLoss = [1, double.PositiveInfinity] }, Large),
        ["D2-stuck"] = (Flat, BarelyFalls),
        ["D2-oscillates"] = (Oscillates, Trembles),
        ["D2-falls-then-rises"] = (Losses(Curve(3, -0.01), [.. Curve(3, -0.02)[..30], .. Curve(2.1, 0.02)[..30]]), Losses(Curve(3, -0.01), [.. Curve(3, -0.02)[..30], .. Curve(2.3, 0)[..30]])),
        ["D2-slow"] = (new() { TrainingLoss = Line(3, 3 * 0.951) }, new() { TrainingLoss = Line(3, 3 * 0.949) }),
        ["D2-norm-explodes"] = (Norms(Math.BitIncrement(100)), Norms(100)),
        ["D2-norm-vanishes"] = (Norms(0), Norms(1e-7)),
        ["D3-plateau"] = (new() { TrainingLoss = [.. Curve(3, -0.02)[..30], .. Curve(2.4, 0)[..30]] }, new() { TrainingLoss = [.. Curve(3, -0.02)[..30], .. Curve(2.4, -0.01)[..30]] }),
        ["D3-oscillates"] = (Oscillates, Trembles),
        ["D3-explodes"] = (NotANumber, Jumps),
        ["D3-overfits"] = (Overfits, Levels),
        ["D3-underfits"] = (Losses([2.1], [2.2]) with { AttainableLoss = 2 }, Losses([2.1], [2]) with { AttainableLoss = 2 }),
        ["D3-spikes"] = (Drops(0.51), Drops(0.5)),
        ["D3-early-layers-vanish"] = (new() { LayerGradientNorms = [0.0099, 0.1, 1] }, new() { LayerGradientNorms = [0.01, 0.1, 1] }),
        ["D3-norms-grow"] = (Norms(1, 1, double.NaN), Grown),
        ["D3-dead-units"] = (new() { DeadUnitShare = 1 / 64.0 }, new() { DeadUnitShare = 0 }),
        ["D4-training-loss"] = (new() { TrainingLoss = Curve(3, 0.003) }, BarelyFalls),
        ["D4-validation-loss"] = (Overfits, Losses(Curve(3, 0.01), Curve(3, 0.01))),
        ["D4-gradient-norm"] = (Norms(0.5, double.NaN), Norms(0.5, 10)),
        ["D4-learning-rate"] = (new() { StepsOffSchedule = [50] }, new()),
    };

    /// <summary>A run that nothing is wrong with.</summary>
    public static RunRecord Healthy { get; } = Losses(Curve(4, -0.03, 0.05), Curve(4.1, -0.03, 0.05)) with
    {
        GradientNorms = [0.8, 0.6, 0.5, 0.7],
        LayerGradientNorms = [0.3, 0.2, 0.4],
        LearningRates = [.. Enumerable.Range(0, Length).Select(i => 1e-3 * (1 - i / 100.0))],
        DeadUnitShare = 0,
        AttainableLoss = 3,
        SecondsPerEpoch = 60,
    };

    // Uniform noise, the same on every machine, freed of the slope that it has by chance: the curve's least-squares slope is the given one.
    // Its standard error is about 0.0577/√(60³/12) = 0.00043 at noise 0.1, and the level's quantile 2.66: slopes above 0.00115 stand out.
    private static double[] Curve(double start, double slope, double noise = 0.1)
    {
        var random = new SplitMix(17);
        double[] drawn = [.. Enumerable.Range(0, Length).Select(_ => noise * (2 * random.Uniform() - 1))];
        const double Middle = (Length - 1) / 2.0;
        double chance = drawn.Select((x, i) => x * (i - Middle)).Sum() / Enumerable.Range(0, Length).Sum(i => (i - Middle) * (i - Middle));
        return [.. drawn.Select((x, i) => start + slope * i + x - chance * (i - Middle))];
    }

    private static double[] Line(double first, double last) => [.. Enumerable.Range(0, Length).Select(i => first + (last - first) * i / (Length - 1))];

    private static double[] Swings(double share) => [.. Enumerable.Range(0, Length).Select(i => 4 + 4 * share / 2 * (i % 2 == 0 ? 1 : -1))];

    private static RunRecord Losses(double[] training, double[] validation) => new() { TrainingLoss = training, ValidationLoss = validation };

    private static RunRecord Norms(params double[] norms) => new() { GradientNorms = norms };

    // The given share of a fall of 1 happens where the rate is halved.
    private static RunRecord Drops(double share) => new() { TrainingLoss = [3, 3 - (1 - share), 2], LearningRates = [1, 1, 0.5] };
}
