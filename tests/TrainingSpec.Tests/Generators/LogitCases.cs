using FsCheck;
using TrainingSpec.Checking;

namespace TrainingSpec.Tests.Generators;

/// <summary>A row of logits on a grid of 2⁻¹⁰ and a whole number, so that adding the number to each logit is exact.</summary>
public sealed record GridRow(double[] Logits, double Shift)
{
    public override string ToString() => $"{Generate.Show(Logits)} shifted by {Shift}";
}

/// <summary>A row of ordinary logits.</summary>
public sealed record LogitRow(double[] Logits)
{
    public override string ToString() => Generate.Show(Logits);
}

/// <summary>Rows of logits with targets and smoothing.</summary>
public sealed record LogitBatch(double[][] Logits, int[] Targets, double Smoothing)
{
    public override string ToString() => $"{Generate.Show(Logits)} to [{string.Join(", ", Targets)}], smoothing {Smoothing}";
}

/// <summary>Arbitraries of logits.</summary>
public static class LogitCases
{
    private const double Grid = 1024;

    public static Arbitrary<GridRow> GridRow() => Generate.From(
        random => new GridRow(
            [.. Enumerable.Range(0, 1 + random.Below(12)).Select(_ => (random.Below(1 << 16) - (1 << 15)) / Grid)],
            random.Sign() * (random.Next() >> (26 + random.Below(37)))),
        row => Generate.Shorter(row.Logits).Concat(Generate.Simpler(row.Logits)).Select(l => row with { Logits = l })
            .Concat(Generate.Simpler(row.Shift).Select(s => row with { Shift = s })));

    public static Arbitrary<LogitRow> LogitRow() => Generate.From(
        random => new LogitRow(Row(random, 1 + random.Below(12))),
        row => Generate.Shorter(row.Logits).Concat(Generate.Simpler(row.Logits)).Select(l => new LogitRow(l)));

    public static Arbitrary<LogitBatch> LogitBatch() => Generate.From(
        random =>
        {
            int rows = 1 + random.Below(4), classes = 1 + random.Below(6);
            return new LogitBatch(
                [.. Enumerable.Range(0, rows).Select(_ => Row(random, classes))],
                [.. Enumerable.Range(0, rows).Select(_ => random.Below(classes))],
                random.Below(3) switch { 0 => 0, 1 => 0.1, _ => random.Uniform() });
        },
        Shrink);

    private static double[] Row(SplitMix random, int classes)
    {
        double scale = random.Magnitude(-1, 2);
        return [.. Enumerable.Range(0, classes).Select(_ => scale * (2 * random.Uniform() - 1))];
    }

    private static IEnumerable<LogitBatch> Shrink(LogitBatch batch)
    {
        for (int i = 0; batch.Targets.Length > 1 && i < batch.Targets.Length; i++)
            yield return batch with { Logits = [.. batch.Logits[..i], .. batch.Logits[(i + 1)..]], Targets = [.. batch.Targets[..i], .. batch.Targets[(i + 1)..]] };
        for (int i = 0; i < batch.Logits.Length; i++)
        {
            foreach (double[] row in Generate.Simpler(batch.Logits[i]))
            {
                var logits = (double[][])batch.Logits.Clone();
                logits[i] = row;
                yield return batch with { Logits = logits };
            }
        }

        if (batch.Smoothing != 0)
            yield return batch with { Smoothing = 0 };
    }
}
