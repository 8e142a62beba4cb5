using FsCheck;

namespace TrainingSpec.Tests.Generators;

/// <summary>Gradients in which zeros, NaN and infinities occur.</summary>
public sealed record Gradients(double[][] Tensors)
{
    public IEnumerable<double> Entries => Tensors.SelectMany(t => t);

    public override string ToString() => Generate.Show(Tensors);
}

/// <summary>Arbitraries of gradients as a run that goes wrong produces them.</summary>
public static class GradientCases
{
    public static Arbitrary<Gradients> Gradients() => Generate.From(
        random => new Gradients(
        [
            .. Enumerable.Range(0, 1 + random.Below(3)).Select(_ => Enumerable.Range(0, 1 + random.Below(6)).Select(_ => random.Below(12) switch
            {
                0 => double.NaN,
                1 => random.Sign() * double.PositiveInfinity,
                2 => -0.0,
                _ => Generate.Number(random),
            }).ToArray()),
        ]),
        g => Generate.Shorter(g.Tensors)
            .Concat(g.Tensors.SelectMany((t, i) => Generate.Shorter(t).Concat(Generate.Simpler(t)).Concat(Plain(t)).Select(s => g.Tensors.Select((x, k) => k == i ? s : x).ToArray())))
            .Select(tensors => new Gradients(tensors)));

    private static IEnumerable<double[]> Plain(double[] tensor)
    {
        if (tensor.Any(x => !double.IsFinite(x)))
            yield return Array.ConvertAll(tensor, x => double.IsFinite(x) ? x : 1);
    }
}
