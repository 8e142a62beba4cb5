using System.Globalization;
using FsCheck;
using TrainingSpec.Checking;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Generators;

/// <summary>A search space with a seed, a trial and levels for a grid.</summary>
public sealed record SearchCase(SearchAxis[] Axes, ulong Seed, ulong Trial, int[] Levels)
{
    public SearchSpace Space => new(Axes);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{string.Join(", ", (object[])Axes)}], seed {Seed}, trial {Trial}, levels [{string.Join(", ", Levels)}]");
}

/// <summary>Observations at points of the unit cube that lie well apart.</summary>
public sealed record ObservationCase(double[][] Points, double[] Values, double LengthScale, double[] At)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Generate.Show(Values)} at {Generate.Show(Points)}, length scale {LengthScale:R}, asked at {Generate.Show(At)}");
}

/// <summary>Arbitraries of searches.</summary>
public static class SearchCases
{
    public static Arbitrary<SearchCase> SearchCase() => Generate.From(
        random =>
        {
            var axes = new SearchAxis[1 + random.Below(4)];
            for (int k = 0; k < axes.Length; k++)
                axes[k] = Axis(random, "axis" + k.ToString(CultureInfo.InvariantCulture));
            return new SearchCase(axes, random.Next(), (ulong)random.Below(1000), [.. axes.Select(_ => 1 + random.Below(4))]);
        },
        c => Enumerable.Range(0, c.Axes.Length > 1 ? c.Axes.Length : 0)
            .Select(k => c with { Axes = [.. c.Axes[..k], .. c.Axes[(k + 1)..]], Levels = [.. c.Levels[..k], .. c.Levels[(k + 1)..]] }));

    public static Arbitrary<ObservationCase> ObservationCase() => Generate.From(
        random =>
        {
            int axes = 1 + random.Below(3), count = 1 + random.Below(6);
            List<double[]> points = [];

            // A tenth apart at the least, and correlated over less than that, or the matrix says little of the points.
            while (points.Count < count)
            {
                double[] point = Unit(random, axes);
                if (points.TrueForAll(p => p.Zip(point, (a, b) => (a - b) * (a - b)).Sum() > 0.01))
                    points.Add(point);
                else if (random.Below(4) == 0)
                    count--;
            }

            return new ObservationCase([.. points], [.. points.Select(_ => Generate.Number(random))], 0.02 + 0.08 * random.Uniform(), Unit(random, axes));
        },
        c => Enumerable.Range(0, c.Points.Length > 1 ? c.Points.Length : 0)
            .Select(i => c with { Points = [.. c.Points[..i], .. c.Points[(i + 1)..]], Values = [.. c.Values[..i], .. c.Values[(i + 1)..]] }));

    private static double[] Unit(SplitMix random, int axes)
    {
        var point = new double[axes];
        for (int k = 0; k < axes; k++)
            point[k] = random.Below(8) == 0 ? random.Below(2) : random.Uniform();
        return point;
    }

    private static SearchAxis Axis(SplitMix random, string name)
    {
        double low = random.Below(4) == 0 ? -random.Magnitude(-3, 300) : Generate.Number(random);
        int first = random.Below(20) - 10;
        return random.Below(4) switch
        {
            0 => new LinearAxis(name, low, random.Below(4) == 0 ? Math.BitIncrement(low) : low + Math.Max(Math.Abs(low), 1) * random.Magnitude(-3, 3)),
            1 => Logarithmic(name, random.Below(6) == 0 ? double.Epsilon : random.Magnitude(-300, 2), random),
            2 => new WholeAxis(name, first, first + random.Below(random.Below(4) == 0 ? 65536 : 6)),
            _ => new ChoiceAxis(name, [.. Enumerable.Range(0, 1 + random.Below(5)).Select(i => (i + 1) * random.Magnitude(-1, 1)).Distinct()]),
        };
    }

    private static LogUniformAxis Logarithmic(string name, double low, SplitMix random) =>
        new(name, low, random.Below(3) switch { 0 => Math.BitIncrement(low), 1 => double.MaxValue, _ => low * (1 + random.Magnitude(-6, 5)) is var high && high > low ? high : 2 * low });
}
