using FsCheck;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Generators;

/// <summary>A run's record with a trend, noise and at times a NaN.</summary>
public sealed record RecordCase(RunRecord Record)
{
    public override string ToString() =>
        $"training {Generate.Show(Record.TrainingLoss)}, validation {Generate.Show(Record.ValidationLoss)}, norms {Generate.Show(Record.GradientNorms)}";
}

/// <summary>Arbitraries of run records.</summary>
public static class RecordCases
{
    public static Arbitrary<RecordCase> RecordCase() => Generate.From(
        random => new RecordCase(new()
        {
            TrainingLoss = Series(random),
            ValidationLoss = Series(random),
            GradientNorms = [.. Enumerable.Range(0, random.Below(6)).Select(_ => random.Below(12) == 0 ? double.NaN : random.Magnitude(-8, 3))],
        }),
        c => Fewer(c.Record.TrainingLoss).Select(x => new RecordCase(c.Record with { TrainingLoss = x }))
            .Concat(Fewer(c.Record.ValidationLoss).Select(x => new RecordCase(c.Record with { ValidationLoss = x })))
            .Concat(Fewer(c.Record.GradientNorms).Select(x => new RecordCase(c.Record with { GradientNorms = x }))));

    private static double[] Series(TrainingSpec.Checking.SplitMix random)
    {
        double start = 1 + 4 * random.Uniform(), slope = random.Sign() * random.Magnitude(-4, -1.5), noise = random.Magnitude(-3, 0);
        double[] series = [.. Enumerable.Range(0, random.Below(40)).Select(i => Math.Max(0.01, start + slope * i + noise * (2 * random.Uniform() - 1)))];
        if (series.Length > 0 && random.Below(10) == 0)
            series[random.Below(series.Length)] = random.Below(2) == 0 ? double.NaN : double.PositiveInfinity;
        return series;
    }

    private static IEnumerable<double[]> Fewer(IReadOnlyList<double> x) => x.Count == 0 ? [] : [[.. x.Take(x.Count / 2)], [.. x.Skip(1)], []];
}
