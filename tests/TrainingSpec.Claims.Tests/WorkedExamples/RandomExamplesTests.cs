using System.Numerics;

namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against the published blocks of Philox, a Philox in whole numbers of any size, and System.Math.</summary>
public class RandomExamplesTests
{
    private const double Unit = 1.0 / (1L << 53), SingleUnit = 1.0 / (1 << 24);
    private const int Uneven = (1 << 30) + 1;

    private static readonly (ulong Seed, ulong Stream)[] Streams = [(0, 0), (1, 0), (0, 1), (42, 7), (ulong.MaxValue, ulong.MaxValue)];

    // The known-answer vectors that come with Random123.
    [TestCase("zeros", "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [TestCase("ones", "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [TestCase("digits of pi", "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void Blocks_are_the_published_ones(string name, string words) =>
        Assert.That(string.Join(' ', WorkedDocument.Of("random/KnownBlocks").Texts(name + ".words")).Equals(words, StringComparison.Ordinal));

    [TestCaseSource(nameof(Streams))]
    public void Words_and_uniform_numbers_are_those_of_plain_whole_numbers((ulong Seed, ulong Stream) s)
    {
        WorkedDocument document = WorkedDocument.Of("random/FirstNumbers");
        string key = Key(s);
        double[] words = [.. Enumerable.Range(0, 11).Select(i => (double)Word(s.Seed, s.Stream, i))], uniform = [.. words.Select(w => Math.Floor(w / 256) / 16777216)];
        Assert.Multiple(() =>
        {
            Assert.That(document.Row(key + ".words"), Is.EqualTo(words[..8]));
            Assert.That(document.Row(key + ".uniform"), Is.EqualTo(uniform[..8]));
            Assert.That(document.Row(key + ".uniform from 3"), Is.EqualTo(uniform[3..]));
        });
    }

    [TestCaseSource(nameof(Streams))]
    public void Normal_numbers_are_Box_and_Mullers((ulong Seed, ulong Stream) s)
    {
        WorkedDocument document = WorkedDocument.Of("random/FirstNumbers");
        double[] u = document.Row(Key(s) + ".uniform"), z = document.Row(Key(s) + ".normal"), single = document.Row(Key(s) + ".normal in single precision");
        for (int i = 0; i < z.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - u[i & ~1])), turn = 2 * Math.PI * u[i | 1], expected = radius * (i % 2 == 0 ? Math.Cos(turn) : Math.Sin(turn));

            // The angle, below 7, is off by a few roundings, and so is the radius: 8 roundings of (1 + 7) times the radius are more than all of them.
            Assert.That(z[i], Is.EqualTo(expected).Within(64 * Unit * radius), $"{i}");
            Assert.That(single[i], Is.EqualTo(expected).Within(64 * SingleUnit * radius), $"{i} in single precision");
        }

        Assert.That(document.Row(Key(s) + ".normal from 3")[..5], Is.EqualTo(z[3..]));
    }

    [Test]
    public void The_extremes_are_finite()
    {
        WorkedDocument document = WorkedDocument.Of("random/FirstNumbers");
        Assert.Multiple(() =>
        {
            Assert.That(document["least uniform"], Is.Zero);
            Assert.That(document["largest uniform"], Is.EqualTo(1 - SingleUnit));
            Assert.That(document["normal of the least uniform"], Is.Zero);
            Assert.That(document["largest normal"], Is.EqualTo(Math.Sqrt(48 * Math.Log(2))).Within(4).Ulps);
        });
    }

    [TestCaseSource(nameof(Streams))]
    public void Orders_and_draws_skip_the_words_that_would_favour_some_numbers((ulong Seed, ulong Stream) s)
    {
        WorkedDocument document = WorkedDocument.Of("random/Orders");
        var words = new Words(s.Seed, s.Stream);
        double[] order = [.. Enumerable.Range(0, 10)];
        for (int i = 9; i > 0; i--)
        {
            int j = words.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        Words die = new(s.Seed, s.Stream), large = new(s.Seed, s.Stream);
        Assert.Multiple(() =>
        {
            Assert.That(document.Row(Key(s) + ".permutation of 10"), Is.EqualTo(order));
            Assert.That(document.Row(Key(s) + ".below 6"), Is.EqualTo(Enumerable.Range(0, 12).Select(_ => (double)die.Below(6))));
            Assert.That(document.Row($"{Key(s)}.below {Uneven}"), Is.EqualTo(Enumerable.Range(0, 8).Select(_ => (double)large.Below(Uneven))));
        });
    }

    [Test]
    public void Some_words_were_skipped_and_some_were_not()
    {
        int[] taken = [.. Streams.Select(s =>
        {
            var words = new Words(s.Seed, s.Stream);
            for (int i = 0; i < 8; i++)
                words.Below(Uneven);
            return words.Taken;
        })];

        // 8 draws of 5 streams, three of four words good: 40 would mean that none was skipped.
        Assert.That(taken.Sum(), Is.GreaterThan(40).And.LessThan(80));
    }

    private static string Key((ulong Seed, ulong Stream) s) => FormattableString.Invariant($"seed {s.Seed}, stream {s.Stream}");

    /// <summary>Philox4x32-10 as the paper's figure has it, in whole numbers of any size.</summary>
    private static BigInteger Word(ulong seed, ulong stream, int index)
    {
        BigInteger two32 = BigInteger.One << 32;
        BigInteger[] c = [index / 4, 0, (BigInteger)stream % two32, (BigInteger)stream / two32];
        BigInteger k0 = (BigInteger)seed % two32, k1 = (BigInteger)seed / two32;
        for (int round = 0; round < 10; round++)
        {
            BigInteger a = 0xD2511F53 * c[0], b = 0xCD9E8D57 * c[2];
            c = [(b / two32) ^ c[1] ^ k0, b % two32, (a / two32) ^ c[3] ^ k1, a % two32];
            (k0, k1) = ((k0 + 0x9E3779B9) % two32, (k1 + 0xBB67AE85) % two32);
        }

        return c[index % 4];
    }

    private sealed class Words(ulong seed, ulong stream)
    {
        public int Taken { get; private set; }

        public int Below(int bound)
        {
            BigInteger two32 = BigInteger.One << 32, product;
            do
                product = Word(seed, stream, Taken++) * bound;
            while (product % two32 < two32 % bound);
            return (int)(product / two32);
        }
    }
}
