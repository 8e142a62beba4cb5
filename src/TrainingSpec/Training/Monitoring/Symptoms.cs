using MathNet.Numerics.Distributions;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>How often a series turns, beside how often noise does, and how far it swings.</summary>
/// <param name="Count">Inner values that are larger or smaller than both neighbours.</param>
/// <param name="Threshold">The number that independent values exceed with probability <see cref="Symptoms.Significance"/>.</param>
/// <param name="Swing">The mean magnitude of a step.</param>
/// <param name="Mean">The mean of the values.</param>
public readonly record struct TurningPoints(int Count, double Threshold, double Swing, double Mean);

/// <summary>Whether a record shows a symptom: tests of slope and of turning points against noise, thresholds where a document gives one.</summary>
/// <remarks>A NaN compares with nothing, so every question is put so that a NaN is a symptom rather than none. Source: the sections that <see cref="Diagnosis"/> names.</remarks>
public static class Symptoms
{
    /// <summary>The probability of calling noise a symptom.</summary>
    public const double Significance = 0.01;

    /// <summary>How far above its smallest value so far a loss has exploded: the factor at which a learning-rate sweep counts as diverged.</summary>
    public const double ExplosionFactor = 4;

    /// <summary>Swings below this share of the mean are no wild oscillation.</summary>
    public const double WildShare = 0.05;

    /// <summary>A fall below this share of the first loss, over the whole record, is very slow.</summary>
    public const double SlowShare = 0.05;

    /// <summary>How far apart the gradient norms of the first and the last layer lie when they are orders of magnitude apart.</summary>
    public const double LayerRatio = 0.01;

    /// <summary>A loss is NaN or infinite.</summary>
    public static bool NonFiniteLoss(RunRecord run) => Values(run).TrainingLoss.Any(x => !double.IsFinite(x));

    /// <summary>A loss is not finite, or exceeds four times the smallest before it.</summary>
    public static bool ExplodingLoss(RunRecord run)
    {
        double least = double.PositiveInfinity;
        foreach (double loss in Values(run).TrainingLoss)
        {
            if (!double.IsFinite(loss) || loss > ExplosionFactor * least)
                return true;
            least = Math.Min(least, loss);
        }

        return false;
    }

    /// <summary>The training loss has no slope that could be told from noise, and does not oscillate either.</summary>
    public static bool FlatLoss(RunRecord run) => TrendOf(Values(run).TrainingLoss) == Trend.Flat && !OscillatingLoss(run);

    /// <summary>The training loss is flat, rises, or is no number.</summary>
    public static bool StuckOrRisingLoss(RunRecord run) => NonFiniteLoss(run) || FlatLoss(run) || TrendOf(run.TrainingLoss) == Trend.Increasing;

    /// <summary>The training loss turns more often than noise would (turning-point test) and swings by more than a twentieth of its mean.</summary>
    public static bool OscillatingLoss(RunRecord run)
    {
        IReadOnlyList<double> x = Values(run).TrainingLoss;
        if (x.Count < 5 || x.Any(v => !double.IsFinite(v)))
            return false;
        TurningPoints turns = TurningPointsOf(x);
        return turns.Count > turns.Threshold && turns.Swing > WildShare * turns.Mean;
    }

    /// <summary>How often a series turns and how far it swings.</summary>
    /// <param name="series">At least 3 finite values.</param>
    /// <remarks>The threshold is that of <see cref="DiagnosisTurningPoints"/>. Source: Kendall, Time-Series (1973), section 2.</remarks>
    /// <exception cref="ArgumentException">Fewer than 3 values.</exception>
    public static TurningPoints TurningPointsOf(IReadOnlyList<double> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        int n = series.Count;
        if (n < 3)
            throw new ArgumentException($"series has {n} values, which is outside [3, inf)", nameof(series));
        int turning = Enumerable.Range(1, n - 2).Count(i => (series[i] - series[i - 1]) * (series[i + 1] - series[i]) < 0);
        double swing = Enumerable.Range(1, n - 1).Average(i => Math.Abs(series[i] - series[i - 1]));
        Real64 limit = DiagnosisTurningPoints.Limit<Real64>(DiagnosisTurningPoints.Mean<Real64>(n), DiagnosisTurningPoints.Variance<Real64>(n), Normal.InvCDF(0, 1, 1 - Significance));
        return new TurningPoints(turning, limit.Value, swing, series.Average());
    }

    /// <summary>The training loss falls while the validation loss rises.</summary>
    public static bool Overfitting(RunRecord run) => TrendOf(Values(run).TrainingLoss) == Trend.Decreasing && TrendOf(run.ValidationLoss) == Trend.Increasing;

    /// <summary>The validation loss falls to its minimum and rises after it, while the training loss falls.</summary>
    public static bool FallsThenRises(RunRecord run)
    {
        double[] validation = [.. Values(run).ValidationLoss];
        int least = validation.Length == 0 ? 0 : Array.IndexOf(validation, validation.Min());
        return least >= 0 && TrendOf(run.TrainingLoss) == Trend.Decreasing
            && TrendOf(validation[..Math.Min(least + 1, validation.Length)]) == Trend.Decreasing && TrendOf(validation[least..]) == Trend.Increasing;
    }

    /// <summary>The training loss falls in the first half of the record and is flat in the second.</summary>
    public static bool Plateau(RunRecord run)
    {
        double[] x = [.. Values(run).TrainingLoss];
        return TrendOf(x[..(x.Length / 2)]) == Trend.Decreasing && TrendOf(x[(x.Length / 2)..]) == Trend.Flat;
    }

    /// <summary>The training loss falls, but by less than a twentieth of the first loss.</summary>
    public static bool SlowProgress(RunRecord run) =>
        TrendOf(Values(run).TrainingLoss) == Trend.Decreasing && run.TrainingLoss[0] - run.TrainingLoss[^1] < SlowShare * run.TrainingLoss[0];

    /// <summary>The last training and validation losses both lie above what the task allows for.</summary>
    public static bool BothHigh(RunRecord run) =>
        Values(run).AttainableLoss is { } attainable && run is { TrainingLoss.Count: > 0, ValidationLoss.Count: > 0 }
        && run.TrainingLoss[^1] > attainable && run.ValidationLoss[^1] > attainable;

    /// <summary>More than half of the fall of the training loss happens at steps at which the learning rate falls to a half or less.</summary>
    public static bool FallsAtRateDrops(RunRecord run)
    {
        IReadOnlyList<double> loss = Values(run).TrainingLoss, rate = run.LearningRates;
        if (loss.Count < 2 || rate.Count != loss.Count || !(loss[0] > loss[^1]))
            return false;
        double atDrops = Enumerable.Range(1, loss.Count - 1).Where(i => rate[i] <= rate[i - 1] / 2).Sum(i => loss[i - 1] - loss[i]);
        return atDrops > (loss[0] - loss[^1]) / 2;
    }

    /// <summary>The last gradient norm lies below a threshold.</summary>
    public static bool Vanishing(RunRecord run, double threshold) => Values(run).GradientNorms.Count > 0 && run.GradientNorms[^1] < threshold;

    /// <summary>A gradient norm lies above a threshold, or is no number.</summary>
    public static bool Exploding(RunRecord run, double threshold) => Values(run).GradientNorms.Any(norm => !(norm <= threshold));

    /// <summary>A gradient norm is ten times the median of all, or is no number.</summary>
    public static bool GrowingNorms(RunRecord run)
    {
        double[] sorted = [.. Values(run).GradientNorms.Order()];
        return sorted.Length > 0 && Exploding(run, RunCurves.VeryLargeFactor * sorted[sorted.Length / 2]);
    }

    /// <summary>The first layer's gradient norm is less than a hundredth of the last one's.</summary>
    public static bool EarlyLayersVanish(RunRecord run) =>
        Values(run).LayerGradientNorms.Count >= 2 && run.LayerGradientNorms[0] < LayerRatio * run.LayerGradientNorms[^1];

    private static RunRecord Values(RunRecord run) => run ?? throw new ArgumentNullException(nameof(run));

    // Null for series that have no trend to speak of: too short, or not finite.
    private static Trend? TrendOf(IReadOnlyList<double> series) =>
        series.Count < 3 || series.Any(x => !double.IsFinite(x)) ? null : RunCurves.TrendOf([.. series], Significance);
}
