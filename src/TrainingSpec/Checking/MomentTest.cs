using System.Globalization;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>What a test of a moment found.</summary>
/// <param name="Count">n, the number of samples.</param>
/// <param name="Moment">The mean of the samples, or the mean square of their deviations from the expected mean.</param>
/// <param name="PValue">Twice the probability of the tail that the moment lies in, 1 at most, where it is the expected one.</param>
public readonly record struct MomentResult(int Count, double Moment, double PValue)
{
    /// <summary>True where the moment is not refused at the level.</summary>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The level lies outside: at 0 nothing would be refused.</exception>
    public bool Passed(double level) => PValue >= KolmogorovSmirnov.RequireShare(level, nameof(level));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"n = {Count}, moment {Moment:0.000000}, p = {PValue:0.0000}");
}

/// <summary>Whether normal numbers have the mean and the variance that they should have, with the power that the number of samples gives.</summary>
/// <remarks>
/// Exact for independent normal numbers: √n·(x̄ − μ)/σ is standard normal, and Σ(x − μ)²/σ² is chi-square with n degrees of freedom. For others the test of the mean holds
/// to the order of the central limit theorem, and the test of the variance does not. Source: Lehmann and Romano, "Testing Statistical Hypotheses" (2005), section 3.9.
/// </remarks>
public static class MomentTest
{
    /// <summary>Tests the mean of samples whose standard deviation is known.</summary>
    /// <param name="samples">At least one number.</param>
    /// <param name="mean">μ, the expected mean, finite.</param>
    /// <param name="deviation">σ, in (0, inf).</param>
    /// <exception cref="ArgumentException">No samples, or an argument lies outside its domain.</exception>
    public static MomentResult Mean(ReadOnlySpan<double> samples, double mean, double deviation)
    {
        Require(samples, mean, deviation, nameof(deviation));
        double sum = 0;
        foreach (double x in samples)
            sum += x - mean;
        double z = sum / samples.Length / deviation * Math.Sqrt(samples.Length);
        return new MomentResult(samples.Length, mean + sum / samples.Length, double.IsNaN(z) ? 0 : 2 * Normal.CDF(0, 1, -Math.Abs(z)));
    }

    /// <summary>Tests the variance of normal samples whose mean is known.</summary>
    /// <param name="samples">At least one number.</param>
    /// <param name="mean">μ, finite.</param>
    /// <param name="variance">σ², the expected variance, in (0, inf).</param>
    /// <exception cref="ArgumentException">No samples, or an argument lies outside its domain.</exception>
    public static MomentResult Variance(ReadOnlySpan<double> samples, double mean, double variance)
    {
        Require(samples, mean, variance, nameof(variance));
        double sum = 0;
        foreach (double x in samples)
            sum += (x - mean) * (x - mean);
        double statistic = sum / variance;
        double p = double.IsNaN(statistic) ? 0 : Math.Min(1, 2 * Math.Min(AtMost(samples.Length, statistic), AtLeast(samples.Length, statistic)));
        return new MomentResult(samples.Length, sum / samples.Length, p);
    }

    /// <summary>The share of runs in which the mean of n samples is refused that is off by <paramref name="shift"/> standard deviations.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="shift">By how many σ the mean is off, finite.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static double MeanPower(int count, double shift, double level)
    {
        Require(count, level);
        double critical = -Normal.InvCDF(0, 1, level / 2), off = Math.Sqrt(count) * shift;
        return Normal.CDF(0, 1, off - critical) + Normal.CDF(0, 1, -off - critical);
    }

    /// <summary>By how many standard deviations a mean must be off for n samples to be refused with the given power.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <param name="power">The share of such wrong samples that is refused at the least, in (<paramref name="level"/>, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static double MeanDetectable(int count, double level, double power)
    {
        RequirePower(count, level, power);
        return Least(0, shift => MeanPower(count, shift, level) >= power);
    }

    /// <summary>The share of runs in which the variance of n normal samples is refused that is <paramref name="ratio"/> times the expected one.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="ratio">In (0, inf).</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static double VariancePower(int count, double ratio, double level)
    {
        Require(count, level);
        if (!(ratio > 0 && double.IsFinite(ratio)))
            throw new OutsideDomainException(nameof(ratio), string.Create(CultureInfo.InvariantCulture, $"ratio = {ratio:R} is outside (0, inf)"));
        (double low, double high) = Critical(count, level);
        return AtMost(count, low / ratio) + AtLeast(count, high / ratio);
    }

    /// <summary>The least factor above 1 such that n normal samples of so many times the variance, and as many of its reciprocal, are refused with the given power.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <param name="power">The share of such wrong samples that is refused at the least, in (<paramref name="level"/>, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static double VarianceDetectable(int count, double level, double power)
    {
        RequirePower(count, level, power);
        (double low, double high) = Critical(count, level);
        double Refused(double ratio) => AtMost(count, low / ratio) + AtLeast(count, high / ratio);
        return Least(1, ratio => Math.Min(Refused(ratio), Refused(1 / ratio)) >= power);
    }

    private static (double Low, double High) Critical(int count, double level) =>
        (Least(0, x => 2 * AtMost(count, x) >= level), Least(0, x => 2 * AtLeast(count, x) < level));

    // P(χ²ₙ ≤ x) and P(χ²ₙ ≥ x), each without cancellation.
    private static double AtMost(int count, double x) => x <= 0 ? 0 : double.IsInfinity(x) ? 1 : SpecialFunctions.GammaLowerRegularized(count / 2.0, x / 2);

    private static double AtLeast(int count, double x) => x <= 0 ? 1 : double.IsInfinity(x) ? 0 : SpecialFunctions.GammaUpperRegularized(count / 2.0, x / 2);

    /// <summary>The least x above a start that fulfils a condition which, once fulfilled, stays so.</summary>
    private static double Least(double start, Func<double, bool> condition)
    {
        double low = start, step = 1e-3;
        while (!condition(start + step))
        {
            low = start + step;
            step *= 2;
        }

        double high = start + step;
        for (int i = 0; i < 60 && low < high; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = condition(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }

    private static void Require(ReadOnlySpan<double> samples, double mean, double spread, string argument)
    {
        if (samples.IsEmpty)
            throw new ArgumentException("samples has 0 elements, at least 1 is needed", nameof(samples));
        if (!double.IsFinite(mean))
            throw new OutsideDomainException(nameof(mean), string.Create(CultureInfo.InvariantCulture, $"mean = {mean:R} is outside (-inf, inf)"));
        if (!(spread > 0 && double.IsFinite(spread)))
            throw new OutsideDomainException(argument, string.Create(CultureInfo.InvariantCulture, $"{argument} = {spread:R} is outside (0, inf)"));
    }

    private static void Require(int count, double level)
    {
        if (count < 1)
            throw new OutsideDomainException(nameof(count), $"count = {count} is outside [1, inf)");
        KolmogorovSmirnov.RequireShare(level, nameof(level));
    }

    private static void RequirePower(int count, double level, double power)
    {
        Require(count, level);
        if (!(power > level && power < 1))
            throw new OutsideDomainException(nameof(power), string.Create(CultureInfo.InvariantCulture, $"power = {power:R} is outside ({level:R}, 1)"));
    }
}
