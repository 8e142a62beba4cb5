using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>When to stop; each value is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: D0 "Early Stopping"; D2 "Early Stopping".</remarks>
public sealed record EarlyStoppingOptions
{
    /// <summary><c>patience</c>: epochs in a row without improvement that end the training, of <see cref="Hyperparameters.Patience"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required long Patience { get; init => field = Hyperparameters.Patience.Require(value); }

    /// <summary><c>min_delta</c>: by how much more than this a loss must lie below the best one, of <see cref="Hyperparameters.MinDelta"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double MinDelta { get; init => field = Hyperparameters.MinDelta.Require(value); } = Hyperparameters.MinDelta.Default;

    /// <summary>True where a larger value is better, as an accuracy is.</summary>
    public bool Maximize { get; init; }

    /// <summary>True where <see cref="MinDelta"/> is a share of the best value's magnitude and not an amount.</summary>
    public bool Relative { get; init; }
}

/// <summary>What early stopping makes of a whole series of losses.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="StopAt">The epoch, counted from 1, after which training stops; null where it goes on.</param>
/// <param name="Best">The best loss; null where none ever improved.</param>
/// <param name="BestEpoch">Its epoch, counted from 1.</param>
public sealed record EarlyStoppingResult<T>(long? StopAt, T? Best, long? BestEpoch)
    where T : struct, IReal<T>;

/// <summary>Watches validation losses, says when to stop, and keeps the weights of the best epoch.</summary>
/// <remarks>Epochs count from 1. A NaN loss never improves. Once stopped it stays stopped.</remarks>
/// <typeparam name="T">The number.</typeparam>
/// <param name="options">Patience and least improvement.</param>
public sealed class EarlyStopper<T>(EarlyStoppingOptions options)
    where T : struct, IReal<T>
{
    private readonly EarlyStoppingOptions _options = options ?? throw new ArgumentNullException(nameof(options));
    private T[][]? _bestParameters;

    /// <summary>Epochs seen so far.</summary>
    public long Epoch { get; private set; }

    /// <summary>The best loss; null before the first improvement.</summary>
    public T? Best { get; private set; }

    /// <summary>The best loss's epoch.</summary>
    public long? BestEpoch { get; private set; }

    /// <summary>The epoch after which training stops; null while it goes on.</summary>
    public long? StopAt { get; private set; }

    /// <summary>Takes the loss of one more epoch; true where training is to stop after it.</summary>
    /// <param name="loss">The validation loss; may be NaN or infinite.</param>
    /// <param name="parameters">The weights that gave it, of which a copy is kept if they are the best; or null.</param>
    /// <exception cref="InvalidOperationException">Training was to stop before.</exception>
    public bool Observe(T loss, T[][]? parameters = null)
    {
        if (StopAt is { } stopped)
            throw new InvalidOperationException($"training was to stop after epoch {Tensors.Text(stopped)}");
        Epoch++;
        if (Improves(loss))
        {
            Best = loss;
            BestEpoch = Epoch;
            _bestParameters = parameters is null ? null : Tensors.Copy(parameters);
        }

        // Epochs in a row without improvement, at least one; before the first improvement all are.
        if (Epoch - (BestEpoch ?? 0) >= Math.Max(1, _options.Patience))
            StopAt = Epoch;
        return StopAt is not null;
    }

    // The difference of two losses is compared with δ as a real number: rounded, a threshold would decide near ties by its rounding.
    private bool Improves(T value)
    {
        // A larger value is a smaller one with its sign changed.
        T loss = _options.Maximize ? -value : value;
        if (Best is not { } kept)
            return Tensors.AreEqual(EarlyStopping.Improves(loss, T.Of(double.PositiveInfinity)), T.Of(1));
        T best = _options.Maximize ? -kept : kept;
        return DoubleDouble.ValueOf(loss) is { } now && DoubleDouble.ValueOf(best) is { } before
            ? EarlyStopping.Improves(now, Threshold(before)) == DoubleDouble.One
            : Tensors.AreEqual(EarlyStopping.Improves(loss, Threshold(best)), T.Of(1));
    }

    private TNumber Threshold<TNumber>(TNumber best)
        where TNumber : IReal<TNumber>
    {
        TNumber delta = TNumber.Of(_options.MinDelta);
        return _options.Relative ? ScheduleShapes.Bar(best, delta) : EarlyStopping.Threshold(best, delta);
    }

    /// <summary>A copy of the weights of the best epoch; null where none were given or none improved.</summary>
    public T[][]? BestParameters() => _bestParameters is null ? null : Tensors.Copy(_bestParameters);

    /// <summary>Runs over a series of losses until it stops or the series ends.</summary>
    /// <param name="losses"><c>losses</c>: one per epoch, at least one.</param>
    /// <param name="options">Patience and least improvement.</param>
    /// <exception cref="InvalidArgumentException">No losses.</exception>
    public static EarlyStoppingResult<T> Run(ReadOnlySpan<T> losses, EarlyStoppingOptions options)
    {
        if (losses.IsEmpty)
            throw Tensors.Bad(nameof(losses), "losses = [] is outside series of at least one loss");
        var stopper = new EarlyStopper<T>(options);
        foreach (T loss in losses)
        {
            if (stopper.Observe(loss))
                break;
        }

        return new EarlyStoppingResult<T>(stopper.StopAt, stopper.Best, stopper.BestEpoch);
    }
}
