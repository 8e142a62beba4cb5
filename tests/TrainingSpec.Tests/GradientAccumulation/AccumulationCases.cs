using FsCheck;
using TrainingSpec.Tests.Generators;

namespace TrainingSpec.Tests.GradientAccumulation;

/// <summary>Gradients of micro-batches, all of the same shapes, and a token count for each.</summary>
public sealed record MicroBatches(double[][][] Gradients, double[] Tokens)
{
    public override string ToString() => $"{string.Join("; ", Gradients.Select(Generate.Show))} of {Generate.Show(Tokens)} tokens";
}

/// <summary>Examples of a least-squares loss ½(θx − y)², and where their batch is cut.</summary>
public sealed record CutBatch(double Theta, double[] X, double[] Y, int[] Lengths)
{
    public override string ToString() => $"θ = {Theta:R}, x = {Generate.Show(X)}, y = {Generate.Show(Y)} cut into [{string.Join(", ", Lengths)}]";
}

/// <summary>Arbitraries of micro-batches.</summary>
public static class AccumulationCases
{
    public static Arbitrary<MicroBatches> MicroBatches() => Generate.From(
        random =>
        {
            int[] lengths = [.. Enumerable.Range(0, 1 + random.Below(3)).Select(_ => 1 + random.Below(4))];
            int count = 1 + random.Below(6);
            return new MicroBatches(
                [.. Enumerable.Range(0, count).Select(_ => lengths.Select(n => Generate.Numbers(random, n)).ToArray())],
                [.. Enumerable.Range(0, count).Select(_ => 1.0 + random.Below(random.Below(2) == 0 ? 4 : 5000))]);
        },
        Shrink);

    public static Arbitrary<CutBatch> CutBatch() => Generate.From(
        random =>
        {
            int[] lengths = [.. Enumerable.Range(0, 1 + random.Below(5)).Select(_ => 1 + random.Below(5))];
            return new CutBatch(Generate.Number(random), Generate.Numbers(random, lengths.Sum()), Generate.Numbers(random, lengths.Sum()), lengths);
        },
        c => Enumerable.Range(0, c.Lengths.Length - 1).Select(i => Joined(c, i))
            .Concat(Generate.Simpler(c.X).Select(x => c with { X = x }))
            .Concat(Generate.Simpler(c.Y).Select(y => c with { Y = y }))
            .Concat(Generate.Simpler(c.Theta).Select(t => c with { Theta = t })));

    private static IEnumerable<MicroBatches> Shrink(MicroBatches c)
    {
        for (int i = 0; c.Tokens.Length > 1 && i < c.Tokens.Length; i++)
            yield return new MicroBatches([.. c.Gradients[..i], .. c.Gradients[(i + 1)..]], [.. c.Tokens[..i], .. c.Tokens[(i + 1)..]]);
        for (int i = 0; i < c.Tokens.Length; i++)
        {
            if (c.Tokens[i] > 1)
                yield return c with { Tokens = [.. c.Tokens[..i], Math.Floor(c.Tokens[i] / 2), .. c.Tokens[(i + 1)..]] };
        }

        int tensors = c.Gradients[0].Length;
        for (int t = 0; tensors > 1 && t < tensors; t++)
        {
            int left = t;
            yield return c with { Gradients = Array.ConvertAll(c.Gradients, g => new[] { g[left] }) };
        }
    }

    private static CutBatch Joined(CutBatch c, int i) =>
        c with { Lengths = [.. c.Lengths[..i], c.Lengths[i] + c.Lengths[i + 1], .. c.Lengths[(i + 2)..]] };
}
