using FsCheck;

namespace TrainingSpec.Tests.Generators;

/// <summary>A run of an optimizer: parameters, and gradients of the same shapes for each step.</summary>
public sealed record Run(double[][] Parameters, double[][][] Gradients)
{
    public override string ToString() => $"from {Generate.Show(Parameters)} with {string.Join("; ", Gradients.Select(Generate.Show))}";
}

/// <summary>Gradients and the norm or value that they are clipped to.</summary>
public sealed record Clip(double[][] Gradients, double Limit)
{
    public override string ToString() => $"{Generate.Show(Gradients)} to {Limit}";
}

/// <summary>Numbers of one optimizer step of a single parameter.</summary>
public sealed record Scalars(double Theta, double First, double Second, double Rate, double Decay)
{
    public override string ToString() => Generate.Show([Theta, First, Second, Rate, Decay]);
}

/// <summary>Arbitraries of tensors.</summary>
public static class TensorCases
{
    public static Arbitrary<Run> Run() => Generate.From(
        random =>
        {
            int[] lengths = [.. Enumerable.Range(0, 1 + random.Below(3)).Select(_ => 1 + random.Below(4))];
            double[][] Draw() => [.. lengths.Select(n => Generate.Numbers(random, n))];
            return new Run(Draw(), [.. Enumerable.Range(0, 1 + random.Below(5)).Select(_ => Draw())]);
        },
        run => Generate.Shorter(run.Gradients).Select(g => run with { Gradients = g }).Concat(FewerTensors(run)));

    public static Arbitrary<Clip> Clip() => Generate.From(
        random => new Clip(
            [.. Enumerable.Range(0, 1 + random.Below(3)).Select(_ => Generate.Numbers(random, 1 + random.Below(5)))],
            random.Magnitude(-2, 4)),
        clip => Generate.Shorter(clip.Gradients)
            .Concat(clip.Gradients.SelectMany((g, i) => Generate.Shorter(g).Concat(Generate.Simpler(g)).Select(s => Replaced(clip.Gradients, i, s))))
            .Select(g => clip with { Gradients = g }));

    public static Arbitrary<Scalars> Scalars() => Generate.From(
        random => new Scalars(
            Generate.Number(random),
            random.Sign() * random.Magnitude(-3, 3),
            random.Sign() * random.Magnitude(-3, 3),
            random.Magnitude(-4, 0),
            random.Magnitude(-4, 0)),
        s => Generate.Simpler([s.Theta, s.First, s.Second, s.Rate, s.Decay])
            .Where(a => a[1] != 0 && a[2] != 0 && a[3] > 0)
            .Select(a => new Scalars(a[0], a[1], a[2], a[3], a[4])));

    private static IEnumerable<Run> FewerTensors(Run run)
    {
        for (int i = 0; run.Parameters.Length > 1 && i < run.Parameters.Length; i++)
        {
            int left = i;
            yield return new Run(Without(run.Parameters, left), [.. run.Gradients.Select(g => Without(g, left))]);
        }

        for (int i = 0; i < run.Parameters.Length; i++)
        {
            foreach (double[] simpler in Generate.Simpler(run.Parameters[i]))
                yield return run with { Parameters = Replaced(run.Parameters, i, simpler) };
        }
    }

    private static double[][] Without(double[][] x, int i) => [.. x[..i], .. x[(i + 1)..]];

    private static double[][] Replaced(double[][] x, int i, double[] by)
    {
        var copy = (double[][])x.Clone();
        copy[i] = by;
        return copy;
    }
}
