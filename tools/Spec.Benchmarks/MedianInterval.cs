using MathNet.Numerics.Distributions;

namespace Spec.Benchmarks;

/// <summary>A median with the interval that holds the true one with a confidence of at least 99 %, whatever the distribution.</summary>
/// <remarks>Order statistics: the number of samples below the true median is binomial with p = ½. Source: Conover, Practical Nonparametric Statistics (1999), §3.2.</remarks>
/// <param name="Low">Lower end.</param>
/// <param name="Median">The sample's median.</param>
/// <param name="High">Upper end.</param>
internal readonly record struct MedianInterval(double Low, double Median, double High)
{
    private const double Confidence = 0.99;

    /// <summary>From samples in any order; the whole range where they are too few.</summary>
    public static MedianInterval Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        int n = sorted.Length;
        int rank = 0;
        while (rank + 1 < n / 2 && Binomial.CDF(0.5, n, rank + 1) <= (1 - Confidence) / 2)
            rank++;
        return new MedianInterval(sorted[rank], (sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[n - 1 - rank]);
    }
}
