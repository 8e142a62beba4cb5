using System.Globalization;
using MathNet.Numerics.Distributions;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Where a series is going.</summary>
public enum Trend
{
    /// <summary>Significantly downwards.</summary>
    Decreasing,

    /// <summary>No slope that could be told from noise.</summary>
    Flat,

    /// <summary>Significantly upwards.</summary>
    Increasing,
}

/// <summary>A least-squares slope under a t test.</summary>
/// <param name="Slope">Per step.</param>
/// <param name="Error">Its standard error, of which the values' own rounding is the least part.</param>
/// <param name="PValue">The probability of a slope at least as steep, either way, where there is none.</param>
public readonly record struct SlopeTest(double Slope, double Error, double PValue);

/// <summary>What a pair of loss curves says about a run.</summary>
public enum LossDiagnosis
{
    /// <summary>Training and validation loss fall.</summary>
    Learning,

    /// <summary>The training loss is flat.</summary>
    Stuck,

    /// <summary>The training loss falls, the validation loss is flat.</summary>
    Saturating,

    /// <summary>The training loss falls, the validation loss rises.</summary>
    Overfitting,

    /// <summary>The training loss rises, whatever the validation loss does.</summary>
    Divergence,
}

/// <summary>What gradient norms say about a run.</summary>
public enum NormSign
{
    /// <summary>All within the good band.</summary>
    Stable,

    /// <summary>Outside the band, but none very large.</summary>
    OutsideBand,

    /// <summary>At least one above ten times the band's upper end.</summary>
    VeryLarge,

    /// <summary>At least one NaN or infinite.</summary>
    NonFinite,
}

/// <summary>Rules that read the curves of a run: slopes tested against their noise, gradient norms against a band, rates against their schedule.</summary>
/// <remarks>Source: D4 "Key Metrics".</remarks>
public static class RunCurves
{
    /// <summary>How far above the good band a norm must lie to count as very large.</summary>
    public const double VeryLargeFactor = 10;

    /// <summary>The trend of equally spaced values: the slope of the least-squares line under a two-sided t test.</summary>
    /// <param name="values">At least 3 finite values.</param>
    /// <param name="significance">The probability of calling noise a trend, in (0, 1).</param>
    /// <remarks>Values on a line are a trend unless the line is level. Source: Draper and Smith, Applied Regression Analysis (1998), section 1.4.</remarks>
    /// <exception cref="ArgumentException">Fewer than 3 values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite or the significance lies outside.</exception>
    public static Trend TrendOf(ReadOnlySpan<double> values, double significance = 0.01)
    {
        Domain.Require("(0, 1)", significance, nameof(significance));
        SlopeTest test = SlopeOf(values);
        return test.PValue > significance ? Trend.Flat : test.Slope < 0 ? Trend.Decreasing : Trend.Increasing;
    }

    /// <summary>The slope of the least-squares line through equally spaced values, its standard error, and how likely noise alone would give such a slope.</summary>
    /// <param name="values">At least 3 finite values.</param>
    /// <remarks>
    /// t = slope / √(Σr² / ((n − 2)·Σ(x − x̄)²)) with n − 2 degrees of freedom. Source: Draper and Smith, Applied Regression Analysis (1998), section 1.4.
    /// </remarks>
    /// <exception cref="ArgumentException">Fewer than 3 values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite.</exception>
    public static SlopeTest SlopeOf(ReadOnlySpan<double> values)
    {
        if (values.Length < 3)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"values has {values.Length} entries, a trend needs at least 3"), nameof(values));
        double meanX = (values.Length - 1) / 2.0, mean = 0, largest = 0;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                throw Domain.Outside("(-inf, inf)", value.ToString("R", CultureInfo.InvariantCulture), nameof(values));
            mean += value / values.Length;
            largest = Math.Max(largest, Math.Abs(value));
        }

        double sumXX = 0, sumXY = 0, residuals = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sumXX += (i - meanX) * (i - meanX);
            sumXY += (i - meanX) * (values[i] - mean);
        }

        double slope = sumXY / sumXX;
        for (int i = 0; i < values.Length; i++)
        {
            double residual = values[i] - mean - slope * (i - meanX);
            residuals += residual * residual;
        }

        // Rounding of the values themselves is noise, too: a level line must not turn into a trend.
        double grain = 8 * Numbers.Real64.UnitRoundoff * largest;
        double error = Math.Sqrt(Math.Max(residuals, values.Length * (grain * grain)) / (values.Length - 2) / sumXX);
        return new SlopeTest(slope, error, error == 0 ? 1 : 2 * StudentT.CDF(0, 1, values.Length - 2, -Math.Abs(slope / error)));
    }

    /// <summary>What training and validation loss say together.</summary>
    /// <param name="training">At least 3 finite losses.</param>
    /// <param name="validation">At least 3 finite losses.</param>
    /// <param name="significance">The probability of calling noise a trend, in (0, 1).</param>
    /// <exception cref="ArgumentException">A curve is too short, not finite, or the significance lies outside.</exception>
    public static LossDiagnosis Diagnose(ReadOnlySpan<double> training, ReadOnlySpan<double> validation, double significance = 0.01) =>
        (TrendOf(training, significance), TrendOf(validation, significance)) switch
        {
            (Trend.Increasing, _) => LossDiagnosis.Divergence,
            (Trend.Flat, _) => LossDiagnosis.Stuck,
            (_, Trend.Increasing) => LossDiagnosis.Overfitting,
            (_, Trend.Flat) => LossDiagnosis.Saturating,
            _ => LossDiagnosis.Learning,
        };

    /// <summary>What gradient norms say; they must be the norms before clipping, for clipped ones never exceed the threshold.</summary>
    /// <param name="norms">Norms.</param>
    /// <param name="low">The good band's lower end, in [0, inf).</param>
    /// <param name="high">The good band's upper end, in (0, inf).</param>
    /// <exception cref="ArgumentOutOfRangeException">An end lies outside.</exception>
    public static NormSign JudgeNorms(ReadOnlySpan<double> norms, double low, double high)
    {
        Domain.Require("[0, inf)", low, nameof(low));
        Domain.Require("(0, inf)", high, nameof(high));
        NormSign worst = NormSign.Stable;
        foreach (double norm in norms)
        {
            NormSign sign = !double.IsFinite(norm) ? NormSign.NonFinite
                : norm > VeryLargeFactor * high ? NormSign.VeryLarge
                : norm < low || norm > high ? NormSign.OutsideBand
                : NormSign.Stable;
            worst = sign > worst ? sign : worst;
        }

        return worst;
    }

    /// <summary>The logged steps whose rates are not the schedule's, to the precision to which they were logged.</summary>
    /// <param name="log">Step, rate, and half the unit of the rate's last digit.</param>
    /// <param name="schedule">The rate at a step.</param>
    public static IReadOnlyList<long> OffSchedule(IEnumerable<(long Step, double Rate, double HalfUnit)> log, Func<long, double> schedule)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(schedule);
        // A tie may have been rounded either way, and the half unit itself is a rounded number.
        return [.. log.Where(e => Math.Abs(schedule(e.Step) - e.Rate) > e.HalfUnit * (1 + 1e-9)).Select(e => e.Step)];
    }
}
