using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>How much a computed function jitters: the standard deviation of its rounding error, estimated from a few values on a short line.</summary>
/// <remarks>
/// Over a short enough line a smooth function is nearly a polynomial, so high differences of its values hold noise alone: σₖ² = (k!)²/(2k)! · mean of (Δᵏf)².
/// The level is the first k from which three estimates agree within a factor of four and whose differences change sign.
/// Source: Moré and Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33 (2011), algorithm ECnoise.
/// </remarks>
public static class FunctionNoise
{
    private const int Points = 9;
    private const int Attempts = 8;

    /// <summary>The noise of f near x, or null where no line is short enough and long enough to tell.</summary>
    /// <param name="f">The function as it is computed.</param>
    /// <param name="x">Where; finite.</param>
    /// <param name="scale">Over which length f changes noticeably; in (0, ∞).</param>
    /// <exception cref="ArgumentOutOfRangeException">x is not finite or scale is not positive and finite.</exception>
    public static double? Estimate(Func<double, double> f, double x, double scale)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (!double.IsFinite(x))
            throw Domain.Outside("(-inf, inf)", x.ToString("R", CultureInfo.InvariantCulture), nameof(x));
        if (!(scale > 0) || !double.IsFinite(scale))
            throw Domain.Outside("(0, inf)", scale.ToString("R", CultureInfo.InvariantCulture), nameof(scale));

        // Too short a line gives the same value again and again, too long a one the function's own shape.
        double spacing = scale * 1e-10;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double[] values = new double[Points];
            for (int i = 0; i < Points; i++)
                values[i] = f(x + (i - Points / 2) * spacing);
            if (!values.All(double.IsFinite))
                return null;
            double low = values.Min(), high = values.Max();
            if (values.Distinct().Count() <= Points / 2)
            {
                if (low == high && spacing >= scale * 1e-3)
                    return 0;
                spacing *= 10;
                continue;
            }

            if (high - low > 0.1 * Math.Max(Math.Abs(low), Math.Abs(high)))
            {
                spacing /= 10;
                continue;
            }

            if (Level(values) is { } noise)
                return noise;
            spacing /= 4;
        }

        return null;
    }

    private static double? Level(double[] values)
    {
        double[] differences = [.. values];
        var levels = new List<double>();
        var signs = new List<bool>();
        double gamma = 1;
        for (int k = 1; k < values.Length - 1; k++)
        {
            for (int i = 0; i < values.Length - k; i++)
                differences[i] = differences[i + 1] - differences[i];
            Span<double> row = differences.AsSpan(0, values.Length - k);
            gamma *= 0.5 * k / (2 * k - 1);
            double sum = 0;
            bool up = false, down = false;
            foreach (double d in row)
            {
                sum += d * d;
                up |= d > 0;
                down |= d < 0;
            }

            levels.Add(Math.Sqrt(gamma * sum / row.Length));
            signs.Add(up && down);
        }

        for (int k = 0; k + 2 < levels.Count; k++)
        {
            double least = Math.Min(levels[k], Math.Min(levels[k + 1], levels[k + 2]));
            double most = Math.Max(levels[k], Math.Max(levels[k + 1], levels[k + 2]));
            if (most <= 4 * least && signs[k])
                return levels[k];
        }

        return null;
    }
}
