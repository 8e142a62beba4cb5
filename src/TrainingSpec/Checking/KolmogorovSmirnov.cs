using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>What a Kolmogorov–Smirnov test found.</summary>
/// <param name="Count">n, the number of samples.</param>
/// <param name="Distance">Dₙ = sup|Fₙ − F|.</param>
/// <param name="PValue">The probability of a distance at least as large where the samples do have the distribution F.</param>
public readonly record struct KolmogorovSmirnovResult(int Count, double Distance, double PValue)
{
    /// <summary>True where the samples are not refused at the level.</summary>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The level lies outside: at 0 nothing would be refused.</exception>
    public bool Passed(double level) => PValue >= KolmogorovSmirnov.RequireShare(level, nameof(level));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"n = {Count}, D = {Distance:0.000000}, p = {PValue:0.0000}");
}

/// <summary>Whether samples come from a continuous distribution, with the power that the number of samples gives.</summary>
/// <remarks>Sources: Kolmogorov (1933); Stephens, "EDF statistics for goodness of fit", JASA 69 (1974), for finite n; Massart, "The tight constant in the Dvoretzky–Kiefer–Wolfowitz inequality" (1990), for the power.</remarks>
public static class KolmogorovSmirnov
{
    /// <summary>Tests samples against a cumulative distribution function.</summary>
    /// <param name="samples">At least 5 numbers, in any order.</param>
    /// <param name="cumulative">F, rising from 0 to 1.</param>
    /// <exception cref="ArgumentException">Fewer than five samples, a NaN among them, or F gives a value outside [0, 1].</exception>
    public static KolmogorovSmirnovResult Test(ReadOnlySpan<double> samples, Func<double, double> cumulative)
    {
        ArgumentNullException.ThrowIfNull(cumulative);
        if (samples.Length < 5)
            throw new ArgumentException($"samples has {samples.Length} elements, at least 5 are needed", nameof(samples));
        double[] sorted = samples.ToArray();
        Array.Sort(sorted);
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double f = cumulative(sorted[i]);
            if (!(f is >= 0 and <= 1) || double.IsNaN(sorted[i]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"cumulative({sorted[i]:R}) = {f:R} is outside [0, 1]"), nameof(cumulative));
            distance = Math.Max(distance, Math.Max((i + 1.0) / sorted.Length - f, f - (double)i / sorted.Length));
        }

        return new KolmogorovSmirnovResult(sorted.Length, distance, Survival(Stretched(sorted.Length) * distance));
    }

    /// <summary>The least distance sup|G − F| that n samples of G are refused for with the given power, whatever G is.</summary>
    /// <remarks>Dₙ falls short of the true distance by more than δ with probability at most exp(−2nδ²) on one side; the critical distance at the level is added.</remarks>
    /// <param name="count">n ≥ 5.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <param name="power">The share of such wrong samples that is refused at the least, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static double Detectable(int count, double level, double power)
    {
        RequireShare(level, nameof(level));
        RequireShare(power, nameof(power));
        return Critical(count, level) + Math.Sqrt(Math.Log(1 / (1 - power)) / (2.0 * count));
    }

    /// <summary>The distance at and above which n samples are refused at the level.</summary>
    /// <param name="count">n ≥ 5.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its domain.</exception>
    public static double Critical(int count, double level)
    {
        if (count < 5)
            throw new OutsideDomainException(nameof(count), $"count = {count} is outside [5, inf)");
        RequireShare(level, nameof(level));
        double low = 0, high = 10;
        for (int i = 0; i < 200 && low < high; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Survival(middle) > level ? (middle, high) : (low, middle);
        }

        return high / Stretched(count);
    }

    internal static double RequireShare(double share, string argument) => share is > 0 and < 1
        ? share
        : throw new OutsideDomainException(argument, string.Create(CultureInfo.InvariantCulture, $"{argument} = {share:R} is outside (0, 1)"));

    private static double Stretched(int count) => Math.Sqrt(count) + 0.12 + 0.11 / Math.Sqrt(count);

    /// <summary>P(K ≥ x) of Kolmogorov's limit distribution.</summary>
    private static double Survival(double x)
    {
        if (x < 0.2)
            return 1;
        double sum = 0;
        for (int k = 1; k <= 100; k++)
        {
            double term = Math.Exp(-2.0 * k * k * x * x);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-18)
                break;
        }

        return Math.Clamp(2 * sum, 0, 1);
    }
}
