using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>When a metric counts as better than the best one, and what a plateau leads to; each hyperparameter is checked when it is set.</summary>
/// <remarks>Source: PyTorch's ReduceLROnPlateau, but for the relative threshold of a negative metric, which is a share of its magnitude here.</remarks>
public sealed record PlateauOptions
{
    /// <summary>True where a larger metric is better.</summary>
    public bool Maximize { get; init; }

    /// <summary>True where the threshold is an amount and not a share of the best metric.</summary>
    public bool Absolute { get; init; }

    /// <summary><c>factor</c>, of <see cref="Hyperparameters.PlateauFactor"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Factor { get; init => field = Hyperparameters.PlateauFactor.Require(value); } = Hyperparameters.PlateauFactor.Default;

    /// <summary><c>patience</c>, of <see cref="Hyperparameters.PlateauPatience"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long Patience { get; init => field = Hyperparameters.PlateauPatience.Require(value); } = (long)Hyperparameters.PlateauPatience.Default;

    /// <summary><c>threshold</c>, of <see cref="Hyperparameters.PlateauThreshold"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Threshold { get; init => field = Hyperparameters.PlateauThreshold.Require(value); } = Hyperparameters.PlateauThreshold.Default;

    /// <summary><c>cooldown</c>, of <see cref="Hyperparameters.Cooldown"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long Cooldown { get; init => field = Hyperparameters.Cooldown.Require(value); } = (long)Hyperparameters.Cooldown.Default;

    /// <summary><c>lr_min</c>, of <see cref="Hyperparameters.MinimumRate"/>: no fall goes below it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Minimum { get; init => field = Hyperparameters.MinimumRate.Require(value); } = Hyperparameters.MinimumRate.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.PlateauEpsilon"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.PlateauEpsilon.Require(value); } = Hyperparameters.PlateauEpsilon.Default;
}

/// <summary>A rate that falls by a factor after more than n metrics in a row that are no better than the best; a pure function of step and history.</summary>
/// <remarks>Step t has seen the first t metrics; past the last one its rate is held. NaN is never better. Metrics of a cooldown don't count as worse, though they may be the best.</remarks>
public sealed record PlateauSchedule : Schedule
{
    private readonly DoubleDouble[] _rates;
    private readonly PlateauOptions _options;

    /// <summary>Makes the schedule.</summary>
    /// <param name="lr"><c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <param name="metrics">The history.</param>
    /// <param name="options">The other hyperparameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate lies outside.</exception>
    public PlateauSchedule(double lr, IReadOnlyList<double> metrics, PlateauOptions options)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(options);
        (_rates, _options) = (new DoubleDouble[metrics.Count + 1], options);
        _rates[0] = Hyperparameters.LearningRate.Require(lr);
        DoubleDouble best = double.PositiveInfinity;
        long worse = 0, cooling = 0;
        for (int t = 0; t < metrics.Count; t++)
        {
            // A larger metric is a smaller one with its sign changed.
            double metric = options.Maximize ? -metrics[t] : metrics[t];
            (best, worse) = metric < Bar(best, options) ? (metric, 0) : (best, worse + 1);
            if (cooling > 0)
                (cooling, worse) = (cooling - 1, 0);
            _rates[t + 1] = _rates[t];
            if (worse <= options.Patience)
                continue;
            DoubleDouble reduced = DoubleDouble.Max(options.Factor * _rates[t], options.Minimum);
            (worse, cooling) = (0, options.Cooldown);
            if (_rates[t] - reduced > options.Epsilon)
                _rates[t + 1] = reduced;
        }
    }

    private protected override Hyperparameter Highest => Hyperparameters.LearningRate;

    private protected override T Evaluate<T>(long step)
    {
        long last = Math.Min(step, _rates.Length - 1);
        if (!Straightforward.Is<T>())
            return _rates[last].To<T>();
        T rate = _rates[0].To<T>();
        for (long t = 1; t <= last; t++)
            rate = _rates[t] == _rates[t - 1] ? rate : T.Max(T.Of(_options.Factor) * rate, T.Of(_options.Minimum));
        return rate;
    }

    // An infinite best is met by what is finite.
    private static DoubleDouble Bar(DoubleDouble best, PlateauOptions options) =>
        !DoubleDouble.IsFinite(best) ? best : options.Absolute ? best - options.Threshold : ScheduleShapes.Bar<DoubleDouble>(best, options.Threshold);
}
