using System.Globalization;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>What a chi-square test found.</summary>
/// <param name="Count">n, the number of samples.</param>
/// <param name="Freedom">Degrees of freedom, one less than cells.</param>
/// <param name="Statistic">Σ(observed − expected)²/expected.</param>
/// <param name="PValue">The probability of a statistic at least as large where the shares are the expected ones.</param>
public readonly record struct ChiSquareResult(long Count, int Freedom, double Statistic, double PValue)
{
    /// <summary>True where the counts are not refused at the level.</summary>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The level lies outside: at 0 nothing would be refused.</exception>
    public bool Passed(double level) => PValue >= KolmogorovSmirnov.RequireShare(level, nameof(level));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"n = {Count}, chi-square = {Statistic:0.000} with {Freedom} degrees of freedom, p = {PValue:0.0000}");
}

/// <summary>Whether counts in cells agree with expected shares, with the power that the number of samples gives.</summary>
/// <remarks>Sources: Pearson (1900); Cohen, "Statistical Power Analysis" (1988), §7.1, for the noncentrality n·Σ(g − p)²/p.</remarks>
public static class ChiSquare
{
    private const double LeastExpected = 5;

    /// <summary>Tests counts against expected shares.</summary>
    /// <param name="counts">Observed counts, one per cell, at least two cells.</param>
    /// <param name="shares">Expected shares, all positive, adding up to 1.</param>
    /// <exception cref="ArgumentException">Lengths differ, a share is not positive, shares don't add up to 1, or a cell expects fewer than five.</exception>
    public static ChiSquareResult Test(ReadOnlySpan<long> counts, ReadOnlySpan<double> shares)
    {
        Require(shares, nameof(shares));
        if (counts.Length != shares.Length)
            throw new ArgumentException($"counts has {counts.Length} cells, shares has {shares.Length}", nameof(counts));
        long total = 0;
        foreach (long count in counts)
            total += count >= 0 ? count : throw new ArgumentException($"counts holds {count}, which is outside [0, inf)", nameof(counts));
        double statistic = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = total * shares[i];
            if (expected < LeastExpected)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"counts: cell {i} expects {expected:R} samples, at least {LeastExpected} are needed"), nameof(counts));
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        }

        return Result(total, counts.Length - 1, statistic);
    }

    /// <summary>The share of runs in which n samples with other shares are refused.</summary>
    /// <remarks>The statistic is then noncentral chi-square: a mixture of central ones with 2j more degrees of freedom, weighted by Poisson(λ/2).</remarks>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="shares">The shares tested for, all positive, adding up to 1.</param>
    /// <param name="actual">The shares that the samples have, adding up to 1.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentException">An argument lies outside its domain, or lengths differ.</exception>
    public static double Power(long count, ReadOnlySpan<double> shares, ReadOnlySpan<double> actual, double level)
    {
        Require(shares, nameof(shares));
        if (actual.Length != shares.Length)
            throw new ArgumentException($"actual has {actual.Length} cells, shares has {shares.Length}", nameof(actual));
        double noncentrality = 0;
        for (int i = 0; i < shares.Length; i++)
            noncentrality += count * (actual[i] - shares[i]) * (actual[i] - shares[i]) / shares[i];
        return NoncentralPower(count, shares.Length - 1, noncentrality, level);
    }

    /// <summary>The p-value of a statistic.</summary>
    internal static ChiSquareResult Result(long count, int freedom, double statistic) =>
        new(count, freedom, statistic, SpecialFunctions.GammaUpperRegularized(freedom / 2.0, statistic / 2));

    /// <summary>The probability with which a noncentral chi-square number exceeds the critical one of the level.</summary>
    internal static double NoncentralPower(long count, int freedom, double noncentrality, double level)
    {
        if (count < 1)
            throw new OutsideDomainException(nameof(count), $"count = {count} is outside [1, inf)");
        KolmogorovSmirnov.RequireShare(level, nameof(level));
        double critical = ChiSquared.InvCDF(freedom, 1 - level);
        double half = noncentrality / 2, accepted = 0;

        // The Poisson weights lie around half; ten standard deviations either way hold all but 10⁻²⁰ of them.
        int first = (int)Math.Max(0, half - 10 * Math.Sqrt(half) - 50), last = (int)(half + 10 * Math.Sqrt(half) + 50);
        for (int j = first; j <= last; j++)
        {
            double weight = half > 0 ? Math.Exp(-half + j * Math.Log(half) - SpecialFunctions.GammaLn(j + 1)) : j == 0 ? 1 : 0;
            accepted += weight * ChiSquared.CDF(freedom + 2 * j, critical);
        }

        return Math.Clamp(1 - accepted, 0, 1);
    }

    private static void Require(ReadOnlySpan<double> shares, string argument)
    {
        if (shares.Length < 2)
            throw new ArgumentException($"{argument} has {shares.Length} cells, at least 2 are needed", argument);
        double sum = 0;
        foreach (double share in shares)
            sum += share > 0 ? share : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{argument} holds {share:R}, which is outside (0, 1)"), argument);
        if (!(Math.Abs(sum - 1) <= 1e-9))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{argument} add up to {sum:R}, not to 1"), argument);
    }
}
