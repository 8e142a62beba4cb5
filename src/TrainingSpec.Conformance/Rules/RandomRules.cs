using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/random.md.</summary>
internal static class RandomRules
{
    /// <summary>How many numbers the statistical rules ask for.</summary>
    internal const int Count = 20_000;

    /// <summary>The share of right implementations that a statistical rule may refuse, over all its tests together.</summary>
    internal const double Level = 1e-6;

    /// <summary>The share of implementations that are wrong by what a statistical rule can detect which it refuses at the least.</summary>
    internal const double Power = 0.99;

    /// <summary>RANDOM-6 has three tests.</summary>
    internal const double NormalLevel = Level / 3;

    /// <summary>RANDOM-7 has two.</summary>
    internal const double UniformLevel = Level / 2;

    /// <summary>Cells of each of two neighbours.</summary>
    internal const int Side = 8;

    // Source: the known-answer vectors that Salmon et al. (2011) publish for Philox4x32-10: key and counter of zeros, of ones, of digits of π.
    private static readonly long[] Zeros = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
    private static readonly long[] Ones = [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd];
    private static readonly long[] DigitsOfPi = [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1];

    [Rule("RANDOM-1")]
    internal static void PhiloxHasItsPublishedWords(Questions ask)
    {
        Words(ask, [0, 0], [0, 0, 0, 0], Zeros);
        Words(ask, [uint.MaxValue, uint.MaxValue], [uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue], Ones);
        Words(ask, [0xa4093822, 0x299f31d0], [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], DigitsOfPi);
    }

    [Rule("RANDOM-2")]
    internal static void UniformIsMadeOfTheUpper24Bits(Questions ask) =>
        Expect.Same("uniform numbers of seed 0", Uniform(ask, "0", 0, 4), [.. Zeros.Select(w => (w >> 8) / 16777216.0)]);

    [Rule("RANDOM-3")]
    internal static void AnyElementCanBeHadOnItsOwn(Questions ask)
    {
        double[] all = Uniform(ask, "7", 0, 16);
        for (int offset = 1; offset < 8; offset++)
            Expect.Same($"from element {offset} on", Uniform(ask, "7", offset, 16 - offset), all[offset..]);
    }

    [Rule("RANDOM-4")]
    internal static void AllBitsOfSeedAndStreamCount(Questions ask)
    {
        double[] first = Uniform(ask, "0", 0, 4);
        Differ("seed 1", Uniform(ask, "1", 0, 4), first);
        Differ("seed 2^32", Uniform(ask, "4294967296", 0, 4), first);
        Differ("stream 1", Uniform(ask, "0", 0, 4, "1"), first);
        Differ("stream 2^32", Uniform(ask, "0", 0, 4, "4294967296"), first);
        Differ("seed 1 and stream 0 against seed 0 and stream 1", Uniform(ask, "1", 0, 4), Uniform(ask, "0", 0, 4, "1"));
    }

    [Rule("RANDOM-5")]
    internal static void NormalIsBoxAndMullers(Questions ask)
    {
        // Seed 0 begins with these uniform numbers, whichever way they were made.
        double[] u = [.. Zeros.Select(w => (w >> 8) / 16777216.0)];
        Answered[] z = ask.ReadRow("random.normal", "values", Args("0", "0", 0, 4));
        for (int i = 0; i < z.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - u[i])), angle = 2 * Math.PI * u[i + 1];
            ask.Near($"normal number {i}", z[i], radius * Math.Cos(angle));
            ask.Near($"normal number {i + 1}", z[i + 1], radius * Math.Sin(angle));
        }

        Expect.Same("from element 1 on", Normal(ask, "0", 1, 3), [.. z[1..].Select(x => x.Value)]);
    }

    [Rule("RANDOM-6")]
    internal static void NormalNumbersHaveTheNormalLaw(Questions ask) => JudgeNormal(Normal(ask, "1", 0, Count));

    [Rule("RANDOM-7")]
    internal static void UniformNumbersAreEvenAndIndependent(Questions ask) => JudgeUniform(Uniform(ask, "1", 0, Count));

    /// <summary>Refuses normal numbers that don't follow the normal law.</summary>
    /// <exception cref="RuleBrokenException">They don't.</exception>
    internal static void JudgeNormal(double[] z)
    {
        MomentResult mean = MomentTest.Mean(z, 0, 1), variance = MomentTest.Variance(z, 0, 1);
        Expect.That(mean.Passed(NormalLevel), FormattableString.Invariant($"the mean of {z.Length} normal numbers is {mean.Moment:R}, p = {mean.PValue:E1}"));
        Expect.That(variance.Passed(NormalLevel), FormattableString.Invariant($"the mean square of {z.Length} normal numbers is {variance.Moment:R}, p = {variance.PValue:E1}"));
        KolmogorovSmirnovResult law = KolmogorovSmirnov.Test(z, x => MathNet.Numerics.Distributions.Normal.CDF(0, 1, x));
        Expect.That(law.Passed(NormalLevel), FormattableString.Invariant($"{z.Length} normal numbers are {law.Distance:R} from the normal law, p = {law.PValue:E1}"));
    }

    /// <summary>Refuses uniform numbers that don't fill [0, 1) evenly, or whose neighbours depend on each other.</summary>
    /// <exception cref="RuleBrokenException">They are such.</exception>
    internal static void JudgeUniform(double[] u)
    {
        Expect.That(u.All(x => x is >= 0 and < 1), "a uniform number is outside [0, 1)");
        KolmogorovSmirnovResult law = KolmogorovSmirnov.Test(u, x => x);
        Expect.That(law.Passed(UniformLevel), FormattableString.Invariant($"{u.Length} uniform numbers are {law.Distance:R} from the uniform law, p = {law.PValue:E1}"));
        var counts = new long[Side * Side];
        for (int i = 0; i < u.Length; i += 2)
            counts[(int)(Side * u[i]) * Side + (int)(Side * u[i + 1])]++;
        ChiSquareResult pairs = ChiSquare.Test(counts, CopiedPairs(0));
        Expect.That(pairs.Passed(UniformLevel), FormattableString.Invariant($"pairs of neighbours among {u.Length} uniform numbers are uneven, p = {pairs.PValue:E1}"));
    }

    /// <summary>The probabilities of the cells of two neighbours where the second is a copy of the first in a share of the pairs.</summary>
    internal static double[] CopiedPairs(double share) =>
        [.. Enumerable.Range(0, Side * Side).Select(c => (1 - share) / (Side * Side) + (c % (Side + 1) == 0 ? share / Side : 0))];

    private static void Words(Questions ask, long[] key, long[] counter, long[] expected) =>
        Expect.Same(
            $"Philox of counter {counter[0]:x8} …",
            ask.AskRow("random.philox", "words", new() { ["key"] = Integers(key), ["counter"] = Integers(counter) }),
            [.. expected.Select(w => (double)w)]);

    private static double[] Uniform(Questions ask, string seed, int offset, int count, string stream = "0") =>
        ask.AskRow("random.uniform", "values", Args(seed, stream, offset, count));

    private static double[] Normal(Questions ask, string seed, int offset, int count) => ask.AskRow("random.normal", "values", Args(seed, "0", offset, count));

    private static JsonObject Args(string seed, string stream, int offset, int count) =>
        new() { ["seed"] = seed, ["stream"] = stream, ["offset"] = offset, ["count"] = count };

    private static void Differ(string what, double[] actual, double[] other) =>
        Expect.That(!actual.SequenceEqual(other), $"{what}: the numbers are the same");
}
