using System.Globalization;
using FsCheck;

namespace TrainingSpec.Tests.Generators;

/// <summary>A chain of layers and the number of segments that it is cut into.</summary>
public sealed record ChainCase(int Layers, int Segments, int Width, int Rows, ulong Seed)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Layers} layers of width {Width} in {Segments} segments, {Rows} rows, seed {Seed}");
}

/// <summary>Arbitraries of chains of layers.</summary>
public static class ChainCases
{
    public static Arbitrary<ChainCase> ChainCase() => Generate.From(
        random =>
        {
            int layers = 1 + random.Below(16);
            return new ChainCase(layers, 1 + random.Below(layers), 1 + random.Below(4), 1 + random.Below(3), random.Next());
        },
        c => (c.Layers > 1 ? [c with { Layers = c.Layers - 1, Segments = Math.Min(c.Segments, c.Layers - 1) }] : Enumerable.Empty<ChainCase>())
            .Concat(c.Segments > 1 ? [c with { Segments = c.Segments - 1 }] : [])
            .Concat(c.Width > 1 ? [c with { Width = c.Width - 1 }] : [])
            .Concat(c.Rows > 1 ? [c with { Rows = 1 }] : []));
}
