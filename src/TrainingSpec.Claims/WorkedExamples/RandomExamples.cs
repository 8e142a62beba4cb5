using System.Globalization;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Random words, what becomes of them, and that any element can be had on its own.</summary>
public static class RandomExamples
{
    private const int Count = 8;
    private const int Offset = 3;

    private static readonly (ulong Seed, ulong Stream)[] Streams = [(0, 0), (1, 0), (0, 1), (42, 7), (ulong.MaxValue, ulong.MaxValue)];

    /// <summary>The three blocks whose words the paper on Philox and its library publish: zeros, ones, and the digits of π.</summary>
    [GoldenSource]
    public static GoldenDocument KnownBlocks()
    {
        var document = new GoldenDocument("random", "KnownBlocks");
        (string Name, uint[] Key, uint[] Counter)[] blocks =
        [
            ("zeros", [0, 0], [0, 0, 0, 0]),
            ("ones", [uint.MaxValue, uint.MaxValue], [uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue]),
            ("digits of pi", [0xa4093822, 0x299f31d0], [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]),
        ];
        foreach ((string name, uint[] key, uint[] c) in blocks)
        {
            PhiloxBlock block = Philox.Block(key[0], key[1], new PhiloxBlock(c[0], c[1], c[2], c[3]));
            document.Add(name + ".key", key.Select(Hex)).Add(name + ".counter", c.Select(Hex)).Add(name + ".words", Enumerable.Range(0, 4).Select(i => Hex(block[i])));
        }

        return document;
    }

    /// <summary>The first numbers of some streams, over both formats, and the same elements from an odd offset.</summary>
    [GoldenSource]
    public static GoldenDocument FirstNumbers()
    {
        var document = new GoldenDocument("random", "FirstNumbers");
        foreach ((ulong seed, ulong stream) in Streams)
        {
            string key = Invariant($"seed {seed}, stream {stream}");
            document.Add(key + ".words", Enumerable.Range(0, Count).Select(i => (long)RandomStreams.Word(seed, stream, (ulong)i)))
                .Add(key + ".uniform", Uniform<Real64>(seed, stream, 0)).Add(key + ".uniform from 3", Uniform<Real64>(seed, stream, Offset))
                .Add(key + ".normal", Normal<Real64>(seed, stream, 0)).Add(key + ".normal from 3", Normal<Real64>(seed, stream, Offset))
                .Add(key + ".normal in single precision", Normal<Real32>(seed, stream, 0));
        }

        // 1 − u keeps the logarithm finite: u = 0 gives the middle, and the largest u the far tail.
        Real64 largest = RandomStreams.UniformOf<Real64>(uint.MaxValue);
        return document.Add("least uniform", RandomStreams.UniformOf<Real64>(0)).Add("largest uniform", largest)
            .Add("normal of the least uniform", RandomStreams.NormalCosine<Real64>(0, 0)).Add("largest normal", RandomStreams.NormalCosine<Real64>(largest, 0));
    }

    /// <summary>Permutations, an order for each stream, and draws below a bound for which every fourth word is skipped.</summary>
    [GoldenSource]
    public static GoldenDocument Orders()
    {
        // Of 2³² words, 2³⁰ − 3 can't be dealt evenly to 2³⁰ + 1 numbers.
        const int Uneven = (1 << 30) + 1;
        var document = new GoldenDocument("random", "Orders");
        foreach ((ulong seed, ulong stream) in Streams)
        {
            string key = Invariant($"seed {seed}, stream {stream}");
            RandomSequence die = new(seed, stream), large = new(seed, stream);
            document.Add(key + ".permutation of 10", RandomStreams.Permutation(seed, stream, 10))
                .Add(key + ".below 6", Enumerable.Range(0, 12).Select(_ => die.Below(6)))
                .Add(Invariant($"{key}.below {Uneven}"), Enumerable.Range(0, Count).Select(_ => large.Below(Uneven)));
        }

        return document.Add("permutation of 1", RandomStreams.Permutation(0, 0, 1));
    }

    private static string Hex(uint word) => word.ToString("x8", CultureInfo.InvariantCulture);

    private static T[] Uniform<T>(ulong seed, ulong stream, ulong offset)
        where T : IReal<T>
    {
        var values = new T[Count];
        RandomStreams.FillUniform<T>(seed, stream, offset, values);
        return values;
    }

    private static T[] Normal<T>(ulong seed, ulong stream, ulong offset)
        where T : IReal<T>
    {
        var values = new T[Count];
        RandomStreams.FillNormalPairs<T>(seed, stream, offset, values);
        return values;
    }
}
