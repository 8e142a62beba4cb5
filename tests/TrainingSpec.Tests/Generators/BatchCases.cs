using System.Globalization;
using FsCheck;

namespace TrainingSpec.Tests.Generators;

/// <summary>A data set's size, how it is cut, and which shuffle of it is meant.</summary>
public sealed record BatchCase(int Count, int Size, ulong Seed, ulong Epoch, double Fraction)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Count} by {Size}, seed {Seed}, epoch {Epoch}, fraction {Fraction:R}");
}

/// <summary>Arbitraries of splits and batches.</summary>
public static class BatchCases
{
    public static Arbitrary<BatchCase> BatchCase() => Generate.From(
        random =>
        {
            int count = 1 + random.Below(random.Below(4) == 0 ? 200 : 12);
            return new BatchCase(
                count,
                1 + random.Below(random.Below(4) == 0 ? count + 3 : 5),
                random.Below(2) == 0 ? (ulong)random.Below(4) : random.Next(),
                (ulong)random.Below(5),
                random.Below(6) switch { 0 => 0, 1 => 1, _ => random.Below(1000) / 1000.0 });
        },
        c => Smaller(c.Count).Select(n => c with { Count = n })
            .Concat(Smaller(c.Size).Select(n => c with { Size = n }))
            .Concat(c.Seed > 0 ? [c with { Seed = c.Seed / 2 }] : [])
            .Concat(c.Epoch > 0 ? [c with { Epoch = c.Epoch - 1 }] : [])
            .Concat(c.Fraction is > 0 and not 0.5 ? [c with { Fraction = 0.5 }, c with { Fraction = 0 }] : []));

    private static IEnumerable<int> Smaller(int n)
    {
        if (n > 1)
        {
            yield return (n + 1) / 2;
            yield return n - 1;
        }
    }
}
