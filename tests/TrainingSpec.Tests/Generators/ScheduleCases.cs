using FsCheck;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Generators;

/// <summary>A schedule with warmup and cosine decay, and a step to ask it for.</summary>
public sealed record WarmupCosineCase(double Maximum, double Minimum, long Warmup, long Total, long Step)
{
    public Schedule Schedule => new WarmupCosineSchedule(Maximum, Minimum, Warmup, Total);
}

/// <summary>A schedule of any kind, its least and largest rate, its end, and steps to ask it for.</summary>
public sealed record AnyScheduleCase(Schedule Schedule, double Least, double Largest, long End, long[] Steps)
{
    public override string ToString() => $"{Schedule} at [{string.Join(", ", Steps)}]";
}

/// <summary>Arbitraries of schedules.</summary>
public static class ScheduleCases
{
    public static Arbitrary<WarmupCosineCase> WarmupCosineCase() => Generate.From(
        random =>
        {
            double maximum = random.Magnitude(-6, 1);
            long total = 1 + random.Below(random.Below(4) == 0 ? 100_000 : 200);
            return new WarmupCosineCase(maximum, random.Below(3) == 0 ? 0 : maximum * random.Uniform(), random.Below((int)total + 1), total, random.Below((int)total + 10));
        },
        c => Halves(c.Step).Select(s => c with { Step = s })
            .Concat(Halves(c.Warmup).Select(w => c with { Warmup = w }))
            .Concat(Halves(c.Total).Where(t => t >= 1 && t >= c.Warmup).Select(t => c with { Total = t }))
            .Concat(c.Minimum != 0 ? [c with { Minimum = 0 }] : []));

    public static Arbitrary<AnyScheduleCase> AnyScheduleCase() => Generate.From(
        random =>
        {
            double maximum = random.Magnitude(-6, 1), minimum = random.Below(3) == 0 ? 0 : maximum * random.Uniform();
            long total = 1 + random.Below(300), warmup = random.Below((int)total + 1);
            long[] steps = [.. Enumerable.Range(0, 6).Select(_ => (long)random.Below((int)(2 * total) + 2))];
            double gamma = 1 - random.Uniform();
            return random.Below(7) switch
            {
                6 => new AnyScheduleCase(new WarmupHoldCosineSchedule(maximum, minimum, warmup, warmup + random.Below((int)(total - warmup) + 1), total), warmup > 0 ? 0 : minimum, maximum, total, steps),
                0 => new AnyScheduleCase(new ConstantSchedule(maximum), maximum, maximum, 0, steps),
                1 => new AnyScheduleCase(new StepDecaySchedule(maximum, gamma, total), 0, maximum, long.MaxValue, steps),
                2 => new AnyScheduleCase(new LinearDecaySchedule(maximum, total), 0, maximum, total, steps),
                3 => new AnyScheduleCase(new CosineSchedule(maximum, minimum, total), minimum, maximum, total, steps),
                4 => new AnyScheduleCase(new WarmupSchedule(maximum, warmup), 0, maximum, warmup, steps),
                _ => new AnyScheduleCase(new WarmupCosineSchedule(maximum, minimum, warmup, total), warmup > 0 ? 0 : minimum, maximum, total, steps),
            };
        },
        c => Generate.Shorter(c.Steps).Select(s => c with { Steps = s })
            .Concat(c.Steps.SelectMany((s, i) => Halves(s).Select(h => c with { Steps = [.. c.Steps[..i], h, .. c.Steps[(i + 1)..]] }))));

    private static IEnumerable<long> Halves(long x)
    {
        if (x != 0)
            yield return x / 2;
    }
}
