using FsCheck;
using TrainingSpec.Checking;

namespace TrainingSpec.Tests.Generators;

/// <summary>A symmetric matrix, a point and a direction.</summary>
public sealed record QuadraticCase(double[][] Matrix, double[] Point, double[] Direction)
{
    public override string ToString() => $"matrix {Generate.Show(Matrix)}, point {Generate.Show(Point)}, direction {Generate.Show(Direction)}";
}

/// <summary>Arbitraries of quadratic forms.</summary>
public static class QuadraticCases
{
    public static Arbitrary<QuadraticCase> QuadraticCase() => Generate.From(
        random =>
        {
            int n = 1 + random.Below(5);
            double[][] drawn = [.. Enumerable.Range(0, n).Select(_ => Row(random, n))];
            return new QuadraticCase([.. drawn.Select((row, i) => row.Select((_, j) => i < j ? drawn[i][j] : drawn[j][i]).ToArray())], Row(random, n), Row(random, n));
        },
        c => (c.Point.Length > 1 ? [new QuadraticCase([.. c.Matrix[..^1].Select(r => r[..^1])], c.Point[..^1], c.Direction[..^1])] : Enumerable.Empty<QuadraticCase>())
            .Concat(Generate.Simpler(c.Point).Select(p => c with { Point = p }))
            .Concat(Generate.Simpler(c.Direction).Select(d => c with { Direction = d })));

    private static double[] Row(SplitMix random, int n) => [.. Enumerable.Range(0, n).Select(_ => 6 * random.Uniform() - 3)];
}
