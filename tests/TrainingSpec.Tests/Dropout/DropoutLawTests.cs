using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using Formula = TrainingSpec.Formulas.Dropout;

namespace TrainingSpec.Tests.Dropout;

/// <summary>How often elements are kept, and what mean and variance of the output are: over fixed seeds, by tests that are seen to find what they promise to find.</summary>
internal sealed class DropoutLawTests
{
    private const double Level = 1e-3, Power = 0.99;
    private const int Count = 10_000, Runs = 50;

    [TestCase(0.1)]
    [TestCase(0.5)]
    [TestCase(0.8)]
    [Rule("DROPOUT-1")]
    public void The_share_kept_is_one_less_p(double p)
    {
        double delta = ProportionTest.Detectable(Count, 1 - p, Level, Power);
        foreach (double wrong in new[] { p - delta, p + delta })
            LawCheck.Holds(Runs, Level, Power, seed => Kept(p, seed), (seed, _) => Kept(wrong, seed), kept => Passes(kept, p), $"p = {wrong:0.0000} for {p}");
    }

    [Test]
    [Rule("DROPOUT-7")]
    public void Each_convention_keeps_the_mean_and_each_mixture_loses_it()
    {
        // The mean in training over the value at evaluation, as a number of elements kept. Mixtures are off by a factor of four, which is found but once in 10⁹⁹ runs.
        const double P = 0.75;
        double scale = Formula.Scale<Real64>(P), evaluated = Formula.PlainTest<Real64>(1, P);
        double Plain(ulong seed) => Mask(P, seed, 0).Average(m => Formula.Plain<Real64>(1, m).Value);
        double Inverted(ulong seed) => Mask(P, seed, 0).Average(m => Formula.Inverted<Real64>(1, m, scale).Value);
        static bool Kept(double ratio) => ratio <= 1 / (1 - P) && Passes((long)Math.Round(ratio * (1 - P) * Count), P);
        LawCheck.Holds(Runs, Level, Power, seed => Plain(seed) / evaluated, (seed, _) => Plain(seed) / 1, Kept, "plain, not scaled at evaluation");
        LawCheck.Holds(Runs, Level, Power, seed => Inverted(seed) / 1, (seed, _) => Inverted(seed) / evaluated, Kept, "inverted, scaled at evaluation");
    }

    [Test]
    [Rule("DROPOUT-7")]
    public void The_variance_is_the_formulas()
    {
        // (y − 3)² takes two values, 9 and 9/16, so that its mean is off by their distance times the error of the share.
        const double P = 0.2;
        (long fewest, long most) = ProportionTest.Critical(Count, 1 - P, Level);
        double allowed = (9 - 9 / 16.0) * Math.Max(most - (1 - P) * Count, (1 - P) * Count - fewest) / Count;
        double delta = ProportionTest.Detectable(Count, 1 - P, Level, Power) + 1.0 / Count;
        double MeanSquare(ulong seed) => DropoutLayer.Forward<Real64>([.. Enumerable.Repeat(new Real64(3), Count)], P, true, seed).Output.Average(y => (y.Value - 3) * (y.Value - 3));
        foreach (double wrong in new[] { P - delta, P + delta })
        {
            LawCheck.Holds(
                Runs,
                Level,
                Power,
                seed => MeanSquare(seed) - Formula.Variance<Real64>(3, P).Value,
                (_, off) => off + (9 - 9 / 16.0) * (wrong - P),
                off => Math.Abs(off) <= allowed,
                $"the mean square of p = {wrong:0.0000} for {P}");
        }
    }

    [TestCase("streams")]
    [TestCase("seeds")]
    [TestCase("neighbours")]
    [Rule("DROPOUT-6")]
    public void Masks_are_independent(string of)
    {
        const double P = 0.3;
        double[] shares = Copied(0);
        double delta = LawCheck.Detectable(Power, d => ChiSquare.Power(Count / 2, shares, Copied(d), Level));
        LawCheck.Holds(
            Runs,
            Level,
            Power,
            seed => of switch
            {
                "streams" => (Mask(P, seed, 0)[..(Count / 2)], Mask(P, seed, 1)[..(Count / 2)]),
                "seeds" => (Mask(P, 2 * seed, 0)[..(Count / 2)], Mask(P, 2 * seed + 1, 0)[..(Count / 2)]),
                _ => (Mask(P, seed, 0).Where((_, i) => i % 2 == 0).ToArray(), Mask(P, seed, 0).Where((_, i) => i % 2 == 1).ToArray()),
            },
            (seed, m) => (m.Item1, [.. m.Item1.Zip(m.Item2, Mask(1 - delta, seed, 99)).Select(t => t.Third == 1 ? t.First : t.Second)]),
            m => ChiSquare.Test(LawCheck.Counts(m.Item1.Zip(m.Item2, (a, b) => 2 * a + b), 4), shares).Passed(Level),
            $"{100 * delta:0.0} per cent of the mask copied");

        static double[] Copied(double share) =>
            [P * P + share * P * (1 - P), (1 - share) * P * (1 - P), (1 - share) * P * (1 - P), (1 - P) * (1 - P) + share * P * (1 - P)];
    }

    private static bool Passes(long kept, double p) => ProportionTest.Test(kept, Count, 1 - p).Passed(Level);

    private static byte[] Mask(double p, ulong seed, ulong stream) => DropoutLayer.Forward<Real64>(new Real64[Count], p, true, seed, stream).Mask;

    private static long Kept(double p, ulong seed) => Mask(p, seed, 0).Sum(m => (long)m);
}
