using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>How long a step took.</summary>
/// <param name="Seconds">Its duration.</param>
/// <param name="Tokens">The tokens it processed.</param>
public readonly record struct StepTiming(double Seconds, long Tokens)
{
    /// <summary>Tokens per second; infinite where the clock did not advance.</summary>
    public double Throughput => Monitoring.Throughput<Real64>(Tokens, Seconds).Value;
}

/// <summary>Measures step time and throughput with a clock that is handed in, so that tests need none.</summary>
/// <remarks>Source: D2 "Essential Metrics"; D3 "Monitoring Training at Scale".</remarks>
/// <param name="clock">The clock.</param>
public sealed class ThroughputMeter(TimeProvider clock)
{
    private readonly TimeProvider _clock = clock ?? throw new ArgumentNullException(nameof(clock));
    private long? _began;
    private double _seconds;
    private long _tokens;

    /// <summary>All tokens over all time, of the steps ended so far: not the mean of their rates, in which a slow step would count too little.</summary>
    /// <exception cref="InvalidOperationException">No step has ended.</exception>
    public StepTiming Total => Steps > 0 ? new StepTiming(_seconds, _tokens) : throw new InvalidOperationException("no step has ended");

    /// <summary>How many steps have ended.</summary>
    public long Steps { get; private set; }

    /// <summary>Begins a step.</summary>
    /// <exception cref="InvalidOperationException">One has begun and not ended.</exception>
    public void Begin() => _began = _began is null ? _clock.GetTimestamp() : throw new InvalidOperationException("the step before has not ended");

    /// <summary>Ends the step and says how long it took.</summary>
    /// <param name="tokens">The tokens it processed, in [0, inf).</param>
    /// <exception cref="InvalidOperationException">None has begun.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tokens lie outside.</exception>
    public StepTiming End(long tokens)
    {
        Domain.Require("[0, inf)", tokens, nameof(tokens));
        long began = _began ?? throw new InvalidOperationException("no step has begun");
        var timing = new StepTiming(_clock.GetElapsedTime(began).TotalSeconds, tokens);
        _began = null;
        _seconds += timing.Seconds;
        _tokens += tokens;
        Steps++;
        return timing;
    }
}
