using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/random.md.</summary>
internal static class RandomRules
{
    private const int Roundings = 64;

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
        double[] z = Normal(ask, "0", 0, 4);
        for (int i = 0; i < z.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - u[i])), angle = 2 * Math.PI * u[i + 1];
            Expect.Near($"normal number {i}", z[i], radius * Math.Cos(angle), Roundings, radius);
            Expect.Near($"normal number {i + 1}", z[i + 1], radius * Math.Sin(angle), Roundings, radius);
        }

        Expect.Same("from element 1 on", Normal(ask, "0", 1, 3), z[1..]);
    }

    [Rule("RANDOM-6")]
    internal static void NormalHasMeanZeroAndVarianceOne(Questions ask)
    {
        const int Count = 20000;
        double[] z = Normal(ask, "1", 0, Count);

        // Five standard errors, 1/√n and √(2/n): a mean or a variance off by ten of them is found with a probability above 1 − 10⁻⁶.
        double mean = z.Average(), variance = z.Average(x => x * x);
        Expect.That(Math.Abs(mean) <= 5 / Math.Sqrt(Count), FormattableString.Invariant($"the mean of {Count} normal numbers is {mean:R}"));
        Expect.That(Math.Abs(variance - 1) <= 5 * Math.Sqrt(2.0 / Count), FormattableString.Invariant($"the mean square of {Count} normal numbers is {variance:R}"));
    }

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
