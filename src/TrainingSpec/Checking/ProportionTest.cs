using System.Globalization;
using MathNet.Numerics;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>What a test of a proportion found.</summary>
/// <param name="Count">n, the number of independent trials.</param>
/// <param name="Successes">How many of them succeeded.</param>
/// <param name="PValue">Twice the probability of the tail that the successes lie in, 1 at most, where the proportion is the expected one.</param>
public readonly record struct ProportionResult(long Count, long Successes, double PValue)
{
    /// <summary>True where the successes are not refused at the level.</summary>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The level lies outside: at 0 nothing would be refused.</exception>
    public bool Passed(double level) => PValue >= KolmogorovSmirnov.RequireShare(level, nameof(level));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Successes} of {Count}, p = {PValue:0.0000}");
}

/// <summary>Whether an event is as probable as it should be: the exact two-sided binomial test, with the power that the number of trials gives.</summary>
/// <remarks>Sources: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial" (1934), for doubling the tail; the tails themselves are incomplete beta functions (NIST DLMF, 8.17.5).</remarks>
public static class ProportionTest
{
    /// <summary>Tests successes against an expected proportion.</summary>
    /// <param name="successes">In [0, <paramref name="count"/>].</param>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="proportion">The expected probability of a success, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static ProportionResult Test(long successes, long count, double proportion)
    {
        Require(count, proportion);
        if (successes < 0 || successes > count)
            throw new OutsideDomainException(nameof(successes), $"successes = {successes} is outside [0, {count}]");
        return new ProportionResult(count, successes, Math.Min(1, 2 * Math.Min(AtMost(successes, count, proportion), AtLeast(successes, count, proportion))));
    }

    /// <summary>The fewest and the most successes that are not refused at the level.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="proportion">The expected probability of a success, in (0, 1).</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static (long Fewest, long Most) Critical(long count, double proportion, double level)
    {
        Require(count, proportion);
        KolmogorovSmirnov.RequireShare(level, nameof(level));
        return (First(count, k => 2 * AtMost(k, count, proportion) >= level), First(count, k => 2 * AtLeast(k + 1, count, proportion) < level));
    }

    /// <summary>The share of runs in which n trials of another probability are refused.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="proportion">The probability tested for, in (0, 1).</param>
    /// <param name="actual">The probability that the trials have, in [0, 1].</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static double Power(long count, double proportion, double actual, double level)
    {
        if (!(actual is >= 0 and <= 1))
            throw new OutsideDomainException(nameof(actual), string.Create(CultureInfo.InvariantCulture, $"actual = {actual:R} is outside [0, 1]"));
        (long fewest, long most) = Critical(count, proportion, level);
        return Refused(count, actual, fewest, most);
    }

    /// <summary>The least δ such that n trials of probability p + δ, and as many of p − δ, are refused with the given power.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="proportion">p, the probability tested for, in (0, 1).</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <param name="power">The share of such wrong samples that is refused at the least, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain, or n is too small for any δ.</exception>
    public static double Detectable(long count, double proportion, double level, double power)
    {
        KolmogorovSmirnov.RequireShare(power, nameof(power));
        (long fewest, long most) = Critical(count, proportion, level);
        double widest = Math.Min(proportion, 1 - proportion);
        bool Found(double delta) => Math.Min(Refused(count, proportion + delta, fewest, most), Refused(count, proportion - delta, fewest, most)) >= power;
        if (!Found(widest))
            throw new OutsideDomainException(nameof(count), string.Create(CultureInfo.InvariantCulture, $"count = {count} is too small: at level {level:R} no two probabilities around {proportion:R} are refused with power {power:R}"));
        double low = 0, high = widest;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Found(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>P(X ≤ k) for X binomial.</summary>
    internal static double AtMost(long k, long count, double proportion) =>
        k < 0 ? 0 : k >= count || proportion <= 0 ? 1 : proportion >= 1 ? 0 : SpecialFunctions.BetaRegularized(count - k, k + 1, 1 - proportion);

    /// <summary>P(X ≥ k) for X binomial.</summary>
    internal static double AtLeast(long k, long count, double proportion) =>
        k <= 0 ? 1 : k > count || proportion <= 0 ? 0 : proportion >= 1 ? 1 : SpecialFunctions.BetaRegularized(k, count - k + 1, proportion);

    /// <summary>The least k of [0, count] that fulfils a condition which, once fulfilled, stays so; the last is taken to.</summary>
    internal static long First(long count, Func<long, bool> condition)
    {
        long low = 0, high = count;
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            (low, high) = condition(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static double Refused(long count, double actual, long fewest, long most) => AtMost(fewest - 1, count, actual) + AtLeast(most + 1, count, actual);

    private static void Require(long count, double proportion)
    {
        if (count < 1)
            throw new OutsideDomainException(nameof(count), $"count = {count} is outside [1, inf)");
        KolmogorovSmirnov.RequireShare(proportion, nameof(proportion));
    }
}
