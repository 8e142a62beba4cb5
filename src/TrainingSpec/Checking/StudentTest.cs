using System.Globalization;
using MathNet.Numerics;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>What a test of a mean of unknown deviation found.</summary>
/// <param name="Count">n, the number of samples.</param>
/// <param name="Mean">The mean of the samples.</param>
/// <param name="Deviation">Their standard deviation, of n − 1 degrees of freedom.</param>
/// <param name="PValue">The probability of a mean so far from the expected one, on either side.</param>
public readonly record struct StudentResult(int Count, double Mean, double Deviation, double PValue)
{
    /// <summary>True where the mean is not refused at the level.</summary>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The level lies outside: at 0 nothing would be refused.</exception>
    public bool Passed(double level) => PValue >= KolmogorovSmirnov.RequireShare(level, nameof(level));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"n = {Count}, mean {Mean:G4}, deviation {Deviation:G3}, p = {PValue:G2}");
}

/// <summary>Whether normal numbers have the mean that they should have, where their deviation is not known: Student's test, of the differences of pairs too.</summary>
/// <remarks>
/// √n·(x̄ − μ)/s is Student's t with n − 1 degrees of freedom, and noncentral with δ = √n·shift where the mean is off by that many deviations: t² is then a Poisson(δ²/2) mixture of beta numbers.
/// Sources: Student, "The probable error of a mean" (1908); NIST DLMF, 8.17, for the incomplete beta function; Lehmann and Romano, "Testing Statistical Hypotheses" (2005), section 5.2, for the power.
/// </remarks>
public static class StudentTest
{
    // δ, up to which the mixture has few enough terms.
    private const double MostDeviations = 1000;

    /// <summary>Tests the mean of samples.</summary>
    /// <remarks>Samples that are all alike leave no doubt: p is 1 where they are the expected mean, and 0 where they are not, as where one of them is not finite.</remarks>
    /// <param name="samples">At least two numbers.</param>
    /// <param name="mean">μ, the expected mean, finite.</param>
    /// <exception cref="ArgumentException">Fewer samples, or the mean is not finite.</exception>
    public static StudentResult Test(ReadOnlySpan<double> samples, double mean = 0)
    {
        if (samples.Length < 2)
            throw new ArgumentException($"samples has {samples.Length} elements, at least 2 are needed", nameof(samples));
        if (!double.IsFinite(mean))
            throw new OutsideDomainException(nameof(mean), string.Create(CultureInfo.InvariantCulture, $"mean = {mean:R} is outside (-inf, inf)"));
        double largest = 0, sum = 0, squares = 0;
        foreach (double x in samples)
            largest = Math.Max(largest, Math.Abs(x - mean));

        // In a unit of their own, in which no square leaves the range.
        double unit = largest > 0 && double.IsFinite(largest) ? Math.ScaleB(1, Math.ILogB(largest)) : 1;
        foreach (double x in samples)
            sum += (x - mean) / unit;
        double off = sum / samples.Length;
        foreach (double x in samples)
            squares += ((x - mean) / unit - off) * ((x - mean) / unit - off);
        int freedom = samples.Length - 1;
        double variance = squares / freedom, t2 = samples.Length * off * off / variance;
        double p = off == 0 ? 1 : double.IsNaN(t2) || double.IsInfinity(t2) ? 0 : SpecialFunctions.BetaRegularized(freedom / 2.0, 0.5, freedom / (freedom + t2));
        return new StudentResult(samples.Length, mean + off * unit, Math.Sqrt(variance) * unit, p);
    }

    /// <summary>The share of runs in which the mean of n samples is refused that is off by <paramref name="shift"/> standard deviations; where √n·|shift| is above 1000, that at 1000, which is not more.</summary>
    /// <param name="count">n ≥ 2.</param>
    /// <param name="shift">By how many σ the mean is off, finite.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static double Power(int count, double shift, double level)
    {
        if (count < 2)
            throw new OutsideDomainException(nameof(count), $"count = {count} is outside [2, inf)");
        if (!double.IsFinite(shift))
            throw new OutsideDomainException(nameof(shift), string.Create(CultureInfo.InvariantCulture, $"shift = {shift:R} is outside (-inf, inf)"));
        double critical = Critical(count, KolmogorovSmirnov.RequireShare(level, nameof(level))), off = Math.Min(Math.Sqrt(count) * Math.Abs(shift), MostDeviations), half = off * off / 2, refused = 0;

        // The Poisson weights lie around half; ten standard deviations either way hold all but 10⁻²⁰ of them.
        int first = (int)Math.Max(0, half - 10 * Math.Sqrt(half) - 50), last = (int)(half + 10 * Math.Sqrt(half) + 50);
        for (int j = first; j <= last; j++)
        {
            double weight = half > 0 ? Math.Exp(-half + j * Math.Log(half) - SpecialFunctions.GammaLn(j + 1)) : j == 0 ? 1 : 0;
            refused += weight * SpecialFunctions.BetaRegularized((count - 1) / 2.0, j + 0.5, critical);
        }

        return Math.Clamp(refused, 0, 1);
    }

    /// <summary>The fewest samples of which a mean is refused with the given power that is off by <paramref name="shift"/> standard deviations.</summary>
    /// <param name="shift">By how many σ the mean is off, finite, not 0.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <param name="power">The share of such wrong samples that is refused at the least, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static int SamplesNeeded(double shift, double level, double power) =>
        shift == 0 ? throw new OutsideDomainException(nameof(shift), "shift = 0 is outside (-inf, 0) and (0, inf)") : 1 + SizeAndPower.SamplesNeeded(power, freedom => Power(freedom + 1, shift, level));

    // The ν/(ν + t²) at which p is the level: the smaller it is, the farther is t.
    private static double Critical(int count, double level)
    {
        double low = 0, high = 1;
        for (int i = 0; i < 1100 && low < high; i++)
        {
            double middle = low + (high - low) / 2;
            if (middle == low || middle == high)
                break;
            (low, high) = SpecialFunctions.BetaRegularized((count - 1) / 2.0, 0.5, middle) < level ? (middle, high) : (low, middle);
        }

        return high;
    }
}
