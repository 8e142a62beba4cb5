using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.RandomNumbers;

public class RandomStreamsTests
{
    [Rule("RANDOM-5")]
    [Law(MaxTest = 180)]
    public bool A_normal_number_on_its_own_is_the_one_of_its_place(ulong seed, ulong stream, byte offset)
    {
        var row = new Real64[4];
        RandomStreams.FillNormalPairs<Real64>(seed, stream, offset, row);
        return Enumerable.Range(0, row.Length).All(i => RandomStreams.Normal<Real64>(seed, stream, offset + (ulong)i).Equals(row[i]));
    }

    [Test]
    public void Words_come_from_seed_stream_and_index_as_the_protocol_says()
    {
        ulong seed = 0x299f31d0_a4093822, stream = 0x03707344_13198a2e, block = 0x85a308d3_243f6a88;
        PhiloxBlock expected = Philox.Block(0xa4093822, 0x299f31d0, new PhiloxBlock((uint)(block / 4), (uint)(block / 4 >> 32), 0x13198a2e, 0x03707344));
        for (int word = 0; word < 4; word++)
            Assert.That(RandomStreams.Word(seed, stream, block + (ulong)word), Is.EqualTo(expected[word]));
    }

    [Test]
    public void The_first_uniform_number_of_seed_0_is_made_of_the_first_known_word() =>
        Assert.That(RandomStreams.Uniform<Real32>(0, 0, 0).Value, Is.EqualTo((0x6627e8d5u >> 8) / 16777216.0f));

    [Law]
    public bool An_offset_is_another_start_of_the_same_stream(ulong seed, ulong stream, byte offset)
    {
        var all = new Real32[300];
        RandomStreams.FillUniform<Real32>(seed, stream, 0, all);
        var later = new Real32[40];
        RandomStreams.FillUniform<Real32>(seed, stream, offset, later);
        return all.AsSpan(offset, 40).SequenceEqual(later) && RandomStreams.Uniform<Real32>(seed, stream, offset) == later[0];
    }

    [Test]
    public void Normal_numbers_are_the_even_elements_of_the_protocol()
    {
        var z = new Real64[100];
        RandomStreams.FillNormal<Real64>(7, 3, 0, z);
        for (int i = 0; i < z.Length; i++)
        {
            double u = RandomStreams.Word(7, 3, (ulong)(2 * i)) >> 8;
            double v = RandomStreams.Word(7, 3, (ulong)(2 * i + 1)) >> 8;
            double exact = Math.Sqrt(-2 * Math.Log(1 - u / 16777216)) * Math.Cos(2 * Math.PI * (v / 16777216));
            Assert.That(z[i].Value, Is.EqualTo(exact).Within(1e-14));
        }
    }

    [Test]
    public void Normal_numbers_come_in_pairs_of_cosine_and_sine_wherever_one_starts()
    {
        var z = new Real64[101];
        RandomStreams.FillNormalPairs<Real64>(7, 3, 0, z);
        for (int i = 0; i < z.Length; i++)
        {
            double u = RandomStreams.Word(7, 3, (ulong)(i & ~1)) >> 8;
            double v = RandomStreams.Word(7, 3, (ulong)(i | 1)) >> 8;
            double angle = 2 * Math.PI * (v / 16777216);
            double exact = Math.Sqrt(-2 * Math.Log(1 - u / 16777216)) * (i % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
            Assert.That(z[i].Value, Is.EqualTo(exact).Within(1e-14));
        }

        var later = new Real64[50];
        RandomStreams.FillNormalPairs<Real64>(7, 3, 33, later);
        Assert.That(later, Is.EqualTo(z[33..83]));
        Assert.That(RandomStreams.Normal<Real64>(7, 3, 64), Is.EqualTo(z[64]));
    }

    [Law]
    public bool A_permutation_holds_every_index_once(ulong seed, byte count)
    {
        int[] order = RandomStreams.Permutation(seed, 0, count);
        return order.Order().SequenceEqual(Enumerable.Range(0, count));
    }

    [Test]
    public void Draws_below_a_bound_skip_the_words_that_would_favour_some_numbers()
    {
        // With bound 3·2^30 a word w is skipped where w·bound mod 2^32 < 2^30; else it gives ⌊w·bound/2^32⌋.
        const int bound = 3 << 29;
        var drawn = new RandomSequence(5, 5);
        ulong next = 0;
        for (int i = 0; i < 100; i++)
        {
            ulong product;
            do
                product = (ulong)RandomStreams.Word(5, 5, next++) * bound;
            while (product % (1UL << 32) < (1UL << 32) % bound);
            Assert.That(drawn.Below(bound), Is.EqualTo((int)(product >> 32)));
        }

        Assert.That(next, Is.GreaterThan(100), "some word must have been skipped");
    }

    [Test]
    public void A_bound_below_1_is_refused() =>
        Assert.That(() => new RandomSequence(0, 0).Below(0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("bound = 0 is outside [1, inf)"));
}
