using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>How often a statistical test refused right samples (its size) and wrong ones (its power), over many fixed seeds.</summary>
/// <remarks>A test that claims a level and a power is itself tested so. Source: Lehmann and Romano, "Testing Statistical Hypotheses" (2005), section 3.1, for size and power.</remarks>
/// <param name="Runs">How many seeds, 0, 1, 2 ….</param>
/// <param name="FalseAlarms">How many of the right samples were refused.</param>
/// <param name="Found">How many of the wrong samples were refused.</param>
public readonly record struct SizeAndPower(int Runs, int FalseAlarms, int Found)
{
    /// <summary>The probability with which a test that has its level and its power is said not to have each of them.</summary>
    public const double Risk = 1e-6;

    /// <summary>Applies a test to a right and a wrong sample of each seed.</summary>
    /// <param name="runs">How many seeds, ≥ 1.</param>
    /// <param name="right">Draws a right sample of a seed.</param>
    /// <param name="wrong">Draws a wrong one: of the same seed, or out of the right one.</param>
    /// <param name="refuses">The test.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="runs"/> is below 1.</exception>
    public static SizeAndPower Measure<T>(int runs, Func<ulong, T> right, Func<ulong, T, T> wrong, Func<T, bool> refuses)
    {
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(wrong);
        ArgumentNullException.ThrowIfNull(refuses);
        if (runs < 1)
            throw new OutsideDomainException(nameof(runs), $"runs = {runs} is outside [1, inf)");
        int falseAlarms = 0, found = 0;
        for (ulong seed = 0; seed < (ulong)runs; seed++)
        {
            T sample = right(seed);
            falseAlarms += refuses(sample) ? 1 : 0;
            found += refuses(wrong(seed, sample)) ? 1 : 0;
        }

        return new SizeAndPower(runs, falseAlarms, found);
    }

    /// <summary>True where the refusals agree with a level and a power: false alarms are at most <see cref="MostFalseAlarms"/>, and found at least <see cref="FewestFound"/>.</summary>
    /// <remarks>Never true of so few runs that neither a test which always refuses nor one which never does would be told.</remarks>
    /// <param name="level">The share of right samples that the test may refuse, in (0, 1).</param>
    /// <param name="power">The share of the wrong samples that it refuses at the least, in (0, 1).</param>
    public bool Agrees(double level, double power)
    {
        int most = MostFalseAlarms(Runs, level), fewest = FewestFound(Runs, power);
        return most < Runs && fewest > 0 && FalseAlarms <= most && Found >= fewest;
    }

    /// <summary>The most false alarms of a test of that level: more have a binomial probability of at most <see cref="Risk"/>.</summary>
    /// <param name="runs">How many right samples, ≥ 1.</param>
    /// <param name="level">The level, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static int MostFalseAlarms(int runs, double level)
    {
        if (runs < 1)
            throw new OutsideDomainException(nameof(runs), $"runs = {runs} is outside [1, inf)");
        KolmogorovSmirnov.RequireShare(level, nameof(level));
        return (int)ProportionTest.First(runs, k => ProportionTest.AtLeast(k + 1, runs, level) <= Risk);
    }

    /// <summary>The fewest refusals of a test of that power: fewer have a binomial probability of at most <see cref="Risk"/>.</summary>
    /// <param name="runs">How many wrong samples, ≥ 1.</param>
    /// <param name="power">The power, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static int FewestFound(int runs, double power)
    {
        KolmogorovSmirnov.RequireShare(power, nameof(power));
        return runs - MostFalseAlarms(runs, 1 - power);
    }

    /// <summary>The fewest samples for which a test has a power.</summary>
    /// <param name="power">The power, in (0, 1).</param>
    /// <param name="powerOf">The power of the test for a number of samples; it rises with them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="power"/> lies outside, or a thousand million samples are too few.</exception>
    public static int SamplesNeeded(double power, Func<int, double> powerOf)
    {
        ArgumentNullException.ThrowIfNull(powerOf);
        KolmogorovSmirnov.RequireShare(power, nameof(power));
        int high = 1;
        while (powerOf(high) < power)
            high = high < 1 << 29 ? 2 * high : throw new OutsideDomainException(nameof(power), string.Create(CultureInfo.InvariantCulture, $"power = {power:R} is not reached by {high} samples"));
        int low = high / 2;
        while (high - low > 1)
        {
            int middle = low + (high - low) / 2;
            (low, high) = powerOf(middle) >= power ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"refused {FalseAlarms} of {Runs} right and {Found} of {Runs} wrong samples");
}
