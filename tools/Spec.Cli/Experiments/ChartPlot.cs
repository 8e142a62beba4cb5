using System.Globalization;
using Spec.Cli.Plots;
using TrainingSpec.Claims.Experiments;

namespace Spec.Cli.Experiments;

/// <summary>The plot of an experiment's chart: its axes reach from a round number below all points to one above.</summary>
internal static class ChartPlot
{
    private const int MostTicks = 6;
    private static readonly int[] Steps = [1, 2, 5, 10];

    /// <summary>The plot; every second line is dashed.</summary>
    public static Plot Of(ExperimentChart chart) => new(
        chart.Title,
        Axis(chart.X, chart.Lines.SelectMany(l => l.X)),
        Axis(chart.Y, chart.Lines.SelectMany(l => l.Y)),
        [.. chart.Lines.Select((l, i) => new PlotLine(l.Name, [.. l.X.Zip(l.Y)], Dashed: i % 2 == 1))]);

    /// <summary>The lines' names by where their last points lie, the highest first; those that end in no number come last.</summary>
    public static IEnumerable<string> FromTheTop(ExperimentChart chart) => chart.Lines.OrderByDescending(l => double.IsFinite(l.Y[^1]) ? l.Y[^1] : double.NegativeInfinity).Select(l => l.Name);

    /// <summary>Round numbers, evenly spaced or powers of ten, the first not above the least value and the last not below the largest; from 0 on where there is one value or none.</summary>
    public static double[] Ticks(IEnumerable<double> values, bool logarithmic)
    {
        double[] finite = [.. values.Where(v => double.IsFinite(v) && (!logarithmic || v > 0))];
        (double least, double largest) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        if (logarithmic)
            return finite.Length == 0 ? [1, 10] : Powers(Exponent(least), Exponent(largest) + (Power(1, Exponent(largest)) < largest ? 1 : 0));
        if (largest == least)
            (least, largest) = least == 0 ? (0, 1) : (Math.Min(least, 0), Math.Max(largest, 0));
        double room = largest - least;
        int exponent = Exponent(room) - 1;
        int step = Steps.First(s => s == 10 || Math.Ceiling(largest / Power(s, exponent)) - Math.Floor(least / Power(s, exponent)) < MostTicks);
        while (Math.Ceiling(largest / Power(step, exponent)) - Math.Floor(least / Power(step, exponent)) >= MostTicks)
            (step, exponent) = step < 10 ? (Steps[Array.IndexOf(Steps, step) + 1], exponent) : (2, exponent + 1);
        long first = (long)Math.Floor(least / Power(step, exponent)), last = Math.Max(first + 1, (long)Math.Ceiling(largest / Power(step, exponent)));
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Power((first + i) * step, exponent))];
    }

    private static PlotAxis Axis(ExperimentAxis axis, IEnumerable<double> values) => new(axis.Label, Ticks(values, axis.Logarithmic), axis.Logarithmic);

    // At most so many, the ends among them.
    private static double[] Powers(int first, int last)
    {
        int every = Math.Max(1, (last - first + MostTicks - 1) / MostTicks), count = Math.Max(1, (last - first + every - 1) / every);
        return [.. Enumerable.Range(0, count + 1).Select(i => Power(1, first + i * every))];
    }

    // The largest power of ten that is not above it.
    private static int Exponent(double value)
    {
        int exponent = int.Parse(value.ToString("E16", CultureInfo.InvariantCulture).Split('E')[1], CultureInfo.InvariantCulture);
        return Power(1, exponent + 1) <= value ? exponent + 1 : exponent;
    }

    // The nearest number to a decimal, and not a product that has been rounded.
    private static double Power(long digits, int exponent) => double.Parse(string.Create(CultureInfo.InvariantCulture, $"{digits}e{exponent}"), CultureInfo.InvariantCulture);
}
