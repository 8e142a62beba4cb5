using FsCheck;
using TrainingSpec.Tests.Generators;

namespace TrainingSpec.Tests.LrFinder;

/// <summary>The ends of a sweep and how many rates it has.</summary>
public sealed record SweepRange(double Least, double Largest, int Count);

/// <summary>Losses of a sweep, positive, and a smoothing.</summary>
public sealed record LossCurve(double[] Losses, double Smoothing)
{
    public override string ToString() => $"{Generate.Show(Losses)} smoothed by {Smoothing:R}";
}

/// <summary>Arbitraries of sweeps.</summary>
public static class SweepCases
{
    public static Arbitrary<SweepRange> SweepRange() => Generate.From(
        random =>
        {
            double least = random.Magnitude(-9, 0);
            return new SweepRange(least, least * (1.5 + random.Magnitude(-2, 7)), 2 + random.Below(60));
        },
        c => c.Count > 2 ? [c with { Count = 2 }, c with { Count = c.Count - 1 }] : []);

    public static Arbitrary<LossCurve> LossCurve() => Generate.From(
        random =>
        {
            // Down, and at times up again, with noise: as a range test looks.
            int count = 1 + random.Below(14), turn = random.Below(16);
            double loss = random.Magnitude(-1, 1);
            var losses = new double[count];
            for (int i = 0; i < count; i++)
                losses[i] = loss *= (i < turn ? 0.7 : 1.6) + 0.5 * random.Uniform();
            return new LossCurve(losses, random.Below(3) == 0 ? 0 : random.Uniform());
        },
        c => Generate.Shorter(c.Losses).Select(l => c with { Losses = l })
            .Concat(c.Smoothing != 0 ? [c with { Smoothing = 0 }] : []));
}
