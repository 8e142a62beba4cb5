using FsCheck;

namespace TrainingSpec.Tests.Generators;

/// <summary>The sizes of a layer.</summary>
public sealed record Fans(long In, long Out, long Layers);

/// <summary>A row to drop elements from.</summary>
public sealed record Dropped(double[] X, double P, ulong Seed, ulong Stream)
{
    public override string ToString() => $"{Generate.Show(X)} at p = {P:R}, seed {Seed}, stream {Stream}";
}

/// <summary>Weights, an anchor and a Fisher information of one shape, and a strength.</summary>
public sealed record Pulled(double[][] Weights, double[][] Anchor, double[][] Fisher, double Lambda)
{
    public override string ToString() => $"{Generate.Show(Weights)} to {Generate.Show(Anchor)} by {Generate.Show(Fisher)}, strength {Lambda:R}";
}

/// <summary>Gradients of several examples for a few weights.</summary>
public sealed record ExampleGradients(double[][] Rows)
{
    public override string ToString() => Generate.Show(Rows);
}

/// <summary>Validation losses on a grid of eighths, where ties are frequent and NaN comes up, with patience and margin.</summary>
public sealed record LossSeries(double[] Losses, int Patience, double MinDelta)
{
    public override string ToString() => $"{Generate.Show(Losses)}, patience {Patience}, margin {MinDelta:R}";
}

/// <summary>Arbitraries of initialization, dropout, penalties and early stopping.</summary>
public static class RegularizationCases
{
    public static Arbitrary<Fans> Fans() => Generate.From(
        random => new Fans(1 + random.Below(random.Below(2) == 0 ? 16 : 5000), 1 + random.Below(random.Below(2) == 0 ? 16 : 5000), 1 + random.Below(100)),
        f => Halves(f.In).Select(n => f with { In = n })
            .Concat(Halves(f.Out).Select(n => f with { Out = n }))
            .Concat(Halves(f.Layers).Select(n => f with { Layers = n })));

    public static Arbitrary<Dropped> Dropped() => Generate.From(
        random => new Dropped(
            Generate.Numbers(random, 1 + random.Below(40)),
            random.Below(6) switch { 0 => 0, 1 => 0.5, 2 => random.Below(1 << 24) / 16777216.0, _ => random.Uniform() },
            random.Below(3) == 0 ? random.Next() : (ulong)random.Below(10),
            random.Below(3) == 0 ? random.Next() : (ulong)random.Below(10)),
        d => Generate.Shorter(d.X).Concat(Generate.Simpler(d.X)).Select(x => d with { X = x })
            .Concat(d.P != 0 ? [d with { P = 0 }] : [])
            .Concat(d.Seed != 0 ? [d with { Seed = 0 }] : [])
            .Concat(d.Stream != 0 ? [d with { Stream = 0 }] : []));

    public static Arbitrary<Pulled> Pulled() => Generate.From(
        random =>
        {
            int[] lengths = [.. Enumerable.Range(0, 1 + random.Below(3)).Select(_ => 1 + random.Below(5))];
            double[][] Draw(Func<double, double> f) => [.. lengths.Select(n => Generate.Numbers(random, n).Select(f).ToArray())];
            return new Pulled(Draw(x => x), Draw(x => x), Draw(Math.Abs), random.Below(5) == 0 ? 0 : random.Magnitude(-4, 1));
        },
        Shrink);

    public static Arbitrary<ExampleGradients> ExampleGradients() => Generate.From(
        random =>
        {
            int weights = 1 + random.Below(4);
            return new ExampleGradients([.. Enumerable.Range(0, 1 + random.Below(6)).Select(_ => Generate.Numbers(random, weights))]);
        },
        g => Generate.Shorter(g.Rows).Concat(g.Rows.SelectMany((row, i) => Generate.Simpler(row).Select(s => Replaced(g.Rows, i, s))))
            .Select(rows => new ExampleGradients(rows)));

    public static Arbitrary<LossSeries> LossSeries() => Generate.From(
        random => new LossSeries(
            [.. Enumerable.Range(0, 1 + random.Below(24)).Select(_ => random.Below(12) == 0 ? double.NaN : (random.Below(33) - 8) / 8.0)],
            1 + random.Below(6),
            random.Below(4) / 8.0),
        s => Generate.Shorter(s.Losses).Concat(Generate.Simpler(s.Losses)).Select(l => s with { Losses = l })
            .Concat(s.Patience > 1 ? [s with { Patience = s.Patience - 1 }] : [])
            .Concat(s.MinDelta > 0 ? [s with { MinDelta = 0 }] : []));

    private static IEnumerable<Pulled> Shrink(Pulled p)
    {
        for (int i = 0; i < p.Weights.Length; i++)
        {
            if (p.Weights.Length > 1)
                yield return p with { Weights = Without(p.Weights, i), Anchor = Without(p.Anchor, i), Fisher = Without(p.Fisher, i) };
            foreach (double[] simpler in Generate.Simpler(p.Weights[i]))
                yield return p with { Weights = Replaced(p.Weights, i, simpler) };
            foreach (double[] simpler in Generate.Simpler(p.Anchor[i]))
                yield return p with { Anchor = Replaced(p.Anchor, i, simpler) };
            foreach (double[] simpler in Generate.Simpler(p.Fisher[i]))
                yield return p with { Fisher = Replaced(p.Fisher, i, simpler) };
        }

        if (p.Lambda != 1)
            yield return p with { Lambda = 1 };
    }

    private static IEnumerable<long> Halves(long n)
    {
        if (n > 1)
            yield return n / 2;
    }

    private static double[][] Without(double[][] x, int i) => [.. x[..i], .. x[(i + 1)..]];

    private static double[][] Replaced(double[][] x, int i, double[] by)
    {
        var copy = (double[][])x.Clone();
        copy[i] = by;
        return copy;
    }
}
